use serde::Serialize;
use utoipa::ToSchema;

use kallitype_web::time::Time;

/// Which release is the newest, as far as anyone has looked. This server asks no one, so it never knows.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionCheckStateResponseDto {
    #[schema(value_type = Option<String>, required)]
    pub checked_at: Option<Time>,
    #[schema(value_type = Option<String>, required)]
    pub release_version: Option<&'static str>,
}

impl VersionCheckStateResponseDto {
    /// No one has looked.
    pub(crate) const UNKNOWN: Self = Self {
        checked_at: None,
        release_version: None,
    };
}
