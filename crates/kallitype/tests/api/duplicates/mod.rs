//! `/duplicates`, and what is found to be one.

mod detection;
mod operations;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User};

/// A picture of some lights, other ones for every seed, in any size and quality. `shift` moves them, in parts of its width.
fn scene(seed: u32, (width, height): (u32, u32), quality: u8, shift: f32) -> Picture {
    let lights = (0..6_u32).map(|light| {
        let mixed = (seed * 6 + light + 1)
            .wrapping_mul(2_654_435_761)
            .to_le_bytes();
        mixed.map(|byte| f32::from(byte) / 255.0)
    });
    let lights: Vec<[f32; 4]> = lights.collect();
    let drawn = image::RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (x as f32 / width as f32 + shift, y as f32 / height as f32);
        let lit = lights.iter().map(|[left, top, strength, _]| {
            (60.0 + 190.0 * strength) * (-30.0 * ((x - left).powi(2) + (y - top).powi(2))).exp()
        });
        image::Rgb([lit.sum::<f32>().min(255.0) as u8; 3])
    });
    let mut bytes = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality);
    drawn.write_with_encoder(encoder).expect("a JPEG");
    Picture::new(bytes, &format!("scene-{seed}.jpg"))
}

/// The same picture in another file each time.
fn copy(seed: u32, number: u32) -> Picture {
    let (width, height) = (400 + 40 * number, 300 + 30 * number);
    scene(seed, (width, height), 90, 0.0)
}

/// Uploads files of one picture each minute, and waits until they are compared.
async fn upload_copies(server: &Server, user: &User, seed: u32, count: u32) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for number in 0..count {
        let moment = format!("2024-05-{:02}T07:{number:02}:00.000Z", seed + 1);
        let picture = copy(seed, number).with("fileCreatedAt", &moment);
        ids.push(user.upload(server, &picture).await);
    }
    server.finish_jobs().await;
    ids
}

/// The groups that a user is told of: their ids and assets.
async fn told(server: &Server, user: &User) -> Vec<(Uuid, Vec<Uuid>)> {
    let answer = Answer::of(server.get(user, "/duplicates")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let groups = answer.json.as_array().expect("a list").iter();
    let ids = |group: &Value| {
        let assets = group["assets"].as_array().expect("a list").iter();
        assets.map(|asset| id_of(&asset["id"])).collect()
    };
    groups
        .map(|group| (id_of(&group["duplicateId"]), ids(group)))
        .collect()
}

/// The assets of the groups that a user is told of.
async fn groups(server: &Server, user: &User) -> Vec<Vec<Uuid>> {
    let groups = told(server, user).await.into_iter();
    groups.map(|(_, assets)| assets).collect()
}

fn id_of(value: &Value) -> Uuid {
    value.as_str().expect("an id").parse().expect("a UUID")
}

/// Starts the comparison of what was not compared, or of everything.
async fn compare(server: &Server, is_forced: bool) {
    let body = json!({"command": "start", "force": is_forced});
    let request = server.put(&server.admin, "/jobs/duplicateDetection");
    let answer = Answer::of(request.json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    server.finish_jobs().await;
}

async fn delete(server: &Server, user: &User, groups: &[Uuid]) {
    let request = server.request_as(user, Method::DELETE, "/duplicates");
    let answer = Answer::of(request.json(&json!({"ids": groups}))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
}
