use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_web::time::Time;

/// A tag.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TagResponseDto {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub color: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String)]
    pub id: Uuid,
    /// The last part of its path.
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub parent_id: Option<Uuid>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    /// Its whole path, parents first, parted by slashes.
    pub value: String,
}
