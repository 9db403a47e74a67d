//! `POST /assets`

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Engine, LateUpload, Picture, Server, User, assert_invalid, assert_refused,
    eventually,
};
use crate::test_on_both;

async fn upload(server: &Server, credential: impl Into<Credential>, picture: &Picture) -> Answer {
    Answer::of(server.post(credential, "/assets").multipart(picture.form())).await
}

test_on_both! {
    async fn every_way_in_that_may_upload_uploads(server: Server) {
        let owner = &server.admin;
        let shown = owner.upload(&server, &Picture::jpeg(0)).await;
        let link = owner.share(&server, &[shown], json!({"allowUpload": true, "slug": "holidays"})).await;
        let ways = [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(&server, &["asset.upload"]).await,
            owner.api_key(&server, &["all"]).await,
            Credential::LinkKey(link["key"].as_str().unwrap().into()),
            Credential::LinkSlug("holidays".into()),
        ];
        for (number, way) in (1..).zip(&ways) {
            let answer = upload(&server, way, &Picture::jpeg(number)).await;
            assert_eq!(answer.status, 201, "{way:?} {answer:?}");
            assert_eq!(answer.json["status"], "created");
            let asset = owner.asset(&server, answer.id()).await;
            assert_eq!(asset["ownerId"], json!(owner.id), "{way:?}");
        }
    }
}

test_on_both! {
    async fn no_one_else_uploads(server: Server) {
        let owner = &server.admin;
        let shown = owner.upload(&server, &Picture::jpeg(0)).await;
        let closed = owner.share_key(&server, &[shown], json!({"allowUpload": false})).await;
        let reader = owner.api_key(&server, &["asset.read"]).await;
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (Credential::Bearer("wrong".into()), 401, "Invalid user token"),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (Credential::LinkKey("wrong".into()), 401, "Invalid share key"),
            (Credential::LinkSlug("wrong".into()), 401, "Invalid share slug"),
            (reader, 403, "Missing required permission: asset.upload"),
            (closed, 403, "Forbidden"),
        ] {
            let request = server.post(&way, "/assets").multipart(Picture::jpeg(1).form());
            assert_refused(request, status, message).await;
        }
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn what_is_uploaded_is_kept_and_described(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1)
            .with("isFavorite", "true")
            .with("visibility", "archive")
            .with("duration", "0:01:02.500000")
            .with("metadata", r#"[{"key": "mobile-app", "value": {"iCloudId": "x"}}]"#);
        let id = owner.upload(&server, &picture).await;
        let asset = owner.asset(&server, id).await;
        for (property, value) in [
            ("checksum", json!(picture.checksum_base64())),
            ("deviceAssetId", json!("picture-1.jpg")),
            ("deviceId", json!("test")),
            ("duration", json!("0:01:02.500000")),
            ("fileModifiedAt", json!("2024-05-06T07:08:10.000Z")),
            ("isArchived", json!(true)),
            ("isFavorite", json!(true)),
            ("isTrashed", json!(false)),
            ("originalFileName", json!("picture-1.jpg")),
            ("originalMimeType", json!("image/jpeg")),
            ("type", json!("IMAGE")),
            ("visibility", json!("archive")),
        ] {
            assert_eq!(asset[property], value, "{property}");
        }
        let kept = Answer::of(server.get(owner, &format!("/assets/{id}/metadata"))).await;
        assert_eq!(kept.json[0]["value"], json!({"iCloudId": "x"}));
        let original = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
        assert_eq!(original.bytes, picture.bytes);
    }
}

test_on_both! {
    async fn the_file_gets_its_modification_time(server: Server) {
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        let files = server.stored_originals();
        let modified = files[0].metadata().unwrap().modified().unwrap();
        let expected: jiff::Timestamp = "2024-05-06T07:08:10Z".parse().unwrap();
        assert_eq!(jiff::Timestamp::try_from(modified).unwrap(), expected);
    }
}

