//! The asset operations.
pub mod dto;
use crate::http::routes::Routes;
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
}
