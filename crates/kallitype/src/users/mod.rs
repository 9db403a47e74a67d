use crate::http::routes::Routes;
#[must_use]
pub fn routes(routes: Routes) -> Routes {
    routes
}
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
pub struct UserResponseDto {}
