//! Notifications: what people are told, by the API and by mail.

pub(crate) mod events;
pub(crate) mod notification;
pub(crate) mod queries;
