//! Every operation that writes, with a request for it that makes sense to whoever sends it, most of the time.

use std::collections::BTreeSet;

use kallitype::route_table;
use rand::RngExt;
use rand::seq::IndexedRandom;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::author::{PASSWORDS, Thing, Turn};
use super::call::Call;
use crate::support::picture::xmp;
use crate::support::{Exif, Picture};

/// An operation that writes.
pub struct Operation {
    pub name: &'static str,
    /// How often it comes, beside the others.
    pub weight: u32,
    /// A request for it; none when there is nothing to ask it for.
    pub call: fn(&mut Turn<'_>) -> Option<Call>,
    /// What its answer has the id of.
    pub makes: Option<Thing>,
    /// What it is the end of: things whose ids stand in the request.
    pub ends: Option<Thing>,
}

const fn does(name: &'static str, call: fn(&mut Turn<'_>) -> Option<Call>) -> Operation {
    Operation {
        name,
        weight: 6,
        call,
        makes: None,
        ends: None,
    }
}

impl Operation {
    const fn often(self, weight: u32) -> Self {
        Self { weight, ..self }
    }

    const fn makes(self, thing: Thing) -> Self {
        Self {
            makes: Some(thing),
            ..self
        }
    }

    const fn ends(self, thing: Thing) -> Self {
        Self {
            ends: Some(thing),
            ..self
        }
    }
}

/// Operations that are no reads by their method and still are not tried, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("checkBulkUpload", "reads"),
    ("checkExistingAssets", "reads"),
    ("downloadArchive", "reads"),
    ("finishOAuth", "needs a provider"),
    (
        "deleteSyncAck",
        "writes only what a session has, and ends with it",
    ),
    ("getDeltaSync", "reads"),
    ("getDownloadInfo", "reads"),
    ("getFullSyncForUser", "reads"),
    ("getNotificationTemplateAdmin", "reads"),
    ("linkOAuthAccount", "needs a provider"),
    ("getSyncStream", "reads"),
    ("searchAssetStatistics", "reads"),
    ("searchAssets", "reads"),
    ("searchLargeAssets", "reads"),
    ("searchRandom", "reads"),
    ("searchSmart", "reads"),
    (
        "sendTestEmailAdmin",
        "writes nothing, and needs a mail server",
    ),
    (
        "sendSyncAck",
        "writes only what a session has, and ends with it",
    ),
    ("sharedLinkLogin", "writes nothing"),
    ("signUpAdmin", "is there for the first account only"),
    ("startOAuth", "needs a provider"),
    ("unlinkOAuthAccount", "needs a provider"),
    (
        "updateConfig",
        "takes a whole document, which `system_config` sends",
    ),
    ("validate", "reads"),
    ("validateAccessToken", "reads"),
];

