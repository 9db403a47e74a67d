//! Who the provider says someone is.

use serde_json::{Map, Value};

use kallitype_web::fields::{MAX_NAME, parse_email};

/// Bytes of a GiB.
const GIB: f64 = 1_073_741_824.0;

/// Someone, as the provider knows them. Only made from a token that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// What the provider calls them, for ever.
    pub subject: String,
    claims: Map<String, Value>,
}

impl Profile {
    #[must_use]
    pub(crate) fn new(subject: String, claims: Map<String, Value>) -> Self {
        Self { subject, claims }
    }

    fn text(&self, claim: &str) -> Option<&str> {
        let text = self.claims.get(claim)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The address, in lower case, if it is one.
    #[must_use]
    pub(crate) fn email(&self) -> Option<String> {
        self.text("email").and_then(parse_email)
    }

    /// Whether the provider made sure that the address is theirs.
    #[must_use]
    pub(crate) fn is_email_verified(&self) -> bool {
        self.claims.get("email_verified") == Some(&Value::Bool(true))
    }

    /// The name, or whatever comes closest.
    #[must_use]
    pub(crate) fn name(&self) -> String {
        let parts = ["given_name", "family_name"].map(|claim| self.text(claim));
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let name = self
            .text("name")
            .or_else(|| Some(joined.as_str()).filter(|name| !name.is_empty()))
            .or_else(|| self.text("preferred_username"))
            .or_else(|| self.text("email"))
            .unwrap_or(&self.subject);
        name.chars().take(MAX_NAME).collect()
    }

    #[must_use]
    pub(crate) fn is_admin(&self, claim: &str) -> bool {
        self.text(claim) == Some("admin")
    }

    /// The quota in bytes that a claim gives in GiB, if it does.
    #[must_use]
    pub(crate) fn quota_bytes(&self, claim: &str) -> Option<i64> {
        let gibibytes = match self.claims.get(claim)? {
            Value::Number(number) => number.as_f64()?,
            Value::String(text) => text.trim().parse().ok()?,
            _ => return None,
        };
        // The conversion is exact enough: what lies beyond is clamped to the most that can be kept.
        (gibibytes >= 0.0).then_some((gibibytes * GIB) as i64)
    }

    /// The storage label that a claim gives.
    #[must_use]
    pub(crate) fn storage_label(&self, claim: &str) -> Option<String> {
        self.text(claim).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(claims: Value) -> Profile {
        let Value::Object(claims) = claims else {
            panic!("an object")
        };
        Profile::new("subject".into(), claims)
    }

    #[test]
    fn a_name_is_found_in_what_there_is() {
        for (claims, name) in [
            (json!({"name": " Ada L. ", "given_name": "Ada"}), "Ada L."),
            (
                json!({"given_name": "Ada", "family_name": "Lovelace"}),
                "Ada Lovelace",
            ),
            (json!({"name": "", "family_name": "Lovelace"}), "Lovelace"),
            (
                json!({"preferred_username": "ada", "email": "a@example.org"}),
                "ada",
            ),
            (json!({"email": "a@example.org"}), "a@example.org"),
            (json!({}), "subject"),
        ] {
            assert_eq!(profile(claims.clone()).name(), name, "{claims}");
        }
    }

    #[test]
    fn quotas_are_gibibytes_in_numbers_or_words() {
        for (claim, bytes) in [
            (json!(2), Some(2 << 30)),
            (json!("3"), Some(3 << 30)),
            (json!(0.5), Some(1 << 29)),
            (json!(0), Some(0)),
            (json!(-1), None),
            (json!("NaN"), None),
            (json!("much"), None),
            (json!(null), None),
            (json!([1]), None),
        ] {
            let profile = profile(json!({"quota": claim}));
            assert_eq!(profile.quota_bytes("quota"), bytes, "{claim}");
        }
    }

    #[test]
    fn only_a_provider_that_says_so_has_verified_an_address() {
        for (claim, verified) in [
            (json!(true), true),
            (json!(false), false),
            (json!("true"), false),
            (json!(null), false),
        ] {
            assert_eq!(
                profile(json!({"email_verified": claim})).is_email_verified(),
                verified
            );
        }
        assert!(!profile(json!({})).is_email_verified());
    }
}
