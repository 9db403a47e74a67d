//! `POST /admin/notifications/test-email`: tries a mail server by sending the caller a mail.
//!
//! The server connects to where it is told to, so only administrators may tell it, and how far it came is
//! written into the log instead of the answer.

use axum::Json;
use axum::extract::State;
use lettre::message::Mailbox;

use crate::access::Caller;
use crate::app::state::App;
use crate::config::system::notifications::SystemConfigSmtpDto;
use crate::core::accounts::queries;
use crate::features::notifications::dto::TestEmailResponseDto;
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
    let server = server(&app, &dto)?;
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
    let config = app.config();
    let form = Letter::Test.form(&reader, config.site(), &config.templates.email);
    match server.send(&reader, &form, new_id()).await {
        Ok(message_id) => Ok(Json(TestEmailResponseDto { message_id })),
        Err(error) => {
            tracing::warn!(%error, "a test mail could not be sent");
            Err(ApiError::bad_request("Failed to verify SMTP configuration"))
        }
    }
}

/// The server as it was told, whatever the settings say.
fn server(app: &App, smtp: &SystemConfigSmtpDto) -> Result<MailServer> {
    if smtp.transport.host.is_empty() {
        return Err(ApiError::invalid(vec![
            "transport.host should not be empty".into(),
        ]));
    }
    for (name, text) in [("from", &smtp.from), ("replyTo", &smtp.reply_to)] {
        let is_left_out = name == "replyTo" && text.is_empty();
        if !is_left_out && text.parse::<Mailbox>().is_err() {
            return Err(ApiError::invalid(vec![format!("{name} must be an email")]));
        }
    }
    let transport = &smtp.transport;
    let security = Security::usual(transport.secure, transport.port);
    SmtpConfig::new(smtp, &app.settings.mail)
        .map(|config| MailServer::new(SmtpConfig { security, ..config }))
        .map_err(|error| ApiError::bad_request(error.to_string()))
}
