//! SQL of the API keys.

use uuid::Uuid;

use crate::access::{ApiKey, Grant, Permission, User};
use crate::app::events;
use crate::app::events::Event;
use crate::features::api_keys::dto::ApiKeyResponseDto;
use kallitype_db::constcat::concat;
use kallitype_db::{Connection, Result, Sql, new_id, row};
use kallitype_web::time::{Time, now};

/// Whose key a secret is, by its SHA-256; one of an account that is not in use is none.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_by_secret(
    connection: &mut Connection<'_>,
    hash: &[u8; 32],
) -> Result<Option<(User, ApiKey)>> {
    const SQL: &str = concat!(
        "SELECT ",
        User::COLUMNS,
        ", api_key.id, api_key.permissions FROM api_key JOIN account ON account.id = api_key.user_id \
         WHERE api_key.secret_hash = $1 AND account.status = 'active'",
    );
    let found = connection.query_optional(SQL, &[(*hash).into()])?;
    Ok(found.map(|(user, id, grant)| (user, ApiKey { id, grant })))
}

pub(crate) fn insert(
    connection: &mut Connection<'_>,
    user: Uuid,
    name: &str,
    secret_hash: [u8; 32],
    grant: &Grant,
) -> Result<Uuid> {
    let id = new_id();
    connection.execute(
        "INSERT INTO api_key (id, user_id, name, secret_hash, permissions, created_at, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6)",
        &[
            id.into(),
            user.into(),
            name.into(),
            secret_hash.into(),
            grant.to_text().into(),
            now().into(),
        ],
    )?;
    Ok(id)
}

row! {
    struct KeyRow {
        id: Uuid,
        name: String,
        permissions: Grant,
        created_at: Time,
        updated_at: Time,
    }
}

impl From<KeyRow> for ApiKeyResponseDto {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            permissions: row.permissions.permissions().to_vec(),
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn select_own(user: Uuid) -> Sql {
    Sql::select(KeyRow::COLUMNS)
        .push(" FROM api_key WHERE user_id = ")
        .bind(user)
}

/// A user's key.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
) -> Result<Option<ApiKeyResponseDto>> {
    let sql = select_own(user).push(" AND id = ").bind(id);
    let found: Option<KeyRow> = sql.query_optional(connection)?;
    Ok(found.map(Into::into))
}

/// A user's keys, newest first.
pub(crate) fn list(connection: &mut Connection<'_>, user: Uuid) -> Result<Vec<ApiKeyResponseDto>> {
    let sql = select_own(user).push(" ORDER BY created_at DESC, id DESC");
    let found: Vec<KeyRow> = sql.query(connection)?;
    Ok(found.into_iter().map(Into::into).collect())
}

pub(crate) fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    name: &str,
    grant: &Grant,
) -> Result<()> {
    connection.execute(
        "UPDATE api_key SET name = $2, permissions = $3, updated_at = $4 WHERE id = $1",
        &[id.into(), name.into(), grant.to_text().into(), now().into()],
    )?;
    match grant.allows(Permission::All) {
        true => Ok(()),
        false => events::note(connection, &Event::KeyChanged { key: id }),
    }
}

pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM api_key WHERE id = $1", &[id.into()])?;
    events::note(connection, &Event::KeyChanged { key: id })
}

/// Which of some keys open everything still.
///
/// # Errors
/// When the database fails.
pub(crate) fn list_open(connection: &mut Connection<'_>, ids: Vec<Uuid>) -> Result<Vec<Uuid>> {
    let sql = "SELECT api_key.id, api_key.permissions FROM api_key JOIN account ON account.id = api_key.user_id \
        WHERE api_key.id IN LIST($1) AND account.status = 'active'";
    let found: Vec<(Uuid, Grant)> = connection.query(sql, &[ids.into()])?;
    let open = found
        .into_iter()
        .filter(|(_, grant)| grant.allows(Permission::All));
    Ok(open.map(|(id, _)| id).collect())
}
