//! What people can set to their liking. Kept is what they chose; the rest is as by default, today's and tomorrow's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::accounts::queries;
use crate::core::accounts::queries::AccountChanges;
use crate::core::choices::{AssetOrder, AvatarColor};
use kallitype_db::{Connection, Result};
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::request;

/// Declares a group of preferences: what can be chosen, and what is shown, which always has all of it. For each
/// preference its name on the wire, what reads it, and its default. Attributes are for the schema of what is shown,
/// what stands in brackets is for that of what can be chosen.
macro_rules! group {
    ($(#[$meta:meta])* $update:ident => $response:ident {
        $($(#[$attribute:meta])* $field:ident: $type:ty = ($name:literal, $reader:expr, $default:expr) $([$($schema:tt)*])?,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $update {
            $(
                #[serde(rename = $name, skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false $(, $($schema)*)?)]
                pub $field: Option<$type>,
            )*
        }

        $(#[$meta])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub(crate) struct $response {
            $(
                #[serde(rename = $name)]
                $(#[$attribute])*
                pub $field: $type,
            )*
        }

        impl FromFields for $update {
            fn read(fields: &Fields<'_>) -> Self {
                Self { $($field: $reader(fields, $name),)* }
            }
        }

        impl Merge for $update {
            fn over(self, before: Self) -> Self {
                Self { $($field: self.$field.or(before.$field),)* }
            }
        }

        impl From<Option<$update>> for $response {
            fn from(chosen: Option<$update>) -> Self {
                let chosen = chosen.unwrap_or_default();
                Self { $($field: chosen.$field.unwrap_or_else(|| $default),)* }
            }
        }
    };
}

/// Lays a later choice over an earlier one.
trait Merge {
    fn over(self, before: Self) -> Self;
}

impl<T: Merge> Merge for Option<T> {
    fn over(self, before: Self) -> Self {
        match (self, before) {
            (Some(later), Some(before)) => Some(later.over(before)),
            (later, before) => later.or(before),
        }
    }
}

group! {
    /// New albums.
    AlbumsUpdate => AlbumsResponse {
        #[schema(default = "desc")]
        default_asset_order: AssetOrder = ("defaultAssetOrder", Fields::enumeration, AssetOrder::Descending),
    }
}

group! {
    /// Casting to other screens.
    CastUpdate => CastResponse {
        #[schema(default = false)]
        g_cast_enabled: bool = ("gCastEnabled", Fields::boolean, false),
    }
}

group! {
    /// Archives of many assets: the bytes of one at most, and whether the moving parts of pictures come along.
    DownloadUpdate => DownloadResponse {
        #[schema(value_type = i32)]
        archive_size: i64 = ("archiveSize", archive_size, 4 << 30) [value_type = Option<i32>, minimum = 1],
        #[schema(default = false)]
        include_embedded_videos: bool = ("includeEmbeddedVideos", Fields::boolean, false),
    }
}

group! {
    /// What mail is sent about.
    EmailNotificationsUpdate => EmailNotificationsResponse {
        album_invite: bool = ("albumInvite", Fields::boolean, true),
        album_update: bool = ("albumUpdate", Fields::boolean, true),
        enabled: bool = ("enabled", Fields::boolean, true),
    }
}

group! {
    /// The view of folders.
    FoldersUpdate => FoldersResponse {
        #[schema(default = false)]
        enabled: bool = ("enabled", Fields::boolean, false),
        #[schema(default = false)]
        sidebar_web: bool = ("sidebarWeb", Fields::boolean, false),
    }
}

group! {
    /// What was on this day in other years.
    MemoriesUpdate => MemoriesResponse {
        #[schema(default = true)]
        enabled: bool = ("enabled", Fields::boolean, true),
    }
}

group! {
    /// The view of people.
    PeopleUpdate => PeopleResponse {
        #[schema(default = true)]
        enabled: bool = ("enabled", Fields::boolean, true),
        #[schema(default = false)]
        sidebar_web: bool = ("sidebarWeb", Fields::boolean, false),
    }
}

group! {
    /// What is shown of a licence, or of the lack of one.
    PurchaseUpdate => PurchaseResponse {
        hide_buy_button_until: String = ("hideBuyButtonUntil", date_text, "2022-02-12T00:00:00.000Z".to_owned()),
        show_support_badge: bool = ("showSupportBadge", Fields::boolean, true),
    }
}

group! {
    /// Stars on assets.
    RatingsUpdate => RatingsResponse {
        #[schema(default = false)]
        enabled: bool = ("enabled", Fields::boolean, false),
    }
}

group! {
    /// The view of shared links.
    SharedLinksUpdate => SharedLinksResponse {
        #[schema(default = true)]
        enabled: bool = ("enabled", Fields::boolean, true),
        #[schema(default = false)]
        sidebar_web: bool = ("sidebarWeb", Fields::boolean, false),
    }
}

// The document names other defaults for tags than the server has always had.
group! {
    /// The view of tags.
    TagsUpdate => TagsResponse {
        #[schema(default = true)]
        enabled: bool = ("enabled", Fields::boolean, false),
        #[schema(default = true)]
        sidebar_web: bool = ("sidebarWeb", Fields::boolean, false),
    }
}

/// Bytes; whole numbers that every client can count to.
fn archive_size(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, (1 << 53) - 1)
}

/// A date, kept as it was written.
fn date_text(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.date(name).and_then(|_| fields.text(name))
}

request! {
    /// The colour behind one's initial, which belongs to the account.
    #[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
    pub(crate) struct AvatarUpdate {
        #[schema(nullable = false)]
        color: Option<AvatarColor> = enumeration(),
    }
}

request! {
    /// What someone chooses, or has chosen so far.
    #[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct UserPreferencesUpdateDto {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        albums: Option<AlbumsUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        avatar: Option<AvatarUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        cast: Option<CastUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        download: Option<DownloadUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        email_notifications: Option<EmailNotificationsUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        folders: Option<FoldersUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        memories: Option<MemoriesUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        people: Option<PeopleUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        purchase: Option<PurchaseUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        ratings: Option<RatingsUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        shared_links: Option<SharedLinksUpdate> = nested(),
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        tags: Option<TagsUpdate> = nested(),
    }
}

impl Merge for UserPreferencesUpdateDto {
    fn over(self, before: Self) -> Self {
        Self {
            albums: self.albums.over(before.albums),
            avatar: self.avatar,
            cast: self.cast.over(before.cast),
            download: self.download.over(before.download),
            email_notifications: self.email_notifications.over(before.email_notifications),
            folders: self.folders.over(before.folders),
            memories: self.memories.over(before.memories),
            people: self.people.over(before.people),
            purchase: self.purchase.over(before.purchase),
            ratings: self.ratings.over(before.ratings),
            shared_links: self.shared_links.over(before.shared_links),
            tags: self.tags.over(before.tags),
        }
    }
}

/// Everything that can be set to someone's liking, as it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserPreferencesResponseDto {
    pub albums: AlbumsResponse,
    pub cast: CastResponse,
    pub download: DownloadResponse,
    pub email_notifications: EmailNotificationsResponse,
    pub folders: FoldersResponse,
    pub memories: MemoriesResponse,
    pub people: PeopleResponse,
    pub purchase: PurchaseResponse,
    pub ratings: RatingsResponse,
    pub shared_links: SharedLinksResponse,
    pub tags: TagsResponse,
}

