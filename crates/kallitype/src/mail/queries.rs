//! SQL of the mail that waits.

use uuid::Uuid;

use crate::mail::letter::{Letter, Reader};
use crate::mail::preferences;
use kallitype_db::{Connection, Json, Result, Sql, Value, new_id};

/// A mail that was not sent yet.
pub(crate) struct Waiting {
    pub reader: Reader,
    pub letter: Letter,
    /// Another one whenever the letter changes.
    pub revision: Uuid,
    /// Whether the reader wants such letters.
    pub is_wanted: bool,
}

/// Keeps a letter to be sent; one to the same reader about the same album takes the place of one that waits.
pub(crate) fn put(
    connection: &mut Connection<'_>,
    user: Uuid,
    letter: &Letter,
    now: i64,
) -> Result<Uuid> {
    connection.query_one(
        "INSERT INTO mail (id, user_id, template, album_id, letter, revision, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (user_id, template, album_id) DO UPDATE SET letter = excluded.letter, \
         revision = excluded.revision, created_at = excluded.created_at RETURNING id",
        &[
            new_id().into(),
            user.into(),
            letter.template().into(),
            letter.album().into(),
            Value::json(letter)?,
            new_id().into(),
            now.into(),
        ],
    )
}

/// A mail that waits, unless its reader's account is being deleted.
///
/// # Errors
/// When the database fails, or holds a letter that this version does not know.
pub(crate) fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Waiting>> {
    let sql = Sql::select(Reader::COLUMNS)
        .push(
            ", mail.letter, mail.revision, account.preferences \
             FROM mail JOIN account ON account.id = mail.user_id WHERE account.status = 'active' AND mail.id = ",
        )
        .bind(id);
    let found = sql.query_optional::<(Reader, Json<Letter>, Uuid, String)>(connection)?;
    Ok(
        found.map(|(reader, Json(letter), revision, preferences)| Waiting {
            reader,
            is_wanted: preferences::are_for(&preferences, letter.template()),
            letter,
            revision,
        }),
    )
}

/// Forgets a mail, unless its letter has changed.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid, revision: Uuid) -> Result<()> {
    let sql = "DELETE FROM mail WHERE id = $1 AND revision = $2";
    connection
        .execute(sql, &[id.into(), revision.into()])
        .map(drop)
}

/// Forgets what waits to be sent to a user about an album.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_about_album(
    connection: &mut Connection<'_>,
    album: Uuid,
    user: Uuid,
) -> Result<()> {
    let sql = "DELETE FROM mail WHERE album_id = $1 AND user_id = $2";
    connection
        .execute(sql, &[album.into(), user.into()])
        .map(drop)
}

/// Forgets the mail that no job will send any more, and the mail that was given up before `deadline`.
///
/// # Errors
/// When the database fails.
pub(crate) fn delete_left_over(connection: &mut Connection<'_>, deadline: i64) -> Result<()> {
    let sql = "DELETE FROM mail WHERE NOT EXISTS (SELECT 1 FROM job WHERE job.kind = 'send-mail' \
        AND job.subject_id = mail.id AND (job.state <> 'failed' OR mail.created_at >= $1))";
    connection.execute(sql, &[deadline.into()]).map(drop)
}
