//! `GET /system-config/storage-template-options`: what the path of a file can be made of, and patterns to begin with.

use axum::Json;

use super::dto::SystemConfigTemplateStorageOptionDto;
use crate::config::system::storage_template::{
    DAYS, HOURS, MINUTES, MONTHS, SECONDS, WEEKS, YEARS,
};

/// The patterns that clients offer.
const PRESETS: &[&str] = &[
    "{{y}}/{{y}}-{{MM}}-{{dd}}/{{filename}}",
    "{{y}}/{{MM}}-{{dd}}/{{filename}}",
    "{{y}}/{{MMMM}}-{{dd}}/{{filename}}",
    "{{y}}/{{MM}}/{{filename}}",
    "{{y}}/{{#if album}}{{album}}{{else}}Other/{{MM}}{{/if}}/{{filename}}",
    "{{#if album}}{{album-startDate-y}}/{{album}}{{else}}{{y}}/Other/{{MM}}{{/if}}/{{filename}}",
    "{{y}}/{{MMM}}/{{filename}}",
    "{{y}}/{{MMMM}}/{{filename}}",
    "{{y}}/{{MM}}/{{dd}}/{{filename}}",
    "{{y}}/{{MMMM}}/{{dd}}/{{filename}}",
    "{{y}}/{{y}}-{{MM}}/{{y}}-{{MM}}-{{dd}}/{{filename}}",
    "{{y}}-{{MM}}-{{dd}}/{{filename}}",
    "{{y}}-{{MMM}}-{{dd}}/{{filename}}",
    "{{y}}-{{MMMM}}-{{dd}}/{{filename}}",
    "{{y}}/{{y}}-{{MM}}/{{filename}}",
    "{{y}}/{{y}}-{{WW}}/{{filename}}",
    "{{y}}/{{y}}-{{MM}}-{{dd}}/{{assetId}}",
    "{{y}}/{{y}}-{{MM}}/{{assetId}}",
    "{{y}}/{{y}}-{{WW}}/{{assetId}}",
    "{{album}}/{{filename}}",
];

#[utoipa::path(
    get,
    path = "/api/system-config/storage-template-options",
    tag = "System Config",
    operation_id = "getStorageTemplateOptions",
    responses((status = 200, body = SystemConfigTemplateStorageOptionDto, description = "")),
)]
pub(crate) async fn get_storage_template_options() -> Json<SystemConfigTemplateStorageOptionDto> {
    Json(SystemConfigTemplateStorageOptionDto {
        day_options: DAYS,
        hour_options: HOURS,
        minute_options: MINUTES,
        month_options: MONTHS,
        preset_options: PRESETS,
        second_options: SECONDS,
        week_options: WEEKS,
        year_options: YEARS,
    })
}
