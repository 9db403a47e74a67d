//! What was decided about the server as a whole.

use crate::core::accounts::user::UserLicense;
use kallitype_db::{Connection, Result, Sql};

/// The licence that the server holds, if it does.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_license(connection: &mut Connection<'_>) -> Result<Option<UserLicense>> {
    let sql = Sql::select(UserLicense::COLUMNS).push(" FROM installation");
    let found = sql.query_optional::<Option<UserLicense>>(connection)?;
    Ok(found.flatten())
}

/// Gives the server a licence, or takes it away.
///
/// # Errors
/// When the database fails.
pub(crate) fn set_license(
    connection: &mut Connection<'_>,
    license: Option<&UserLicense>,
) -> Result<()> {
    let sql = "UPDATE installation SET license_key = $1, license_activation_key = $2, license_activated_at = $3, \
        update_id = next_change_id()";
    let parameters = [
        license.map(|license| &license.license_key).into(),
        license.map(|license| &license.activation_key).into(),
        license.map(|license| license.activated_at.0).into(),
    ];
    connection.execute(sql, &parameters).map(drop)
}

/// Whether an administrator has seen the first steps.
///
/// # Errors
/// When the database fails.
pub(crate) fn is_onboarded(connection: &mut Connection<'_>) -> Result<bool> {
    connection.query_one("SELECT is_onboarded FROM installation", &[])
}

/// # Errors
/// When the database fails.
pub(crate) fn set_onboarded(connection: &mut Connection<'_>, is_onboarded: bool) -> Result<()> {
    let sql = "UPDATE installation SET is_onboarded = $1, update_id = next_change_id()";
    connection.execute(sql, &[is_onboarded.into()]).map(drop)
}
