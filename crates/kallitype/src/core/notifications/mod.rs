//! Notifications: what people are told, by the API and by mail.

pub(crate) mod news;
pub(crate) mod notification;
pub(crate) mod queries;
