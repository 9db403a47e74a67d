//! `/users/me/license`

use serde_json::{Value, json};

use crate::support::{Answer, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/users/me/license";
const KEY: &str = "IMCL-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WXYZ";

test_on_both! {
    async fn a_licence_is_kept_and_forgotten(server: Server) {
        let me = &server.admin;
        assert_refused(server.get(me, PATH), 404, "Not Found").await;
        let body = json!({"licenseKey": KEY, "activationKey": "abc+/="});
        let kept = Answer::of(server.put(me, PATH).json(&body)).await;
        assert_eq!((kept.status, &kept.json["licenseKey"]), (200, &json!(KEY)));
        assert!(kept.json["activatedAt"].as_str().unwrap().ends_with('Z'));
        assert_eq!(Answer::of(server.get(me, PATH)).await.json, kept.json);
        assert_eq!(Answer::of(server.get(me, "/users/me")).await.json["license"], kept.json);
        assert_eq!(Answer::of(server.delete(me, PATH)).await.status, 204);
        assert_refused(server.get(me, PATH), 404, "Not Found").await;
        assert_eq!(Answer::of(server.get(me, "/users/me")).await.json["license"], Value::Null);
    }
}

test_on_both! {
    async fn only_keys_of_the_known_form_are_taken(server: Server) {
        let wrong = r"licenseKey must match /^IM(SV|CL)(-[\dA-Za-z]{4}){8}$/ regular expression";
        for key in ["IMXX-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WXYZ", "IMCL-0KEY", &format!("{KEY}-0000"), &format!("{KEY}0"),
            "IMSV-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WX Z"] {
            let body = json!({"licenseKey": key, "activationKey": "x"});
            assert_invalid(server.put(&server.admin, PATH).json(&body), &[wrong]).await;
        }
        let body = json!({"licenseKey": KEY});
        let rules = ["activationKey must be a string", "activationKey should not be empty"];
        assert_invalid(server.put(&server.admin, PATH).json(&body), &rules).await;
    }
}
