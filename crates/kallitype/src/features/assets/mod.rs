//! The assets API: 19 operations on the photos and videos of a library.

pub(crate) mod changes;
pub(crate) mod check_bulk_upload;
pub(crate) mod check_existing_assets;
pub(crate) mod delete_asset_metadata;
pub(crate) mod delete_assets;
pub(crate) mod download_asset;
pub(crate) mod dto;
pub(crate) mod get_all_user_assets_by_device_id;
pub(crate) mod get_asset_info;
pub(crate) mod get_asset_metadata;
pub(crate) mod get_asset_metadata_by_key;
pub(crate) mod get_asset_statistics;
pub(crate) mod get_random;
pub(crate) mod play_asset_video;
pub(crate) mod replace_asset;
pub(crate) mod run_asset_jobs;
pub(crate) mod serve_file;
pub(crate) mod take_sidecar;
pub(crate) mod update_asset;
pub(crate) mod update_asset_metadata;
pub(crate) mod update_assets;
pub(crate) mod upload_asset;
pub(crate) mod view_asset;

use axum::routing::{get, post};
use utoipa_axum::routes;

use crate::access::Permission;
use crate::app::routes::{Routes, Who};
use crate::core::asset_details::AssetDetails;
use crate::ingest::Outlook;
use replace_asset::Replaceable;
use serve_file::{Downloadable, Viewable};

/// Every URL of the assets API, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Permission::{
        All, AssetDelete, AssetDownload, AssetRead, AssetReplace, AssetStatistics, AssetUpdate,
        AssetUpload, AssetView,
    };
    routes
        .schema::<dto::AssetMediaSize>()
        .add_reading::<Outlook>(
            Who::UserOrLink(AssetUpload),
            routes!(upload_asset::upload_asset),
        )
        .add(
            Who::User(AssetUpdate),
            routes!(update_assets::update_assets),
        )
        .add(
            Who::User(AssetDelete),
            routes!(delete_assets::delete_assets),
        )
        .add(
            Who::User(AssetUpload),
            routes!(check_bulk_upload::check_bulk_upload),
        )
        .add(
            Who::User(All),
            routes!(check_existing_assets::check_existing_assets),
        )
        .add(
            Who::User(All),
            routes!(get_all_user_assets_by_device_id::get_all_user_assets_by_device_id),
        )
        .add(Who::User(All), routes!(run_asset_jobs::run_asset_jobs))
        .add(
            Who::User(AssetStatistics),
            routes!(get_asset_statistics::get_asset_statistics),
        )
        .add(Who::User(AssetRead), routes!(get_random::get_random))
        .add_reading::<Option<AssetDetails>>(
            Who::UserOrLink(AssetRead),
            routes!(get_asset_info::get_asset_info),
        )
        .add(Who::User(AssetUpdate), routes!(update_asset::update_asset))
        .add(
            Who::User(AssetRead),
            routes!(get_asset_metadata::get_asset_metadata),
        )
        .add(
            Who::User(AssetUpdate),
            routes!(update_asset_metadata::update_asset_metadata),
        )
        .add(
            Who::User(AssetRead),
            routes!(get_asset_metadata_by_key::get_asset_metadata_by_key),
        )
        .add(
            Who::User(AssetUpdate),
            routes!(delete_asset_metadata::delete_asset_metadata),
        )
        .add_reading::<Downloadable>(
            Who::UserOrLink(AssetDownload),
            routes!(download_asset::download_asset),
        )
        .add_reading::<Option<Replaceable>>(
            Who::UserOrLink(AssetReplace),
            routes!(replace_asset::replace_asset),
        )
        .add_reading::<Viewable>(Who::UserOrLink(AssetView), routes!(view_asset::view_asset))
        .add_reading::<Viewable>(
            Who::UserOrLink(AssetView),
            routes!(play_asset_video::play_asset_video),
        )
        // Version 2 of the official command line client still uses the paths of API 1.
        .alias_reading::<Outlook>(
            Who::UserOrLink(AssetUpload),
            "POST",
            "/api/asset/upload",
            post(upload_asset::upload_asset),
        )
        .alias(
            Who::User(AssetUpload),
            "POST",
            "/api/asset/bulk-upload-check",
            post(check_bulk_upload::check_bulk_upload),
        )
        .alias(
            Who::User(AssetStatistics),
            "GET",
            "/api/asset/statistics",
            get(get_asset_statistics::get_asset_statistics),
        )
}
