//! `POST /auth/admin-sign-up`

use serde_json::{Value, json};

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Server, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/auth/admin-sign-up";

/// Makes the server as it was before its first user.
async fn forget_everyone(server: &Server) {
    server.execute_sql("DELETE FROM session").await;
    server.execute_sql("DELETE FROM account").await;
}

fn someone() -> Value {
    json!({"email": "First@Example.org", "name": "The First", "password": PASSWORD})
}

test_on_both! {
    async fn the_first_account_is_the_administrators(server: Server by first_start) {
        forget_everyone(&server).await;
        let answer = Answer::of(server.post(Credential::None, PATH).json(&someone())).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        for (property, value) in [
            ("email", json!("first@example.org")),
            ("name", json!("The First")),
            ("isAdmin", json!(true)),
            ("shouldChangePassword", json!(false)),
            ("status", json!("active")),
            ("quotaSizeInBytes", Value::Null),
            ("quotaUsageInBytes", json!(0)),
            ("deletedAt", Value::Null),
            ("storageLabel", json!("admin")),
        ] {
            assert_eq!(answer.json[property], value, "{property}");
        }
        assert!(!String::from_utf8_lossy(&answer.bytes).contains("argon2"), "no secret is shown");
        let login = server.post(Credential::None, "/auth/login").json(&someone());
        assert_eq!(Answer::of(login).await.json["userId"], answer.json["id"]);
    }
}

test_on_both! {
    async fn a_storage_label_that_someone_has_stays_theirs(server: Server by first_start) {
        server.execute_sql("UPDATE account SET is_admin = FALSE").await;
        let answer = Answer::of(server.post(Credential::None, PATH).json(&someone())).await;
        assert_eq!((answer.status, &answer.json["storageLabel"]), (201, &Value::Null), "{answer:?}");
    }
}

test_on_both! {
    async fn there_is_only_one_first_account(server: Server by first_start) {
        for way in [Credential::None, Credential::from(&server.admin), Credential::Bearer("wrong".into())] {
            let request = server.post(way, PATH).json(&someone());
            assert_refused(request, 400, "The server already has an admin").await;
        }
    }
}

test_on_both! {
    async fn of_many_who_want_to_be_first_at_once_one_is(server: Server by first_start) {
        forget_everyone(&server).await;
        let sign_up = |number: usize| {
            let mut body = someone();
            body["email"] = json!(format!("user-{number}@example.org"));
            Answer::of(server.post(Credential::None, PATH).json(&body))
        };
        let answers = futures_util::future::join_all((0..8).map(sign_up)).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 400, 400, 400, 400, 400, 400, 400]);
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server by first_start) {
        for (changed, value, rules) in [
            ("email", Value::Null, vec!["email must be an email"]),
            ("email", json!(1), vec!["email must be an email"]),
            ("email", json!(""), vec!["email must be an email"]),
            ("email", json!("someone"), vec!["email must be an email"]),
            ("email", json!("@example.org"), vec!["email must be an email"]),
            ("email", json!("some one@example.org"), vec!["email must be an email"]),
            ("email", json!("a@b@example.org"), vec!["email must be an email"]),
            ("email", json!(format!("{}@example.org", "x".repeat(320))), vec!["email must be an email"]),
            ("name", Value::Null, vec!["name must be a string", "name should not be empty"]),
            ("name", json!(""), vec!["name should not be empty"]),
            ("name", json!("x".repeat(256)), vec!["name must be shorter than or equal to 255 characters"]),
            ("password", Value::Null, vec!["password must be a string", "password should not be empty"]),
            ("password", json!(1), vec!["password must be a string"]),
            ("password", json!(""), vec!["password should not be empty"]),
        ] {
            let mut body = someone();
            body[changed] = value;
            assert_invalid(server.post(Credential::None, PATH).json(&body), &rules).await;
        }
        forget_everyone(&server).await;
        let mut body = someone();
        body["password"] = json!("x".repeat(1025));
        let request = server.post(Credential::None, PATH).json(&body);
        assert_refused(request, 400, "A password has at most 1024 bytes").await;
    }
}
