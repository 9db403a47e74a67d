//! What an API key may be allowed to do: every permission of API version 2.0.

use kallitype_db::{ColumnType, FromRow, Row};
use kallitype_web::error::ApiError;
use kallitype_web::fields::Enumeration;
use kallitype_web::wire_enum;

/// The answer to an API key that was not granted enough.
#[must_use]
pub(crate) fn missing_permission(permission: Permission) -> ApiError {
    ApiError::forbidden(format!(
        "Missing required permission: {}",
        permission.name()
    ))
}

wire_enum! {
    /// A permission.
    pub enum Permission as "Permission" {
        All = "all",
        ActivityCreate = "activity.create",
        ActivityRead = "activity.read",
        ActivityUpdate = "activity.update",
        ActivityDelete = "activity.delete",
        ActivityStatistics = "activity.statistics",
        ApiKeyCreate = "apiKey.create",
        ApiKeyRead = "apiKey.read",
        ApiKeyUpdate = "apiKey.update",
        ApiKeyDelete = "apiKey.delete",
        AssetRead = "asset.read",
        AssetUpdate = "asset.update",
        AssetDelete = "asset.delete",
        AssetStatistics = "asset.statistics",
        AssetShare = "asset.share",
        AssetView = "asset.view",
        AssetDownload = "asset.download",
        AssetUpload = "asset.upload",
        AssetReplace = "asset.replace",
        AlbumCreate = "album.create",
        AlbumRead = "album.read",
        AlbumUpdate = "album.update",
        AlbumDelete = "album.delete",
        AlbumStatistics = "album.statistics",
        AlbumShare = "album.share",
        AlbumDownload = "album.download",
        AlbumAssetCreate = "albumAsset.create",
        AlbumAssetDelete = "albumAsset.delete",
        AlbumUserCreate = "albumUser.create",
        AlbumUserUpdate = "albumUser.update",
        AlbumUserDelete = "albumUser.delete",
        AuthChangePassword = "auth.changePassword",
        AuthDeviceDelete = "authDevice.delete",
        ArchiveRead = "archive.read",
        DuplicateRead = "duplicate.read",
        DuplicateDelete = "duplicate.delete",
        FaceCreate = "face.create",
        FaceRead = "face.read",
        FaceUpdate = "face.update",
        FaceDelete = "face.delete",
        JobCreate = "job.create",
        JobRead = "job.read",
        LibraryCreate = "library.create",
        LibraryRead = "library.read",
        LibraryUpdate = "library.update",
        LibraryDelete = "library.delete",
        LibraryStatistics = "library.statistics",
        TimelineRead = "timeline.read",
        TimelineDownload = "timeline.download",
        MemoryCreate = "memory.create",
        MemoryRead = "memory.read",
        MemoryUpdate = "memory.update",
        MemoryDelete = "memory.delete",
        MemoryStatistics = "memory.statistics",
        MemoryAssetCreate = "memoryAsset.create",
        MemoryAssetDelete = "memoryAsset.delete",
        NotificationCreate = "notification.create",
        NotificationRead = "notification.read",
        NotificationUpdate = "notification.update",
        NotificationDelete = "notification.delete",
        PartnerCreate = "partner.create",
        PartnerRead = "partner.read",
        PartnerUpdate = "partner.update",
        PartnerDelete = "partner.delete",
        PersonCreate = "person.create",
        PersonRead = "person.read",
        PersonUpdate = "person.update",
        PersonDelete = "person.delete",
        PersonStatistics = "person.statistics",
        PersonMerge = "person.merge",
        PersonReassign = "person.reassign",
        PinCodeCreate = "pinCode.create",
        PinCodeUpdate = "pinCode.update",
        PinCodeDelete = "pinCode.delete",
        ServerAbout = "server.about",
        ServerApkLinks = "server.apkLinks",
        ServerStorage = "server.storage",
        ServerStatistics = "server.statistics",
        ServerVersionCheck = "server.versionCheck",
        ServerLicenseRead = "serverLicense.read",
        ServerLicenseUpdate = "serverLicense.update",
        ServerLicenseDelete = "serverLicense.delete",
        SessionCreate = "session.create",
        SessionRead = "session.read",
        SessionUpdate = "session.update",
        SessionDelete = "session.delete",
        SessionLock = "session.lock",
        SharedLinkCreate = "sharedLink.create",
        SharedLinkRead = "sharedLink.read",
        SharedLinkUpdate = "sharedLink.update",
        SharedLinkDelete = "sharedLink.delete",
        StackCreate = "stack.create",
        StackRead = "stack.read",
        StackUpdate = "stack.update",
        StackDelete = "stack.delete",
        SyncStream = "sync.stream",
        SyncCheckpointRead = "syncCheckpoint.read",
        SyncCheckpointUpdate = "syncCheckpoint.update",
        SyncCheckpointDelete = "syncCheckpoint.delete",
        SystemConfigRead = "systemConfig.read",
        SystemConfigUpdate = "systemConfig.update",
        SystemMetadataRead = "systemMetadata.read",
        SystemMetadataUpdate = "systemMetadata.update",
        TagCreate = "tag.create",
        TagRead = "tag.read",
        TagUpdate = "tag.update",
        TagDelete = "tag.delete",
        TagAsset = "tag.asset",
        UserRead = "user.read",
        UserUpdate = "user.update",
        UserLicenseCreate = "userLicense.create",
        UserLicenseRead = "userLicense.read",
        UserLicenseUpdate = "userLicense.update",
        UserLicenseDelete = "userLicense.delete",
        UserOnboardingRead = "userOnboarding.read",
        UserOnboardingUpdate = "userOnboarding.update",
        UserOnboardingDelete = "userOnboarding.delete",
        UserPreferenceRead = "userPreference.read",
        UserPreferenceUpdate = "userPreference.update",
        UserProfileImageCreate = "userProfileImage.create",
        UserProfileImageRead = "userProfileImage.read",
        UserProfileImageUpdate = "userProfileImage.update",
        UserProfileImageDelete = "userProfileImage.delete",
        AdminUserCreate = "adminUser.create",
        AdminUserRead = "adminUser.read",
        AdminUserUpdate = "adminUser.update",
        AdminUserDelete = "adminUser.delete",
        AdminAuthUnlinkAll = "adminAuth.unlinkAll",
    }
}

