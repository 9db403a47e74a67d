//! Faces: where in a picture someone is.

pub(crate) mod create_face;
pub(crate) mod delete_face;
pub(crate) mod dto;
pub(crate) mod get_faces;
pub(crate) mod reassign_faces_by_id;

use utoipa_axum::routes;

use crate::access::Permission::{FaceCreate, FaceDelete, FaceRead, FaceUpdate};
use crate::app::routes::{Routes, Who};

/// Every URL about faces, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(Who::User(FaceRead), routes!(get_faces::get_faces))
        .add(Who::User(FaceCreate), routes!(create_face::create_face))
        .add(
            Who::User(FaceUpdate),
            routes!(reassign_faces_by_id::reassign_faces_by_id),
        )
        .add(Who::User(FaceDelete), routes!(delete_face::delete_face))
}
