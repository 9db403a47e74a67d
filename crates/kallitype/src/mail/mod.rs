//! Mail: what waits to be sent, what it says, and the server that it is handed to.

pub(crate) mod letter;
pub(crate) mod page;
pub(crate) mod preferences;
pub(crate) mod queries;
pub(crate) mod server;
pub(crate) mod smtp_config;

pub(crate) use letter::Letter;
pub(crate) use letter::Reader;
pub(crate) use letter::Template;
pub(crate) use queries::delete;
pub(crate) use queries::delete_about_album;
pub(crate) use queries::delete_left_over;
pub(crate) use queries::find;
pub(crate) use server::MailError;
pub(crate) use server::MailServer;
pub(crate) use smtp_config::Security;
pub(crate) use smtp_config::SmtpConfig;

use uuid::Uuid;

use crate::config::MailOptions;
use crate::config::system::notifications::SystemConfigSmtpDto;
use crate::queue;
use crate::queue::kind::JobKind;
use kallitype_db::{Connection, Result};
use kallitype_web::time::{SECOND, now};

/// Whether mail is sent, and how long it waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PostOptions {
    pub is_on: bool,
    /// Seconds in which everything that is new in an album becomes one mail.
    album_delay_seconds: u32,
}

impl PostOptions {
    #[must_use]
    pub(crate) fn new(smtp: &SystemConfigSmtpDto, options: &MailOptions) -> Self {
        Self {
            is_on: smtp.enabled,
            album_delay_seconds: options.album_mail_delay_seconds,
        }
    }
}

/// Has a user sent a letter. What is new in an album waits for what else is new there. Where no mail is sent,
/// none is kept.
///
/// # Errors
/// When the database fails.
pub(crate) fn post(
    connection: &mut Connection<'_>,
    options: PostOptions,
    user: Uuid,
    letter: &Letter,
) -> Result<()> {
    if !options.is_on {
        return Ok(());
    }
    let mail = queries::put(connection, user, letter, now())?;
    match letter.template() {
        Template::AlbumUpdate => {
            let delay = i64::from(options.album_delay_seconds) * SECOND;
            queue::enqueue_later(connection, JobKind::SendMail, mail, delay)
        }
        _ => queue::enqueue(connection, JobKind::SendMail, mail),
    }
}
