//! The face that stands for a person.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{delete_face, faces, get, named, tell_face, update};
use crate::support::server::files_below;
use crate::support::{Answer, Picture, Server, User, assert_refused, assert_served};
use crate::test_on_both;

const RED: [u8; 3] = [200, 20, 20];
const BLUE: [u8; 3] = [20, 20, 200];

/// A picture that is of one colour on the left and of another on the right.
fn two_coloured(seed: u8) -> Picture {
    let picture = RgbImage::from_fn(400, 200, |x, y| match (x < 200, x + y) {
        // Another picture each time, by a corner that no face is in.
        (_, 0..10) => Rgb([seed; 3]),
        (true, _) => Rgb(RED),
        (false, _) => Rgb(BLUE),
    });
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    picture.write_with_encoder(encoder).expect("a JPEG");
    Picture::new(bytes, &format!("halves-{seed}.jpg"))
}

/// A face on the left or on the right, drawn on a picture of half the size.
fn face(person: Uuid, asset: Uuid, is_left: bool) -> Value {
    json!({
        "assetId": asset, "personId": person, "imageWidth": 200, "imageHeight": 100,
        "x": if is_left { 30 } else { 130 }, "y": 30, "width": 40, "height": 40,
    })
}

fn path(person: Uuid) -> String {
    format!("/people/{person}/thumbnail")
}

async fn thumbnail(server: &Server, user: &User, person: Uuid) -> Option<RgbImage> {
    let answer = Answer::of(server.get(user, &path(person))).await;
    match answer.status {
        404 => return None,
        status => assert_eq!(status, 200, "{answer:?}"),
    }
    let drawn = image::load_from_memory(&answer.bytes).expect("a picture");
    Some(drawn.to_rgb8())
}

fn is_of(picture: &RgbImage, colour: [u8; 3]) -> bool {
    let near = |(one, other): (&u8, u8)| one.abs_diff(other) < 30;
    let is_right = |pixel: &Rgb<u8>| pixel.0.iter().zip(colour).all(near);
    picture.pixels().all(is_right)
}

/// Files of persons' thumbnails.
fn drawn_files(server: &Server) -> usize {
    let files = files_below(&server.options.data.join("thumbs"));
    let names = files.iter().map(|file| file.display().to_string());
    names.filter(|name| name.ends_with("-person.jpeg")).count()
}

test_on_both! {
    async fn a_face_is_cut_out(server: Server) {
        let owner = &server.admin;
        let asset = owner.upload_and_settle(&server, &two_coloured(1)).await;
        let person = named(&server, owner, "Ada").await;
        assert_refused(server.get(owner, &path(person)), 404, "Person does not have a thumbnail").await;
        tell_face(&server, owner, &face(person, asset, true)).await;
        server.finish_jobs().await;
        assert_served(&server, owner, &path(person), "image/jpeg", &format!("{person}.jpeg")).await;
        let left = thumbnail(&server, owner, person).await.expect("a thumbnail");
        assert_eq!((left.dimensions(), is_of(&left, RED)), ((250, 250), true));
        let known = get(&server, owner, person).await;
        assert_ne!(known["thumbnailPath"], json!(""));
        // A second face changes nothing, until it is chosen.
        let another = owner.upload_and_settle(&server, &two_coloured(2)).await;
        tell_face(&server, owner, &face(person, another, false)).await;
        server.finish_jobs().await;
        assert_eq!(get(&server, owner, person).await, known);
        let chosen = update(&server, owner, person, json!({"featureFaceAssetId": another})).await;
        assert_eq!(chosen.status, 200, "{chosen:?}");
        server.finish_jobs().await;
        let right = thumbnail(&server, owner, person).await.expect("a thumbnail");
        assert!(is_of(&right, BLUE));
        assert_ne!(get(&server, owner, person).await["updatedAt"], known["updatedAt"]);
        assert_eq!(drawn_files(&server), 1);
        let gone = server.delete(owner, &format!("/people/{person}"));
        assert_eq!(Answer::of(gone).await.status, 204);
        assert_eq!(drawn_files(&server), 0);
    }
}

test_on_both! {
    async fn a_face_may_be_told_before_the_picture_is_drawn(server: Server) {
        let owner = &server.admin;
        let person = named(&server, owner, "Ada").await;
        let pause = server.put(owner, "/jobs/thumbnailGeneration").json(&json!({"command": "pause"}));
        assert_eq!(Answer::of(pause).await.status, 200);
        let asset = owner.upload(&server, &two_coloured(1)).await;
        tell_face(&server, owner, &face(person, asset, false)).await;
        let resume = server.put(owner, "/jobs/thumbnailGeneration").json(&json!({"command": "resume"}));
        assert_eq!(Answer::of(resume).await.status, 200);
        server.finish_jobs().await;
        assert!(is_of(&thumbnail(&server, owner, person).await.expect("a thumbnail"), BLUE));
    }
}

