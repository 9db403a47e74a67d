//! The wire of what administrators do with accounts.

use utoipa::ToSchema;

use crate::core::accounts::label::clean_label;
use crate::core::accounts::pin::pin;
use crate::core::choices::AvatarColor;
use crate::features::users::dto::name;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;

/// Quotas are whole numbers that every client can count to.
const LARGEST_QUOTA: i64 = (1 << 53) - 1;

request! {
    /// An account to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UserAdminCreateDto {
        #[schema(value_type = Option<AvatarColor>)]
        avatar_color: Option<AvatarColor> = nullable_or_absent(Fields::enumeration),
        #[schema(format = Email)]
        email: String = email(),
        #[schema(nullable = false)]
        is_admin: Option<bool> = boolean(),
        name: String = with(name),
        /// Whether the new user is told by mail.
        #[schema(nullable = false)]
        notify: Option<bool> = boolean(),
        password: String = required_text(),
        #[schema(minimum = 0)]
        quota_size_in_bytes: Option<i64> = nullable_or_absent(quota),
        #[schema(nullable = false)]
        should_change_password: Option<bool> = boolean(),
        storage_label: Option<String> = nullable_or_absent(storage_label),
    }
}

request! {
    /// What to change of an account.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UserAdminUpdateDto {
        #[schema(value_type = Option<AvatarColor>)]
        avatar_color: Option<Option<AvatarColor>> = nullable(Fields::enumeration),
        #[schema(nullable = false, format = Email)]
        email: Option<String> = optional(Fields::email),
        #[schema(nullable = false)]
        is_admin: Option<bool> = boolean(),
        #[schema(nullable = false)]
        name: Option<String> = optional(name),
        #[schema(nullable = false)]
        password: Option<String> = optional(Fields::required_text),
        // Null takes the PIN away.
        #[schema(value_type = Option<String>, example = "123456")]
        pin_code: Option<Option<String>> = nullable(pin),
        #[schema(value_type = Option<i64>, minimum = 0)]
        quota_size_in_bytes: Option<Option<i64>> = nullable(quota),
        #[schema(nullable = false)]
        should_change_password: Option<bool> = boolean(),
        #[schema(value_type = Option<String>)]
        storage_label: Option<Option<String>> = nullable(storage_label),
    }
}

/// Bytes that an account may keep; null for no limit.
fn quota(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 0, LARGEST_QUOTA)
}

/// What an account is called where files are sorted into folders; null for no name.
fn storage_label(fields: &Fields<'_>, name: &str) -> Option<String> {
    let label = fields.limited(name, MAX_NAME, Fields::text)?;
    Some(clean_label(&label)).filter(|label| !label.is_empty())
}

request! {
    /// How an account is to go.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UserAdminDeleteDto {
        /// At once, with everything it has.
        #[schema(nullable = false)]
        force: Option<bool> = boolean(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_names_of_folders() {
        for (given, kept) in [
            ("anna", "anna"),
            (" Анна & co ", "Анна & co"),
            ("../../etc", "etc"),
            ("a/b\\c:d\0e\n", "abcde"),
            (" . ", ""),
        ] {
            assert_eq!(clean_label(given), kept, "{given:?}");
        }
    }
}
