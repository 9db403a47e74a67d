//! The wire of the sessions.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;
use kallitype_web::time::Time;

/// The longest session that can be asked for, in seconds: ten years.
const MAX_LENGTH: i64 = 10 * 366 * 24 * 60 * 60;

request! {
    /// A session to be begun for another device.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SessionCreateDto {
        #[schema(nullable = false)]
        device_os as "deviceOS": Option<String> = limited(MAX_NAME, Fields::text),
        #[schema(nullable = false)]
        device_type: Option<String> = limited(MAX_NAME, Fields::text),
        /// Seconds.
        #[schema(value_type = f64, minimum = 1, required = false)]
        duration: Option<i64> = integer(1, MAX_LENGTH),
    }
}

request! {
    /// What to change of a session.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct SessionUpdateDto {
        #[schema(nullable = false)]
        is_pending_sync_reset: Option<bool> = boolean(),
    }
}

/// A place where a user is signed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionResponseDto {
    #[schema(value_type = String)]
    pub created_at: Time,
    /// Whether the request came by this session.
    pub current: bool,
    #[serde(rename = "deviceOS")]
    pub device_os: String,
    pub device_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub expires_at: Option<Time>,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub is_pending_sync_reset: bool,
    #[schema(value_type = String)]
    pub updated_at: Time,
    /// What later clients read beside the rest.
    #[serde(flatten)]
    #[schema(ignore)]
    pub later: LaterFields,
}

/// Properties that later versions of the API added.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LaterFields {
    pub app_version: Option<String>,
}

/// A session with the token that opens it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionCreateResponseDto {
    #[schema(value_type = String)]
    pub created_at: Time,
    pub current: bool,
    #[serde(rename = "deviceOS")]
    pub device_os: String,
    pub device_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false)]
    pub expires_at: Option<Time>,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub is_pending_sync_reset: bool,
    pub token: String,
    #[schema(value_type = String)]
    pub updated_at: Time,
    #[serde(flatten)]
    #[schema(ignore)]
    pub later: LaterFields,
}

impl SessionCreateResponseDto {
    /// A session, just begun, with its token.
    #[must_use]
    pub(crate) fn new(session: SessionResponseDto, token: String) -> Self {
        Self {
            created_at: session.created_at,
            current: session.current,
            device_os: session.device_os,
            device_type: session.device_type,
            expires_at: session.expires_at,
            id: session.id,
            is_pending_sync_reset: session.is_pending_sync_reset,
            token,
            updated_at: session.updated_at,
            later: session.later,
        }
    }
}
