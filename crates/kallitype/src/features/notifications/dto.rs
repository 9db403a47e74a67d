//! The wire of the notification operations.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::notifications::notification::{NotificationLevel, NotificationType, Topic};
use kallitype_web::fields::Fields;
use kallitype_web::request;

/// The longest texts, in characters.
const MAX_TITLE: usize = 1000;
const MAX_DESCRIPTION: usize = 10_000;

/// The limit on data, in bytes of JSON.
const MAX_DATA: usize = 65_536;

request! {
    /// A notification to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct NotificationCreateDto {
        #[schema(value_type = Object, required = false)]
        data: Option<Map<String, Value>> = nullable_or_absent(data),
        description: Option<String> = nullable_or_absent(description),
        #[schema(nullable = false)]
        level: Option<NotificationLevel> = enumeration(),
        /// Microseconds UTC.
        #[schema(value_type = Option<String>, format = DateTime)]
        read_at: Option<i64> = nullable_or_absent(Fields::date),
        title: String = limited(MAX_TITLE, Fields::required_text),
        #[schema(value_type = NotificationType, required = false)]
        topic as "type": Option<Topic> = enumeration(),
        #[schema(format = Uuid)]
        user_id: Uuid = with(user_id),
    }
}

fn description(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.limited(name, MAX_DESCRIPTION, Fields::text)
}

fn data(fields: &Fields<'_>, name: &str) -> Option<Map<String, Value>> {
    let data = fields.object(name);
    if Value::from(data.clone()).to_string().len() > MAX_DATA {
        fields.refuse(name, &format!("must have at most {MAX_DATA} bytes"));
    }
    Some(data)
}

fn user_id(fields: &Fields<'_>, name: &str) -> Uuid {
    if !fields.has(name) {
        fields.refuse(name, "must be a UUID");
    }
    fields.uuid(name).unwrap_or_default()
}

request! {
    /// What to change of a notification.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct NotificationUpdateDto {
        // Null makes it unread again.
        #[schema(value_type = Option<String>, format = DateTime)]
        read_at: Option<Option<i64>> = nullable(Fields::date),
    }
}

request! {
    /// What to change of several notifications.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct NotificationUpdateAllDto {
        ids: Vec<Uuid> = distinct_uuids(),
        // Null makes them unread again.
        #[schema(value_type = Option<String>, format = DateTime)]
        read_at: Option<Option<i64>> = nullable(Fields::date),
    }
}

request! {
    /// Notifications to be deleted.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct NotificationDeleteAllDto {
        ids: Vec<Uuid> = distinct_uuids(),
    }
}

request! {
    /// An administrator's words for a letter.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct TemplateDto {
        template: String = string(),
    }
}

/// A letter as it would look.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TemplateResponseDto {
    pub html: String,
    pub name: String,
}

/// What came of trying a mail server.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TestEmailResponseDto {
    pub message_id: String,
}
