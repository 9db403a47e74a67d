//! Every operation on one asset.

use std::collections::BTreeSet;

use kallitype::route_table;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    AlbumBareLink, AlbumDownloadLink, AlbumLookingLink, AlbumUploadLink, BareLink, DownloadLink,
    EVERYONE, Editor, FittingKey, FullKey, House, LookingLink, OtherKey, Partner, Unlocked,
    UploadLink, Viewer, Visitor, was_allowed,
};
use crate::support::{Answer, Credential, Picture, Server, User};
use crate::test_on_both;

/// Where an asset can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Timeline,
    Archive,
    Hidden,
    Locked,
    Trash,
}

pub(super) const PLACES: [Place; 5] = [
    Place::Timeline,
    Place::Archive,
    Place::Hidden,
    Place::Locked,
    Place::Trash,
];

/// What an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A video by itself.
    Film,
    /// The moving part of a picture: whatever is done to it is as if it were done to the picture.
    MovingPart,
    /// What someone brought by a link.
    Brought(Visitor),
}

/// An asset that is tried, and where it is, or the picture that it is a part of.
#[derive(Debug, Clone, Copy)]
struct Subject {
    role: Role,
    place: Place,
    id: Uuid,
}

/// What an operation does to an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Look,
    /// Looks at the file as it came, or at what was made of it for browsers.
    Play,
    Download,
    /// Something that is only the owner's to do.
    Own,
    /// Shows it to others.
    Share,
}

/// An operation, and what an API key needs for it.
#[derive(Debug, Clone, Copy)]
struct Operation {
    id: &'static str,
    permission: &'static str,
    deed: Deed,
}

const fn operation(id: &'static str, permission: &'static str, deed: Deed) -> Operation {
    Operation {
        id,
        permission,
        deed,
    }
}

/// In this order: what changes an asset comes last.
const OPERATIONS: [Operation; 17] = [
    operation("getAssetInfo", "asset.read", Deed::Look),
    operation("viewAsset", "asset.view", Deed::Look),
    operation("playAssetVideo", "asset.view", Deed::Play),
    operation("downloadAsset", "asset.download", Deed::Download),
    operation("getDownloadInfo", "asset.download", Deed::Download),
    operation("downloadArchive", "asset.download", Deed::Download),
    operation("getAssetMetadata", "asset.read", Deed::Own),
    operation("getAssetMetadataByKey", "asset.read", Deed::Own),
    operation("updateAssetMetadata", "asset.update", Deed::Own),
    operation("deleteAssetMetadata", "asset.update", Deed::Own),
    operation("runAssetJobs", "all", Deed::Own),
    operation("updateAsset", "asset.update", Deed::Own),
    operation("updateAssets", "asset.update", Deed::Own),
    operation("createSharedLink", "sharedLink.create", Deed::Share),
    operation("addAssetsToAlbum", "albumAsset.create", Deed::Share),
    operation("replaceAsset", "asset.replace", Deed::Own),
    operation("deleteAssets", "asset.delete", Deed::Own),
];

/// Operations of the assets API that are not about one asset of which the caller says the id.
const ABOUT_NO_ASSET: [&str; 6] = [
    "uploadAsset",
    "checkBulkUpload",
    "checkExistingAssets",
    "getAllUserAssetsByDeviceId",
    "getAssetStatistics",
    "getRandom",
];

/// Who may do what, in the words of the contract.
fn is_expected(visitor: Visitor, deed: Deed, subject: Subject) -> bool {
    let place = subject.place;
    let is_open = matches!(place, Place::Timeline | Place::Archive);
    let is_shown = is_open && is_shown_to(visitor, subject.role);
    match visitor {
        _ if visitor.is_owner() && deed == Deed::Share => {
            !matches!(place, Place::Locked | Place::Trash)
        }
        _ if visitor.is_owner() => place != Place::Locked || visitor == Unlocked,
        Viewer | Editor | DownloadLink | AlbumDownloadLink => {
            is_shown && matches!(deed, Deed::Look | Deed::Play | Deed::Download)
        }
        Partner => place == Place::Timeline && deed != Deed::Own,
        LookingLink | UploadLink | AlbumLookingLink | AlbumUploadLink => {
            is_shown && matches!(deed, Deed::Look | Deed::Play)
        }
        BareLink | AlbumBareLink => is_shown && deed == Deed::Look,
        _ => false,
    }
}

