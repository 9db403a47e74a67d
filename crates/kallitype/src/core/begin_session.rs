//! Beginning a session, once it is certain whose.

use axum::response::Response;
use http::{HeaderMap, header};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::state::App;
use crate::core::accounts;
use crate::core::guesses;
use crate::core::sessions;
use crate::core::sessions::device::Device;
use crate::core::sessions::queries::NewSession;
use kallitype_web::client::Client;
use kallitype_web::cookies;
use kallitype_web::credential::{hash_secret, new_secret};
use kallitype_web::error::{ApiError, Result};
use kallitype_web::response::created;
use kallitype_web::time::{DAY, now};

/// How long someone is known where they signed in, in microseconds: as long as browsers keep them signed in.
const KNOWN_FOR: i64 = cookies::MAX_AGE_DAYS * DAY;

/// How someone showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Password,
    OAuth,
}

impl Way {
    /// The name that browsers keep.
    fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::OAuth => "oauth",
        }
    }
}

/// Begins a session and answers it, with the cookies that browsers keep it in.
///
/// # Errors
/// When the database fails.
pub(crate) async fn begin_session(
    app: &App,
    client: Client,
    headers: &HeaderMap,
    user: Uuid,
    way: Way,
) -> Result<Response> {
    let token = new_secret();
    let device = Device::of(headers);
    let session = NewSession {
        user_id: user,
        token_hash: hash_secret(&token),
        device_type: device.kind,
        device_os: device.system,
        expires_at: None,
        is_oauth: way == Way::OAuth,
    };
    let origin = client.origin();
    let (user, is_onboarded) = app
        .commit(move |connection| {
            sessions::queries::insert_session(connection, &session)?;
            guesses::queries::remember(connection, user, &origin, now(), now() - KNOWN_FOR)?;
            let is_onboarded = accounts::queries::is_onboarded(connection, user)?;
            let user = accounts::queries::find(connection, user)?
                .ok_or_else(|| ApiError::internal("an account vanished while it signed in"))?;
            Ok::<_, ApiError>((user, is_onboarded))
        })
        .await?;
    let mut response = created(LoginResponseDto {
        access_token: token.clone(),
        is_admin: user.is_admin,
        is_onboarded,
        name: user.name,
        profile_image_path: user.profile_image_path,
        should_change_password: user.should_change_password,
        user_email: user.email,
        user_id: user.id,
    });
    for (name, value, readable) in [
        (cookies::ACCESS_TOKEN, token.as_str(), false),
        (cookies::AUTH_TYPE, way.name(), false),
        (cookies::IS_AUTHENTICATED, "true", true),
    ] {
        let cookie = cookies::set(name, value, client.is_secure, readable)?;
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A session, just begun.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginResponseDto {
    pub access_token: String,
    pub is_admin: bool,
    pub is_onboarded: bool,
    pub name: String,
    pub profile_image_path: String,
    pub should_change_password: bool,
    pub user_email: String,
    #[schema(value_type = String)]
    pub user_id: Uuid,
}
