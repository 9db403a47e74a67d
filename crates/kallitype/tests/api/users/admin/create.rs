//! `POST /admin/users`

use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/admin/users";

fn someone() -> Value {
    json!({"email": "New@Example.org", "name": "Someone new", "password": PASSWORD})
}

/// [`someone`] with other properties.
fn with(changes: &Value) -> Value {
    let mut body = someone();
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body
}

async fn create(server: &Server, changes: Value) -> Answer {
    Answer::of(server.post(&server.admin, PATH).json(&with(&changes))).await
}

test_on_both! {
    async fn an_account_is_as_it_was_asked_for(server: Server) {
        let made = create(&server, json!({"quotaSizeInBytes": 5000, "storageLabel": "../new one", "notify": true,
            "avatarColor": "pink", "shouldChangePassword": false})).await;
        assert_eq!(made.status, 201, "{made:?}");
        for (property, value) in [
            ("email", json!("new@example.org")),
            ("name", json!("Someone new")),
            ("isAdmin", json!(false)),
            ("quotaSizeInBytes", json!(5000)),
            ("quotaUsageInBytes", json!(0)),
            ("storageLabel", json!("new one")),
            ("avatarColor", json!("pink")),
            ("shouldChangePassword", json!(false)),
            ("status", json!("active")),
            ("deletedAt", json!(null)),
            ("license", json!(null)),
            ("oauthId", json!("")),
            ("profileImagePath", json!("")),
        ] {
            assert_eq!(made.json[property], value, "{property}");
        }
        let user = User::login(server.http(), &server.address, "new@example.org").await;
        assert_eq!(Answer::of(server.get(&user, "/users/me")).await.json, made.json);
    }
}

test_on_both! {
    async fn a_first_password_is_to_be_changed(server: Server) {
        let made = create(&server, json!({})).await;
        assert_eq!(made.json["shouldChangePassword"], true);
        let credentials = json!({"email": "new@example.org", "password": PASSWORD});
        let login = Answer::of(server.post(Credential::None, "/auth/login").json(&credentials)).await;
        assert_eq!(login.json["shouldChangePassword"], true);
        let user = Credential::Bearer(login.json["accessToken"].as_str().unwrap().to_owned());
        let change = json!({"password": PASSWORD, "newPassword": "mine and mine alone"});
        let changed = Answer::of(server.post(&user, "/auth/change-password").json(&change)).await;
        assert_eq!((changed.status, &changed.json["shouldChangePassword"]), (200, &json!(false)));
    }
}

test_on_both! {
    async fn addresses_and_labels_are_one_accounts(server: Server) {
        let made = create(&server, json!({"storageLabel": "label"})).await;
        // Also while the account is only on its way out.
        for _ in 0..2 {
            for email in ["new@example.org", "NEW@EXAMPLE.ORG", " new@example.org "] {
                let request = server.post(&server.admin, PATH).json(&with(&json!({"email": email})));
                assert_refused(request, 400, "User exists").await;
            }
            let other = with(&json!({"email": "other@example.org", "storageLabel": "l.a.b.e.l"}));
            let message = "Storage label already in use by another account";
            assert_refused(server.post(&server.admin, PATH).json(&other), 400, message).await;
            let delete = server.delete(&server.admin, &format!("{PATH}/{}", made.id())).json(&json!({}));
            Answer::of(delete).await;
        }
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        for (changes, rule) in [
            (json!({"email": "nobody"}), "email must be an email"),
            (json!({"name": ""}), "name should not be empty"),
            (json!({"name": "x".repeat(256)}), "name must be shorter than or equal to 255 characters"),
            (json!({"password": ""}), "password should not be empty"),
            (json!({"quotaSizeInBytes": -1}), "quotaSizeInBytes must not be less than 0"),
            (json!({"quotaSizeInBytes": "many"}), "quotaSizeInBytes must be an integer number"),
            (json!({"isAdmin": 1}), "isAdmin must be a boolean value"),
            (json!({"notify": "no one"}), "notify must be a boolean value"),
            (json!({"storageLabel": 7}), "storageLabel must be a string"),
        ] {
            assert_invalid(server.post(&server.admin, PATH).json(&with(&changes)), &[rule]).await;
        }
        let made = create(&server, json!({"quotaSizeInBytes": null, "storageLabel": null, "avatarColor": null})).await;
        assert_eq!(made.status, 201, "{made:?}");
    }
}

test_on_both! {
    async fn a_limited_key_makes_users_but_no_administrators(server: Server) {
        let key = server.admin.api_key(&server, &["adminUser.create"]).await;
        let admin = with(&json!({"isAdmin": true}));
        assert_refused(server.post(&key, PATH).json(&admin), 403, "Missing required permission: all").await;
        assert_eq!(Answer::of(server.post(&key, PATH).json(&someone())).await.status, 201);
    }
}
