//! Activities: what people in an album say about it and its pictures.

pub(crate) mod create_activity;
pub(crate) mod delete_activity;
pub(crate) mod dto;
pub(crate) mod get_activities;
pub(crate) mod get_activity_statistics;
pub(crate) mod queries;

use utoipa_axum::routes;

use crate::access::Permission::{ActivityCreate, ActivityDelete, ActivityRead, ActivityStatistics};
use crate::app::routes::{Routes, Who};

/// Every URL about activities, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .schema::<dto::ReactionLevel>()
        .schema::<dto::ReactionType>()
        .add(
            Who::User(ActivityRead),
            routes!(get_activities::get_activities),
        )
        .add(
            Who::User(ActivityCreate),
            routes!(create_activity::create_activity),
        )
        .add(
            Who::User(ActivityStatistics),
            routes!(get_activity_statistics::get_activity_statistics),
        )
        .add(
            Who::User(ActivityDelete),
            routes!(delete_activity::delete_activity),
        )
}