pub const OPERATIONS: &[Operation] = &[
    does("uploadAsset", upload_asset)
        .often(80)
        .makes(Thing::Asset),
    does("replaceAsset", replace_asset),
    does("updateAsset", update_asset).often(50),
    does("updateAssets", update_assets).often(20),
    does("deleteAssets", delete_assets)
        .often(20)
        .ends(Thing::Asset),
    does("emptyTrash", |turn| {
        Some(turn.plain(Method::POST, "/trash/empty"))
    })
    // Seldom: no one is told what was in it, and would go on asking for it.
    .often(1),
    does("restoreTrash", |turn| {
        Some(turn.plain(Method::POST, "/trash/restore"))
    }),
    does("restoreAssets", restore_assets).often(12),
    does("updateAssetMetadata", update_asset_metadata).often(12),
    does("deleteAssetMetadata", delete_asset_metadata),
    does("runAssetJobs", run_asset_jobs).often(3),
    does("createAlbum", create_album)
        .often(12)
        .makes(Thing::Album),
    does("updateAlbumInfo", update_album_info).often(12),
    does("deleteAlbum", |turn| turn.delete("/albums", Thing::Album)).ends(Thing::Album),
    does("addAssetsToAlbum", |turn| turn.album_assets(Method::PUT)).often(20),
    does("removeAssetFromAlbum", |turn| {
        turn.album_assets(Method::DELETE)
    })
    .often(8),
    does("addAssetsToAlbums", add_assets_to_albums),
    does("addUsersToAlbum", add_users_to_album).often(12),
    does("updateAlbumUser", |turn| turn.album_user(Method::PUT)).often(12),
    does("removeUserFromAlbum", |turn| {
        turn.album_user(Method::DELETE)
    }),
    does("createActivity", create_activity)
        .often(10)
        .makes(Thing::Activity),
    does("deleteActivity", |turn| {
        turn.delete("/activities", Thing::Activity)
    })
    .often(5)
    .ends(Thing::Activity),
    does("createTag", create_tag).often(10).makes(Thing::Tag),
    does("upsertTags", upsert_tags),
    does("updateTag", update_tag),
    does("deleteTag", |turn| turn.delete("/tags", Thing::Tag))
        .often(5)
        .ends(Thing::Tag),
    does("tagAssets", |turn| turn.tag_assets(Method::PUT)).often(15),
    does("untagAssets", |turn| turn.tag_assets(Method::DELETE)).often(8),
    does("bulkTagAssets", bulk_tag_assets),
    does("createStack", create_stack)
        .often(20)
        .makes(Thing::Stack),
    does("updateStack", update_stack).often(10),
    does("deleteStack", delete_stack).ends(Thing::Stack),
    does("deleteStacks", delete_stacks).ends(Thing::Stack),
    does("removeAssetFromStack", remove_asset_from_stack).often(10),
    does("createPerson", create_person)
        .often(12)
        .makes(Thing::Person),
    does("updatePerson", update_person).often(10),
    does("updatePeople", update_people),
    does("deletePerson", |turn| turn.delete("/people", Thing::Person))
        .often(3)
        .ends(Thing::Person),
    does("deletePeople", delete_people)
        .often(2)
        .ends(Thing::Person),
    does("mergePerson", merge_person).often(3),
    does("reassignFaces", reassign_faces).often(10),
    does("createFace", create_face).often(25),
    does("reassignFacesById", reassign_face),
    does("deleteFace", delete_face).ends(Thing::Face),
    does("createMemory", create_memory)
        .often(10)
        .makes(Thing::Memory),
    does("updateMemory", update_memory).often(8),
    does("addMemoryAssets", |turn| turn.memory_assets(Method::PUT)).often(12),
    does("removeMemoryAssets", |turn| {
        turn.memory_assets(Method::DELETE)
    }),
    does("deleteMemory", |turn| {
        turn.delete("/memories", Thing::Memory)
    })
    .ends(Thing::Memory),
    does("deleteDuplicate", |turn| {
        let group = turn.group();
        Some(turn.plain(Method::DELETE, format!("/duplicates/{group}")))
    })
    .often(3),
    does("deleteDuplicates", |turn| {
        let body = json!({"ids": [turn.group(), turn.group()]});
        turn.json(Method::DELETE, "/duplicates", body)
    })
    .often(3),
    does("createSharedLink", create_shared_link)
        .often(8)
        .makes(Thing::Link),
    does("updateSharedLink", update_shared_link),
    does("removeSharedLink", |turn| {
        turn.delete("/shared-links", Thing::Link)
    })
    .ends(Thing::Link),
    does("addSharedLinkAssets", |turn| turn.link_assets(Method::PUT)),
    does("removeSharedLinkAssets", |turn| {
        turn.link_assets(Method::DELETE)
    }),
    does("createPartner", create_partner),
    does("createPartnerDeprecated", |turn| turn.partner(Method::POST)),
    does("updatePartner", |turn| turn.partner(Method::PUT)).often(10),
    does("removePartner", |turn| turn.partner(Method::DELETE)),
    does("createApiKey", create_api_key).makes(Thing::ApiKey),
    does("updateApiKey", update_api_key),
    does("deleteApiKey", |turn| {
        turn.delete("/api-keys", Thing::ApiKey)
    })
    .ends(Thing::ApiKey),
    does("login", login),
    does("logout", |turn| {
        Some(turn.plain(Method::POST, "/auth/logout"))
    })
    .often(2),
    does("createSession", create_session).makes(Thing::Session),
    does("updateSession", update_session),
    does("lockSession", lock_session),
    does("deleteSession", |turn| {
        turn.delete("/sessions", Thing::Session)
    })
    .ends(Thing::Session),
    does("deleteAllSessions", |turn| {
        Some(turn.plain(Method::DELETE, "/sessions"))
    })
    .often(2),
    does("changePassword", change_password),
    does("setupPinCode", setup_pin_code),
    does("changePinCode", change_pin_code),
    does("resetPinCode", reset_pin_code).often(4),
    does("unlockAuthSession", unlock_auth_session),
    does("lockAuthSession", |turn| {
        Some(turn.plain(Method::POST, "/auth/session/lock"))
    })
    .often(4),
    does("updateMyUser", update_my_user),
    does("updateMyPreferences", |turn| {
        turn.preferences("/users/me/preferences")
    }),
    does("setUserOnboarding", set_user_onboarding),
    does("deleteUserOnboarding", |turn| {
        Some(turn.plain(Method::DELETE, "/users/me/onboarding"))
    }),
    does("setUserLicense", set_user_license),
    does("deleteUserLicense", |turn| {
        Some(turn.plain(Method::DELETE, "/users/me/license"))
    }),
    does("createProfileImage", create_profile_image).often(3),
    does("deleteProfileImage", |turn| {
        Some(turn.plain(Method::DELETE, "/users/profile-image"))
    })
    .often(3),
    does("createUserAdmin", create_user_admin)
        .often(12)
        .makes(Thing::Account),
    does("updateUserAdmin", update_user_admin).often(12),
    does("updateUserPreferencesAdmin", update_user_preferences_admin).often(10),
    does("deleteUserAdmin", delete_user_admin)
        .often(10)
        .ends(Thing::Account),
    does("restoreUserAdmin", restore_user_admin).often(20),
    does("createNotification", create_notification)
        .often(20)
        .makes(Thing::Notification),
    does("updateNotification", update_notification).often(10),
    does("updateNotifications", update_notifications).often(10),
    does("deleteNotification", |turn| {
        turn.delete("/notifications", Thing::Notification)
    })
    .ends(Thing::Notification),
    does("deleteNotifications", delete_notifications).ends(Thing::Notification),
    does("sendJobCommand", send_job_command).often(6),
    does("createJob", create_job).often(3),
    does("setServerLicense", set_server_license).often(3),
    does("deleteServerLicense", |turn| {
        require_admin(turn)?;
        Some(turn.plain(Method::DELETE, "/server/license"))
    })
    .often(3),
    does("updateAdminOnboarding", update_admin_onboarding).often(3),
    does("createLibrary", create_library)
        .often(8)
        .makes(Thing::Library),
    does("updateLibrary", update_library),
    does("scanLibrary", scan_library),
    does("deleteLibrary", |turn| {
        require_admin(turn)?;
        turn.delete("/libraries", Thing::Library)
    })
    .often(3)
    .ends(Thing::Library),
    does("unlinkAllOAuthAccountsAdmin", unlink_all).often(3),
];

