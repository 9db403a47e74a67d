//! The wire of what the server remembers of itself.

use serde::Serialize;
use utoipa::ToSchema;

use kallitype_web::request;

request! {
    /// Whether an administrator has seen the first steps.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct AdminOnboardingUpdateDto {
        is_onboarded: bool = required_boolean(),
    }
}

/// Which file the names of places were imported from. Here they are a part of the program: nothing is imported.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReverseGeocodingStateResponseDto {
    #[schema(required)]
    pub last_import_file_name: Option<&'static str>,
    #[schema(required)]
    pub last_update: Option<&'static str>,
}
