//! People: persons whom a user sees in pictures.

pub(crate) mod closest;
pub(crate) mod create_person;
pub(crate) mod delete_people;
pub(crate) mod dto;
pub(crate) mod get_all_people;
pub(crate) mod get_person;
pub(crate) mod get_person_statistics;
pub(crate) mod get_person_thumbnail;
pub(crate) mod merge_person;
pub(crate) mod queries;
pub(crate) mod reassign_faces;
pub(crate) mod update_people;

use utoipa_axum::routes;

use crate::access::Permission::{
    PersonCreate, PersonDelete, PersonMerge, PersonRead, PersonReassign, PersonStatistics,
    PersonUpdate,
};
use crate::app::routes::{Routes, Who};

/// Every URL about people, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .add(
            Who::User(PersonRead),
            routes!(get_all_people::get_all_people),
        )
        .add(
            Who::User(PersonCreate),
            routes!(create_person::create_person),
        )
        .add(
            Who::User(PersonUpdate),
            routes!(update_people::update_people),
        )
        .add(
            Who::User(PersonDelete),
            routes!(delete_people::delete_people),
        )
        .add(Who::User(PersonRead), routes!(get_person::get_person))
        .add(
            Who::User(PersonUpdate),
            routes!(update_people::update_person),
        )
        .add(
            Who::User(PersonDelete),
            routes!(delete_people::delete_person),
        )
        .add(Who::User(PersonMerge), routes!(merge_person::merge_person))
        .add(
            Who::User(PersonReassign),
            routes!(reassign_faces::reassign_faces),
        )
        .add(
            Who::User(PersonStatistics),
            routes!(get_person_statistics::get_person_statistics),
        )
        .add(
            Who::User(PersonRead),
            routes!(get_person_thumbnail::get_person_thumbnail),
        )
}
