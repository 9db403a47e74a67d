//! Slows down whoever guesses passwords. Only wrong ones count, so people who know theirs never notice.
//!
//! Wrong guesses are counted by where they come from: after some of them, no more are taken from there for a while. And
//! they are counted by what they are for, since they can come from anywhere: after some of them, each has to wait longer
//! than the one before. Whoever signs in from where they did before does not have to wait for what others did.
//!
//! The counts are in the database, so that all servers of a library share them, and a start forgets none.

pub(crate) mod queries;

use crate::app::password;
use crate::app::password::Verdict;
use crate::app::state::App;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::time::{SECOND, now};

/// Seconds of the first wait for something that was guessed at too often; each one after it is twice as long.
const FIRST_WAIT: u64 = 5;

/// What wrong guesses are counted by.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    key: String,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Origin,
    Secret,
}

impl Counted {
    /// By where they come from.
    pub(crate) fn from(origin: impl ToString) -> Self {
        Self::new(origin, Kind::Origin)
    }

    /// By what they are for.
    pub(crate) fn of(secret: impl ToString) -> Self {
        Self::new(secret, Kind::Secret)
    }

    fn new(key: impl ToString, kind: Kind) -> Self {
        // The database keeps none of these, and so finds the same under every spelling with them.
        let key = key.to_string().replace('\0', "");
        Self { key, kind }
    }
}

/// Compares a guess with a kept hash and slows down whoever guesses wrong.
///
/// Guesses sent together all wait for their turn to be hashed. Once too many of them were wrong, the rest are
/// refused whatever they are, so that neither a right one nor the way it is refused stands out.
///
/// # Errors
/// 429 after too many wrong ones.
pub(crate) async fn verify(
    app: &App,
    counted: &[Counted],
    guess: String,
    kept: Option<String>,
) -> Result<Verdict> {
    refuse_if_throttled(app, counted).await?;
    let verdict = password::verify(app, guess, kept).await?;
    refuse_if_throttled(app, counted).await?;
    if verdict == Verdict::Wrong {
        note_wrong(app, counted).await?;
    }
    Ok(verdict)
}

/// Refuses who has to wait.
///
/// # Errors
/// 429 with the seconds to wait.
pub(crate) async fn refuse_if_throttled(app: &App, counted: &[Counted]) -> Result<()> {
    let wanted: Vec<Counted> = counted.to_vec();
    let found = app
        .db
        .read(move |connection| queries::find(connection, &wanted, now()))
        .await?;
    let waits = found.iter().filter_map(|found| {
        let by = counted.iter().find(|by| by.key == found.key)?;
        wait_until(app, by, found)
    });
    let left = waits.max().unwrap_or(0) - now();
    if left <= 0 {
        return Ok(());
    }
    Err(ApiError::too_many_requests(
        "Too many wrong passwords, try again later",
        left.unsigned_abs() / SECOND.unsigned_abs() + 1,
    ))
}

/// Until when no guess is taken.
fn wait_until(app: &App, by: &Counted, found: &queries::Guesses) -> Option<i64> {
    let count = u32::try_from(found.count).unwrap_or(u32::MAX);
    let beyond = count.checked_sub(app.settings.login_attempts)?;
    match by.kind {
        Kind::Origin => Some(found.forgotten_at),
        Kind::Secret => {
            let wait = FIRST_WAIT.saturating_mul(1 << beyond.min(32));
            Some(found.last_at + microseconds(wait.min(app.settings.login_window_seconds)))
        }
    }
}

/// Counts a wrong guess.
///
/// # Errors
/// When the database fails.
pub(crate) async fn note_wrong(app: &App, counted: &[Counted]) -> Result<()> {
    let counted: Vec<(Counted, i64)> = counted
        .iter()
        .map(|by| (by.clone(), memory(app, by)))
        .collect();
    app.db
        .write(move |connection| {
            queries::forget(connection, now())?;
            counted
                .iter()
                .try_for_each(|(by, memory)| queries::note(connection, by, now(), *memory))
        })
        .await?;
    Ok(())
}

/// How long wrong guesses are remembered, in microseconds.
fn memory(app: &App, by: &Counted) -> i64 {
    microseconds(match by.kind {
        Kind::Origin => app.settings.login_window_seconds,
        Kind::Secret => app.settings.login_memory_seconds,
    })
}

fn microseconds(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX / SECOND) * SECOND
}
