use crate::http::routes::Routes;
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
}
pub const SESSION_TOUCH_INTERVAL: i64 = 3_600_000_000;
pub fn find_session(
    _c: &mut crate::db::Connection<'_>,
    _hash: &[u8; 32],
    _now: i64,
) -> crate::http::error::Result<Option<(crate::access::User, crate::access::Session, i64)>> {
    Ok(None)
}
pub fn touch_session(_app: &crate::http::state::App, _id: uuid::Uuid) {}
