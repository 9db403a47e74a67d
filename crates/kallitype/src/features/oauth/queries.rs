//! SQL of signing in at a provider.

use uuid::Uuid;

use crate::oidc::flow::Flow;
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_web::time::now;

/// Forgets what was begun too long ago.
pub(crate) fn forget_expired(connection: &mut Connection<'_>, now: i64) -> Result<()> {
    connection.execute(
        "DELETE FROM oauth_flow WHERE expires_at <= $1",
        &[now.into()],
    )?;
    Ok(())
}

/// How many sign-ins were begun from there and not finished.
pub(crate) fn count_of_origin(connection: &mut Connection<'_>, origin: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM oauth_flow WHERE origin = $1";
    connection.query_one(sql, &[origin.into()])
}

pub(crate) fn insert(
    connection: &mut Connection<'_>,
    state_hash: &[u8; 32],
    flow: &Flow,
    origin: &str,
    expires_at: i64,
) -> Result<()> {
    connection.execute(
        "INSERT INTO oauth_flow (state_hash, code_challenge, is_of_client, nonce, redirect_uri, origin, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        &[
            (*state_hash).into(),
            (&flow.code_challenge).into(),
            flow.is_of_client.into(),
            (&flow.nonce).into(),
            (&flow.redirect_uri).into(),
            origin.into(),
            expires_at.into(),
        ],
    )?;
    Ok(())
}

/// Takes a sign-in out, unless it has expired.
pub(crate) fn take(
    connection: &mut Connection<'_>,
    state_hash: &[u8; 32],
    now: i64,
) -> Result<Option<Flow>> {
    let sql = Sql::new("DELETE FROM oauth_flow WHERE state_hash = ")
        .bind(*state_hash)
        .push(" AND expires_at > ")
        .bind(now)
        .push(" RETURNING ")
        .push(Flow::COLUMNS);
    sql.query_optional(connection)
}

row! {
    /// An account, as far as signing in elsewhere goes.
    #[derive(Debug, Clone)]
    pub(crate) struct Account {
        pub id: Uuid,
        /// Empty when it is not linked.
        pub oauth_id: String,
        /// Whether it is neither deleted nor about to be.
        pub is_active: bool = "status = 'active'",
    }
}

/// The account that is linked to what the provider calls someone.
pub(crate) fn find_by_oauth_id(
    connection: &mut Connection<'_>,
    oauth_id: &str,
) -> Result<Option<Account>> {
    select_accounts("oauth_id <> '' AND oauth_id = ")
        .bind(oauth_id)
        .query_optional(connection)
}

pub(crate) fn find_by_email(
    connection: &mut Connection<'_>,
    email: &str,
) -> Result<Option<Account>> {
    select_accounts("email = ")
        .bind(email)
        .query_optional(connection)
}

fn select_accounts(condition: &'static str) -> Sql {
    Sql::select(Account::COLUMNS)
        .push(" FROM account WHERE ")
        .push(condition)
}

/// Links an account to what the provider calls its owner; an empty name unlinks it.
pub(crate) fn link(connection: &mut Connection<'_>, id: Uuid, oauth_id: &str) -> Result<()> {
    connection.execute(
        "UPDATE account SET oauth_id = $2, updated_at = $3, update_id = next_change_id() WHERE id = $1",
        &[id.into(), oauth_id.into(), now().into()],
    )?;
    Ok(())
}

/// The accounts that are linked.
pub(crate) fn list_linked(connection: &mut Connection<'_>) -> Result<Vec<Uuid>> {
    connection.query(
        "SELECT id FROM account WHERE oauth_id <> '' ORDER BY id",
        &[],
    )
}
