//! Every operation on one album.

use std::collections::BTreeSet;

use kallitype::route_table;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{AlbumDownloadLink, AlbumUploadLink, EVERYONE, Editor, House, Viewer, Visitor};
use crate::support::{Answer, Credential, Picture, Server, User};
use crate::test_on_both;

/// What an operation does to an album.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Look,
    Talk,
    /// Brings pictures.
    Add,
    /// Takes pictures away.
    Remove,
    /// Something that is only the owner's to do.
    Own,
}

/// Operations, what an API key needs for each, and what each does.
const OPERATIONS: [(&str, &str, Deed); 14] = [
    ("getAlbumInfo", "album.read", Deed::Look),
    ("getDownloadInfo", "asset.download", Deed::Look),
    ("getActivities", "activity.read", Deed::Look),
    ("getActivityStatistics", "activity.statistics", Deed::Look),
    ("createActivity", "activity.create", Deed::Talk),
    ("addAssetsToAlbum", "albumAsset.create", Deed::Add),
    ("addAssetsToAlbums", "albumAsset.create", Deed::Add),
    ("removeAssetFromAlbum", "albumAsset.delete", Deed::Remove),
    ("updateAlbumInfo", "album.update", Deed::Own),
    ("addUsersToAlbum", "albumUser.create", Deed::Own),
    ("updateAlbumUser", "albumUser.update", Deed::Own),
    ("removeUserFromAlbum", "albumUser.delete", Deed::Own),
    ("createSharedLink", "sharedLink.create", Deed::Own),
    ("deleteAlbum", "album.delete", Deed::Own),
];

/// Operations about albums and what is said in them that do not begin with an album's id.
const ABOUT_NO_ALBUM: [&str; 4] = [
    "getAllAlbums",
    "createAlbum",
    "getAlbumStatistics",
    "deleteActivity",
];

/// Who may do what.
fn is_expected(visitor: Visitor, deed: Deed) -> bool {
    match visitor {
        _ if visitor.is_owner() => true,
        Editor => deed != Deed::Own,
        Viewer => matches!(deed, Deed::Look | Deed::Talk),
        _ => false,
    }
}

/// Links look at the album, but not at what people say; one of them gives originals, one brings pictures.
fn is_expected_of_link(visitor: Visitor, operation: &str) -> bool {
    match operation {
        "getAlbumInfo" => visitor.is_album_link(),
        "getDownloadInfo" => visitor == AlbumDownloadLink,
        "addAssetsToAlbum" | "addAssetsToAlbums" => visitor == AlbumUploadLink,
        _ => false,
    }
}

#[test]
fn no_operation_on_an_album_is_forgotten() {
    let known: BTreeSet<String> = route_table()
        .into_iter()
        .filter(|route| {
            route.path.starts_with("/api/albums") || route.path.starts_with("/api/activities")
        })
        .map(|route| route.operation)
        .collect();
    let forgotten: Vec<&String> = known
        .iter()
        .filter(|id| !ABOUT_NO_ALBUM.contains(&id.as_str()))
        .filter(|id| OPERATIONS.iter().all(|(tried, _, _)| tried != id))
        .collect();
    assert_eq!(forgotten, Vec::<&String>::new());
}

/// A request for an operation on an album that leaves it as it was, unless it is to be deleted.
fn request(
    server: &Server,
    credential: &Credential,
    operation: &str,
    (album, asset): (Uuid, Uuid),
    viewer: Uuid,
) -> RequestBuilder {
    let path = format!("/albums/{album}");
    let send = |method: Method, path: &str| server.request_as(credential, method, path);
    let json = |method: Method, path: &str, body: Value| send(method, path).json(&body);
    match operation {
        "getAlbumInfo" => send(Method::GET, &path),
        "getDownloadInfo" => json(Method::POST, "/download/info", json!({"albumId": album})),
        "getActivities" => send(Method::GET, &format!("/activities?albumId={album}")),
        "getActivityStatistics" => send(
            Method::GET,
            &format!("/activities/statistics?albumId={album}"),
        ),
        "createActivity" => json(
            Method::POST,
            "/activities",
            json!({"albumId": album, "type": "like"}),
        ),
        "addAssetsToAlbum" => json(
            Method::PUT,
            &format!("{path}/assets"),
            json!({"ids": [asset]}),
        ),
        "addAssetsToAlbums" => {
            let body = json!({"albumIds": [album], "assetIds": [asset]});
            json(Method::PUT, "/albums/assets", body)
        }
        "removeAssetFromAlbum" => json(
            Method::DELETE,
            &format!("{path}/assets"),
            json!({"ids": []}),
        ),
        "updateAlbumInfo" => json(Method::PATCH, &path, json!({})),
        "addUsersToAlbum" => {
            let body = json!({"albumUsers": [{"userId": viewer, "role": "viewer"}]});
            json(Method::PUT, &format!("{path}/users"), body)
        }
        "updateAlbumUser" => {
            let path = format!("{path}/user/{viewer}");
            json(Method::PUT, &path, json!({"role": "viewer"}))
        }
        "removeUserFromAlbum" => send(Method::DELETE, &format!("{path}/user/{}", Uuid::nil())),
        "createSharedLink" => json(
            Method::POST,
            "/shared-links",
            json!({"type": "ALBUM", "albumId": album}),
        ),
        "deleteAlbum" => send(Method::DELETE, &path),
        other => panic!("{other} is not known here"),
    }
}

/// Whether an operation was let through to the album; some then find that nothing is to be done.
fn was_allowed(answer: &Answer) -> bool {
    let message = answer.json["message"].as_str().unwrap_or_default();
    let is_idle = ["User already added", "Album not shared with user"].contains(&message);
    match answer.status {
        400 if is_idle => true,
        200 if answer.json["error"] == "no_permission" => false,
        _ => super::was_allowed(answer),
    }
}

test_on_both! {
    async fn each_visitor_does_to_the_album_what_they_may(server: Server) {
        let owner = User::another(&server, "owner@example.org").await;
        let asset = owner.upload(&server, &Picture::jpeg(1)).await;
        let house = House::build(&server, owner, &[asset]).await;
        let mut wrong = Vec::new();
        for visitor in EVERYONE {
            for (operation, permission, deed) in OPERATIONS {
                let credential = house.credential(&server, visitor, permission).await;
                let is_expected = if visitor.is_link() {
                    is_expected_of_link(visitor, operation)
                } else {
                    is_expected(visitor, deed)
                };
                let album = if operation == "deleteAlbum" && is_expected {
                    let fresh = house.owner.album(&server, &[], json!({})).await;
                    fresh["id"].as_str().expect("an id").parse().expect("a UUID")
                } else {
                    house.album
                };
                let tried = request(&server, &credential, operation, (album, asset), house.viewer.id);
                let is_allowed = was_allowed(&Answer::of(tried).await);
                if is_allowed != is_expected {
                    wrong.push(format!("{visitor:?} {operation}: {is_allowed}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