#[test]
fn no_operation_that_writes_is_forgotten() {
    let tried = OPERATIONS.iter().map(|operation| operation.name);
    let left_out = LEFT_OUT.iter().map(|(name, _)| *name);
    let known: Vec<String> = tried.chain(left_out).map(str::to_owned).collect();
    let distinct: BTreeSet<String> = known.iter().cloned().collect();
    assert_eq!(
        distinct.len(),
        known.len(),
        "no operation stands here twice"
    );
    let writing: BTreeSet<String> = route_table()
        .into_iter()
        .filter(|route| route.method != "GET" && !route.operation.is_empty())
        .map(|route| route.operation)
        .collect();
    assert_eq!(distinct, writing);
}

impl Turn<'_> {
    fn plain(&self, method: Method, path: impl Into<String>) -> Call {
        self.signed(Call::new(method, path.into()))
    }

    fn json(&self, method: Method, path: impl Into<String>, body: Value) -> Option<Call> {
        Some(self.signed(Call::json(method, path.into(), &body)))
    }

    fn signed(&self, call: Call) -> Call {
        Call {
            token: Some(self.me.user.token.clone()),
            ..call
        }
    }

    fn memory_assets(&mut self, method: Method) -> Option<Call> {
        let memory = self.one(Thing::Memory)?;
        let assets = self.assets()?;
        self.json(
            method,
            format!("/memories/{memory}/assets"),
            json!({"ids": assets}),
        )
    }

    fn delete(&mut self, path: &str, thing: Thing) -> Option<Call> {
        let id = self.one(thing)?;
        Some(self.plain(Method::DELETE, format!("{path}/{id}")))
    }

    fn color(&mut self) -> Value {
        let colors = [
            "primary", "pink", "red", "yellow", "blue", "green", "purple", "orange", "gray",
            "amber",
        ];
        json!(colors.choose(self.random))
    }

    /// A group of duplicates, which others may have, too.
    fn group(&mut self) -> uuid::Uuid {
        uuid::Uuid::from_u128(self.random.random_range(1..6))
    }

    fn number(&mut self, end: i64) -> i64 {
        self.random.random_range(0..end)
    }

    fn picture(&mut self) -> Picture {
        let seed = self.random.random_range(1..100_000);
        let picture = match self.number(20) {
            // What was uploaded before is uploaded again, now and then.
            0..4 => Picture::jpeg(seed % 20),
            4 | 5 => Picture::video(seed),
            6 => Picture::new(
                format!("no picture, number {seed}").into_bytes(),
                "broken.jpg",
            ),
            7 | 8 => Picture::jpeg_with_xmp(seed, &self.properties()),
            9 => Picture::jpeg_with_exif(
                seed,
                Exif {
                    date_time_original: Some("2021:08:09 23:30:00"),
                    offset: Some("+02:00"),
                    place: Some((48.1, 11.5)),
                    ..Exif::default()
                },
            ),
            _ => Picture::jpeg(seed),
        };
        let day = 1 + self.number(28);
        picture.with("fileCreatedAt", &format!("2024-03-{day:02}T07:08:09.123Z"))
    }

    /// What an XMP packet says: tags, and perhaps more.
    fn properties(&mut self) -> String {
        let tags: String = (0..self.number(3))
            .map(|_| format!("<rdf:li>{}</rdf:li>", self.path()))
            .collect();
        let description = match self.random.random() {
            true => format!(
                "<dc:description><rdf:Alt><rdf:li>{}</rdf:li></rdf:Alt></dc:description>",
                self.name
            ),
            false => String::new(),
        };
        format!(
            "<dc:subject><rdf:Bag>{tags}</rdf:Bag></dc:subject>{description}<xmp:Rating>{}</xmp:Rating>",
            self.number(6)
        )
    }

    fn sidecar(&mut self) -> Option<Vec<u8>> {
        let properties = self.properties();
        self.chance(20).then(|| xmp(&properties).into_bytes())
    }

    /// The path of a tag.
    fn path(&mut self) -> String {
        let names = ["sea", "land", "Wald & Feld", "山", "sea %"];
        let depth = self.random.random_range(1..=3);
        let names: Vec<&str> = (0..depth)
            .filter_map(|_| names.choose(self.random).copied())
            .collect();
        names.join("/").replace('&', "and")
    }

    /// What is changed of an asset: each property sometimes.
    fn changes(&mut self) -> Map<String, Value> {
        let mut changes = Map::new();
        let date = format!(
            "2019-0{}-0{}T10:11:12.345+0{}:00",
            1 + self.number(9),
            1 + self.number(9),
            self.number(9)
        );
        let visibilities = ["timeline", "timeline", "archive", "locked", "hidden"];
        for (name, value) in [
            ("isFavorite", json!(self.random.random::<bool>())),
            ("visibility", json!(visibilities.choose(self.random))),
            ("description", json!(self.text())),
            ("rating", json!(self.number(7) - 1)),
            ("dateTimeOriginal", json!(date)),
        ] {
            if self.chance(25) {
                changes.insert(name.into(), value);
            }
        }
        if self.chance(20) {
            changes.insert(
                "latitude".into(),
                json!(self.random.random_range(-90.0..90.0)),
            );
            changes.insert(
                "longitude".into(),
                json!(self.random.random_range(-180.0..180.0)),
            );
        }
        changes
    }

    fn album_assets(&mut self, method: Method) -> Option<Call> {
        let (album, ids) = (self.album()?, self.assets()?);
        self.json(
            method,
            format!("/albums/{album}/assets"),
            json!({"ids": ids}),
        )
    }

    fn album_user(&mut self, method: Method) -> Option<Call> {
        let (album, user) = self.invited()?;
        let path = format!("/albums/{album}/user/{user}");
        if method == Method::DELETE {
            return Some(self.plain(method, path));
        }
        let role = self.role();
        self.json(method, path, json!({"role": role}))
    }

    fn role(&mut self) -> &'static str {
        if self.random.random() {
            "editor"
        } else {
            "viewer"
        }
    }

    fn tag_assets(&mut self, method: Method) -> Option<Call> {
        let (tag, ids) = (self.one(Thing::Tag)?, self.assets()?);
        self.json(method, format!("/tags/{tag}/assets"), json!({"ids": ids}))
    }

    fn link_assets(&mut self, method: Method) -> Option<Call> {
        let (link, ids) = (self.one(Thing::Link)?, self.assets()?);
        self.json(
            method,
            format!("/shared-links/{link}/assets"),
            json!({"assetIds": ids}),
        )
    }

    fn partner(&mut self, method: Method) -> Option<Call> {
        let partner = match method {
            Method::POST => self.someone(),
            _ => self.partner_of_mine(method == Method::PUT)?,
        };
        let path = format!("/partners/{partner}");
        if method != Method::PUT {
            return Some(self.plain(method, path));
        }
        let in_timeline: bool = self.random.random();
        self.json(method, path, json!({"inTimeline": in_timeline}))
    }

    fn preferences(&mut self, path: impl Into<String>) -> Option<Call> {
        let is_enabled: bool = self.random.random();
        let body = match self.number(4) {
            0 => json!({"folders": {"enabled": is_enabled}}),
            1 => json!({"albums": {"defaultAssetOrder": if is_enabled { "asc" } else { "desc" }}}),
            2 => json!({"download": {"archiveSize": 1 + self.number(1 << 30)}}),
            _ => json!({"tags": {"enabled": is_enabled, "sidebarWeb": !is_enabled}}),
        };
        self.json(Method::PUT, path, body)
    }

    /// What administrators set of an account.
    fn account(&mut self) -> Map<String, Value> {
        let mut account = Map::new();
        let quotas = [json!(null), json!(100_000), json!(1_000_000_000)];
        for (name, value) in [
            ("name", json!(format!("{} {}", self.text(), self.name))),
            ("avatarColor", self.color()),
            ("quotaSizeInBytes", json!(quotas.choose(self.random))),
            (
                "storageLabel",
                json!(self.random.random::<bool>().then_some(&self.name)),
            ),
            ("shouldChangePassword", json!(self.random.random::<bool>())),
        ] {
            if self.random.random() {
                account.insert(name.into(), value);
            }
        }
        account
    }
}

