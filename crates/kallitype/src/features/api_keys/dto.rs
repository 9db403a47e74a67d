//! The wire of the API keys.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Permission;
use kallitype_web::fields::{Fields, FromFields};
use kallitype_web::time::Time;

/// The longest name, in characters.
const MAX_NAME: usize = 255;

/// A key to be made.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = APIKeyCreateDto)]
pub(crate) struct ApiKeyCreateDto {
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[schema(min_items = 1)]
    pub permissions: Vec<Permission>,
}

impl FromFields for ApiKeyCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("name", MAX_NAME);
        Self {
            name: fields.text("name"),
            permissions: fields.enumerations("permissions"),
        }
    }
}

/// A key to be changed.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = APIKeyUpdateDto)]
pub(crate) struct ApiKeyUpdateDto {
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[schema(nullable = false, min_items = 1)]
    pub permissions: Option<Vec<Permission>>,
}

impl FromFields for ApiKeyUpdateDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("name", MAX_NAME);
        Self {
            name: fields.has("name").then(|| fields.required_text("name")),
            permissions: fields
                .has("permissions")
                .then(|| fields.enumerations("permissions")),
        }
    }
}

/// A key, without its secret.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = APIKeyResponseDto)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyResponseDto {
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub name: String,
    pub permissions: Vec<Permission>,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

/// A new key, with the secret that is shown this once.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = APIKeyCreateResponseDto)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ApiKeyCreateResponseDto {
    pub api_key: ApiKeyResponseDto,
    pub secret: String,
}
