//! `POST /admin/notifications/test-email`: tries a mail server by sending the caller a mail.
//!
//! The server connects to where it is told to, so only administrators may tell it, and how far it came is
//! written into the log instead of the answer.

use std::time::Duration;

use axum::Json;
use axum::extract::State;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::accounts::queries;
use crate::features::notifications::dto::{SystemConfigSmtpDto, TestEmailResponseDto};
use crate::mail::{Letter, MailServer, Reader, Security, SmtpConfig};
use kallitype_db::new_id;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    post,
    path = "/api/admin/notifications/test-email",
    tag = "Notifications (Admin)",
    operation_id = "sendTestEmailAdmin",
    request_body = SystemConfigSmtpDto,
    responses((status = 200, body = TestEmailResponseDto, description = "")),
)]
pub(crate) async fn send_test_email_admin(
    State(app): State<App>,
    caller: Caller,
    Body(dto): Body<SystemConfigSmtpDto>,
) -> Result<Json<TestEmailResponseDto>> {
    let server = server(&app, dto)?;
    let user = caller.user_id()?;
    let account = app
        .db
        .read(move |connection| queries::find(connection, user))
        .await?
        .ok_or_else(|| ApiError::bad_request("User not found"))?;
    let reader = Reader {
        name: account.name,
        email: account.email,
    };
    let content = Letter::Test.content(&reader, app.settings.site());
    match server.send(&reader, &content, new_id()).await {
        Ok(message_id) => Ok(Json(TestEmailResponseDto { message_id })),
        Err(error) => {
            tracing::warn!(%error, "a test mail could not be sent");
            Err(ApiError::bad_request("Failed to verify SMTP configuration"))
        }
    }
}

fn server(app: &App, dto: SystemConfigSmtpDto) -> Result<MailServer> {
    let mailbox = |name: &str, text: &str| {
        let parsed = text.parse();
        parsed.map_err(|_| ApiError::invalid(vec![format!("{name} must be an email")]))
    };
    let transport = dto
        .transport
        .ok_or_else(|| ApiError::internal("a checked body without a transport"))?;
    let reply_to = match dto.reply_to.as_str() {
        "" => None,
        text => Some(mailbox("replyTo", text)?),
    };
    Ok(MailServer::new(SmtpConfig {
        security: security(transport.secure, transport.port),
        host: transport.host,
        port: transport.port,
        ignore_certificate: transport.ignore_cert,
        username: transport.username,
        password: transport.password,
        from: mailbox("from", &dto.from)?,
        reply_to,
        timeout: Duration::from_secs(app.settings.mail.smtp_timeout_seconds),
    }))
}

/// Version 2.0 of the API does not ask: port 465 is for connections that are encrypted from their beginning.
fn security(secure: Option<bool>, port: u16) -> Security {
    if secure.unwrap_or(port == 465) {
        Security::Tls
    } else {
        Security::Opportunistic
    }
}