fn upload_asset(turn: &mut Turn<'_>) -> Option<Call> {
    let mut picture = turn.picture();
    if turn.chance(20) {
        picture = picture.with("isFavorite", "true");
    }
    if turn.chance(10) {
        picture = picture.with(
            "metadata",
            r#"[{"key": "mobile-app", "value": {"from": "the upload"}}]"#,
        );
    }
    if turn.chance(10) {
        picture = picture.with("visibility", "archive");
    }
    if let Some(video) = turn.one(Thing::Video).filter(|_| turn.chance(10)) {
        picture = picture.with("livePhotoVideoId", &video.to_string());
    }
    let sidecar = turn.sidecar();
    let call = |path| Call::picture(Method::POST, path, &picture, sidecar.as_deref());
    let keys = &turn.me.link_keys;
    match turn.pick(keys).filter(|_| turn.chance(15)) {
        Some(key) => Some(call(format!("/assets?key={key}"))),
        None => Some(turn.signed(call("/assets".into()))),
    }
}

fn replace_asset(turn: &mut Turn<'_>) -> Option<Call> {
    let (id, picture, sidecar) = (turn.one(Thing::Asset)?, turn.picture(), turn.sidecar());
    let path = format!("/assets/{id}/original");
    let call = Call::picture(Method::PUT, path, &picture, sidecar.as_deref());
    Some(turn.signed(call))
}

