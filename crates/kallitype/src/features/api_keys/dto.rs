//! The wire of the API keys.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::Permission;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;
use kallitype_web::time::Time;

request! {
    /// A key to be made.
    #[derive(Debug, Clone, ToSchema)]
    #[schema(as = APIKeyCreateDto)]
    pub(crate) struct ApiKeyCreateDto {
        #[schema(nullable = false)]
        name: Option<String> = limited(MAX_NAME, Fields::text),
        #[schema(min_items = 1)]
        permissions: Vec<Permission> = enumerations(),
    }
}

request! {
    /// A key to be changed.
    #[derive(Debug, Clone, ToSchema)]
    #[schema(as = APIKeyUpdateDto)]
    pub(crate) struct ApiKeyUpdateDto {
        #[schema(nullable = false)]
        name: Option<String> = optional(name),
        #[schema(nullable = false, min_items = 1)]
        permissions: Option<Vec<Permission>> = optional(Fields::enumerations),
    }
}

fn name(fields: &Fields<'_>, name: &str) -> String {
    fields.limited(name, MAX_NAME, Fields::required_text)
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
