//! SQL of the API keys.

use uuid::Uuid;

use crate::access::{ApiKey, Grant, User};
use crate::features::api_keys::dto::ApiKeyResponseDto;
use kallitype_db::{Connection, Result, Row, new_id};
use kallitype_web::time::{Time, now};

/// Whose key a secret is, by its SHA-256; one of an account that is not in use is none.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_by_secret(
    connection: &mut Connection<'_>,
    hash: &[u8; 32],
) -> Result<Option<(User, ApiKey)>> {
    let sql = "SELECT account.id, account.is_admin, api_key.id, api_key.permissions \
        FROM api_key JOIN account ON account.id = api_key.user_id WHERE api_key.secret_hash = $1 \
        AND account.status = 'active'";
    connection.query_optional(sql, &[(*hash).into()], |row| {
        let user = User {
            id: row.get(0)?,
            is_admin: row.get(1)?,
        };
        let permissions: String = row.get(3)?;
        Ok((
            user,
            ApiKey {
                id: row.get(2)?,
                grant: Grant::from_text(&permissions),
            },
        ))
    })
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

const KEY: &str =
    "SELECT id, name, permissions, created_at, updated_at FROM api_key WHERE user_id = $1";

/// A user's key.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
) -> Result<Option<ApiKeyResponseDto>> {
    connection.query_optional(
        &format!("{KEY} AND id = $2"),
        &[user.into(), id.into()],
        read,
    )
}

/// A user's keys, newest first.
pub(crate) fn list(connection: &mut Connection<'_>, user: Uuid) -> Result<Vec<ApiKeyResponseDto>> {
    connection.query(
        &format!("{KEY} ORDER BY created_at DESC, id DESC"),
        &[user.into()],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<ApiKeyResponseDto> {
    let permissions: String = row.get(2)?;
    Ok(ApiKeyResponseDto {
        id: row.get(0)?,
        name: row.get(1)?,
        permissions: Grant::from_text(&permissions).permissions().to_vec(),
        created_at: Time(row.get(3)?),
        updated_at: Time(row.get(4)?),
    })
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
    Ok(())
}

pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM api_key WHERE id = $1", &[id.into()])?;
    Ok(())
}
