//! The wire of what the server says about itself.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_db::row;
use kallitype_web::time::Time;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ServerPingResponse {
    #[schema(read_only, value_type = String, example = "pong")]
    pub res: &'static str,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ServerVersionResponseDto {
    #[schema(value_type = i32)]
    pub major: u64,
    #[schema(value_type = i32)]
    pub minor: u64,
    #[schema(value_type = i32)]
    pub patch: u64,
}

/// Names and versions of what the server is made of.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerAboutResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub build: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub build_image: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub build_image_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub build_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exiftool: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ffmpeg: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub imagemagick: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub libvips: Option<String>,
    pub licensed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub nodejs: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub repository: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub repository_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source_commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub third_party_bug_feature_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub third_party_documentation_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub third_party_source_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub third_party_support_url: Option<String>,
    pub version: String,
    pub version_url: String,
}

/// What the server can do. Clients hide what it cannot.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerFeaturesDto {
    pub config_file: bool,
    pub duplicate_detection: bool,
    pub email: bool,
    pub facial_recognition: bool,
    pub import_faces: bool,
    pub map: bool,
    pub oauth: bool,
    pub oauth_auto_launch: bool,
    pub password_login: bool,
    pub reverse_geocoding: bool,
    pub search: bool,
    pub sidecar: bool,
    pub smart_search: bool,
    pub trash: bool,
    #[serde(flatten)]
    #[schema(ignore)]
    pub later: LaterFeatures,
}

/// Features that later versions of the API know, and later clients insist on being told of.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LaterFeatures {
    pub ocr: bool,
}

/// What clients have to know before anyone signs in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerConfigDto {
    pub external_domain: String,
    pub is_initialized: bool,
    pub is_onboarded: bool,
    pub login_page_message: String,
    pub map_dark_style_url: String,
    pub map_light_style_url: String,
    pub oauth_button_text: String,
    pub public_users: bool,
    #[schema(value_type = i32)]
    pub trash_days: u32,
    #[schema(value_type = i32)]
    pub user_delete_delay: u32,
    #[serde(flatten)]
    #[schema(ignore)]
    pub later: LaterConfig,
}

/// What later clients insist on knowing too.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LaterConfig {
    pub maintenance_mode: bool,
}

/// A version that was installed here once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerVersionHistoryResponseDto {
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub version: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerThemeDto {
    pub custom_css: String,
}

/// Where an app for Android is, by what processors it is for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ServerApkLinksDto {
    pub arm64v8a: String,
    pub armeabiv7a: String,
    pub universal: String,
    pub x86_64: String,
}

/// Extensions with their dot.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ServerMediaTypesResponseDto {
    pub image: Vec<String>,
    pub sidecar: Vec<String>,
    pub video: Vec<String>,
}

/// What all users keep. Sizes are bytes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerStatsResponseDto {
    #[schema(value_type = i32, default = 0)]
    pub photos: i64,
    #[schema(default = 0)]
    pub usage: i64,
    #[schema(default = json!([]))]
    pub usage_by_user: Vec<UsageByUserDto>,
    #[schema(default = 0)]
    pub usage_photos: i64,
    #[schema(default = 0)]
    pub usage_videos: i64,
    #[schema(value_type = i32, default = 0)]
    pub videos: i64,
}

row! {
    /// What one user keeps. Sizes are bytes.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct UsageByUserDto {
        #[schema(value_type = i32)]
        pub photos: i64 = "CAST(COALESCE(SUM(CASE WHEN kept.type = 'IMAGE' AND kept.visibility <> 'hidden' \
            AND kept.is_trashed = FALSE THEN kept.assets END), 0) AS BIGINT)",
        #[schema(required)]
        pub quota_size_in_bytes: Option<i64> = "account.quota_bytes",
        pub usage: i64 = "CAST(COALESCE(SUM(kept.bytes), 0) AS BIGINT)",
        pub usage_photos: i64 = "CAST(COALESCE(SUM(CASE WHEN kept.type = 'IMAGE' THEN kept.bytes END), 0) AS BIGINT)",
        pub usage_videos: i64 = "CAST(COALESCE(SUM(CASE WHEN kept.type = 'VIDEO' THEN kept.bytes END), 0) AS BIGINT)",
        #[schema(value_type = String)]
        pub user_id: Uuid = "account.id",
        pub user_name: String = "account.name",
        #[schema(value_type = i32)]
        pub videos: i64 = "CAST(COALESCE(SUM(CASE WHEN kept.type = 'VIDEO' AND kept.visibility <> 'hidden' \
            AND kept.is_trashed = FALSE THEN kept.assets END), 0) AS BIGINT)",
    }
}

/// The room on the disk, in bytes and as people read it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServerStorageResponseDto {
    pub disk_available: String,
    #[schema(value_type = i64)]
    pub disk_available_raw: u64,
    pub disk_size: String,
    #[schema(value_type = i64)]
    pub disk_size_raw: u64,
    #[schema(extensions(("x-keep-format" = json!(true))))]
    pub disk_usage_percentage: f64,
    pub disk_use: String,
    #[schema(value_type = i64)]
    pub disk_use_raw: u64,
}