fn update_asset(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Asset)?;
    let mut changes = turn.changes();
    if turn.chance(10) {
        let video = turn.one(Thing::Video).filter(|_| turn.random.random());
        changes.insert("livePhotoVideoId".into(), json!(video));
    }
    turn.json(Method::PUT, format!("/assets/{id}"), Value::Object(changes))
}

fn update_assets(turn: &mut Turn<'_>) -> Option<Call> {
    let ids = turn.assets()?;
    let mut changes = turn.changes();
    changes.insert("ids".into(), json!(ids));
    if turn.chance(20) {
        let duplicate = turn.random.random::<bool>().then(|| turn.group());
        changes.insert("duplicateId".into(), json!(duplicate));
    }
    if turn.chance(20) {
        changes.insert("dateTimeRelative".into(), json!(turn.number(1000) - 500));
    }
    if turn.chance(20) {
        changes.insert("timeZone".into(), json!("Europe/Berlin"));
    }
    turn.json(Method::PUT, "/assets", Value::Object(changes))
}

fn delete_assets(turn: &mut Turn<'_>) -> Option<Call> {
    let (ids, force): (_, bool) = (turn.assets()?, turn.random.random());
    turn.json(
        Method::DELETE,
        "/assets",
        json!({"ids": ids, "force": force}),
    )
}

fn restore_assets(turn: &mut Turn<'_>) -> Option<Call> {
    let ids = turn.assets()?;
    turn.json(Method::POST, "/trash/restore/assets", json!({"ids": ids}))
}

fn metadata_key(turn: &mut Turn<'_>) -> &'static str {
    if turn.random.random() {
        "mobile-app"
    } else {
        "other"
    }
}

fn update_asset_metadata(turn: &mut Turn<'_>) -> Option<Call> {
    let (id, key, text) = (turn.one(Thing::Asset)?, metadata_key(turn), turn.text());
    let body = json!({"items": [{"key": key, "value": {"text": text, "number": 0.1 + 0.2, "list": [1, null]}}]});
    turn.json(Method::PUT, format!("/assets/{id}/metadata"), body)
}

fn delete_asset_metadata(turn: &mut Turn<'_>) -> Option<Call> {
    let (id, key) = (turn.one(Thing::Asset)?, metadata_key(turn));
    Some(turn.plain(Method::DELETE, format!("/assets/{id}/metadata/{key}")))
}

fn run_asset_jobs(turn: &mut Turn<'_>) -> Option<Call> {
    let names = ["refresh-metadata", "regenerate-thumbnail"];
    let body = json!({"assetIds": turn.some(Thing::Asset)?, "name": names.choose(turn.random)});
    turn.json(Method::POST, "/assets/jobs", body)
}

fn create_album(turn: &mut Turn<'_>) -> Option<Call> {
    let mut body = json!({"albumName": turn.text(), "description": turn.text()});
    if let Some(assets) = turn.assets() {
        body["assetIds"] = json!(assets);
    }
    if turn.chance(30) {
        body["albumUsers"] = json!([{"userId": turn.someone(), "role": turn.role()}]);
    }
    turn.json(Method::POST, "/albums", body)
}

fn update_album_info(turn: &mut Turn<'_>) -> Option<Call> {
    let album = turn.album()?;
    let body = match turn.number(4) {
        0 => json!({"albumName": turn.text(), "description": turn.text()}),
        1 => json!({"order": if turn.random.random() { "asc" } else { "desc" }}),
        2 => json!({"isActivityEnabled": turn.random.random::<bool>()}),
        _ => json!({"albumThumbnailAssetId": turn.one(Thing::Asset)?}),
    };
    turn.json(Method::PATCH, format!("/albums/{album}"), body)
}

fn add_assets_to_albums(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"albumIds": turn.some(Thing::Album)?, "assetIds": turn.assets()?});
    turn.json(Method::PUT, "/albums/assets", body)
}

