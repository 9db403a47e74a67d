//! The pictures of people. What was sent is a stranger's file and is not kept: a confined worker draws it anew, small.

use uuid::Uuid;

use crate::app::file_deletions::schedule_file_deletion;
use crate::core::accounts::queries;
use kallitype_db as db;
use kallitype_db::Connection;
use kallitype_media::OutputFormat;

/// The long edge, in pixels, and the quality.
pub(crate) const EDGE: u32 = 512;
pub(crate) const QUALITY: u8 = 85;

/// What one's picture is stored and served as.
pub(crate) const FORMAT: OutputFormat = OutputFormat::Webp;
pub(crate) const EXTENSION: &str = "webp";
pub(crate) const MIME: &str = "image/webp";

/// Gives someone another picture, or none; answers whether they had one, which then is to be removed.
///
/// # Errors
/// When the database fails.
pub(crate) fn exchange(
    connection: &mut Connection<'_>,
    user: Uuid,
    path: Option<&str>,
    now: i64,
) -> db::Result<bool> {
    let had_one = forget(connection, user, now)?;
    queries::set_profile_image(connection, user, path, now)?;
    Ok(had_one)
}

/// Notes someone's picture for removal; answers whether there was one.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget(connection: &mut Connection<'_>, user: Uuid, now: i64) -> db::Result<bool> {
    connection.lock("account", user)?;
    let path = queries::find_profile_image(connection, user)?;
    if let Some(path) = &path {
        schedule_file_deletion(connection, path, now)?;
    }
    Ok(path.is_some())
}
