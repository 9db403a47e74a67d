//! External libraries, which administrators keep.

pub(crate) mod create_library;
pub(crate) mod delete_library;
pub(crate) mod dto;
pub(crate) mod get_libraries;
pub(crate) mod get_library_statistics;
pub(crate) mod scan_library;
pub(crate) mod update_library;
pub(crate) mod validate;

use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Permission;
use crate::access::Permission::{
    LibraryCreate, LibraryDelete, LibraryRead, LibraryStatistics, LibraryUpdate,
};
use crate::app::routes::{Routes, Who};
use crate::core::libraries::library::LibraryResponseDto;
use crate::core::libraries::queries;
use kallitype_db::Connection;
use kallitype_web::error::{ApiError, Result};

/// Every URL about external libraries, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::Admin(LibraryRead),
            routes!(get_libraries::get_all_libraries),
        )
        .add(
            Who::Admin(LibraryCreate),
            routes!(create_library::create_library),
        )
        .add(Who::Admin(LibraryRead), routes!(get_libraries::get_library))
        .add(
            Who::Admin(LibraryUpdate),
            routes!(update_library::update_library),
        )
        .add(
            Who::Admin(LibraryDelete),
            routes!(delete_library::delete_library),
        )
        .add(Who::Admin(Permission::All), routes!(validate::validate))
        .add(
            Who::Admin(LibraryStatistics),
            routes!(get_library_statistics::get_library_statistics),
        )
        .add(
            Who::Admin(LibraryUpdate),
            routes!(scan_library::scan_library),
        )
}

/// A library.
///
/// # Errors
/// 400 when it is not there.
fn require(connection: &mut Connection<'_>, id: Uuid) -> Result<LibraryResponseDto> {
    let found = queries::find(connection, id)?;
    found.ok_or_else(|| ApiError::bad_request("Library not found"))
}