fn add_users_to_album(turn: &mut Turn<'_>) -> Option<Call> {
    let album = turn.one(Thing::Album)?;
    let body = json!({"albumUsers": [{"userId": turn.someone(), "role": turn.role()}]});
    turn.json(Method::PUT, format!("/albums/{album}/users"), body)
}

fn create_activity(turn: &mut Turn<'_>) -> Option<Call> {
    let mut body = match turn.random.random() {
        true => json!({"type": "comment", "comment": turn.text()}),
        false => json!({"type": "like"}),
    };
    body["albumId"] = json!(turn.album()?);
    if turn.chance(30) {
        body["assetId"] = json!(turn.one(Thing::Asset)?);
    }
    turn.json(Method::POST, "/activities", body)
}

fn create_tag(turn: &mut Turn<'_>) -> Option<Call> {
    let mut body = json!({"name": turn.path()});
    if turn.chance(40) {
        body["color"] = json!(format!("#{:06x}", turn.number(1 << 24)));
    }
    if let Some(parent) = turn.one(Thing::Tag).filter(|_| turn.chance(30)) {
        body["parentId"] = json!(parent);
    }
    turn.json(Method::POST, "/tags", body)
}

fn upsert_tags(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"tags": [turn.path(), turn.path()]});
    turn.json(Method::PUT, "/tags", body)
}

fn update_tag(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Tag)?;
    let color = turn.random.random::<bool>().then_some("#abcdef");
    turn.json(Method::PUT, format!("/tags/{id}"), json!({"color": color}))
}

fn bulk_tag_assets(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"tagIds": turn.some(Thing::Tag)?, "assetIds": turn.assets()?});
    turn.json(Method::PUT, "/tags/assets", body)
}

fn create_stack(turn: &mut Turn<'_>) -> Option<Call> {
    let assets = turn.assets().filter(|assets| assets.len() > 1)?;
    turn.json(Method::POST, "/stacks", json!({"assetIds": assets}))
}

fn update_stack(turn: &mut Turn<'_>) -> Option<Call> {
    let (stack, primary) = turn.stacked()?;
    let body = json!({"primaryAssetId": primary});
    turn.json(Method::PUT, format!("/stacks/{stack}"), body)
}

fn delete_stack(turn: &mut Turn<'_>) -> Option<Call> {
    let stack = turn.recent(Thing::Stack)?;
    Some(turn.plain(Method::DELETE, format!("/stacks/{stack}")))
}

fn delete_stacks(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"ids": [turn.recent(Thing::Stack)?]});
    turn.json(Method::DELETE, "/stacks", body)
}

fn remove_asset_from_stack(turn: &mut Turn<'_>) -> Option<Call> {
    let (stack, asset) = turn.stacked()?;
    Some(turn.plain(Method::DELETE, format!("/stacks/{stack}/assets/{asset}")))
}

fn create_person(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"name": turn.text(), "isHidden": turn.chance(20), "birthDate": "1984-11-30"});
    turn.json(Method::POST, "/people", body)
}

fn update_person(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Person)?;
    let mut body = json!({"name": turn.text(), "isFavorite": turn.chance(30), "color": "#abc"});
    if turn.chance(20) {
        body["featureFaceAssetId"] = json!(turn.one(Thing::Asset)?);
    }
    turn.json(Method::PUT, format!("/people/{id}"), body)
}

fn update_people(turn: &mut Turn<'_>) -> Option<Call> {
    let ids = turn.some(Thing::Person)?;
    let people: Vec<Value> = ids
        .iter()
        .map(|id| json!({"id": id, "isHidden": true, "birthDate": null}))
        .collect();
    turn.json(Method::PUT, "/people", json!({"people": people}))
}

fn delete_people(turn: &mut Turn<'_>) -> Option<Call> {
    let ids = turn.some(Thing::Person)?;
    turn.json(Method::DELETE, "/people", json!({"ids": ids}))
}

fn merge_person(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Person)?;
    let mut ids = turn.some(Thing::Person)?;
    ids.retain(|other| *other != id);
    turn.json(
        Method::POST,
        format!("/people/{id}/merge"),
        json!({"ids": ids}),
    )
}

fn reassign_faces(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Person)?;
    let item = json!({"personId": turn.one(Thing::Person)?, "assetId": turn.one(Thing::Asset)?});
    turn.json(
        Method::PUT,
        format!("/people/{id}/reassign"),
        json!({"data": [item]}),
    )
}

