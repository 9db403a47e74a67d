//! `GET /assets/device/{deviceId}`

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Door, Picture, User};
use crate::test_on_both;

test_on_both! {
    async fn every_way_in_with_every_permission_lists(server: Server) {
        server.admin.upload(&server, &Picture::jpeg(1)).await;
        let door = Door::new(Method::GET, "/assets/device/test", "all");
        for answer in door.open(&server, 200).await {
            assert_eq!(answer.json, json!(["picture-1.jpg"]));
        }
        door.assert_closed(&server).await;
    }
}

test_on_both! {
    async fn the_callers_own_assets_of_the_device_are_listed(server: Server) {
        let (owner, other) = (&server.admin, User::another(&server, "other@example.org").await);
        owner.upload(&server, &Picture::jpeg(1).with("deviceAssetId", "one")).await;
        owner.upload(&server, &Picture::jpeg(2).with("deviceAssetId", "two").with("visibility", "archive")).await;
        owner.upload(&server, &Picture::jpeg(3).with("deviceId", "another device")).await;
        let trashed = owner.upload(&server, &Picture::jpeg(4)).await;
        owner.trash(&server, trashed).await;
        other.upload(&server, &Picture::jpeg(5).with("deviceAssetId", "theirs")).await;
        for (user, device, expected) in [
            (owner, "test", json!(["one", "two"])),
            (owner, "another%20device", json!(["picture-3.jpg"])),
            (owner, "unknown", json!([])),
            (&other, "test", json!(["theirs"])),
        ] {
            let answer = Answer::of(server.get(user, &format!("/assets/device/{device}"))).await;
            assert_eq!((answer.status, answer.json), (200, expected), "{device}");
        }
    }
}

test_on_both! {
    async fn devices_may_have_any_name(server: Server) {
        let owner = &server.admin;
        let name = "ünï/😀 %_'";
        owner.upload(&server, &Picture::jpeg(1).with("deviceId", name)).await;
        let encoded = "%C3%BCn%C3%AF%2F%F0%9F%98%80%20%25_%27";
        let answer = Answer::of(server.get(owner, &format!("/assets/device/{encoded}"))).await;
        assert_eq!((answer.status, answer.json), (200, json!(["picture-1.jpg"])));
    }
}
