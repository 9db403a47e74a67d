//! SQL of wrong guesses, and of where people are known to sign in.

use uuid::Uuid;

use super::{Counted, Kind};
use kallitype_db::{Connection, Result, Sql, row};

row! {
    /// Wrong guesses that are not forgotten yet. Times are microseconds UTC.
    #[derive(Debug, Clone)]
    pub(crate) struct Guesses {
        pub key: String,
        pub count: i64,
        pub last_at: i64,
        pub forgotten_at: i64,
    }
}

pub(crate) fn find(
    connection: &mut Connection<'_>,
    counted: &[Counted],
    now: i64,
) -> Result<Vec<Guesses>> {
    let keys: Vec<String> = counted.iter().map(|by| by.key.clone()).collect();
    Sql::select(Guesses::COLUMNS)
        .push(" FROM wrong_guess WHERE key IN LIST(")
        .bind(keys)
        .push(") AND forgotten_at > ")
        .bind(now)
        .query(connection)
}

/// Counts one more, to be remembered for so long: since the first of those that come from somewhere, and since the last of
/// those for something.
pub(crate) fn note(
    connection: &mut Connection<'_>,
    by: &Counted,
    now: i64,
    memory: i64,
) -> Result<()> {
    let is_since_the_last = by.kind == Kind::Secret;
    connection.execute(
        "INSERT INTO wrong_guess (key, count, last_at, forgotten_at) VALUES ($1, 1, $2, $3) \
         ON CONFLICT (key) DO UPDATE SET count = wrong_guess.count + 1, last_at = $2, \
         forgotten_at = CASE WHEN $4 THEN $3 ELSE wrong_guess.forgotten_at END",
        &[
            (&by.key).into(),
            now.into(),
            now.saturating_add(memory).into(),
            is_since_the_last.into(),
        ],
    )?;
    Ok(())
}

/// Forgets what was remembered for long enough.
pub(crate) fn forget(connection: &mut Connection<'_>, now: i64) -> Result<()> {
    let sql = "DELETE FROM wrong_guess WHERE forgotten_at <= $1";
    connection.execute(sql, &[now.into()])?;
    Ok(())
}

/// Whether someone has signed in from somewhere before.
pub(crate) fn is_known(connection: &mut Connection<'_>, user: Uuid, origin: &str) -> Result<bool> {
    let sql = "SELECT user_id FROM known_origin WHERE user_id = $1 AND origin = $2";
    let found = connection.query_optional::<Uuid>(sql, &[user.into(), origin.into()])?;
    Ok(found.is_some())
}

/// Remembers where someone signed in from, and forgets where they did not since a moment.
pub(crate) fn remember(
    connection: &mut Connection<'_>,
    user: Uuid,
    origin: &str,
    now: i64,
    since: i64,
) -> Result<()> {
    let sql = "DELETE FROM known_origin WHERE user_id = $1 AND signed_in_at < $2";
    connection.execute(sql, &[user.into(), since.into()])?;
    connection.execute(
        "INSERT INTO known_origin (user_id, origin, signed_in_at) VALUES ($1, $2, $3) \
         ON CONFLICT (user_id, origin) DO UPDATE SET signed_in_at = $3",
        &[user.into(), origin.into(), now.into()],
    )?;
    Ok(())
}
