//! What the server remembers of itself, for administrators.

use serde_json::{Value, json};

use crate::library::rebuild::lose_and_rebuild;
use crate::support::{Answer, Server, User, assert_refused};
use crate::test_on_both;

const LICENSE: &str = "IMSV-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WXYZ";

async fn onboarded(server: &Server) -> [Value; 2] {
    let path = "/system-metadata/admin-onboarding";
    let own = Answer::of(server.get(&server.admin, path)).await;
    let config = Answer::of(server.get(&server.admin, "/server/config")).await;
    [
        own.json["isOnboarded"].clone(),
        config.json["isOnboarded"].clone(),
    ]
}

async fn set_onboarded(server: &Server, is_onboarded: bool) {
    let body = json!({"isOnboarded": is_onboarded});
    let request = server
        .post(&server.admin, "/system-metadata/admin-onboarding")
        .json(&body);
    assert_eq!(Answer::of(request).await.status, 204);
}

test_on_both! {
    async fn the_first_steps_are_seen_until_someone_wants_them_again(server: Server) {
        assert_eq!(onboarded(&server).await, [json!(true), json!(true)]);
        set_onboarded(&server, false).await;
        assert_eq!(onboarded(&server).await, [json!(false), json!(false)]);
        set_onboarded(&server, true).await;
        assert_eq!(onboarded(&server).await, [json!(true), json!(true)]);
    }
}

test_on_both! {
    async fn nothing_was_imported_and_no_one_was_asked_for_releases(server: Server) {
        let state = async |path: &str| Answer::of(server.get(&server.admin, path)).await.json;
        let unknown = json!({"checkedAt": null, "releaseVersion": null});
        assert_eq!(state("/system-metadata/version-check-state").await, unknown);
        assert_eq!(state("/server/version-check").await, unknown);
        let nothing = json!({"lastUpdate": null, "lastImportFileName": null});
        assert_eq!(state("/system-metadata/reverse-geocoding-state").await, nothing);
    }
}

test_on_both! {
    async fn a_licence_is_kept_as_it_was_entered(server: Server) {
        let admin = &server.admin;
        let path = "/server/license";
        let licensed = async || Answer::of(server.get(admin, "/server/about")).await.json["licensed"].clone();
        assert_eq!(Answer::of(server.get(admin, path)).await.status, 404);
        assert_eq!(licensed().await, false);
        let put = |key: &str| server.put(admin, path).json(&json!({"licenseKey": key, "activationKey": "signed"}));
        assert_refused(put(&LICENSE.replace("IMSV", "IMCL")), 400, "Invalid license key").await;
        assert_eq!(Answer::of(put("none")).await.status, 400);
        let kept = Answer::of(put(LICENSE)).await;
        assert_eq!(kept.status, 200, "{kept:?}");
        assert_eq!((&kept.json["licenseKey"], &kept.json["activationKey"]), (&json!(LICENSE), &json!("signed")));
        assert_eq!(Answer::of(server.get(admin, path)).await.json, kept.json);
        assert_eq!(licensed().await, true);
        assert_eq!(Answer::of(server.delete(admin, path)).await.status, 204);
        assert_eq!(Answer::of(server.get(admin, path)).await.status, 404);
    }
}

test_on_both! {
    async fn what_was_decided_survives_the_database(server: Server by first_start) {
        let mut server = server;
        let admin = server.admin.clone();
        set_onboarded(&server, false).await;
        let body = json!({"licenseKey": LICENSE, "activationKey": "signed"});
        let kept = Answer::of(server.put(&admin, "/server/license").json(&body)).await;
        server.crash();
        lose_and_rebuild(&mut server);
        server.start_again();
        server.admin = User::login(server.http(), &server.address, &admin.email).await;
        assert_eq!(onboarded(&server).await, [json!(false), json!(false)]);
        let after = Answer::of(server.get(&server.admin, "/server/license")).await;
        assert_eq!(after.json, kept.json);
    }
}

test_on_both! {
    async fn all_that_is_for_administrators(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        for path in [
            "/server/license",
            "/system-metadata/admin-onboarding",
            "/system-metadata/version-check-state",
            "/system-metadata/reverse-geocoding-state",
        ] {
            assert_eq!(Answer::of(server.get(&other, path)).await.status, 403, "{path}");
        }
        let links = Answer::of(server.get(&other, "/server/apk-links")).await.json;
        let beginning = "https://github.com/immich-app/immich/releases/download/v2.0.0/app-";
        for name in ["arm64v8a", "armeabiv7a", "universal", "x86_64"] {
            assert!(links[name].as_str().is_some_and(|link| link.starts_with(beginning)), "{links}");
        }
    }
}