/// Whether the album or the links show what someone has shared with them. What came by a link is shown by it alone, or
/// by the whole album.
fn is_shown_to(visitor: Visitor, role: Role) -> bool {
    match role {
        Role::Film | Role::MovingPart => true,
        Role::Brought(AlbumUploadLink) => {
            matches!(visitor, Viewer | Editor) || visitor.is_album_link()
        }
        Role::Brought(link) => visitor == link,
    }
}

#[test]
fn no_operation_on_an_asset_is_forgotten() {
    let routes = route_table().into_iter();
    let known: BTreeSet<String> = routes
        .filter(|route| {
            let path = route.path.as_str();
            path.starts_with("/api/assets") || path.starts_with("/api/download")
        })
        .filter(|route| !route.operation.is_empty())
        .map(|route| route.operation)
        .collect();
    let tried = OPERATIONS.iter().map(|operation| operation.id);
    let forgotten: Vec<&String> = known
        .iter()
        .filter(|id| !ABOUT_NO_ASSET.contains(&id.as_str()))
        .filter(|id| tried.clone().all(|tried| tried != id.as_str()))
        .collect();
    assert_eq!(forgotten, Vec::<&String>::new());
}

/// A video, so that there is something to play, that nothing has to be made of.
pub(super) fn film(seed: u32) -> Picture {
    let items = r#"[{"key": "mobile-app", "value": {"iCloudId": "x"}}]"#;
    let bytes = [
        b"a film that no one can decode ",
        seed.to_string().as_bytes(),
    ]
    .concat();
    Picture::new(bytes, "film.mp4").with("metadata", items)
}