test_on_both! {
    async fn the_same_bytes_are_kept_once(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = owner.upload(&server, &picture).await;
        let again = upload(&server, owner, &picture.clone().named("other.jpg")).await;
        assert_eq!((again.status, again.json["status"].as_str()), (200, Some("duplicate")));
        assert_eq!(again.id(), id);
        owner.trash(&server, id).await;
        let trashed = upload(&server, owner, &picture).await;
        assert_eq!((trashed.status, trashed.id()), (200, id), "a trashed asset counts as existing");
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn another_user_keeps_the_same_bytes_for_themselves(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let picture = Picture::jpeg(1);
        let mine = server.admin.upload(&server, &picture).await;
        let theirs = other.upload(&server, &picture).await;
        assert_ne!(mine, theirs);
    }
}

test_on_both! {
    async fn two_identical_uploads_at_once_make_one_asset(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(7);
        let answers = futures_util::future::join_all((0..8).map(|_| upload(&server, owner, &picture))).await;
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        let duplicates = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!((created, duplicates), (1, 7));
        assert!(answers.iter().all(|answer| answer.id() == answers[0].id()));
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn an_announced_checksum_of_a_kept_file_is_answered_without_reading_the_body(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = owner.upload(&server, &picture).await;
        for checksum in [picture.checksum(), picture.checksum_base64()] {
            let request = server.post(owner, "/assets").header("x-immich-checksum", checksum).body("not a form");
            let answer = Answer::of(request).await;
            assert_eq!((answer.status, answer.id()), (200, id));
            assert_eq!(answer.json["status"], "duplicate");
        }
    }
}

test_on_both! {
    async fn bytes_that_are_not_what_was_announced_are_refused(server: Server) {
        let owner = &server.admin;
        let announced = Picture::jpeg(1).checksum();
        let request = server
            .post(owner, "/assets")
            .header("x-immich-checksum", announced)
            .multipart(Picture::jpeg(2).form());
        assert_refused(request, 400, "The file does not match its checksum, nothing was stored").await;
        let request = server.post(owner, "/assets").header("x-immich-checksum", "short").body("");
        assert_refused(request, 400, "x-immich-checksum must be a SHA-1 in base64 or hexadecimal").await;
        assert!(server.stored_originals().is_empty());
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        for (field, value, rules) in [
            ("fileCreatedAt", "", vec!["fileCreatedAt must be a valid ISO 8601 date string", "fileCreatedAt should not be empty"]),
            ("fileCreatedAt", "soon", vec!["fileCreatedAt must be a valid ISO 8601 date string"]),
            ("fileModifiedAt", "", vec!["fileModifiedAt must be a valid ISO 8601 date string", "fileModifiedAt should not be empty"]),
            ("isFavorite", "maybe", vec!["isFavorite must be a boolean value"]),
            ("livePhotoVideoId", "x", vec!["livePhotoVideoId must be a UUID"]),
            ("visibility", "x", vec!["visibility must be one of the following values: archive, timeline, hidden, locked"]),
            ("metadata", "x", vec!["metadata must be an array"]),
            ("metadata", r#"[{"key": "", "value": 1}]"#, vec!["metadata.0.key should not be empty", "metadata.0.value must be an object"]),
        ] {
            let request = server.post(owner, "/assets").multipart(Picture::jpeg(1).with(field, value).form());
            assert_invalid(request, &rules).await;
        }
        let twice = r#"[{"key": "a", "value": {}}, {"key": "a", "value": {}}]"#;
        let request = server.post(owner, "/assets").multipart(Picture::jpeg(1).with("metadata", twice).form());
        assert_refused(request, 400, "Duplicate items are not allowed: a").await;
        assert!(server.stored_originals().is_empty());
    }
}

/// The bytes of a form as .NET writes them: each part's type before its name, names without quotes.
fn dotnet_form(boundary: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, value) in fields {
        form.extend_from_slice(
            format!(
                "--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n\
                 Content-Disposition: form-data; name={name}\r\n\r\n{value}\r\n"
            )
            .as_bytes(),
        );
    }
    let (names, bytes) = file;
    let head = format!(
        "--{boundary}\r\nContent-Type: application/octet-stream\r\n\
         Content-Disposition: form-data; name=assetData; {names}\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(bytes);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    form
}

test_on_both! {
    async fn forms_of_dotnet_are_read(server: Server) {
        let owner = &server.admin;
        for (number, names, name, created, moment) in [
            (1, "filename=plain.jpg; filename*=utf-8''plain.jpg", "plain.jpg",
                "2024-05-06T07:08:09.1234567", "2024-05-06T07:08:09.123Z"),
            (2, "filename=\"two words; more.jpg\"; filename*=utf-8''two%20words%3B%20more.jpg", "two words; more.jpg",
                "2024-05-06T07:08:09.1234567Z", "2024-05-06T07:08:09.123Z"),
            (3, "filename=\"=?utf-8?B?w7xuw68uanBn?=\"; filename*=utf-8''%C3%BCn%C3%AF.jpg", "ünï.jpg",
                "2024-05-06T07:08:09.1234567+02:00", "2024-05-06T05:08:09.123Z"),
            (4, "filename*=UTF-8''%C3%BCn%C3%AF.jpg; filename=\"a; filename*=utf-8''b.jpg\"", "ünï.jpg",
                "2024-05-06T07:08:09.0000000-11:30", "2024-05-06T18:38:09.000Z"),
            (5, r#"filename="a\"; filename*=utf-8''b.jpg""#, "a\"; filename*=utf-8''b.jpg",
                "2024-05-06T07:08:09", "2024-05-06T07:08:09.000Z"),
        ] {
            let picture = Picture::jpeg(number);
            let boundary = "---------0F8FAD5B-D9CB-469F-A165-70867728950E";
            let fields = [
                ("deviceAssetId", "picture"),
                ("deviceId", "dotnet"),
                ("fileCreatedAt", created),
                ("fileModifiedAt", created),
                ("metadata", ""),
                ("isFavorite", "true"),
            ];
            let request = server
                .post(owner, "/assets")
                .header("content-type", format!("multipart/form-data; boundary=\"{boundary}\""))
                .body(dotnet_form(boundary, &fields, (names, &picture.bytes)));
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 201, "{names} {answer:?}");
            let asset = owner.asset(&server, answer.id()).await;
            let seen = ["originalFileName", "fileModifiedAt", "isFavorite", "checksum"].map(|property| &asset[property]);
            assert_eq!(seen, [&json!(name), &json!(moment), &json!(true), &json!(picture.checksum_base64())]);
        }
    }
}

test_on_both! {
    async fn an_empty_text_is_an_empty_list(server: Server) {
        let owner = &server.admin;
        let request = server.post(owner, "/assets").multipart(Picture::jpeg(1).form().text("metadata", ""));
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let kept = Answer::of(server.get(owner, &format!("/assets/{}/metadata", answer.id()))).await;
        assert_eq!(kept.json, json!([]));
        for text in ["{}", "1", "[object Object]", "\"\"", " "] {
            let request = server.post(owner, "/assets").multipart(Picture::jpeg(2).form().text("metadata", text));
            assert_invalid(request, &["metadata must be an array"]).await;
        }
        // Of JSON it is not said.
        let body = json!({"items": ""});
        let request = server.put(owner, &format!("/assets/{}/metadata", answer.id())).json(&body);
        assert_invalid(request, &["items must be an array"]).await;
    }
}

test_on_both! {
    async fn a_text_called_like_a_file_is_a_field(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let text = |form: Form, name: &'static str| form.text(name, "[object Object]");
        let file = |form: Form, name: &'static str| {
            form.part(name, Part::bytes(picture.bytes.clone()).file_name("a.jpg"))
        };
        let form = text(text(picture.fields_form(), "assetData"), "sidecarData");
        let form = text(file(form, "assetData"), "assetData");
        let answer = Answer::of(server.post(owner, "/assets").multipart(form)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let original = Answer::of(server.get(owner, &format!("/assets/{}/original", answer.id()))).await;
        assert_eq!(original.bytes, picture.bytes);
        assert_eq!(server.stored_originals().len(), 1, "and no sidecar");

        let only_text = text(picture.fields_form(), "assetData");
        let request = server.post(owner, "/assets").multipart(only_text);
        assert_invalid(request, &["assetData should not be empty"]).await;
        for twice in ["assetData", "sidecarData"] {
            let form = file(file(picture.fields_form(), twice), twice);
            let request = server.post(owner, "/assets").multipart(form);
            assert_invalid(request, &[&format!("{twice} must be given once")]).await;
        }
        // A type says as much as a name.
        let typed = Part::bytes(Picture::jpeg(2).bytes).mime_str("image/jpeg").expect("a type");
        let form = picture.fields_form().text("filename", "b.jpg").part("assetData", typed);
        assert_eq!(Answer::of(server.post(owner, "/assets").multipart(form)).await.status, 201);
    }
}

test_on_both! {
    async fn a_file_has_to_be_there_and_of_a_known_type(server: Server) {
        let owner = &server.admin;
        let missing = server.post(owner, "/assets").multipart(Picture::jpeg(1).fields_form());
        assert_invalid(missing, &["assetData should not be empty"]).await;
        let empty = server.post(owner, "/assets").multipart(Picture::new(Vec::new(), "a.jpg").form());
        assert_invalid(empty, &["assetData should not be empty"]).await;
        for name in ["letter.txt", "a.xmp", "noextension"] {
            let request = server.post(owner, "/assets").multipart(Picture::jpeg(1).named(name).form());
            assert_refused(request, 400, &format!("Unsupported file type {name}")).await;
        }
        let by_filename = Picture::jpeg(1).named("blob").with("filename", "HOLIDAY.JPG");
        let id = owner.upload(&server, &by_filename).await;
        assert_eq!(owner.asset(&server, id).await["originalFileName"], "HOLIDAY.JPG");
        let broken = server.post(owner, "/assets").header("content-type", "multipart/form-data; boundary=x").body("--x\r\n");
        assert_eq!(Answer::of(broken).await.status, 400);
        let json = server.post(owner, "/assets").json(&json!({}));
        assert_refused(json, 400, "The body must be multipart/form-data").await;
    }
}

test_on_both! {
    async fn clients_of_version_3_need_not_name_their_device(server: Server) {
        let owner = &server.admin;
        let picture = Picture::video(1).with("deviceId", "").with("deviceAssetId", "").with("duration", "62500");
        let id = owner.upload(&server, &picture).await;
        assert_eq!(owner.asset(&server, id).await["duration"], "0:01:02.500000");
        let request = server.get(owner, &format!("/assets/{id}")).header("x-kallitype-api-version", "3");
        assert_eq!(Answer::of(request).await.json["duration"], 62500);
    }
}

test_on_both! {
    async fn names_are_data_and_never_paths(server: Server) {
        let owner = &server.admin;
        for (number, name) in (1..).zip(["../../../etc/passwd.jpg", "/absolute.jpg", "C:\\photos\\a.jpg", "ünï 😀 \u{202e}.jpg"]) {
            let id = owner.upload(&server, &Picture::jpeg(number).with("filename", name)).await;
            let kept = owner.asset(&server, id).await["originalFileName"].as_str().unwrap().to_owned();
            assert!(!kept.contains(['/', '\\']), "{kept}");
            assert!(kept.ends_with(".jpg"));
        }
        let root = server.options.data.canonicalize().unwrap();
        assert!(server.stored_originals().iter().all(|file| file.canonicalize().unwrap().starts_with(&root)));
        assert_eq!(server.stored_originals().len(), 4);
    }
}

test_on_both! {
    async fn the_moving_part_of_a_live_photo_leaves_the_timeline(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &video.to_string());
        let id = owner.upload(&server, &still).await;
        assert_eq!(owner.asset(&server, id).await["livePhotoVideoId"], json!(video));
        assert_eq!(owner.asset(&server, video).await["visibility"], "hidden");

        let theirs = other.upload(&server, &Picture::video(2)).await;
        for foreign in [theirs, Uuid::new_v4()] {
            let picture = Picture::jpeg(2).with("livePhotoVideoId", &foreign.to_string());
            let request = server.post(owner, "/assets").multipart(picture.form());
            assert_refused(request, 400, "Live photo video not found").await;
        }
        let picture = Picture::jpeg(2).with("livePhotoVideoId", &id.to_string());
        let request = server.post(owner, "/assets").multipart(picture.form());
        assert_refused(request, 400, "Live photo video must be a video").await;
    }
}

test_on_both! {
    async fn what_is_the_owners_to_say_is_not_for_visitors(server: Server) {
        let owner = &server.admin;
        let video = owner.upload(&server, &Picture::video(1)).await;
        let link = owner.share_key(&server, &[video], json!({"allowUpload": true})).await;
        let picture = Picture::jpeg(1)
            .with("visibility", "archive")
            .with("isFavorite", "true")
            .with("livePhotoVideoId", &video.to_string());
        let answer = upload(&server, link, &picture).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let asset = owner.asset(&server, answer.id()).await;
        for (property, value) in [
            ("visibility", json!("timeline")),
            ("isFavorite", json!(false)),
            ("livePhotoVideoId", json!(null)),
        ] {
            assert_eq!(asset[property], value, "{property}");
        }
        assert_eq!(owner.asset(&server, video).await["visibility"], "timeline");
    }
}

test_on_both! {
    async fn a_visitor_learns_nothing_by_a_checksum_and_sees_what_they_show(server: Server) {
        let owner = &server.admin;
        let shown = owner.upload(&server, &Picture::jpeg(0)).await;
        let (picture, link) = (Picture::jpeg(1), owner.share_key(&server, &[shown], json!({"allowUpload": true})).await);
        let kept = owner.upload(&server, &picture).await;
        let request = server.post(&link, "/assets").header("x-immich-checksum", picture.checksum());
        assert_refused(request.body("not a form"), 400, "The body must be multipart/form-data").await;
        let path = format!("/assets/{kept}");
        assert_eq!(Answer::of(server.get(&link, &path)).await.status, 400);
        let again = upload(&server, link.clone(), &picture).await;
        assert_eq!((again.status, again.id()), (200, kept));
        assert_eq!(Answer::of(server.get(&link, &path)).await.status, 200);
        assert_eq!(server.stored_originals().len(), 2);
    }
}

test_on_both! {
    async fn an_upload_that_outlasts_its_link_is_refused(server: Server) {
        let owner = &server.admin;
        let shown = owner.upload(&server, &Picture::jpeg(0)).await;
        for (number, change, status) in [
            (1, json!({"allowUpload": false}), 403),
            (2, json!({"expiresAt": "2020-01-01T00:00:00.000Z"}), 401),
            (3, json!({"password": "a secret"}), 401),
            (4, json!(null), 401),
        ] {
            let link = owner.share(&server, &[shown], json!({"allowUpload": true})).await;
            let key = Credential::LinkKey(link["key"].as_str().unwrap().into());
            let upload = LateUpload::begin(&server, key, &Picture::jpeg(number)).await;
            let path = format!("/shared-links/{}", link["id"].as_str().unwrap());
            let changed = match change.is_null() {
                true => server.delete(owner, &path),
                false => server.request_as(owner, Method::PATCH, &path).json(&change),
            };
            assert!(Answer::of(changed).await.status < 300);
            assert_eq!(upload.finish().await.status, status, "{change}");
            assert_eq!(server.stored_originals().len(), 1, "{change}");
        }
    }
}

test_on_both! {
    async fn an_upload_that_outlasts_its_session_is_refused(server: Server) {
        for (number, end) in [(1, "/auth/logout"), (2, "/admin/auth/unlink-all"), (3, "")] {
            let there = User::login(server.http(), &server.address, &server.admin.email).await;
            let upload = LateUpload::begin(&server, &there, &Picture::jpeg(number)).await;
            let (request, status) = match end {
                "" => (server.delete(&server.admin, "/sessions"), 401),
                "/auth/logout" => (server.post(&there, end), 401),
                // Something else that happens meanwhile does not disturb it.
                other => (server.post(&server.admin, other), 201),
            };
            assert!(Answer::of(request).await.status < 300, "{end}");
            let before = server.stored_originals().len();
            let answer = upload.finish().await;
            assert_eq!(answer.status, status, "{end}: {answer:?}");
            assert_eq!(server.stored_originals().len(), before + usize::from(status == 201), "{end}");
        }
    }
}

test_on_both! {
    async fn an_upload_that_outlasts_its_key_is_refused(server: Server) {
        let owner = &server.admin;
        for (number, change, status) in [
            (1, None, 401),
            (2, Some(json!({"name": "less", "permissions": ["asset.read"]})), 403),
            (3, Some(json!({"name": "other", "permissions": ["asset.upload"]})), 201),
        ] {
            let body = json!({"name": "key", "permissions": ["asset.upload"]});
            let made = Answer::of(server.post(owner, "/api-keys").json(&body)).await.json;
            let key = Credential::ApiKey(made["secret"].as_str().expect("a secret").to_owned());
            let upload = LateUpload::begin(&server, key, &Picture::jpeg(number)).await;
            let path = format!("/api-keys/{}", made["apiKey"]["id"].as_str().expect("an id"));
            let request = match &change {
                None => server.delete(owner, &path),
                Some(change) => server.put(owner, &path).json(change),
            };
            assert!(Answer::of(request).await.status < 300, "{change:?}");
            let answer = upload.finish().await;
            assert_eq!(answer.status, status, "{change:?}: {answer:?}");
        }
        assert_eq!(server.stored_originals().len(), 1);
    }
}

test_on_both! {
    async fn other_files_that_outlast_their_session_are_refused(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let replacing = format!("/assets/{id}/original");
        for (path, part) in [(replacing.as_str(), "assetData"), ("/users/profile-image", "file")] {
            let there = User::login(server.http(), &server.address, &owner.email).await;
            let request = match part {
                "file" => server.post(&there, path),
                _ => server.put(&there, path),
            };
            let upload = LateUpload::send(&server, request, &Picture::jpeg(2), part).await;
            assert_eq!(Answer::of(server.post(&there, "/auth/logout")).await.status, 200);
            assert_eq!(upload.finish().await.status, 401, "{path}");
        }
        let asset = owner.asset(&server, id).await;
        assert_eq!(asset["checksum"], Picture::jpeg(1).checksum_base64());
        let me = Answer::of(server.get(owner, "/users/me")).await;
        assert_eq!(me.json["profileImagePath"], "");
    }
}

test_on_both! {
    async fn a_quota_that_comes_late_holds(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let upload = LateUpload::begin(&server, &other, &Picture::jpeg(1)).await;
        let path = format!("/admin/users/{}", other.id);
        let changed = server.put(&server.admin, &path).json(&json!({"quotaSizeInBytes": 1}));
        assert_eq!(Answer::of(changed).await.status, 200);
        let answer = upload.finish().await;
        assert_eq!((answer.status, &answer.json["message"]), (400, &json!("Quota has been exceeded!")));
        assert!(server.stored_originals().is_empty());
    }
}

test_on_both! {
    async fn uploads_at_once_share_one_quota(server: Server) {
        let pictures: Vec<Picture> = (1..9).map(Picture::jpeg).collect();
        let largest = pictures.iter().map(|picture| picture.bytes.len()).max().unwrap();
        let quota = (2 * largest + 10).to_string();
        let owner = User::another_with(&server, "small@example.org", &["--quota-bytes", &quota]).await;
        let uploads = pictures.iter().map(|picture| upload(&server, &owner, picture));
        let answers = futures_util::future::join_all(uploads).await;
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(created, 2, "{answers:?}");
        assert_eq!(server.stored_originals().len(), 2);
    }
}

test_on_both! {
    async fn a_quota_holds(server: Server) {
        let (picture, another) = (Picture::jpeg(1), Picture::jpeg(2));
        let quota = (picture.bytes.len().max(another.bytes.len()) + 10).to_string();
        let owner = User::another_with(&server, "small@example.org", &["--quota-bytes", &quota]).await;
        let id = owner.upload(&server, &picture).await;
        let request = server.post(&owner, "/assets").multipart(another.form());
        assert_refused(request, 400, "Quota has been exceeded!").await;
        assert_eq!(server.stored_originals().len(), 1);
        let gone = server.request_as(&owner, Method::DELETE, "/assets").json(&json!({"ids": [id], "force": true}));
        assert_eq!(Answer::of(gone).await.status, 204);
        owner.upload(&server, &another).await;
    }
}

test_on_both! {
    async fn a_sidecar_is_kept_beside_its_picture(server: Server) {
        let picture = Picture::jpeg(1);
        let sidecar = reqwest::multipart::Part::bytes(&b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"[..]).file_name("a.xmp");
        let request = server.post(&server.admin, "/assets").multipart(picture.form().part("sidecarData", sidecar));
        assert_eq!(Answer::of(request).await.status, 201);
        let mut names: Vec<String> =
            server.stored_originals().iter().map(|file| file.to_string_lossy().into_owned()).collect();
        names.sort();
        assert_eq!(names.len(), 2);
        assert_eq!(names[1], format!("{}.xmp", names[0]));
    }
}

test_on_both! {
    async fn an_upload_that_is_cut_off_leaves_nothing(server: Server) {
        use tokio::io::AsyncWriteExt;
        let address = server.address.trim_start_matches("http://").to_owned();
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "POST /api/assets HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 100000\r\n\
             content-type: multipart/form-data; boundary=b\r\n\r\n--b\r\n\
             content-disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\nsome bytes",
            server.admin.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let incoming = server.options.data.join("incoming");
        let parts = || crate::support::server::files_below(&incoming).iter().filter(|file| file.extension().is_some()).count();
        eventually("the file's beginning", async || (parts() == 1).then_some(())).await;
        drop(stream);
        eventually("the file's removal", async || (parts() == 0).then_some(())).await;
        assert!(server.stored_originals().is_empty());
    }
}

#[tokio::test]
async fn limits_are_settings() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("max-upload-bytes", 1000)
            .with("max-parts", 6)
            .with("max-field-bytes", 400)
    })
    .await;
    let owner = &server.admin;
    for (picture, message) in [
        (
            Picture::new(vec![1; 1001], "a.jpg"),
            "The file is larger than 1000 bytes",
        ),
        (
            Picture::new(vec![1; 10], "a.jpg")
                .with("a", "1")
                .with("b", "2"),
            "The body has more than 6 parts",
        ),
        (
            Picture::new(vec![1; 10], "a.jpg").with("a", &"x".repeat(400)),
            "The fields are longer than 400 bytes",
        ),
    ] {
        let request = server.post(owner, "/assets").multipart(picture.form());
        assert_refused(request, 413, message).await;
    }
    assert!(server.stored_originals().is_empty());
}

