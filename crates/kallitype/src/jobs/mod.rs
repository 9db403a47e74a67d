//! Durable work: the runner that claims jobs from the queue, the registry of what can be done, and a file for each
//! kind of work.

pub(crate) mod backlog;
pub(crate) mod clean_up_notifications;
pub(crate) mod derived;
pub(crate) mod empty_trash;
pub(crate) mod error;
pub(crate) mod extract_metadata;
pub(crate) mod extract_video;
pub(crate) mod fact_row;
pub(crate) mod found;
pub(crate) mod generate_thumbnails;
pub(crate) mod job;
pub(crate) mod motion_photo;
pub(crate) mod progress;
pub(crate) mod registry;
pub(crate) mod remove_account;
pub(crate) mod remux_video;
pub(crate) mod runner;
pub(crate) mod schedule;
pub(crate) mod send_mail;
pub(crate) mod subject;
pub(crate) mod transcode_video;
pub(crate) mod video;
pub(crate) mod write_sidecar;
