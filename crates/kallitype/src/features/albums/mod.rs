//! Albums: pictures that belong together, and the people who see them.

pub(crate) mod add_assets_to_albums;
pub(crate) mod album_assets;
pub(crate) mod album_users;
pub(crate) mod create_album;
pub(crate) mod delete_album;
pub(crate) mod dto;
pub(crate) mod get_album_info;
pub(crate) mod get_album_statistics;
pub(crate) mod get_all_albums;
pub(crate) mod notify;
pub(crate) mod queries;
pub(crate) mod update_album_info;

use axum::routing::{get, post, put};
use utoipa_axum::routes;

use crate::access::Permission::{
    AlbumAssetCreate, AlbumAssetDelete, AlbumCreate, AlbumDelete, AlbumRead, AlbumStatistics,
    AlbumUpdate, AlbumUserCreate, AlbumUserDelete, AlbumUserUpdate,
};
use crate::app::routes::{Routes, Who};

/// Every URL about albums, with who may call it.
#[must_use]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .schema::<crate::core::choices::SharedRole>()
        .add(
            Who::User(AlbumRead),
            routes!(get_all_albums::get_all_albums),
        )
        .add(Who::User(AlbumCreate), routes!(create_album::create_album))
        .add(
            Who::User(AlbumStatistics),
            routes!(get_album_statistics::get_album_statistics),
        )
        .add(
            Who::UserOrLink(AlbumAssetCreate),
            routes!(add_assets_to_albums::add_assets_to_albums),
        )
        .add(
            Who::UserOrLink(AlbumRead),
            routes!(get_album_info::get_album_info),
        )
        .add(
            Who::User(AlbumUpdate),
            routes!(update_album_info::update_album_info),
        )
        .add(Who::User(AlbumDelete), routes!(delete_album::delete_album))
        .add(
            Who::UserOrLink(AlbumAssetCreate),
            routes!(album_assets::add_assets_to_album),
        )
        .add(
            Who::User(AlbumAssetDelete),
            routes!(album_assets::remove_asset_from_album),
        )
        .add(
            Who::User(AlbumUserCreate),
            routes!(album_users::add_users_to_album),
        )
        .add(
            Who::User(AlbumUserUpdate),
            routes!(album_users::update_album_user),
        )
        .add(
            Who::User(AlbumUserDelete),
            routes!(album_users::remove_user_from_album),
        )
        // Version 2 of the official command line client still uses the paths of API 1.
        .alias(
            Who::User(AlbumRead),
            "GET",
            "/api/album",
            get(get_all_albums::get_all_albums),
        )
        .alias(
            Who::User(AlbumCreate),
            "POST",
            "/api/album",
            post(create_album::create_album),
        )
        .alias(
            Who::UserOrLink(AlbumAssetCreate),
            "PUT",
            "/api/album/{id}/assets",
            put(album_assets::add_assets_to_album),
        )
}
