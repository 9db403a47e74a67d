//! Each type of one's own: whole at first, then what changes, then what is gone; and nothing that was acknowledged.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ack, kinds, of_type, stream, take, values};
use crate::people::{delete_face, face_of, faces, named, tell_face};
use crate::support::{Answer, Picture, Server, User};
use crate::test_on_both;

async fn done(request: reqwest::RequestBuilder) -> Value {
    let answer = Answer::of(request).await;
    assert!((200..300).contains(&answer.status), "{answer:?}");
    answer.json
}

async fn nothing_more(server: &Server, who: &User, types: &[&str]) {
    assert_eq!(kinds(&take(server, who, types).await), Vec::<&str>::new());
}

test_on_both! {
    async fn assets_and_what_their_files_say(server: Server) {
        let me = &server.admin;
        let picture = Picture::jpeg(1);
        let id = me.upload(&server, &picture).await;
        server.finish_jobs().await;
        let types = ["AssetExifsV1", "AssetsV1"];
        let first = take(&server, me, &types).await;
        assert_eq!(kinds(&first), ["AssetV1", "AssetExifV1"]);
        let asset = me.asset(&server, id).await;
        let told = of_type(&first, "AssetV1")[0];
        for name in ["id", "ownerId", "thumbhash", "fileCreatedAt", "fileModifiedAt", "localDateTime", "type", "visibility",
            "isFavorite", "libraryId", "livePhotoVideoId", "originalFileName"] {
            assert_eq!(told[name], asset[name], "{name}");
        }
        assert_eq!(told["checksum"], json!(picture.checksum_base64()));
        assert_eq!((&told["deletedAt"], &told["duration"], &told["stackId"]), (&Value::Null, &Value::Null, &Value::Null));
        let exif = of_type(&first, "AssetExifV1")[0];
        assert_eq!(exif.as_object().unwrap().len(), 25, "{exif}");
        for name in ["city", "description", "exifImageWidth", "exifImageHeight", "fileSizeInByte", "make", "orientation"] {
            assert_eq!(exif[name], asset["exifInfo"][name], "{name}");
        }
        nothing_more(&server, me, &types).await;
        for (change, name, value) in [
            (json!({"isFavorite": true}), "isFavorite", json!(true)),
            (json!({"visibility": "archive"}), "visibility", json!("archive")),
            (json!({"visibility": "locked"}), "visibility", json!("locked")),
        ] {
            me.update(&server, id, change).await;
            let changed = take(&server, me, &["AssetsV1"]).await;
            assert_eq!(of_type(&changed, "AssetV1")[0][name], value);
        }
        me.unlock(&server).await;
        me.update(&server, id, json!({"visibility": "timeline", "description": "a lake"})).await;
        server.finish_jobs().await;
        let changed = take(&server, me, &types).await;
        assert_eq!(values(&changed, "AssetExifV1", "description"), ["a lake"]);
        me.trash(&server, id).await;
        let trashed = take(&server, me, &types).await;
        assert!(of_type(&trashed, "AssetV1")[0]["deletedAt"].is_string(), "{trashed:?}");
        done(server.post(me, "/trash/restore")).await;
        let restored = take(&server, me, &types).await;
        assert_eq!(of_type(&restored, "AssetV1")[0]["deletedAt"], Value::Null);
        done(server.delete(me, "/assets").json(&json!({"ids": [id], "force": true}))).await;
        let gone = take(&server, me, &types).await;
        assert_eq!(values(&gone, "AssetDeleteV1", "assetId"), [id.to_string()]);
        assert_eq!(gone.len(), 1, "{gone:?}");
        nothing_more(&server, me, &types).await;
    }
}

test_on_both! {
    async fn who_gave_a_checksum_up_comes_before_who_got_it(server: Server) {
        let me = &server.admin;
        let (former, newer) = (Picture::jpeg(1), Picture::jpeg(2));
        let id = me.upload(&server, &former).await;
        server.finish_jobs().await;
        take(&server, me, &["AssetsV1"]).await;
        let replacing = server.put(me, &format!("/assets/{id}/original")).multipart(newer.form());
        let replaced = done(replacing).await;
        let copy = replaced["id"].as_str().expect("an id");
        server.finish_jobs().await;
        for is_favorite in [true, false] {
            // It changes once more before apps have heard of its copy.
            me.update(&server, id, json!({"isFavorite": is_favorite})).await;
            let changed = take(&server, me, &["AssetsV1"]).await;
            assert_eq!(values(&changed, "AssetV1", "id"), [id.to_string().as_str(), copy]);
            assert_eq!(
                values(&changed, "AssetV1", "checksum"),
                [newer.checksum_base64(), former.checksum_base64()]
            );
        }
    }
}

