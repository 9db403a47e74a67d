//! What people are told of their albums.

use serde_json::json;

use super::{add, descriptions, list, mailing, path_of};
use crate::support::{Answer, Engine, MailSink, Picture, Server, User};

async fn everyone_else_is_told(engine: Engine) {
    let sink = MailSink::start().await;
    let server = mailing(engine, &sink).await;
    let owner = &server.admin;
    let (zoe, ben) = (
        User::another(&server, "zoe@example.org").await,
        User::another(&server, "ben@example.org").await,
    );
    let members = json!({"albumUsers": [{"userId": zoe.id, "role": "editor"}]});
    let album = owner.album(&server, &[], members).await;
    let path = format!("{}/users", path_of(&album));
    let more = json!({"albumUsers": [{"userId": ben.id, "role": "viewer"}]});
    assert_eq!(
        Answer::of(server.put(owner, &path).json(&more))
            .await
            .status,
        200
    );
    for user in [&zoe, &ben] {
        let told = list(&server, user, "").await;
        assert_eq!(descriptions(&told), ["Admin shared “Holidays” with you"]);
        assert_eq!(told[0]["data"], json!({"albumId": album["id"]}));
    }
    let mut readers: Vec<String> = sink
        .wait_for(2)
        .await
        .into_iter()
        .flat_map(|mail| mail.to)
        .collect();
    readers.sort();
    assert_eq!(readers, ["TO:<ben@example.org>", "TO:<zoe@example.org>"]);

    add(&server, &zoe, &album, 1).await;
    add(&server, &zoe, &album, 2).await;
    let both = json!({"albumIds": [album["id"]], "assetIds": [owner.upload(&server, &Picture::jpeg(3)).await]});
    assert_eq!(
        Answer::of(server.put(owner, "/albums/assets").json(&both))
            .await
            .status,
        200
    );
    let told = list(&server, owner, "").await;
    assert_eq!(descriptions(&told), ["Someone added to “Holidays”"]);
    assert_eq!(
        descriptions(&list(&server, &zoe, "").await)[0],
        "Admin added to “Holidays”"
    );
    assert_eq!(list(&server, &ben, "").await.len(), 2);
    let waiting =
        "SELECT account.email FROM mail JOIN account ON account.id = mail.user_id ORDER BY 1";
    assert_eq!(
        server.jobs(waiting).await,
        ["admin@example.org", "ben@example.org", "zoe@example.org"]
    );

    // Who is no longer in it is not written to, nor is anyone once it is gone.
    let leave = format!("{}/user/me", path_of(&album));
    assert_eq!(Answer::of(server.delete(&ben, &leave)).await.status, 204);
    assert_eq!(
        server.jobs(waiting).await,
        ["admin@example.org", "zoe@example.org"]
    );
    let album_path = path_of(&album);
    assert_eq!(
        Answer::of(server.delete(owner, &album_path)).await.status,
        204
    );
    assert!(server.jobs(waiting).await.is_empty());
}

#[tokio::test]
async fn everyone_else_in_an_album_is_told_on_sqlite() {
    everyone_else_is_told(Engine::Sqlite).await;
}

#[tokio::test]
async fn everyone_else_in_an_album_is_told_on_postgres() {
    everyone_else_is_told(Engine::Postgres).await;
}

#[tokio::test]
async fn what_was_not_added_is_not_told() {
    let server = Server::start(Engine::Sqlite).await;
    let owner = &server.admin;
    let zoe = User::another(&server, "zoe@example.org").await;
    let picture = owner.upload(&server, &Picture::jpeg(1)).await;
    let members = json!({"albumUsers": [{"userId": zoe.id, "role": "editor"}]});
    let album = owner.album(&server, &[picture], members).await;
    let path = format!("{}/assets", path_of(&album));
    let again = server.put(owner, &path).json(&json!({"ids": [picture]}));
    assert_eq!(Answer::of(again).await.status, 200);
    assert_eq!(
        list(&server, &zoe, "").await.len(),
        1,
        "only of the invitation"
    );
}
