//! Several servers on one PostgreSQL see each other's vectors.

use super::*;
use crate::support::plain;

#[tokio::test]
async fn what_one_server_learns_another_finds() {
    let learning = Learning::start(Engine::Postgres).await;
    let one = &learning.server;
    let me = &one.admin;
    let red = me.upload(one, &plain(RED, 64)).await;
    one.finish_jobs().await;
    let other = one.beside(|options| options.with("roles", "api"));
    assert_eq!(found(&other, me, json!({"query": "green"})).await.0, [red]);
    let green = me.upload(one, &plain(GREEN, 64)).await;
    one.finish_jobs().await;
    assert_eq!(
        found(&other, me, json!({"query": "green"})).await.0,
        [green, red]
    );
    assert_eq!(
        found(one, me, json!({"query": "green"})).await.0,
        [green, red]
    );
}