impl From<UserPreferencesUpdateDto> for UserPreferencesResponseDto {
    fn from(chosen: UserPreferencesUpdateDto) -> Self {
        Self {
            albums: chosen.albums.into(),
            cast: chosen.cast.into(),
            download: chosen.download.into(),
            email_notifications: chosen.email_notifications.into(),
            folders: chosen.folders.into(),
            memories: chosen.memories.into(),
            people: chosen.people.into(),
            purchase: chosen.purchase.into(),
            ratings: chosen.ratings.into(),
            shared_links: chosen.shared_links.into(),
            tags: chosen.tags.into(),
        }
    }
}

/// The preferences of an account; `None` when there is no such account.
///
/// # Errors
/// When the database fails.
pub(crate) fn of(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<UserPreferencesResponseDto>> {
    Ok(queries::find_preferences(connection, id)?.map(UserPreferencesResponseDto::from))
}

/// Lays a choice over what was chosen before; answers the preferences as they then are.
///
/// # Errors
/// When the database fails.
pub(crate) fn choose(
    connection: &mut Connection<'_>,
    id: Uuid,
    mut choice: UserPreferencesUpdateDto,
) -> Result<Option<UserPreferencesResponseDto>> {
    // Two choices at once must not undo each other.
    connection.lock("account", id)?;
    let Some(before) = queries::find_preferences(connection, id)? else {
        return Ok(None);
    };
    // The colour is kept where it is shown.
    if let Some(color) = choice.avatar.take().and_then(|avatar| avatar.color) {
        let changes = AccountChanges {
            avatar_color: Some(Some(color)),
            ..AccountChanges::default()
        };
        queries::update(connection, id, &changes)?;
    }
    let chosen = choice.over(before);
    queries::set_preferences(connection, id, &chosen)?;
    Ok(Some(chosen.into()))
}
