//! `GET /assets/{id}`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Exif, Picture, Reading, Server, User, eventually};
use crate::test_on_both;

const INFO: Reading = Reading {
    suffix: "",
    permission: "asset.read",
    sample: Picture::jpeg,
};

async fn info(server: &Server, way: impl Into<Credential>, id: Uuid) -> Value {
    let answer = Answer::of(INFO.request(server, way, id)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json
}

/// A picture of which much is known, some of it from the file and some from its owner.
async fn upload_with_secrets(server: &Server, owner: &User) -> Uuid {
    let exif = Exif {
        make: Some("Secretcam"),
        date_time_original: Some("2024:02:03 04:05:06"),
        offset: Some("+02:00"),
        orientation: Some(6),
        ..Exif::default()
    };
    let picture = Picture::jpeg_with_exif(1, exif)
        .named("secret-name.jpg")
        .with("deviceId", "secret-phone");
    let id = owner.upload(server, &picture).await;
    eventually("extraction and thumbnail", async || {
        let asset = owner.asset(server, id).await;
        (asset["exifInfo"]["make"] == "Secretcam" && asset["thumbhash"].is_string()).then_some(())
    })
    .await;
    let known = json!({"isFavorite": true, "latitude": 48.8584, "longitude": 2.2945, "description": "secret words"});
    let answer = owner.update(server, id, known).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    id
}

test_on_both! {
    async fn every_way_in_that_may_read_reads(server: Server) {
        INFO.assert_open_to_every_way_in(&server).await;
    }
}

test_on_both! {
    async fn no_one_else_reads(server: Server) {
        INFO.assert_closed_to_everyone_else(&server).await;
    }
}

test_on_both! {
    async fn a_link_opens_with_its_password_only(server: Server) {
        INFO.assert_links_keep_their_password(&server).await;
    }
}

test_on_both! {
    async fn a_link_decides_even_beside_a_session(server: Server) {
        INFO.assert_the_link_decides(&server).await;
    }
}

test_on_both! {
    async fn what_one_may_not_see_is_not_found(server: Server) {
        INFO.assert_limited_to_what_one_may_see(&server).await;
    }
}

test_on_both! {
    async fn what_is_trashed_is_its_owners_alone(server: Server) {
        INFO.assert_trash_is_the_owners(&server).await;
        let id = INFO.upload(&server, &server.admin, 2).await;
        assert_eq!(info(&server, &server.admin, id).await["isTrashed"], false);
        server.admin.trash(&server, id).await;
        assert_eq!(info(&server, &server.admin, id).await["isTrashed"], true);
    }
}

test_on_both! {
    async fn what_is_locked_needs_the_pin(server: Server) {
        INFO.assert_locked_needs_the_pin(&server).await;
    }
}

test_on_both! {
    async fn an_owner_sees_everything(server: Server) {
        let owner = &server.admin;
        let id = upload_with_secrets(&server, owner).await;
        let asset = info(&server, owner, id).await;
        for (pointer, value) in [
            ("/id", json!(id)),
            ("/ownerId", json!(owner.id)),
            ("/owner/id", json!(owner.id)),
            ("/owner/email", json!(owner.email)),
            ("/type", json!("IMAGE")),
            ("/originalFileName", json!("secret-name.jpg")),
            ("/originalMimeType", json!("image/jpeg")),
            ("/deviceId", json!("secret-phone")),
            ("/isFavorite", json!(true)),
            ("/isArchived", json!(false)),
            ("/isOffline", json!(false)),
            ("/visibility", json!("timeline")),
            ("/hasMetadata", json!(true)),
            ("/resized", json!(true)),
            ("/people", json!([])),
            ("/unassignedFaces", json!([])),
            ("/tags", json!([])),
            ("/stack", Value::Null),
            ("/livePhotoVideoId", Value::Null),
            ("/fileCreatedAt", json!("2024-02-03T02:05:06.000Z")),
            ("/localDateTime", json!("2024-02-03T04:05:06.000Z")),
            ("/fileModifiedAt", json!("2024-05-06T07:08:10.000Z")),
            ("/exifInfo/make", json!("Secretcam")),
            ("/exifInfo/orientation", json!("6")),
            ("/exifInfo/description", json!("secret words")),
            ("/exifInfo/latitude", json!(48.8584)),
            ("/exifInfo/longitude", json!(2.2945)),
        ] {
            assert_eq!(asset.pointer(pointer), Some(&value), "{pointer}");
        }
        let path = asset["originalPath"].as_str().expect("a path");
        assert!(path.contains(&owner.id.to_string()) && path.ends_with(".jpg"), "{path}");
    }
}

test_on_both! {
    async fn a_link_that_shows_metadata_does_not_show_whose_it_is(server: Server) {
        let owner = &server.admin;
        let id = upload_with_secrets(&server, owner).await;
        let link = owner.share_key(&server, &[id], json!({"showMetadata": true})).await;
        let asset = info(&server, &link, id).await;
        assert_eq!(asset["originalFileName"], "secret-name.jpg");
        assert_eq!(asset["exifInfo"]["latitude"], 48.8584);
        assert_eq!(asset["hasMetadata"], true);
        assert_eq!(asset["isFavorite"], false, "a favourite is one to its owner only");
        assert_eq!(asset["originalPath"], "");
        assert_eq!(asset["people"], json!([]));
        assert!(asset.get("owner").is_none(), "{asset}");
        assert!(!asset.to_string().contains(&owner.email), "{asset}");
    }
}

test_on_both! {
    async fn a_link_that_hides_metadata_shows_only_what_a_picture_needs(server: Server) {
        let owner = &server.admin;
        let id = upload_with_secrets(&server, owner).await;
        let link = owner.share_key(&server, &[id], json!({"showMetadata": false})).await;
        let (asset, known) = (info(&server, &link, id).await, owner.asset(&server, id).await);
        for property in ["id", "type", "originalMimeType", "thumbhash", "duration", "livePhotoVideoId"] {
            assert_eq!(asset[property], known[property], "{property}");
        }
        for property in ["fileCreatedAt", "fileModifiedAt", "localDateTime", "createdAt", "updatedAt"] {
            assert_eq!(asset[property], "1970-01-01T00:00:00.000Z", "{property}");
        }
        assert_eq!(asset["hasMetadata"], false);
        for property in ["exifInfo", "owner", "people", "tags", "unassignedFaces"] {
            assert!(asset.get(property).is_none(), "{property} in {asset}");
        }
        for property in ["originalFileName", "originalPath", "deviceId", "deviceAssetId", "checksum"] {
            assert_eq!(asset[property], "", "{property}");
        }
        let text = asset.to_string();
        let checksum = known["checksum"].as_str().expect("a checksum");
        for secret in ["ecret", "48.8584", "2.2945", checksum, "2024-02-03"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

test_on_both! {
    async fn each_version_of_the_wire_has_its_durations(server: Server) {
        let owner = &server.admin;
        let still = owner.upload(&server, &Picture::jpeg(1)).await;
        let film = owner.upload(&server, &Picture::video(1).with("duration", "1:02:03.004005")).await;
        for (id, version, duration) in [
            (still, "2", json!("0:00:00.00000")),
            (still, "3", Value::Null),
            (film, "2", json!("1:02:03.004005")),
            (film, "3", json!(3_723_004)),
        ] {
            let request = INFO.request(&server, owner, id).header("x-kallitype-api-version", version);
            let asset = Answer::of(request).await.json;
            assert_eq!(asset.get("duration"), Some(&duration), "version {version}: {asset}");
        }
        assert_eq!(owner.asset(&server, still).await["duration"], "0:00:00.00000", "2 is what is spoken unasked");
    }
}

test_on_both! {
    async fn an_archived_picture_says_so(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1).with("visibility", "archive")).await;
        let asset = info(&server, owner, id).await;
        assert_eq!((&asset["isArchived"], &asset["visibility"]), (&json!(true), &json!("archive")));
    }
}
