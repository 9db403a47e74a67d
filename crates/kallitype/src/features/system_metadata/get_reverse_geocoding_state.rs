//! `GET /system-metadata/reverse-geocoding-state`

use axum::Json;

use super::dto::ReverseGeocodingStateResponseDto;

#[utoipa::path(
    get,
    path = "/api/system-metadata/reverse-geocoding-state",
    tag = "System Metadata",
    operation_id = "getReverseGeocodingState",
    responses((status = 200, body = ReverseGeocodingStateResponseDto, description = "")),
)]
pub(crate) async fn get_reverse_geocoding_state() -> Json<ReverseGeocodingStateResponseDto> {
    Json(ReverseGeocodingStateResponseDto {
        last_import_file_name: None,
        last_update: None,
    })
}
