use serde::Serialize;
use utoipa::ToSchema;

/// How many assets left the trash.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TrashResponseDto {
    #[schema(value_type = i32)]
    pub count: usize,
}
