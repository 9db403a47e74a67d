use super::*;
use crate::support::{assert_refused, plain};
use crate::test_on_both;

/// The models that were asked about pictures.
fn models(learning: &Learning) -> Vec<String> {
    let asked = learning
        .asked_for_clip()
        .into_iter()
        .filter(|asked| asked.image.is_some());
    let entries = asked.map(|asked| serde_json::from_str::<Value>(&asked.entries).expect("JSON"));
    entries
        .map(|entries| {
            entries["clip"]["visual"]["modelName"]
                .as_str()
                .expect("a name")
                .to_owned()
        })
        .collect()
}

test_on_both! {
    async fn another_model_looks_at_everything(learning: Learning) {
        let mut learning = learning;
        let me = learning.server.admin.clone();
        let red = me.upload(&learning.server, &plain(RED, 64)).await;
        let green = me.upload(&learning.server, &plain(GREEN, 64)).await;
        learning.server.finish_jobs().await;
        assert_eq!(models(&learning), ["ViT-B-32__openai"; 2]);
        start(&learning.server, "smartSearch", json!({"command": "start"})).await;
        assert_eq!(models(&learning).len(), 0, "nothing is missing");
        start(&learning.server, "smartSearch", json!({"command": "start", "force": true})).await;
        assert_eq!(models(&learning).len(), 2, "everything is made anew");

        learning.server.stop();
        let settings = learning.server.options.clone();
        learning.server.options = settings.clone().with("smart-search-model", "another");
        learning.server.start_again();
        learning.server.finish_jobs().await;
        assert_eq!(models(&learning), ["another"; 2]);
        assert_eq!(found(&learning.server, &me, json!({"query": "green"})).await.0, [green, red]);

        learning.server.stop();
        let off = settings.clone().with("smart-search", false);
        learning.server.options = off.with("facial-recognition", false);
        learning.server.start_again();
        let server = &learning.server;
        let features = Answer::of(server.get(&me, "/server/features")).await.json;
        assert_eq!((&features["smartSearch"], &features["facialRecognition"]), (&json!(false), &json!(false)));
        assert_refused(server.post(&me, "/search/smart").json(&json!({"query": "red"})), 400, "Smart search is not enabled").await;
        for queue in ["smartSearch", "faceDetection", "facialRecognition"] {
            let request = server.put(&me, &format!("/jobs/{queue}")).json(&json!({"command": "start"}));
            assert_refused(request, 400, &format!("This server cannot start {queue}")).await;
        }
        let blue = me.upload_and_settle(server, &plain(BLUE, 64)).await;
        server.finish_jobs().await;
        assert_eq!(models(&learning).len(), 0);

        // What came meanwhile, and what the other model made, is looked at when it is on again.
        learning.server.stop();
        learning.server.options = settings;
        learning.server.start_again();
        learning.server.finish_jobs().await;
        assert_eq!(models(&learning), ["ViT-B-32__openai"; 3]);
        assert_eq!(found(&learning.server, &me, json!({"query": "blue"})).await.0[0], blue);
    }
}

test_on_both! {
    async fn another_file_is_another_picture(learning: Learning) {
        let server = &learning.server;
        let me = &server.admin;
        let id = me.upload(server, &plain(RED, 64)).await;
        let green = me.upload(server, &plain(GREEN, 64)).await;
        server.finish_jobs().await;
        let replaced = server.put(me, &format!("/assets/{id}/original")).multipart(plain(BLUE, 64).form());
        let answer = Answer::of(replaced).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        server.finish_jobs().await;
        assert_eq!(found(server, me, json!({"query": "red"})).await.0.len(), 2);
        assert_eq!(found(server, me, json!({"query": "blue"})).await.0, [id, green]);
        let refreshed = json!({"assetIds": [id], "name": "refresh-faces"});
        assert_eq!(Answer::of(server.post(me, "/assets/jobs").json(&refreshed)).await.status, 204);
        learning.service.asked();
        server.finish_jobs().await;
    }
}