/// Moves an asset of the owner's to its place.
pub(super) async fn put_away(server: &Server, owner: &User, asset: Uuid, place: Place) {
    let visibility = match place {
        Place::Timeline => return,
        Place::Trash => return owner.trash(server, asset).await,
        Place::Archive => "archive",
        Place::Hidden => "hidden",
        Place::Locked => "locked",
    };
    let changed = owner
        .update(server, asset, json!({"visibility": visibility}))
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

/// A request for an operation on an asset. `album` is one that the caller may add to.
fn request(
    server: &Server,
    credential: &Credential,
    operation: Operation,
    asset: Uuid,
    album: Uuid,
) -> RequestBuilder {
    let path = format!("/assets/{asset}");
    let send = |method: Method, path: &str| server.request_as(credential, method, path);
    let json = |method: Method, path: &str, body: Value| send(method, path).json(&body);
    match operation.id {
        "getAssetInfo" => send(Method::GET, &path),
        "viewAsset" => send(Method::GET, &format!("{path}/thumbnail?size=fullsize")),
        "playAssetVideo" => send(Method::GET, &format!("{path}/video/playback")),
        "downloadAsset" => send(Method::GET, &format!("{path}/original")),
        "getDownloadInfo" | "downloadArchive" => {
            let path = match operation.id {
                "getDownloadInfo" => "/download/info",
                _ => "/download/archive",
            };
            json(Method::POST, path, json!({"assetIds": [asset]}))
        }
        "getAssetMetadata" => send(Method::GET, &format!("{path}/metadata")),
        "getAssetMetadataByKey" => send(Method::GET, &format!("{path}/metadata/mobile-app")),
        "updateAssetMetadata" => {
            let items = json!({"items": [{"key": "mobile-app", "value": {}}]});
            json(Method::PUT, &format!("{path}/metadata"), items)
        }
        "deleteAssetMetadata" => send(Method::DELETE, &format!("{path}/metadata/other")),
        "runAssetJobs" => {
            let body = json!({"assetIds": [asset], "name": "refresh-faces"});
            json(Method::POST, "/assets/jobs", body)
        }
        "updateAsset" => json(Method::PUT, &path, json!({})),
        "updateAssets" => json(Method::PUT, "/assets", json!({"ids": [asset]})),
        "createSharedLink" => {
            let body = json!({"type": "INDIVIDUAL", "assetIds": [asset]});
            json(Method::POST, "/shared-links", body)
        }
        "addAssetsToAlbum" => json(
            Method::PUT,
            &format!("/albums/{album}/assets"),
            json!({"ids": [asset]}),
        ),
        "replaceAsset" => {
            let bytes = Uuid::new_v4().as_bytes().to_vec();
            let form = Picture::new(bytes, "film.mp4").form();
            send(Method::PUT, &format!("{path}/original")).multipart(form)
        }
        "deleteAssets" => json(
            Method::DELETE,
            "/assets",
            json!({"ids": [asset], "force": true}),
        ),
        other => panic!("{other} is not known here"),
    }
}

/// Tries an operation; answers whether it was allowed.
async fn try_it(
    server: &Server,
    credential: &Credential,
    operation: Operation,
    asset: Uuid,
    album: Uuid,
) -> bool {
    let answer = Answer::of(request(server, credential, operation, asset, album)).await;
    if operation.id == "addAssetsToAlbum" && answer.status == 200 {
        let outcome = &answer.json[0];
        // An asset that is in the album already was let through.
        return outcome["success"] == true || outcome["error"] == "duplicate";
    }
    was_allowed(&answer)
}

/// An album of the visitor's own, if they can have one.
async fn own_album(server: &Server, credential: &Credential, visitor: Visitor) -> Uuid {
    if visitor.is_link() || matches!(credential, Credential::None) {
        return Uuid::nil();
    }
    let body = json!({"albumName": "own"});
    let answer = Answer::of(server.post(credential, "/albums").json(&body)).await;
    if answer.status == 201 {
        answer.id()
    } else {
        Uuid::nil()
    }
}

/// A new asset of a role, in a place that others do not see into unless it was shown to them before.
async fn make(server: &Server, owner: &User, role: Role, place: Place) -> (Subject, Uuid) {
    let id = owner.upload(server, &film(rand::random())).await;
    let subject = Subject { role, place, id };
    if role != Role::MovingPart {
        return (subject, id);
    }
    let still = Picture::jpeg(1).followed_by(id.as_bytes());
    let still = still.with("livePhotoVideoId", &id.to_string());
    (subject, owner.upload(server, &still).await)
}

/// A subject for something that cannot be done twice.
async fn another(server: &Server, house: &House, subject: Subject) -> Subject {
    if let Role::Brought(link) = subject.role {
        return bring(server, house, link).await;
    }
    let (subject, shown) = make(server, &house.owner, subject.role, subject.place).await;
    put_away(server, &house.owner, shown, subject.place).await;
    subject
}

/// Something that comes by a link.
async fn bring(server: &Server, house: &House, link: Visitor) -> Subject {
    let form = film(rand::random()).form();
    let answer = Answer::of(server.post(house.link(link), "/assets").multipart(form)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let id = answer.id();
    let items = json!({"items": [{"key": "mobile-app", "value": {}}]});
    let kept = server.put(&house.owner, &format!("/assets/{id}/metadata"));
    assert_eq!(Answer::of(kept.json(&items)).await.status, 200);
    Subject {
        role: Role::Brought(link),
        place: Place::Timeline,
        id,
    }
}

/// Everyone who may come, and everything that there is.
async fn build(server: &Server) -> (House, Vec<Subject>) {
    let owner = User::another(server, "owner@example.org").await;
    let (mut subjects, mut shown) = (Vec::new(), Vec::new());
    for role in [Role::Film, Role::MovingPart] {
        for place in PLACES {
            let (subject, id) = make(server, &owner, role, place).await;
            subjects.push(subject);
            shown.push(id);
        }
    }
    let house = House::build(server, owner, &shown).await;
    for (subject, id) in subjects.iter().zip(shown) {
        put_away(server, &house.owner, id, subject.place).await;
    }
    for link in [UploadLink, AlbumUploadLink] {
        subjects.push(bring(server, &house, link).await);
    }
    server.finish_jobs().await;
    (house, subjects)
}

test_on_both! {
    async fn each_visitor_does_to_each_asset_what_they_may(server: Server) {
        let (house, subjects) = build(&server).await;
        let mut wrong = Vec::new();
        for visitor in EVERYONE {
            let session = match visitor {
                FullKey | FittingKey | OtherKey => Credential::from(&house.owner),
                _ => house.credential(&server, visitor, "").await,
            };
            let album = own_album(&server, &session, visitor).await;
            for operation in OPERATIONS {
                let credential = house.credential(&server, visitor, operation.permission).await;
                for subject in &subjects {
                    let is_expected = is_expected(visitor, operation.deed, *subject);
                    let changes_for_good = matches!(operation.id, "replaceAsset" | "deleteAssets");
                    let subject = if is_expected && changes_for_good {
                        another(&server, &house, *subject).await
                    } else {
                        *subject
                    };
                    let is_allowed = try_it(&server, &credential, operation, subject.id, album).await;
                    if is_allowed != is_expected {
                        wrong.push(format!("{visitor:?} {} {subject:?}: {is_allowed}", operation.id));
                    }
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