fn create_face(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({
        "assetId": turn.one(Thing::Asset)?, "personId": turn.one(Thing::Person)?, "imageWidth": 64, "imageHeight": 48,
        "x": turn.number(32), "y": turn.number(24), "width": 1 + turn.number(32), "height": 1 + turn.number(24),
    });
    turn.json(Method::POST, "/faces", body)
}

fn reassign_face(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Person)?;
    let body = json!({"id": turn.one(Thing::Face)?});
    turn.json(Method::PUT, format!("/faces/{id}"), body)
}

fn delete_face(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Face)?;
    let body = json!({"force": turn.random.random::<bool>()});
    turn.json(Method::DELETE, format!("/faces/{id}"), body)
}

fn create_shared_link(turn: &mut Turn<'_>) -> Option<Call> {
    let mut body = match turn.random.random() {
        true => json!({"type": "INDIVIDUAL", "assetIds": turn.assets()?}),
        false => json!({"type": "ALBUM", "albumId": turn.one(Thing::Album)?}),
    };
    body["allowUpload"] = json!(turn.random.random::<bool>());
    if turn.chance(20) {
        body["password"] = json!("sesame");
    }
    turn.json(Method::POST, "/shared-links", body)
}

fn update_shared_link(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Link)?;
    let body = json!({"description": turn.text(), "showMetadata": turn.random.random::<bool>()});
    turn.json(Method::PATCH, format!("/shared-links/{id}"), body)
}

fn create_partner(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"sharedWithId": turn.someone()});
    turn.json(Method::POST, "/partners", body)
}

fn create_api_key(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"name": turn.text(), "permissions": ["all"]});
    turn.json(Method::POST, "/api-keys", body)
}

fn update_api_key(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::ApiKey)?;
    let body = json!({"name": turn.text(), "permissions": ["asset.read", "asset.upload"]});
    turn.json(Method::PUT, format!("/api-keys/{id}"), body)
}

fn login(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"email": turn.me.user.email, "password": turn.me.password});
    turn.json(Method::POST, "/auth/login", body)
}

fn create_session(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"deviceType": turn.text(), "duration": 3600});
    turn.json(Method::POST, "/sessions", body)
}

fn update_session(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Session)?;
    turn.json(
        Method::PUT,
        format!("/sessions/{id}"),
        json!({"isPendingSyncReset": true}),
    )
}

fn lock_session(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Session)?;
    Some(turn.plain(Method::POST, format!("/sessions/{id}/lock")))
}

fn change_password(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"password": turn.me.password, "newPassword": PASSWORDS.choose(turn.random)});
    turn.json(Method::POST, "/auth/change-password", body)
}

fn pin(turn: &mut Turn<'_>) -> Value {
    json!(format!("{:06}", turn.number(1_000_000)))
}

fn setup_pin_code(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"pinCode": pin(turn)});
    turn.json(Method::POST, "/auth/pin-code", body)
}

fn change_pin_code(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"password": turn.me.password, "newPinCode": pin(turn)});
    turn.json(Method::PUT, "/auth/pin-code", body)
}

fn reset_pin_code(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"password": turn.me.password});
    turn.json(Method::DELETE, "/auth/pin-code", body)
}

fn unlock_auth_session(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"password": turn.me.password});
    turn.json(Method::POST, "/auth/session/unlock", body)
}

fn update_my_user(turn: &mut Turn<'_>) -> Option<Call> {
    let mut body = json!({"name": format!("{} {}", turn.text(), turn.name)});
    if turn.chance(30) {
        body["avatarColor"] = turn.color();
    }
    if turn.chance(10) {
        body["password"] = json!(PASSWORDS.choose(turn.random));
    }
    turn.json(Method::PUT, "/users/me", body)
}

fn set_user_onboarding(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"isOnboarded": turn.random.random::<bool>()});
    turn.json(Method::PUT, "/users/me/onboarding", body)
}

fn set_user_license(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"licenseKey": "IMCL-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WXYZ", "activationKey": turn.name});
    turn.json(Method::PUT, "/users/me/license", body)
}

fn create_profile_image(turn: &mut Turn<'_>) -> Option<Call> {
    let picture = Picture::png(turn.random.random_range(1..1000));
    let files = [("file", "me.png", &*picture.bytes)];
    let call = Call::form(Method::POST, "/users/profile-image".into(), &[], &files);
    Some(turn.signed(call))
}

/// For what only administrators may do.
fn require_admin(turn: &Turn<'_>) -> Option<()> {
    turn.me.is_admin.then_some(())
}

/// Libraries without folders: what is in folders, `libraries/` tries.
fn create_library(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let body = json!({"ownerId": turn.me.user.id, "name": "Fotos", "exclusionPatterns": ["**/private/**"]});
    turn.json(Method::POST, "/libraries", body)
}

