use serde_json::Value;

use crate::mail::Template;

/// Whether someone wants mail of a kind, by their preferences: a JSON object of what differs from the defaults.
/// Everything is wanted unless it says otherwise, and what is no mail about albums always is.
pub(crate) fn are_for(preferences: &str, template: Template) -> bool {
    let choice = match template {
        Template::AlbumInvite => "albumInvite",
        Template::AlbumUpdate => "albumUpdate",
        Template::Welcome | Template::Test => return true,
    };
    let preferences: Value = serde_json::from_str(preferences).unwrap_or_default();
    let is_on = |name: &str| {
        preferences["emailNotifications"][name]
            .as_bool()
            .unwrap_or(true)
    };
    is_on("enabled") && is_on(choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_about_albums_can_be_refused() {
        let invites = |preferences: &str| are_for(preferences, Template::AlbumInvite);
        assert!(invites("{}"));
        assert!(invites(r#"{"emailNotifications": {"albumUpdate": false}}"#));
        assert!(!invites(
            r#"{"emailNotifications": {"albumInvite": false}}"#
        ));
        assert!(!invites(
            r#"{"emailNotifications": {"enabled": false, "albumInvite": true}}"#
        ));
        let none = r#"{"emailNotifications": {"enabled": false}}"#;
        assert!(are_for(none, Template::Welcome));
    }
}
