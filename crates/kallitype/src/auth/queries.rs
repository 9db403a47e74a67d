//! SQL of accounts, as far as signing in goes, and of sessions.

use uuid::Uuid;

use crate::access::{Session, User};
use crate::db::{Connection, Result, update_id};
use crate::http::time::now;
use crate::users::queries::{self, ListFilter};
use crate::users::{AvatarColor, UserAdminResponseDto};

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// In lower case.
    pub email: String,
    pub name: String,
    /// Empty for an account that no password opens.
    pub password_hash: String,
    pub is_admin: bool,
    pub should_change_password: bool,
    /// Bytes; `None` for no limit.
    pub quota_bytes: Option<i64>,
}

/// Makes an account and answers its id.
///
/// # Errors
/// `Duplicate` when the address is taken.
pub fn create_account(connection: &mut Connection<'_>, account: &NewAccount) -> Result<Uuid> {
    let id = Uuid::new_v4();
    connection.execute(
        "INSERT INTO account (id, email, name, password_hash, is_admin, should_change_password, avatar_color, \
         quota_bytes, profile_changed_at, created_at, updated_at, update_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $9, $10)",
        &[
            id.into(),
            (&account.email).into(),
            (&account.name).into(),
            (&account.password_hash).into(),
            account.is_admin.into(),
            account.should_change_password.into(),
            AvatarColor::of_email(&account.email).into(),
            account.quota_bytes.into(),
            now().into(),
            update_id().into(),
        ],
    )?;
    Ok(id)
}

/// Lets no other transaction pass here before this one ends: what it then reads of the accounts stays true.
pub fn wait_for_turn(connection: &mut Connection<'_>) -> Result<()> {
    connection.execute("UPDATE library SET created_at = created_at", &[])?;
    Ok(())
}

/// Whether there is an administrator, so that no one else can become the first.
///
/// # Errors
/// When the database fails.
pub fn has_admin(connection: &mut Connection<'_>) -> Result<bool> {
    let sql = "SELECT id FROM account WHERE is_admin = TRUE LIMIT 1";
    Ok(connection
        .query_optional(sql, &[], |row| row.get::<Uuid>(0))?
        .is_some())
}

/// Every account, oldest first.
///
/// # Errors
/// When the database fails.
pub fn list_accounts(connection: &mut Connection<'_>) -> Result<Vec<UserAdminResponseDto>> {
    let filter = ListFilter {
        with_deleted: true,
        ..ListFilter::default()
    };
    let mut accounts = queries::list(connection, filter)?;
    accounts.reverse();
    Ok(accounts)
}

/// An account's secrets.
#[derive(Debug, Clone)]
pub struct Secrets {
    pub id: Uuid,
    /// `None` when no password opens the account.
    pub password_hash: Option<String>,
    pub pin_hash: Option<String>,
}

/// The secrets of the account with this address, if it is in use.
pub fn find_secrets_by_email(
    connection: &mut Connection<'_>,
    email: &str,
) -> Result<Option<Secrets>> {
    find_secrets_where(connection, "email = $1 AND status = 'active'", email.into())
}

pub fn find_secrets(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Secrets>> {
    find_secrets_where(connection, "id = $1", id.into())
}

fn find_secrets_where(
    connection: &mut Connection<'_>,
    condition: &str,
    value: crate::db::Value,
) -> Result<Option<Secrets>> {
    let sql = format!("SELECT id, password_hash, pin_hash FROM account WHERE {condition}");
    connection.query_optional(&sql, &[value], |row| {
        let password_hash: String = row.get(1)?;
        Ok(Secrets {
            id: row.get(0)?,
            password_hash: Some(password_hash).filter(|hash| !hash.is_empty()),
            pin_hash: row.get(2)?,
        })
    })
}

/// Gives an account a new password that its owner chose.
pub fn set_password(
    connection: &mut Connection<'_>,
    id: Uuid,
    hash: &str,
    should_change: bool,
) -> Result<()> {
    connection.execute(
        "UPDATE account SET password_hash = $2, should_change_password = $3, updated_at = $4, update_id = $5 \
         WHERE id = $1",
        &[id.into(), hash.into(), should_change.into(), now().into(), update_id().into()],
    )?;
    Ok(())
}

/// Keeps an account's password in another form, unless the password was changed meanwhile.
pub fn renew_password_hash(
    connection: &mut Connection<'_>,
    account: &Secrets,
    hash: &str,
) -> Result<()> {
    connection.execute(
        "UPDATE account SET password_hash = $3, updated_at = $4, update_id = $5 \
         WHERE id = $1 AND password_hash = $2",
        &[
            account.id.into(),
            account.password_hash.clone().into(),
            hash.into(),
            now().into(),
            update_id().into(),
        ],
    )?;
    Ok(())
}

/// Gives an account a password that someone else chose, and ends its sessions. Answers its id, if it is in use.
///
/// # Errors
/// When the database fails.
pub fn reset_password(
    connection: &mut Connection<'_>,
    email: &str,
    hash: &str,
) -> Result<Option<Uuid>> {
    let Some(account) = find_secrets_by_email(connection, email)? else {
        return Ok(None);
    };
    set_password(connection, account.id, hash, true)?;
    delete_sessions(connection, account.id, None)?;
    Ok(Some(account.id))
}

pub fn set_pin(connection: &mut Connection<'_>, id: Uuid, hash: Option<String>) -> Result<()> {
    connection.execute(
        "UPDATE account SET pin_hash = $2, updated_at = $3, update_id = $4 WHERE id = $1",
        &[id.into(), hash.into(), now().into(), update_id().into()],
    )?;
    Ok(())
}

/// A session to be begun. Times are microseconds UTC.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub user_id: Uuid,
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    pub device_type: String,
    pub device_os: String,
    pub expires_at: Option<i64>,
    /// Whether it was begun at a provider.
    pub is_oauth: bool,
}

