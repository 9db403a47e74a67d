//! The people who keep their photos here.

pub(crate) mod admin;
pub(crate) mod create_profile_image;
pub(crate) mod delete_profile_image;
pub(crate) mod dto;
pub(crate) mod get_my_user;
pub(crate) mod get_profile_image;
pub(crate) mod get_user;
pub(crate) mod license;
pub(crate) mod my_preferences;
pub(crate) mod onboarding;
pub(crate) mod profile_image;
pub(crate) mod search_users;
pub(crate) mod update_my_user;

use axum::routing::get;
use utoipa_axum::routes;

use crate::access::permission::missing_permission;
use crate::access::{Caller, Permission};
use crate::app::routes::{Routes, Who};
use kallitype_web::error::Result;

/// Every URL about users that is not for administrators only, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Permission::{
        UserLicenseDelete, UserLicenseRead, UserLicenseUpdate, UserOnboardingDelete,
        UserOnboardingRead, UserOnboardingUpdate, UserPreferenceRead, UserPreferenceUpdate,
        UserProfileImageDelete, UserProfileImageRead, UserProfileImageUpdate, UserRead, UserUpdate,
    };
    routes
        .add(Who::User(UserRead), routes!(search_users::search_users))
        .add(Who::User(UserRead), routes!(get_my_user::get_my_user))
        .add(
            Who::User(UserUpdate),
            routes!(update_my_user::update_my_user),
        )
        .add(
            Who::User(UserLicenseRead),
            routes!(license::get_user_license),
        )
        .add(
            Who::User(UserLicenseUpdate),
            routes!(license::set_user_license),
        )
        .add(
            Who::User(UserLicenseDelete),
            routes!(license::delete_user_license),
        )
        .add(
            Who::User(UserOnboardingRead),
            routes!(onboarding::get_user_onboarding),
        )
        .add(
            Who::User(UserOnboardingUpdate),
            routes!(onboarding::set_user_onboarding),
        )
        .add(
            Who::User(UserOnboardingDelete),
            routes!(onboarding::delete_user_onboarding),
        )
        .add(
            Who::User(UserPreferenceRead),
            routes!(my_preferences::get_my_preferences),
        )
        .add(
            Who::User(UserPreferenceUpdate),
            routes!(my_preferences::update_my_preferences),
        )
        .add(
            Who::User(UserProfileImageUpdate),
            routes!(create_profile_image::create_profile_image),
        )
        .add(
            Who::User(UserProfileImageDelete),
            routes!(delete_profile_image::delete_profile_image),
        )
        .add(Who::User(UserRead), routes!(get_user::get_user))
        .add(
            Who::User(UserProfileImageRead),
            routes!(get_profile_image::get_profile_image),
        )
        // Version 2 of the official command line client still uses the path of API 1.
        .alias(
            Who::User(UserRead),
            "GET",
            "/api/user/me",
            get(get_my_user::get_my_user),
        )
}

/// Whoever sets a password can sign in with it and do everything, so a key that may do less must not.
fn require_whole_account(caller: &Caller) -> Result<()> {
    if caller.principal()?.allows(Permission::All) {
        Ok(())
    } else {
        Err(missing_permission(Permission::All))
    }
}
