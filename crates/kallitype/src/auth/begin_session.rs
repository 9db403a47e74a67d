//! Beginning a session, once it is certain whose.

use axum::response::Response;
use http::{HeaderMap, header};
use uuid::Uuid;

use super::device::Device;
use super::dto::LoginResponseDto;
use super::login::new_secret;
use super::queries::{self, NewSession};
use crate::http::authentication::hash_secret;
use crate::http::client::Client;
use crate::http::error::{ApiError, Result};
use crate::http::state::App;
use crate::http::{cookies, created};
use crate::users;

/// How someone showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
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
pub async fn begin_session(
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
    let (user, is_onboarded) = app
        .db
        .write(move |connection| {
            queries::insert_session(connection, &session)?;
            let is_onboarded = users::queries::is_onboarded(connection, user)?;
            let user = users::queries::find(connection, user)?
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
