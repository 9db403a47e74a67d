//! The wire of what is said about settings.

use serde::Serialize;
use utoipa::ToSchema;

/// What the path of a file can be made of.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SystemConfigTemplateStorageOptionDto {
    #[schema(value_type = Vec<String>)]
    pub day_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub hour_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub minute_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub month_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub preset_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub second_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub week_options: &'static [&'static str],
    #[schema(value_type = Vec<String>)]
    pub year_options: &'static [&'static str],
}

/// What of the settings cannot be changed, and what has no effect.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConfigLimitsDto {
    pub fixed: Vec<FixedSettingDto>,
    /// Settings, and whole sections.
    pub without_effect: &'static [&'static str],
    /// Settings of which the server knows no other value than the default.
    pub only_default: Vec<&'static str>,
}

/// A setting that cannot be changed while the server runs.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FixedSettingDto {
    /// As in `trash.days`.
    pub path: &'static str,
    /// What fixes it: a flag, an environment variable, or a line of the configuration file.
    pub by: String,
}
