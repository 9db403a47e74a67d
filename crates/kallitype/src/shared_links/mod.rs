use crate::http::routes::Routes;
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
}
pub struct FoundLink;
impl FoundLink {
    pub fn is_open(&self, _h: &http::HeaderMap, _q: &str) -> bool {
        false
    }
}
impl From<FoundLink> for crate::access::Link {
    fn from(_: FoundLink) -> Self {
        unreachable!()
    }
}
pub async fn find(
    _a: &crate::http::state::App,
    _c: &crate::http::authentication::Credential,
) -> crate::http::error::Result<FoundLink> {
    Ok(FoundLink)
}