/// What an API key was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant(Vec<Permission>);

impl FromRow for Grant {
    fn read_optional(row: &mut Row<'_>) -> kallitype_db::Result<Option<Self>> {
        Ok(String::read_optional(row)?.map(|text| Self::from_text(&text)))
    }

    fn add_columns(columns: &mut Vec<ColumnType>) {
        String::add_columns(columns);
    }
}

impl Grant {
    #[must_use]
    pub(crate) fn new(permissions: Vec<Permission>) -> Self {
        Self(permissions)
    }

    /// Reads the names that [`to_text`](Self::to_text) wrote; names this version does not know grant nothing.
    #[must_use]
    pub(crate) fn from_text(text: &str) -> Self {
        Self(text.split(',').filter_map(Permission::from_name).collect())
    }

    /// The names, separated by commas.
    #[must_use]
    pub(crate) fn to_text(&self) -> String {
        self.0
            .iter()
            .map(|permission| permission.name())
            .collect::<Vec<_>>()
            .join(",")
    }

    #[must_use]
    pub(crate) fn permissions(&self) -> &[Permission] {
        &self.0
    }

    /// Whether the permission, or all, was granted.
    #[must_use]
    pub(crate) fn allows(&self, permission: Permission) -> bool {
        self.0.contains(&Permission::All) || self.0.contains(&permission)
    }

    /// Whether nothing in `other` is missing here: a key never grants more than its maker has.
    #[must_use]
    pub(crate) fn covers(&self, other: &[Permission]) -> bool {
        other.iter().all(|permission| self.allows(*permission))
    }
}