#[tokio::test]
async fn a_full_disk_is_said_and_keeps_nothing() {
    let more_than_any_disk = u64::MAX / 4;
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("min-free-bytes", more_than_any_disk)
    })
    .await;
    let request = server
        .post(&server.admin, "/assets")
        .multipart(Picture::jpeg(1).form());
    assert_refused(
        request,
        507,
        "The server's disk is full, nothing was stored",
    )
    .await;
    assert!(server.stored_originals().is_empty());
}

/// Uploads until the disk is full, and answers what was acknowledged before.
async fn fill(server: &Server, seed: u32) -> Vec<(Uuid, Picture)> {
    let mut kept = Vec::new();
    loop {
        let number = seed + u32::try_from(kept.len()).expect("a few");
        let picture = Picture::new(noise(number, 700_000), "noise.jpg");
        let request = server
            .post(&server.admin, "/assets")
            .multipart(picture.form());
        let answer = Answer::of(request).await;
        match answer.status {
            201 => kept.push((answer.id(), picture)),
            507 => return kept,
            _ => panic!("{answer:?}"),
        }
    }
}

/// Bytes that no two numbers share.
fn noise(number: u32, length: u32) -> Vec<u8> {
    let of = |position: u32| (position ^ number << 20).wrapping_mul(2_654_435_761) >> 24;
    (0..length).map(|position| of(position) as u8).collect()
}