test_on_both! {
    async fn what_apps_keep_with_assets(server: Server) {
        let me = &server.admin;
        let id = me.upload(&server, &Picture::jpeg(1)).await;
        let path = format!("/assets/{id}/metadata");
        let keep = json!({"items": [{"key": "mobile-app", "value": {"iCloudId": "x"}}, {"key": "another", "value": {"a": 1}}]});
        done(server.put(me, &path).json(&keep)).await;
        let types = ["AssetMetadataV1"];
        let first = take(&server, me, &types).await;
        assert_eq!(of_type(&first, "AssetMetadataV1"), [&json!({"assetId": id, "key": "mobile-app", "value": {"iCloudId": "x"}})]);
        nothing_more(&server, me, &types).await;
        for key in ["another", "mobile-app"] {
            assert_eq!(Answer::of(server.delete(me, &format!("{path}/{key}"))).await.status, 204);
        }
        let gone = take(&server, me, &types).await;
        assert_eq!(of_type(&gone, "AssetMetadataDeleteV1"), [&json!({"assetId": id, "key": "mobile-app"})]);
        nothing_more(&server, me, &types).await;
    }
}

test_on_both! {
    async fn stacks(server: Server) {
        let me = &server.admin;
        let mut ids = Vec::new();
        for seed in 0..3 {
            ids.push(me.upload(&server, &Picture::jpeg(seed)).await);
        }
        server.finish_jobs().await;
        let types = ["StacksV1", "AssetsV1"];
        take(&server, me, &types).await;
        let stack = done(server.post(me, "/stacks").json(&json!({"assetIds": ids}))).await;
        let made = take(&server, me, &types).await;
        assert_eq!(kinds(&made), ["AssetV1", "AssetV1", "AssetV1", "StackV1"]);
        assert!(values(&made, "AssetV1", "stackId").iter().all(|id| *id == stack["id"]));
        assert_eq!(of_type(&made, "StackV1")[0]["primaryAssetId"], json!(ids[0]));
        let path = format!("/stacks/{}", stack["id"].as_str().unwrap());
        done(server.put(me, &path).json(&json!({"primaryAssetId": ids[1]}))).await;
        assert_eq!(values(&take(&server, me, &types).await, "StackV1", "primaryAssetId"), [ids[1].to_string()]);
        assert_eq!(Answer::of(server.delete(me, &path)).await.status, 204);
        let gone = take(&server, me, &types).await;
        assert_eq!(kinds(&gone), ["AssetV1", "AssetV1", "AssetV1", "StackDeleteV1"]);
        assert!(of_type(&gone, "AssetV1").iter().all(|asset| asset["stackId"].is_null()));
        assert_eq!(of_type(&gone, "StackDeleteV1")[0]["stackId"], stack["id"]);
        nothing_more(&server, me, &types).await;
    }
}

test_on_both! {
    async fn memories_and_what_is_in_them(server: Server) {
        let me = &server.admin;
        let ids = [me.upload(&server, &Picture::jpeg(1)).await, me.upload(&server, &Picture::jpeg(2)).await];
        let types = ["MemoriesV1", "MemoryToAssetsV1"];
        let body = json!({"type": "on_this_day", "data": {"year": 2020}, "memoryAt": "2020-01-02T00:00:00.000Z", "assetIds": ids});
        let memory = done(server.post(me, "/memories").json(&body)).await;
        let first = take(&server, me, &types).await;
        let told = of_type(&first, "MemoryV1")[0];
        assert_eq!((&told["id"], &told["data"], &told["type"]), (&memory["id"], &json!({"year": 2020}), &json!("on_this_day")));
        assert_eq!(of_type(&first, "MemoryToAssetV1").len(), 2);
        nothing_more(&server, me, &types).await;
        let path = format!("/memories/{}", memory["id"].as_str().unwrap());
        done(server.put(me, &path).json(&json!({"isSaved": true}))).await;
        assert_eq!(of_type(&take(&server, me, &types).await, "MemoryV1")[0]["isSaved"], json!(true));
        done(server.delete(me, &format!("{path}/assets")).json(&json!({"ids": [ids[0]]}))).await;
        let left = take(&server, me, &types).await;
        assert_eq!(of_type(&left, "MemoryToAssetDeleteV1"), [&json!({"assetId": ids[0], "memoryId": memory["id"]})]);
        done(server.delete(me, "/assets").json(&json!({"ids": [ids[1]], "force": true}))).await;
        let left = take(&server, me, &types).await;
        assert_eq!(values(&left, "MemoryToAssetDeleteV1", "assetId"), [ids[1].to_string()]);
        done(server.delete(me, &path)).await;
        let gone = take(&server, me, &types).await;
        assert_eq!(gone, [("MemoryDeleteV1".to_owned(), json!({"memoryId": memory["id"]}))]);
        nothing_more(&server, me, &types).await;
    }
}

