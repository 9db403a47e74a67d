//! Answers that are compressed for clients that take it.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, Credential, Picture};
use crate::test_on_both;

async fn with(request: RequestBuilder, accepted: &str) -> Answer {
    Answer::of(request.header("accept-encoding", accepted)).await
}

fn decoded(answer: &Answer) -> Vec<u8> {
    match answer.header("content-encoding") {
        "gzip" => {
            let mut bytes = Vec::new();
            let mut decoder = GzDecoder::new(answer.bytes.as_slice());
            decoder.read_to_end(&mut bytes).expect("gzip");
            bytes
        }
        "zstd" => zstd::decode_all(answer.bytes.as_slice()).expect("zstd"),
        other => panic!("{other:?}: {answer:?}"),
    }
}

test_on_both! {
    async fn json_is_compressed_as_the_client_likes(server: Server) {
        let id = server.admin.upload_and_settle(&server, &Picture::jpeg(1)).await;
        let ids = server.multiply(&server.admin, 300).await;
        let album = server.admin.album(&server, &[&ids[..], &[id]].concat(), json!({})).await;
        let streamed = format!("/albums/{}", album["id"].as_str().expect("an id"));
        for path in [streamed.as_str(), &format!("/assets/{id}"), "/assets/device/copies", "/openapi.json"] {
            let ask = || server.get(&server.admin, path);
            let plain = Answer::of(ask()).await;
            assert_eq!((plain.status, plain.header("content-encoding")), (200, ""), "{path}");
            for (accepted, encoding) in [
                ("gzip", "gzip"),
                ("zstd", "zstd"),
                ("gzip, deflate, br, zstd", "zstd"),
                ("zstd;q=0, gzip", "gzip"),
            ] {
                let answer = with(ask(), accepted).await;
                assert_eq!(answer.header("content-encoding"), encoding, "{path} {accepted}");
                assert!(answer.header("vary").contains("accept-encoding"), "{path}");
                assert_eq!(answer.header("content-type"), "application/json", "{path}");
                assert!(answer.bytes.len() < plain.bytes.len(), "{path} {accepted}");
                let json: Value = serde_json::from_slice(&decoded(&answer)).expect("JSON");
                assert_eq!(json, plain.json, "{path} {accepted}");
            }
            for accepted in ["identity", "br", "gzip;q=0"] {
                let answer = with(ask(), accepted).await;
                assert_eq!((answer.status, answer.header("content-encoding")), (200, ""), "{path} {accepted}");
                assert_eq!(answer.json, plain.json, "{path} {accepted}");
            }
        }
        let script = || server.request(Method::GET, "/docs/api.js");
        assert!(decoded(&with(script(), "gzip").await) == Answer::of(script()).await.bytes);
    }
}

test_on_both! {
    async fn files_and_little_answers_are_not(server: Server) {
        let picture = Picture::jpeg_of_size(1, 400, 300);
        let id = server.admin.upload_and_settle(&server, &picture).await;
        for (path, min_bytes) in [
            (format!("/assets/{id}/original"), 1024),
            (format!("/assets/{id}/thumbnail?size=preview"), 1024),
            ("/server/ping".to_owned(), 0),
            ("/assets/statistics".to_owned(), 0),
        ] {
            let plain = Answer::of(server.get(&server.admin, &path)).await;
            let answer = with(server.get(&server.admin, &path), "gzip, zstd").await;
            assert_eq!((answer.status, answer.header("content-encoding")), (200, ""), "{path}");
            assert_eq!(answer.header("content-length"), answer.bytes.len().to_string(), "{path}");
            assert!(answer.bytes == plain.bytes && answer.bytes.len() >= min_bytes, "{path}");
        }
        let part = server.get(&server.admin, &format!("/assets/{id}/original")).header("range", "bytes=10-2000");
        let answer = with(part, "gzip, zstd").await;
        assert_eq!((answer.status, answer.header("content-encoding")), (206, ""));
        assert!(answer.bytes == picture.bytes[10..=2000]);
    }
}

test_on_both! {
    async fn answers_with_secrets_are_not(server: Server) {
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let link = server.admin.share(&server, &[id], json!({"description": "x".repeat(2000)})).await;
        let document = Answer::of(server.request(Method::GET, "/openapi.json")).await.json;
        let permissions = &document["components"]["schemas"]["Permission"]["enum"];
        let named = json!({"name": "x".repeat(200), "permissions": permissions});
        let key = server.post(&server.admin, "/api-keys").json(&named);
        let path = format!("/shared-links/me?key={}", link["key"].as_str().expect("a key"));
        for request in [key, server.get(&server.admin, "/shared-links"), server.get(Credential::None, &path)] {
            let answer = with(request, "gzip, zstd").await;
            assert!(answer.status < 300 && answer.bytes.len() > 1024, "{answer:?}");
            assert_eq!(answer.header("content-encoding"), "", "{answer:?}");
            assert!(!answer.json.is_null(), "{answer:?}");
        }
    }
}
