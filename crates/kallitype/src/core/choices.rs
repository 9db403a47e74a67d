use crate::access::AlbumRole;
use kallitype_web::fields::Enumeration;
use kallitype_web::wire_enum;

wire_enum! {
    /// The colour behind a user's initial.
    pub enum AvatarColor as "UserAvatarColor" {
        Primary = "primary",
        Pink = "pink",
        Red = "red",
        Yellow = "yellow",
        Blue = "blue",
        Green = "green",
        Purple = "purple",
        Orange = "orange",
        Gray = "gray",
        Amber = "amber",
    }
}

impl AvatarColor {
    /// A new account's colour, by its address.
    #[must_use]
    pub fn of_email(email: &str) -> Self {
        let sum: usize = email.bytes().map(usize::from).sum();
        Self::CHOICES[sum % Self::CHOICES.len()].1
    }
}

wire_enum! {
    /// Whether an account is in use.
    pub enum UserStatus as "UserStatus" {
        Active = "active",
        Removing = "removing",
        Deleted = "deleted",
    }
}

wire_enum! {
    /// What a link shows.
    pub enum SharedLinkType as "SharedLinkType" {
        Album = "ALBUM",
        Individual = "INDIVIDUAL",
    }
}

wire_enum! {
    /// In which order an album shows its pictures, by when they were taken.
    pub enum AssetOrder as "AssetOrder" {
        Ascending = "asc",
        Descending = "desc",
    }
}

impl AssetOrder {
    /// The end of a query on `asset`: by the moment when pictures were taken, and by their ids within a moment.
    #[must_use]
    pub(crate) fn by_moment(self) -> &'static str {
        match self {
            Self::Ascending => " ORDER BY asset.file_created_at, asset.id",
            Self::Descending => " ORDER BY asset.file_created_at DESC, asset.id DESC",
        }
    }
}

wire_enum! {
    /// Where a face was found.
    pub enum SourceType as "SourceType" {
        MachineLearning = "machine-learning",
        Exif = "exif",
        Manual = "manual",
    }
}

wire_enum! {
    /// What someone who is invited to an album may become.
    pub enum SharedRole as "AlbumUserRole" {
        Editor = "editor",
        Viewer = "viewer",
    }
}

impl From<SharedRole> for AlbumRole {
    fn from(role: SharedRole) -> Self {
        match role {
            SharedRole::Editor => Self::Editor,
            SharedRole::Viewer => Self::Viewer,
        }
    }
}