test_on_both! {
    async fn people_and_their_faces(server: Server) {
        let me = &server.admin;
        let id = me.upload_and_settle(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let person = named(&server, me, "Ada").await;
        done(server.put(me, &format!("/people/{person}")).json(&json!({"birthDate": "1815-12-10"}))).await;
        tell_face(&server, me, &face_of(person, id)).await;
        server.finish_jobs().await;
        let types = ["PeopleV1", "AssetFacesV1"];
        let first = take(&server, me, &types).await;
        let told = of_type(&first, "PersonV1")[0];
        assert_eq!((&told["name"], &told["birthDate"]), (&json!("Ada"), &json!("1815-12-10T00:00:00.000Z")));
        let face = of_type(&first, "AssetFaceV1")[0];
        assert_eq!((&face["personId"], &face["assetId"], &face["sourceType"]), (&json!(person), &json!(id), &json!("manual")));
        nothing_more(&server, me, &types).await;
        done(server.delete(me, &format!("/people/{person}"))).await;
        let gone = take(&server, me, &types).await;
        assert_eq!(values(&gone, "PersonDeleteV1", "personId"), [person.to_string()]);
        assert_eq!(of_type(&gone, "AssetFaceV1")[0]["personId"], Value::Null);
        let left = faces(&server, me, id).await;
        delete_face(&server, me, &left[0], true).await;
        let gone = take(&server, me, &types).await;
        assert_eq!(values(&gone, "AssetFaceDeleteV1", "assetFaceId"), [left[0]["id"].as_str().unwrap()]);
    }
}

test_on_both! {
    async fn users_and_what_is_kept_for_them(server: Server) {
        let me = &server.admin;
        let types = ["AuthUsersV1", "UsersV1", "UserMetadataV1"];
        let first = take(&server, me, &types).await;
        assert_eq!(kinds(&first)[..2], ["AuthUserV1", "UserV1"]);
        let told = of_type(&first, "AuthUserV1")[0];
        assert_eq!((&told["isAdmin"], &told["email"], &told["pinCode"]), (&json!(true), &json!(me.email), &Value::Null));
        let before = told["quotaUsageInBytes"].as_i64().unwrap();
        let picture = Picture::jpeg(1);
        me.upload(&server, &picture).await;
        let changed = take(&server, me, &["AuthUsersV1"]).await;
        let used = of_type(&changed, "AuthUserV1")[0]["quotaUsageInBytes"].as_i64().unwrap();
        assert!(used >= before + picture.bytes.len() as i64, "{used}");
        let other = User::another(&server, "other@example.org").await;
        assert_eq!(values(&take(&server, me, &types).await, "UserV1", "id"), [other.id.to_string()]);
        done(server.put(me, "/users/me/preferences").json(&json!({"memories": {"enabled": false}}))).await;
        done(server.put(me, "/users/me/onboarding").json(&json!({"isOnboarded": true}))).await;
        let license = json!({"licenseKey": "IMCL-0KEY-CAN1-00BE-FOUN-DHER-E0IN-0MY0-CODE",
            "activationKey": "x"});
        let licensed = Answer::of(server.put(me, "/users/me/license").json(&license)).await.status == 200;
        let lines = stream(&server, me, &types).await;
        let kept: Vec<_> = lines.iter().filter(|line| line.kind == "UserMetadataV1").collect();
        assert_eq!(kept.len(), if licensed { 3 } else { 2 }, "{lines:?}");
        assert_eq!(kept[0].data, json!({"userId": me.id, "key": "preferences", "value": {"memories": {"enabled": false}}}));
        assert_eq!(kept.last().unwrap().data["value"], json!({"isOnboarded": true}));
        // Whoever has only the first gets the others, too.
        ack(&server, me, &[kept[0].ack.clone()]).await;
        assert_eq!(of_type(&take(&server, me, &types).await, "UserMetadataV1").len(), kept.len());
        if licensed {
            assert_eq!(Answer::of(server.delete(me, "/users/me/license")).await.status, 204);
            let gone = take(&server, me, &types).await;
            assert_eq!(of_type(&gone, "UserMetadataDeleteV1"), [&json!({"userId": me.id, "key": "license"})]);
        }
        let body = json!({"force": true});
        done(server.request_as(me, Method::DELETE, &format!("/admin/users/{}", other.id)).json(&body)).await;
        server.finish_jobs().await;
        let gone = take(&server, me, &types).await;
        assert_eq!(values(&gone, "UserDeleteV1", "userId"), [other.id.to_string()]);
        nothing_more(&server, me, &types).await;
    }
}
