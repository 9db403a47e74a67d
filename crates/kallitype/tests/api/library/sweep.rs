//! What a start removes of what a crash left.

use serde_json::json;

use crate::support::server::files_below;
use crate::support::{Answer, Picture};
use crate::test_on_both;

test_on_both! {
    async fn files_without_a_record_are_removed_and_files_with_one_stay(server: Server by first_start) {
        let mut server = server;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let path = server.admin.asset(&server, id).await["originalPath"].as_str().unwrap().to_owned();
        server.crash();
        // As a crash leaves them: a note of a file that was recorded, one of a file that was not, half a file.
        let incoming = server.options.data.join("incoming/11111111-1111-4111-8111-111111111111");
        std::fs::create_dir_all(&incoming).unwrap();
        let unrecorded = format!("upload/{}/ab/cd/abcd0000-1111-4111-8111-111111111111.jpg", server.admin.id);
        let file = server.options.data.join(&unrecorded);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "never acknowledged").unwrap();
        for (asset, key) in [(id.to_string(), &path), (uuid::Uuid::new_v4().to_string(), &unrecorded)] {
            std::fs::write(incoming.join(format!("{asset}~{}", key.replace('/', "~"))), "").unwrap();
        }
        std::fs::write(incoming.join("22222222-2222-4222-8222-222222222222.part"), "half").unwrap();
        server.start_again();
        assert!(!file.exists());
        assert!(!incoming.exists());
        let original = Answer::of(server.get(&server.admin, &format!("/assets/{id}/original"))).await;
        assert_eq!(original.bytes, Picture::jpeg(1).bytes);
    }
}

test_on_both! {
    async fn the_trash_is_emptied_after_its_time(server: Server by first_start) {
        let mut server = server;
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let kept = server.admin.upload(&server, &Picture::jpeg(2)).await;
        server.admin.trash(&server, id).await;
        server.admin.trash(&server, kept).await;
        server.stop();
        server.age_trash(id, 31).await;
        server.start_again();
        crate::support::eventually("the end of the asset", async || {
            let answer = Answer::of(server.get(&server.admin, &format!("/assets/{id}"))).await;
            (answer.status == 400).then_some(())
        })
        .await;
        crate::support::eventually("the end of its file", async || (server.stored_originals().len() == 1).then_some(())).await;
        let answer = Answer::of(server.get(&server.admin, &format!("/assets/{kept}"))).await;
        assert_eq!(answer.json["isTrashed"], json!(true));
        crate::support::eventually("the end of its derived files", async || {
            (files_below(&server.options.data.join("thumbs")).len() <= 2).then_some(())
        })
        .await;
    }
}