async fn a_disk_that_is_really_full_costs_nothing_that_was_kept(engine: Engine) {
    let server = Server::start_with(engine, |options| {
        // Without workers, whose thumbnails would take what is left to delete with.
        let options = options.with("min-free-bytes", 0).with("roles", "api");
        options.on_disk_of(40 << 20)
    })
    .await;
    let owner = &server.admin;
    let mut kept = fill(&server, 0).await;
    assert!(kept.len() > 10, "{}", kept.len());
    let ids: Vec<_> = kept.drain(..8).map(|(id, _)| id).collect();
    let body = json!({"ids": ids, "force": true});
    assert_eq!(
        Answer::of(server.delete(owner, "/assets").json(&body))
            .await
            .status,
        204
    );
    let more = eventually("room on the disk", async || {
        let more = fill(&server, 1000).await;
        (!more.is_empty()).then_some(more)
    })
    .await;
    for (id, picture) in kept.iter().chain(&more) {
        let original = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
        assert!(
            original.status == 200 && original.bytes == picture.bytes,
            "{original:?}"
        );
    }
    let statistics = Answer::of(server.get(owner, "/assets/statistics"))
        .await
        .json;
    assert_eq!(statistics["total"], json!(kept.len() + more.len()));
}

#[tokio::test]
async fn a_full_disk_with_the_database_on_it() {
    a_disk_that_is_really_full_costs_nothing_that_was_kept(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_full_disk_with_the_database_elsewhere() {
    a_disk_that_is_really_full_costs_nothing_that_was_kept(Engine::Postgres).await;
}

test_on_both! {
    async fn who_is_refused_early_hears_why(server: Server) {
        let large = Picture::new(vec![7; 20_000_000], "large.jpg");
        for _ in 0..5 {
            let request = server.post(Credential::None, "/assets").multipart(large.form());
            assert_refused(request, 401, "Authentication required").await;
        }
    }
}

test_on_both! {
    async fn names_are_of_255_characters_at_most(server: Server) {
        let owner = &server.admin;
        let long = |characters: usize| "ü".repeat(characters);
        let upload = |picture: Picture| server.post(owner, "/assets").multipart(picture.form());
        for name in ["deviceAssetId", "deviceId"] {
            let rule = format!("{name} must be shorter than or equal to 255 characters");
            assert_invalid(upload(Picture::jpeg(1).with(name, &long(256))), &[&rule]).await;
        }
        let rule = "filename must be shorter than or equal to 255 characters";
        let name = |characters: usize| format!("{}.jpg", long(characters - 4));
        let named = Picture::jpeg(1).with("deviceAssetId", "1").named(&name(256));
        assert_invalid(upload(named), &[rule]).await;
        assert_invalid(upload(Picture::jpeg(1).with("filename", &name(256))), &[rule]).await;
        assert!(server.stored_originals().is_empty(), "nothing is kept of them");

        let longest = Picture::jpeg(1).with("deviceAssetId", &long(255)).with("deviceId", &long(255));
        let path = format!("{}/{}", long(500), name(255));
        let id = owner.upload(&server, &longest.with("filename", &path)).await;
        let asset = owner.asset(&server, id).await;
        assert_eq!((&asset["originalFileName"], &asset["deviceId"]), (&json!(name(255)), &json!(long(255))));
    }
}

test_on_both! {
    async fn no_more_metadata_come_with_a_file_than_may_be_kept(server: Server) {
        let value = json!({"text": "x".repeat(65_536)});
        let picture = Picture::jpeg(1).with("metadata", &json!([{"key": "a", "value": value}]).to_string());
        let request = server.post(&server.admin, "/assets").multipart(picture.form());
        let refusal = "The metadata of an asset must be no more than 100 keys and 65536 bytes";
        assert_refused(request, 400, refusal).await;
        assert!(server.stored_originals().is_empty());
    }
}
