//! The wire of what administrators do with accounts.

use utoipa::ToSchema;

use crate::core::accounts::label::clean_label;
use crate::core::accounts::pin::pin;
use crate::core::accounts::queries::ListFilter;
use crate::core::choices::AvatarColor;
use crate::features::users::dto::{MAX_NAME, name};
use kallitype_web::fields::{Fields, FromFields};

/// Quotas are whole numbers that every client can count to.
const LARGEST_QUOTA: i64 = (1 << 53) - 1;

impl FromFields for ListFilter {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            id: fields.uuid("id"),
            with_deleted: fields.boolean("withDeleted").unwrap_or(false),
        }
    }
}

/// An account to be made.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct UserAdminCreateDto {
    #[schema(value_type = Option<AvatarColor>)]
    pub avatar_color: Option<AvatarColor>,
    #[schema(format = Email)]
    pub email: String,
    #[schema(nullable = false)]
    pub is_admin: Option<bool>,
    pub name: String,
    /// Whether the new user is told by mail.
    #[schema(nullable = false)]
    pub notify: Option<bool>,
    pub password: String,
    #[schema(minimum = 0)]
    pub quota_size_in_bytes: Option<i64>,
    #[schema(nullable = false)]
    pub should_change_password: Option<bool>,
    pub storage_label: Option<String>,
}

impl FromFields for UserAdminCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            avatar_color: fields
                .nullable("avatarColor", Fields::enumeration)
                .flatten(),
            email: fields.email("email"),
            is_admin: fields.boolean("isAdmin"),
            name: name(fields),
            notify: fields.boolean("notify"),
            password: fields.required_text("password"),
            quota_size_in_bytes: quota(fields).flatten(),
            should_change_password: fields.boolean("shouldChangePassword"),
            storage_label: storage_label(fields).flatten(),
        }
    }
}

/// What to change of an account.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct UserAdminUpdateDto {
    #[schema(value_type = Option<AvatarColor>)]
    pub avatar_color: Option<Option<AvatarColor>>,
    #[schema(nullable = false, format = Email)]
    pub email: Option<String>,
    #[schema(nullable = false)]
    pub is_admin: Option<bool>,
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[schema(nullable = false)]
    pub password: Option<String>,
    // Null takes the PIN away.
    #[schema(value_type = Option<String>, example = "123456")]
    pub pin_code: Option<Option<String>>,
    #[schema(value_type = Option<i64>, minimum = 0)]
    pub quota_size_in_bytes: Option<Option<i64>>,
    #[schema(nullable = false)]
    pub should_change_password: Option<bool>,
    #[schema(value_type = Option<String>)]
    pub storage_label: Option<Option<String>>,
}

impl FromFields for UserAdminUpdateDto {
    fn read(fields: &Fields<'_>) -> Self {
        let has = |name: &str| fields.has(name);
        Self {
            avatar_color: fields.nullable("avatarColor", Fields::enumeration),
            email: has("email").then(|| fields.email("email")),
            is_admin: fields.boolean("isAdmin"),
            name: has("name").then(|| name(fields)),
            password: has("password").then(|| fields.required_text("password")),
            pin_code: fields.nullable("pinCode", pin),
            quota_size_in_bytes: quota(fields),
            should_change_password: fields.boolean("shouldChangePassword"),
            storage_label: storage_label(fields),
        }
    }
}

/// Bytes that an account may keep; null for no limit.
fn quota(fields: &Fields<'_>) -> Option<Option<i64>> {
    fields.nullable("quotaSizeInBytes", |fields, name| {
        fields.integer(name, 0, LARGEST_QUOTA)
    })
}

/// What an account is called where files are sorted into folders; null for no name.
fn storage_label(fields: &Fields<'_>) -> Option<Option<String>> {
    fields.at_most("storageLabel", MAX_NAME);
    let label = fields.nullable("storageLabel", Fields::text)?;
    Some(
        label
            .map(|label| clean_label(&label))
            .filter(|label| !label.is_empty()),
    )
}

/// How an account is to go.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct UserAdminDeleteDto {
    /// At once, with everything it has.
    #[schema(nullable = false)]
    pub force: Option<bool>,
}

impl FromFields for UserAdminDeleteDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            force: fields.boolean("force"),
        }
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