test_on_both! {
    async fn another_face_takes_the_place_of_one_that_is_out_of_sight(server: Server) {
        let owner = &server.admin;
        let person = named(&server, owner, "Ada").await;
        let red = owner.upload_and_settle(&server, &two_coloured(1)).await;
        let blue = owner.upload_and_settle(&server, &two_coloured(2)).await;
        tell_face(&server, owner, &face(person, red, true)).await;
        tell_face(&server, owner, &face(person, blue, false)).await;
        let featured = async |asset: Option<Uuid>| {
            server.finish_jobs().await;
            let colour = thumbnail(&server, owner, person).await.map(|drawn| is_of(&drawn, RED));
            assert_eq!(colour, asset.map(|asset| asset == red));
            assert_eq!(drawn_files(&server), usize::from(asset.is_some()));
        };
        let choose = async |asset: Uuid| update(&server, owner, person, json!({"featureFaceAssetId": asset})).await;
        assert_eq!(choose(red).await.status, 200);
        featured(Some(red)).await;
        owner.update(&server, red, json!({"visibility": "locked"})).await;
        // Not for a moment is it shown.
        assert_eq!(thumbnail(&server, owner, person).await.filter(|drawn| is_of(drawn, RED)), None);
        featured(Some(blue)).await;
        let invalid = "Invalid assetId for feature face";
        assert_refused(server.put(owner, &format!("/people/{person}")).json(&json!({"featureFaceAssetId": red})), 400, "Not found or no asset.read access").await;
        owner.trash(&server, blue).await;
        featured(None).await;
        assert_refused(server.put(owner, &format!("/people/{person}")).json(&json!({"featureFaceAssetId": blue})), 400, invalid).await;
        Answer::of(server.post(owner, "/trash/restore")).await;
        featured(Some(blue)).await;
        owner.unlock(&server).await;
        assert_refused(server.put(owner, &format!("/people/{person}")).json(&json!({"featureFaceAssetId": red})), 400, invalid).await;
        owner.update(&server, red, json!({"visibility": "timeline"})).await;
        featured(Some(blue)).await;
        let told = faces(&server, owner, blue).await;
        delete_face(&server, owner, &told[0], false).await;
        featured(Some(red)).await;
        let gone = server.delete(owner, "/assets").json(&json!({"ids": [red], "force": true}));
        assert_eq!(Answer::of(gone).await.status, 204);
        featured(None).await;
    }
}

test_on_both! {
    async fn faces_that_move_on_leave_no_picture_behind(server: Server) {
        let owner = &server.admin;
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        let asset = owner.upload_and_settle(&server, &two_coloured(1)).await;
        tell_face(&server, owner, &face(ada, asset, true)).await;
        server.finish_jobs().await;
        let told = faces(&server, owner, asset).await;
        let give = server.put(owner, &format!("/faces/{bob}")).json(&json!({"id": told[0]["id"]}));
        assert_eq!(Answer::of(give).await.json["id"], json!(bob));
        server.finish_jobs().await;
        assert_eq!(thumbnail(&server, owner, ada).await, None);
        assert!(is_of(&thumbnail(&server, owner, bob).await.expect("a thumbnail"), RED));
        // Another preview, another thumbnail.
        let before = get(&server, owner, bob).await["thumbnailPath"].clone();
        let again = json!({"assetIds": [asset], "name": "regenerate-thumbnail"});
        assert_eq!(Answer::of(server.post(owner, "/assets/jobs").json(&again)).await.status, 204);
        server.finish_jobs().await;
        assert_ne!(get(&server, owner, bob).await["thumbnailPath"], before);
        assert_eq!(drawn_files(&server), 1);
    }
}

test_on_both! {
    async fn thumbnails_that_are_lost_are_drawn_on_command(server: Server) {
        let owner = &server.admin;
        let person = named(&server, owner, "Ada").await;
        let asset = owner.upload_and_settle(&server, &two_coloured(1)).await;
        tell_face(&server, owner, &face(person, asset, true)).await;
        server.finish_jobs().await;
        server.execute_sql("UPDATE person SET thumbnail_path = NULL, face_id = NULL").await;
        let start = json!({"command": "start", "force": false});
        assert_eq!(Answer::of(server.put(owner, "/jobs/thumbnailGeneration").json(&start)).await.status, 200);
        server.finish_jobs().await;
        assert!(thumbnail(&server, owner, person).await.is_some());
    }
}
