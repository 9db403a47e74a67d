//! `PUT /system-config`: decides on the settings. The whole document is sent; what is fixed has to be sent as it is.

use axum::Json;
use axum::extract::State;
use url::Url;

use crate::app::live_config;
use crate::app::state::App;
use crate::config::SystemConfigDto;
use crate::config::system::effective::Decisions;
use crate::config::system::storage_template::StorageTemplate;
use crate::config::system::tree::value_at;
use crate::mail::{MailServer, SmtpConfig};
use crate::oidc::provider::Provider;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::Body;

#[utoipa::path(
    put,
    path = "/api/system-config",
    tag = "System Config",
    operation_id = "updateConfig",
    request_body = SystemConfigDto,
    responses((status = 200, body = SystemConfigDto, description = "")),
)]
pub(crate) async fn update_config(
    State(app): State<App>,
    Body(mut dto): Body<SystemConfigDto>,
) -> Result<Json<SystemConfigDto>> {
    require_possible(&app, &dto)?;
    // Later versions of the API ask, and are answered by the port.
    dto.notifications.smtp.transport.secure = None;
    let is_new = dto.server.external_domain != app.config().server.external_domain;
    if is_new && let Ok(url) = Url::parse(&dto.server.external_domain) {
        dto.server.external_domain = url.origin().ascii_serialization();
    }
    require_template(&app, &dto)?;
    require_provider(&app, &dto)?;
    require_mail_server(&app, &dto).await?;
    let (decided, fixed) = (Decisions::of(&dto), app.live_config.fixed().to_vec());
    let document = app
        .commit(move |connection| {
            let before = live_config::find_decisions(connection)?;
            let decided = decided.clone().without_fixed(&fixed, &before);
            let document = decided.document(&fixed)?;
            live_config::store_decisions(connection, &decided)?;
            Ok::<_, ApiError>(document)
        })
        .await?;
    Ok(Json(document))
}

/// # Errors
/// 400 when something is fixed that was to be changed, or cannot be done here.
fn require_possible(app: &App, dto: &SystemConfigDto) -> Result<()> {
    let (wanted, present) = (dto.to_json(), app.config().to_json());
    let mut failures = dto.unsupported();
    for setting in app.live_config.fixed() {
        if value_at(&wanted, setting.path) != value_at(&present, setting.path) {
            failures.push(format!("{} is fixed by {}", setting.path, setting.by));
        }
    }
    match failures.is_empty() {
        true => Ok(()),
        false => Err(ApiError::invalid(failures)),
    }
}

/// # Errors
/// 400 when the storage template makes no paths. One that has been there since it meant nothing may stay until it does.
fn require_template(app: &App, dto: &SystemConfigDto) -> Result<()> {
    let template = &dto.storage_template;
    if !template.enabled && template.template == app.config().storage_template.template {
        return Ok(());
    }
    let parsed = StorageTemplate::parse(&template.template);
    parsed
        .map(drop)
        .map_err(|error| ApiError::bad_request(format!("Invalid storage template: {error}")))
}

/// # Errors
/// 400 when no one could sign in at the provider.
fn require_provider(app: &App, dto: &SystemConfigDto) -> Result<()> {
    let made = Provider::new(&dto.oauth, app.settings.oauth.max_answer_bytes);
    made.map(drop)
        .map_err(|error| ApiError::bad_request(format!("Invalid OAuth configuration: {error}")))
}

/// Tries the mail server, if it is another one. How far it came is written into the log instead of the answer.
///
/// # Errors
/// 400 when it takes no mail.
async fn require_mail_server(app: &App, dto: &SystemConfigDto) -> Result<()> {
    let smtp = &dto.notifications.smtp;
    if !smtp.enabled || *smtp == app.config().notifications.smtp {
        return Ok(());
    }
    let refused =
        |reason: String| ApiError::bad_request(format!("Invalid SMTP configuration: {reason}"));
    let config =
        SmtpConfig::new(smtp, &app.settings.mail).map_err(|error| refused(error.to_string()))?;
    MailServer::new(config).try_out().await.map_err(|error| {
        tracing::warn!(%error, "a mail server is refused that takes no mail");
        refused("the server does not answer, or does not let us in".into())
    })
}
