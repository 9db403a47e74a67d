//! Many that write while an app reads: it misses nothing.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use serde_json::json;

use super::{App, share_timeline, take};
use crate::support::{Engine, Picture, User};
use crate::test_on_both;

const WRITERS: u32 = 8;
const EACH: u32 = 6;

test_on_both! {
    async fn whoever_reads_while_others_write_misses_nothing(server: Server) {
        let me = &server.admin;
        let mut app = App::new(me);
        let are_done = AtomicBool::new(false);
        let write = async {
            let writers = (0..WRITERS).map(async |writer| {
                for number in 0..EACH {
                    let id = me.upload(&server, &Picture::jpeg(writer * EACH + number)).await;
                    me.update(&server, id, json!({"isFavorite": true})).await;
                    if number % 3 == 0 {
                        me.trash(&server, id).await;
                    }
                }
            });
            join_all(writers).await;
            are_done.store(true, Ordering::SeqCst);
        };
        let read = async {
            while !are_done.load(Ordering::SeqCst) {
                app.catch_up(&server).await;
            }
        };
        tokio::join!(write, read);
        server.finish_jobs().await;
        app.catch_up(&server).await;
        assert_eq!(app.table("asset").len(), (WRITERS * EACH) as usize);
        let kept = app.shown();
        let mut fresh = App::new(&User::login(server.http(), &server.address, &me.email).await);
        fresh.catch_up(&server).await;
        assert_eq!(kept, fresh.shown());
    }
}

test_on_both! {
    async fn many_changes_of_others_are_passed_over_once(mut_server: Server) {
        let mut server = mut_server;
        let me = server.admin.clone();
        let other = User::another(&server, "other@example.org").await;
        other.upload(&server, &Picture::jpeg(1)).await;
        share_timeline(&server, &other, &me).await;
        server.finish_jobs().await;
        let types = ["PartnerAssetsV1"];
        take(&server, &me, &types).await;
        assert_eq!(take(&server, &me, &types).await, []);
        server.stop();
        let many = match server.options.engine {
            Engine::Sqlite => "UPDATE change_counter SET last = last + 20000",
            Engine::Postgres => "SELECT setval('change_counter', last_value + 20000) FROM change_counter",
        };
        server.change(many).await;
        server.start_again();
        let told = take(&server, &me, &types).await;
        assert!(told.iter().all(|(kind, _)| kind == "SyncAckV1"), "{told:?}");
        assert!(!told.is_empty());
        assert_eq!(take(&server, &me, &types).await, []);
    }
}