pub fn insert_session(connection: &mut Connection<'_>, session: &NewSession) -> Result<Uuid> {
    let id = update_id();
    connection.execute(
        "INSERT INTO session (id, user_id, token_hash, device_type, device_os, is_pending_sync_reset, expires_at, \
         is_oauth, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, FALSE, $6, $7, $8, $8)",
        &[
            id.into(),
            session.user_id.into(),
            session.token_hash.into(),
            (&session.device_type).into(),
            (&session.device_os).into(),
            session.expires_at.into(),
            session.is_oauth.into(),
            now().into(),
        ],
    )?;
    Ok(id)
}

/// Whose session a token opens, and when it was last used; one that has expired, or was not used since
/// `idle_limit`, is none, and neither is one of an account that is not in use.
///
/// # Errors
/// When the database fails.
pub fn find_session(
    connection: &mut Connection<'_>,
    token_hash: &[u8; 32],
    now: i64,
    idle_limit: i64,
) -> Result<Option<(User, Session, i64)>> {
    let sql = "SELECT account.id, account.is_admin, session.id, session.pin_expires_at, session.updated_at \
        FROM session JOIN account ON account.id = session.user_id \
        WHERE session.token_hash = $1 AND (session.expires_at IS NULL OR session.expires_at > $2) \
        AND session.updated_at > $3 AND account.status = 'active'";
    connection.query_optional(
        sql,
        &[(*token_hash).into(), now.into(), idle_limit.into()],
        |row| {
            let user = User {
                id: row.get(0)?,
                is_admin: row.get(1)?,
            };
            let unlocked_until: Option<i64> = row.get(3)?;
            let session = Session {
                id: row.get(2)?,
                is_elevated: unlocked_until.is_some_and(|until| until > now),
            };
            Ok((user, session, row.get(4)?))
        },
    )
}

pub fn touch_session(connection: &mut Connection<'_>, id: Uuid, now: i64) -> Result<()> {
    connection.execute(
        "UPDATE session SET updated_at = $2 WHERE id = $1",
        &[id.into(), now.into()],
    )?;
    Ok(())
}

/// When a session ends, and until when its PIN holds.
pub fn find_session_times(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<(Option<i64>, Option<i64>)>> {
    let sql = "SELECT expires_at, pin_expires_at FROM session WHERE id = $1";
    connection.query_optional(sql, &[id.into()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Opens the locked assets to a session until a moment, or closes them.
pub fn set_unlocked_until(
    connection: &mut Connection<'_>,
    id: Uuid,
    until: Option<i64>,
) -> Result<()> {
    connection.execute(
        "UPDATE session SET pin_expires_at = $2 WHERE id = $1",
        &[id.into(), until.into()],
    )?;
    Ok(())
}

/// Closes the locked assets to all of a user's sessions.
pub fn lock_sessions(connection: &mut Connection<'_>, user: Uuid) -> Result<()> {
    connection.execute(
        "UPDATE session SET pin_expires_at = NULL WHERE user_id = $1",
        &[user.into()],
    )?;
    Ok(())
}

/// Ends a session; answers whether it was begun at a provider.
pub fn end_session(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "DELETE FROM session WHERE id = $1 RETURNING is_oauth";
    let ended = connection.query_optional(sql, &[id.into()], |row| row.get(0))?;
    Ok(ended.unwrap_or(false))
}

pub fn delete_session(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM session WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Ends a user's sessions, except for one.
pub fn delete_sessions(
    connection: &mut Connection<'_>,
    user: Uuid,
    except: Option<Uuid>,
) -> Result<()> {
    let kept = except.unwrap_or(Uuid::nil());
    connection.execute(
        "DELETE FROM session WHERE user_id = $1 AND id <> $2",
        &[user.into(), kept.into()],
    )?;
    Ok(())
}
