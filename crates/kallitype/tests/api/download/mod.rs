//! `/download`

mod archive;
mod info;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::film::{H264, TEST_PICTURE};
use crate::support::{Credential, Picture, Server, User};
use reqwest::RequestBuilder;

fn info(server: &Server, who: impl Into<Credential>, body: &Value) -> RequestBuilder {
    server.post(who, "/download/info").json(body)
}

fn archive(server: &Server, who: impl Into<Credential>, ids: &[Uuid]) -> RequestBuilder {
    let body = json!({"assetIds": ids});
    server.post(who, "/download/archive").json(&body)
}

/// A picture with a video that was sent along, and one with a video in its file; and those videos.
struct Moving {
    live: Uuid,
    live_part: Uuid,
    embedding: Uuid,
    embedded: Uuid,
}

impl Moving {
    async fn upload(server: &Server, owner: &User) -> Self {
        let live_part = owner.upload(server, &Picture::video(1)).await;
        let live = Picture::jpeg(1).with("livePhotoVideoId", &live_part.to_string());
        let live = owner.upload(server, &live).await;
        let film = Picture::film(TEST_PICTURE, H264, "motion.mp4").bytes;
        let length = film.len();
        let offset = format!("<GCamera:MicroVideoOffset>{length}</GCamera:MicroVideoOffset>");
        let embedding = Picture::jpeg_with_xmp(2, &offset).followed_by(&film);
        let embedding = owner.upload(server, &embedding.named("moving.jpg")).await;
        server.finish_jobs().await;
        let embedded = owner.asset(server, embedding).await["livePhotoVideoId"].clone();
        let embedded = embedded.as_str().expect("a moving part");
        Self {
            live,
            live_part,
            embedding,
            embedded: embedded.parse().expect("a UUID"),
        }
    }
}
