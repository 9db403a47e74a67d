use super::*;
use crate::support::plain;
use crate::test_on_both;

test_on_both! {
    async fn the_service_is_asked_as_immich_asks_it(learning: Learning) {
        let (server, service) = (&learning.server, &learning.service);
        let features = Answer::of(server.get(&server.admin, "/server/features")).await.json;
        assert_eq!((&features["smartSearch"], &features["facialRecognition"]), (&json!(true), &json!(true)));
        let id = server.admin.upload(server, &plain(RED, 64)).await;
        server.finish_jobs().await;
        assert_eq!(server.job_errors().await, Vec::<String>::new());
        let mut asked = service.asked();
        asked.sort_by(|one, other| one.entries.cmp(&other.entries));
        let entries: Vec<&str> = asked.iter().map(|asked| asked.entries.as_str()).collect();
        assert_eq!(entries, [
            r#"{"clip":{"visual":{"modelName":"ViT-B-32__openai"}}}"#,
            r#"{"facial-recognition":{"detection":{"modelName":"buffalo_l","options":{"minScore":0.7}},"recognition":{"modelName":"buffalo_l"}}}"#,
        ]);
        let preview = Answer::of(server.get(&server.admin, &format!("/assets/{id}/thumbnail?size=preview"))).await;
        let (name, kind) = (Some("blob".to_owned()), Some("application/octet-stream".to_owned()));
        for asked in &asked {
            assert_eq!(asked.image.as_ref(), Some(&preview.bytes));
            assert_eq!(asked.text, None);
            assert_eq!(asked.parts, [("entries".to_owned(), None, None), ("image".to_owned(), name.clone(), kind.clone())]);
        }
        for (body, entries) in [
            (json!({"query": " red "}), r#"{"clip":{"textual":{"modelName":"ViT-B-32__openai","options":{}}}}"#),
            (json!({"query": "red", "language": "de"}), r#"{"clip":{"textual":{"modelName":"ViT-B-32__openai","options":{"language":"de"}}}}"#),
        ] {
            assert_eq!(found(server, &server.admin, body.clone()).await.0, [id]);
            let asked = service.asked();
            assert_eq!(asked.len(), 1, "{asked:?}");
            assert_eq!((asked[0].entries.as_str(), asked[0].text.as_deref()), (entries, Some("red")));
            assert_eq!(asked[0].parts, [("entries".to_owned(), None, None), ("text".to_owned(), None, None)]);
            found(server, &server.admin, body).await;
            assert_eq!(service.asked().len(), 0, "what a text says is remembered");
        }
        // Each of the workers may be the first to ask.
        assert!(service.pings() <= 2, "it is believed to be there for a while");
    }
}