fn update_library(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let id = turn.one(Thing::Library)?;
    let body = json!({"name": "Bilder", "importPaths": [], "exclusionPatterns": ["**/raw/**"]});
    turn.json(Method::PUT, format!("/libraries/{id}"), body)
}

fn scan_library(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let id = turn.one(Thing::Library)?;
    Some(turn.plain(Method::POST, format!("/libraries/{id}/scan")))
}

fn create_user_admin(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let mut body = turn.account();
    body.insert("name".into(), json!(turn.name));
    body.insert("email".into(), json!(format!("{}@example.org", turn.name)));
    body.insert("password".into(), json!(PASSWORDS.choose(turn.random)));
    turn.json(Method::POST, "/admin/users", Value::Object(body))
}

fn update_user_admin(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let (id, mut body) = (turn.one(Thing::Account)?, turn.account());
    if turn.chance(10) {
        body.insert("email".into(), json!(format!("{}@example.org", turn.name)));
    }
    if turn.chance(10) {
        body.insert("password".into(), json!(PASSWORDS.choose(turn.random)));
    }
    if turn.chance(10) {
        let pin = turn.random.random::<bool>().then(|| pin(turn));
        body.insert("pinCode".into(), json!(pin));
    }
    turn.json(
        Method::PUT,
        format!("/admin/users/{id}"),
        Value::Object(body),
    )
}

fn update_user_preferences_admin(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let id = turn.one(Thing::Account)?;
    turn.preferences(format!("/admin/users/{id}/preferences"))
}

fn delete_user_admin(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let (id, force) = (turn.one(Thing::Account)?, turn.chance(40));
    turn.json(
        Method::DELETE,
        format!("/admin/users/{id}"),
        json!({"force": force}),
    )
}

fn restore_user_admin(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let id = turn.one(Thing::DeletedAccount)?;
    Some(turn.plain(Method::POST, format!("/admin/users/{id}/restore")))
}

fn create_notification(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let user = if turn.chance(80) {
        turn.me.user.id
    } else {
        turn.someone()
    };
    turn.json(
        Method::POST,
        "/admin/notifications",
        json!({"title": turn.name, "userId": user}),
    )
}

fn update_notification(turn: &mut Turn<'_>) -> Option<Call> {
    let id = turn.one(Thing::Notification)?;
    turn.json(
        Method::PUT,
        format!("/notifications/{id}"),
        json!({"readAt": "2025-01-01T00:00:00.000Z"}),
    )
}

fn update_notifications(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"ids": turn.some(Thing::Notification)?, "readAt": null});
    turn.json(Method::PUT, "/notifications", body)
}

fn delete_notifications(turn: &mut Turn<'_>) -> Option<Call> {
    let body = json!({"ids": turn.some(Thing::Notification)?});
    turn.json(Method::DELETE, "/notifications", body)
}

fn send_job_command(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let queues = ["metadataExtraction", "thumbnailGeneration", "sidecar"];
    let path = format!("/jobs/{}", turn.pick(&queues)?);
    turn.json(
        Method::PUT,
        path,
        json!({"command": "start", "force": false}),
    )
}

fn unlink_all(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    Some(turn.plain(Method::POST, "/admin/auth/unlink-all"))
}

fn create_memory(turn: &mut Turn<'_>) -> Option<Call> {
    let assets = turn.assets().unwrap_or_default();
    let year = 2000 + turn.number(20);
    let body = json!({
        "type": "on_this_day",
        "data": {"year": year},
        "memoryAt": format!("{year}-03-04T00:00:00.000Z"),
        "isSaved": turn.chance(50),
        "assetIds": assets,
    });
    turn.json(Method::POST, "/memories", body)
}

fn update_memory(turn: &mut Turn<'_>) -> Option<Call> {
    let memory = turn.one(Thing::Memory)?;
    let body = match turn.chance(50) {
        true => json!({"isSaved": turn.chance(50)}),
        false => json!({"seenAt": "2024-05-06T07:08:09.000Z"}),
    };
    turn.json(Method::PUT, format!("/memories/{memory}"), body)
}

fn create_job(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let names = [
        "user-cleanup",
        "memory-cleanup",
        "memory-create",
        "person-cleanup",
        "tag-cleanup",
    ];
    let name = turn.pick(&names)?;
    turn.json(Method::POST, "/jobs", json!({"name": name}))
}

fn set_server_license(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let body = json!({"licenseKey": "IMSV-0KEY-ABCD-1234-efgh-5678-IJKL-90mn-WXYZ", "activationKey": turn.name});
    turn.json(Method::PUT, "/server/license", body)
}

fn update_admin_onboarding(turn: &mut Turn<'_>) -> Option<Call> {
    require_admin(turn)?;
    let body = json!({"isOnboarded": turn.random.random::<bool>()});
    turn.json(Method::POST, "/system-metadata/admin-onboarding", body)
}
