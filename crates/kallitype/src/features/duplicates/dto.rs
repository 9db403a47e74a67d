//! The wire of the duplicates.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::asset_details::AssetResponseDto;

/// Assets that show the same picture.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DuplicateResponseDto {
    pub assets: Vec<AssetResponseDto>,
    #[schema(value_type = String)]
    pub duplicate_id: Uuid,
}
