//! Mail: what waits to be sent, what it says, and the server that it is handed to.

mod access;
mod letter;
pub(crate) mod page;
pub(crate) mod preferences;
mod queries;
mod server;

use uuid::Uuid;

pub use access::{Access, Security};
pub use letter::{Letter, Reader, Template};
pub use queries::{Waiting, delete, delete_about_album, delete_left_over, find};
pub use server::{MailError, MailServer};

use crate::config::MailOptions;
use crate::db::{Connection, Result};
use crate::http::time::now;
use crate::jobs::{self, JobKind};

/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// Has a user sent a letter. What is new in an album waits for what else is new there. Where no mail is sent,
/// none is kept.
///
/// # Errors
/// When the database fails.
pub fn post(
    connection: &mut Connection<'_>,
    options: &MailOptions,
    user: Uuid,
    letter: &Letter,
) -> Result<()> {
    if !options.is_on() {
        return Ok(());
    }
    let mail = queries::put(connection, user, letter, now())?;
    match letter.template() {
        Template::AlbumUpdate => {
            let delay = i64::from(options.album_mail_delay_seconds) * SECOND;
            jobs::enqueue_later(connection, JobKind::SendMail, mail, now() + delay)
        }
        _ => jobs::enqueue(connection, JobKind::SendMail, mail),
    }
}
