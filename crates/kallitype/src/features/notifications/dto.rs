//! The wire of the notification operations.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::config::Secret;
use crate::core::notifications::notification::{NotificationLevel, NotificationType, Topic};
use kallitype_web::fields::{Fields, FromFields};

/// The longest texts, in characters.
const MAX_TITLE: usize = 1000;
const MAX_DESCRIPTION: usize = 10_000;

/// The most data, in bytes of JSON.
const MAX_DATA: usize = 65_536;

/// A notification to be made.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct NotificationCreateDto {
    #[schema(value_type = Object, required = false)]
    pub data: Option<Map<String, Value>>,
    pub description: Option<String>,
    #[schema(nullable = false)]
    pub level: Option<NotificationLevel>,
    /// Microseconds UTC.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<i64>,
    pub title: String,
    #[schema(rename = "type", value_type = NotificationType, required = false)]
    pub topic: Option<Topic>,
    #[schema(format = Uuid)]
    pub user_id: Uuid,
}

impl FromFields for NotificationCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        fields.at_most("title", MAX_TITLE);
        fields.at_most("description", MAX_DESCRIPTION);
        if !fields.has("userId") {
            fields.refuse("userId", "must be a UUID");
        }
        Self {
            data: data(fields),
            description: fields.nullable("description", Fields::text).flatten(),
            level: fields.enumeration("level"),
            read_at: fields.nullable("readAt", Fields::date).flatten(),
            title: fields.required_text("title"),
            topic: fields.enumeration("type"),
            user_id: fields.uuid("userId").unwrap_or_default(),
        }
    }
}

fn data(fields: &Fields<'_>) -> Option<Map<String, Value>> {
    let data = fields
        .nullable("data", |fields, name| Some(fields.object(name)))
        .flatten()?;
    if Value::from(data.clone()).to_string().len() > MAX_DATA {
        fields.refuse("data", &format!("must have at most {MAX_DATA} bytes"));
    }
    Some(data)
}

/// What to change of a notification.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct NotificationUpdateDto {
    // Null makes it unread again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Option<i64>>,
}

impl FromFields for NotificationUpdateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            read_at: fields.nullable("readAt", Fields::date),
        }
    }
}

/// What to change of several notifications.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct NotificationUpdateAllDto {
    pub ids: Vec<Uuid>,
    // Null makes them unread again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Option<i64>>,
}

impl FromFields for NotificationUpdateAllDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            ids: fields.uuids("ids"),
            read_at: fields.nullable("readAt", Fields::date),
        }
    }
}

/// Notifications to be deleted.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct NotificationDeleteAllDto {
    pub ids: Vec<Uuid>,
}

impl FromFields for NotificationDeleteAllDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            ids: fields.uuids("ids"),
        }
    }
}

/// An administrator's words for a letter.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct TemplateDto {
    pub template: String,
}

impl FromFields for TemplateDto {
    fn read(fields: &Fields<'_>) -> Self {
        Self {
            template: required_string(fields, "template"),
        }
    }
}

/// A letter as it would look.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TemplateResponseDto {
    pub html: String,
    pub name: String,
}

/// The mail server to be tried.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SystemConfigSmtpDto {
    #[expect(
        dead_code,
        reason = "clients say it, but a server is tried whether it is used or not"
    )]
    pub enabled: bool,
    pub from: String,
    pub reply_to: String,
    #[schema(value_type = SystemConfigSmtpTransportDto)]
    pub transport: Option<SystemConfigSmtpTransportDto>,
}

impl FromFields for SystemConfigSmtpDto {
    fn read(fields: &Fields<'_>) -> Self {
        if !fields.has("transport") {
            fields.refuse("transport", "must be an object");
        }
        Self {
            enabled: fields.required_boolean("enabled"),
            from: fields.required_text("from"),
            reply_to: required_string(fields, "replyTo"),
            transport: fields.nested("transport"),
        }
    }
}

/// How a mail server is reached.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct SystemConfigSmtpTransportDto {
    pub host: String,
    pub ignore_cert: bool,
    #[schema(value_type = String)]
    pub password: Secret,
    #[schema(value_type = f64, minimum = 0, maximum = 65_535)]
    pub port: u16,
    pub username: String,
    /// Whether the connection is encrypted from its beginning; later versions of the API ask.
    #[schema(ignore)]
    pub secure: Option<bool>,
}

impl FromFields for SystemConfigSmtpTransportDto {
    fn read(fields: &Fields<'_>) -> Self {
        if !fields.has("port") {
            fields.refuse("port", "must be an integer number");
        }
        let port = fields.integer("port", 0, i64::from(u16::MAX));
        Self {
            host: fields.required_text("host"),
            ignore_cert: fields.required_boolean("ignoreCert"),
            password: required_string(fields, "password").into(),
            port: port
                .and_then(|port| u16::try_from(port).ok())
                .unwrap_or_default(),
            username: required_string(fields, "username"),
            secure: fields.boolean("secure"),
        }
    }
}

/// A string that must be there, be it empty.
fn required_string(fields: &Fields<'_>, name: &str) -> String {
    if !fields.has(name) {
        fields.refuse(name, "must be a string");
    }
    fields.text(name).unwrap_or_default()
}

/// What came of trying a mail server.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestEmailResponseDto {
    pub message_id: String,
}
