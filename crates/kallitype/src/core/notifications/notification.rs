use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use kallitype_web::fields::Fields;
use kallitype_web::query;
use kallitype_web::time::Time;
use kallitype_web::version::Wire;
use kallitype_web::wire_enum;

wire_enum! {
    /// How much a notification matters.
    pub enum NotificationLevel as "NotificationLevel" {
        Success = "success",
        Error = "error",
        Warning = "warning",
        Info = "info",
    }
}

wire_enum! {
    /// What a notification is about.
    pub enum Topic as "Topic" {
        JobFailed = "JobFailed",
        BackupFailed = "BackupFailed",
        SystemMessage = "SystemMessage",
        AlbumInvite = "AlbumInvite",
        AlbumUpdate = "AlbumUpdate",
        Custom = "Custom",
    }
}

impl Topic {
    /// The name by which a client knows it.
    #[must_use]
    pub fn name_for(self, wire: Wire) -> &'static str {
        match wire {
            Wire::V2 => NotificationType::from(self).name(),
            Wire::V3 => self.name(),
        }
    }

    /// Every topic that a client knows by the name of this one.
    #[must_use]
    pub fn namesakes(self, wire: Wire) -> &'static [Self] {
        match (self, wire) {
            (Self::Custom, Wire::V2) => &[Self::AlbumInvite, Self::AlbumUpdate, Self::Custom],
            (Self::JobFailed, _) => &[Self::JobFailed],
            (Self::BackupFailed, _) => &[Self::BackupFailed],
            (Self::SystemMessage, _) => &[Self::SystemMessage],
            (Self::AlbumInvite, _) => &[Self::AlbumInvite],
            (Self::AlbumUpdate, _) => &[Self::AlbumUpdate],
            (Self::Custom, Wire::V3) => &[Self::Custom],
        }
    }
}

query! {
    /// Which notifications are asked for.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct NotificationQuery {
        #[param(nullable = false)]
        id: Option<Uuid> = uuid(),
        #[param(nullable = false)]
        level: Option<NotificationLevel> = enumeration(),
        #[param(value_type = Option<NotificationType>, nullable = false)]
        topic as "type": Option<Topic> = enumeration(),
        // Whether those that were read are left out.
        #[param(required = false)]
        unread: bool = or(false, Fields::boolean),
    }
}

/// A notification.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationDto {
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Object, required = false)]
    pub data: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub level: NotificationLevel,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    pub read_at: Option<Time>,
    pub title: String,
    #[serde(rename = "type")]
    #[schema(value_type = NotificationType)]
    pub topic: &'static str,
}

wire_enum! {
    /// What a notification is about, as far as version 2.0 of the API knows.
    pub enum NotificationType as "NotificationType" {
        JobFailed = "JobFailed",
        BackupFailed = "BackupFailed",
        SystemMessage = "SystemMessage",
        Custom = "Custom",
    }
}

impl From<Topic> for NotificationType {
    fn from(topic: Topic) -> Self {
        match topic {
            Topic::JobFailed => Self::JobFailed,
            Topic::BackupFailed => Self::BackupFailed,
            Topic::SystemMessage => Self::SystemMessage,
            Topic::AlbumInvite | Topic::AlbumUpdate | Topic::Custom => Self::Custom,
        }
    }
}
