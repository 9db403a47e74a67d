//! Every operation that reads something of which the caller says no id, as the table of routes has them: it tells of no
//! asset that the caller could not have singly, and of those that belong there.
//!
//! A new one is tried as soon as there is a route for it. It is asked without parameters, or as [`requests`] has it, and
//! tells of nothing, or of what [`own`] and [`shared`] have.

use std::collections::BTreeSet;

use kallitype::{Route, Who, route_table};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use uuid::Uuid;

use super::assets::{PLACES, Place, put_away};
use super::{
    Administrator, AlbumBareLink, AlbumDownloadLink, AlbumLookingLink, AlbumUploadLink, BareLink,
    Editor, FullKey, House, LookingLink, Owner, Partner, Stranger, Unlocked, UploadLink, Viewer,
    Visitor,
};
use crate::people::{named, show};
use crate::support::{Answer, Credential, Picture, Server, User};
use crate::sync::ALL;
use crate::test_on_both;

/// Who comes; `routes.rs` tries that nothing is told to those whose credential is not good for a route.
const VISITORS: [Visitor; 15] = [
    Stranger,
    Administrator,
    Partner,
    Viewer,
    Editor,
    Owner,
    Unlocked,
    FullKey,
    LookingLink,
    UploadLink,
    BareLink,
    AlbumLookingLink,
    AlbumDownloadLink,
    AlbumUploadLink,
    AlbumBareLink,
];

/// Where the assets of each place were taken.
const CITIES: [(f64, f64); 5] = [
    (48.2082, 16.3738),
    (-36.85, 174.76),
    (35.68, 139.69),
    (38.72, -9.14),
    (64.14, -21.94),
];

/// As many assets are in each place as a city needs to be worth a visit.
const IN_EACH: u32 = 5;

/// The assets of one place.
struct Known {
    place: Place,
    ids: Vec<Uuid>,
    pictures: Vec<Picture>,
    city: String,
    /// The folder of one of them.
    folder: String,
}

impl Known {
    async fn upload(server: &Server, owner: &User, place: Place) -> Self {
        let (mut ids, mut pictures) = (Vec::new(), Vec::new());
        for number in 0..IN_EACH {
            let picture = Picture {
                name: format!("{place:?}-{number}.jpg"),
                ..Picture::jpeg(place as u32 * IN_EACH + number)
            };
            ids.push(owner.upload(server, &picture).await);
            pictures.push(picture);
        }
        server.finish_jobs().await;
        let (latitude, longitude) = CITIES[place as usize];
        let mut asset = json!({});
        for id in &ids {
            let changes = json!({"latitude": latitude, "longitude": longitude});
            asset = owner.update(server, *id, changes).await.json;
        }
        let path = asset["originalPath"].as_str().expect("a path");
        let (folder, _) = path.rsplit_once('/').expect("a folder");
        let city = asset["exifInfo"]["city"].as_str().expect("a city");
        Self {
            place,
            ids,
            pictures,
            city: city.to_owned(),
            folder: folder.to_owned(),
        }
    }

    /// Whether an answer tells of one of them, in whatever way.
    fn are_told(&self, answer: &str) -> bool {
        let has = |id: &Uuid| answer.contains(&id.to_string());
        let names = |picture: &Picture| answer.contains(&picture.name);
        self.ids.iter().any(has)
            || self.pictures.iter().any(names)
            || answer.contains(&format!("\"{}\"", self.city))
    }
}

/// An owner with assets in every place; a person, a tag, memories and more have all of them.
struct Library {
    house: House,
    known: Vec<Known>,
    person: Uuid,
    tag: Uuid,
}

async fn make(server: &Server, owner: &User, path: &str, body: Value) -> Uuid {
    let answer = Answer::of(server.post(owner, path).json(&body)).await;
    assert_eq!(answer.status, 201, "{path} {answer:?}");
    answer.id()
}

async fn put(server: &Server, user: &User, path: &str, body: Value) {
    let answer = Answer::of(server.put(user, path).json(&body)).await;
    assert_eq!(answer.status, 200, "{path} {answer:?}");
}

impl Library {
    async fn build(server: &Server) -> Self {
        let owner = User::another(server, "owner@example.org").await;
        let mut known = Vec::new();
        for place in PLACES {
            known.push(Known::upload(server, &owner, place).await);
        }
        let ids: Vec<Uuid> = known.iter().flat_map(|known| known.ids.clone()).collect();
        let house = House::build(server, owner, &ids).await;
        let owner = &house.owner;
        let person = named(server, owner, "Someone in every picture").await;
        show(server, owner, person, &ids).await;
        let tag = make(server, owner, "/tags", json!({"name": "everything"})).await;
        let tagged = json!({"ids": ids});
        put(server, owner, &format!("/tags/{tag}/assets"), tagged).await;
        let day = "2020-01-01T00:00:00.000Z";
        let memory = json!({"type": "on_this_day", "data": {"year": 2020}, "memoryAt": day, "assetIds": ids});
        make(server, owner, "/memories", memory).await;
        for id in &ids {
            let like = json!({"albumId": house.album, "assetId": id, "type": "like"});
            make(server, owner, "/activities", like).await;
        }
        for known in &known {
            // Not all of them: what is in a stack is no duplicate any more.
            let stack = json!({"assetIds": &known.ids[..2]});
            make(server, owner, "/stacks", stack).await;
        }
        server
            .execute_sql(
                "UPDATE asset SET duplicate_id = (SELECT id FROM asset ORDER BY id LIMIT 1)",
            )
            .await;
        for known in &known {
            for id in &known.ids {
                put_away(server, owner, *id, known.place).await;
            }
        }
        let partner = format!("/partners/{}", owner.id);
        put(
            server,
            &house.partner,
            &partner,
            json!({"inTimeline": true}),
        )
        .await;
        Self {
            house,
            known,
            person,
            tag,
        }
    }

    /// The places of which an answer tells.
    fn told(&self, answer: &str) -> BTreeSet<Place> {
        let told = self.known.iter().filter(|known| known.are_told(answer));
        told.map(|known| known.place).collect()
    }

    /// The places whose assets a visitor may have singly.
    async fn within_reach(&self, server: &Server, credential: &Credential) -> BTreeSet<Place> {
        let mut places = BTreeSet::new();
        for known in &self.known {
            let path = format!("/assets/{}", known.ids[0]);
            if Answer::of(server.get(credential, &path)).await.status == 200 {
                places.insert(known.place);
            }
        }
        places
    }
}

/// What narrows a search or a timeline to the assets of a place.
fn narrowing(place: Place) -> Value {
    match place {
        Place::Timeline => json!({}),
        Place::Archive => json!({"visibility": "archive"}),
        Place::Hidden => json!({"visibility": "hidden"}),
        Place::Locked => json!({"visibility": "locked"}),
        Place::Trash => json!({"trashedAfter": "2020-01-01T00:00:00.000Z"}),
    }
}

/// The searches by person, by tag and by nothing, in every place.
fn searches(library: &Library) -> Vec<Value> {
    narrowed([
        json!({}),
        json!({"personIds": [library.person]}),
        json!({"tagIds": [library.tag]}),
    ])
}

/// Searches, in every place.
fn narrowed(searches: [Value; 3]) -> Vec<Value> {
    let mut narrowed = Vec::new();
    for place in PLACES {
        for search in &searches {
            let mut one = narrowing(place);
            for (name, value) in search.as_object().expect("an object") {
                one[name] = value.clone();
            }
            narrowed.push(one);
        }
    }
    narrowed
}

/// The queries for timelines by person, by tag, of the owner, of partners and of the album, in every place.
fn timelines(library: &Library) -> Vec<String> {
    let house = &library.house;
    let mut queries = Vec::new();
    for place in [
        "visibility=timeline",
        "visibility=archive",
        "visibility=hidden",
        "visibility=locked",
        "isTrashed=true",
    ] {
        for more in [
            String::new(),
            format!("&personId={}", library.person),
            format!("&tagId={}", library.tag),
            format!("&userId={}", house.owner.id),
            format!("&albumId={}", house.album),
        ] {
            queries.push(format!("{place}{more}"));
        }
    }
    queries.push("visibility=timeline&withPartners=true".to_owned());
    queries
}

/// How an operation is asked that needs to be told more than its name.
fn requests(
    server: &Server,
    credential: &Credential,
    library: &Library,
    route: &Route,
) -> Vec<RequestBuilder> {
    let house = &library.house;
    let path = route.path.replace("{deviceId}", "test");
    let path = path.strip_prefix("/api").expect("an operation");
    let get = |query: &str| server.get(credential, &format!("{path}?{query}"));
    let post = |body: Value| server.post(credential, path).json(&body);
    let pictures = || library.known.iter().flat_map(|known| &known.pictures);
    match route.operation.as_str() {
        "getRandom" => vec![get("count=1000")],
        "checkExistingAssets" => {
            let names: Vec<_> = pictures().map(|picture| &picture.name).collect();
            vec![post(json!({"deviceId": "test", "deviceAssetIds": names}))]
        }
        "checkBulkUpload" => {
            let item = |picture: &Picture| json!({"id": "x", "checksum": picture.checksum()});
            let items: Vec<Value> = pictures().map(item).collect();
            vec![post(json!({"assets": items}))]
        }
        "searchAssets" | "searchRandom" | "searchAssetStatistics" => {
            searches(library).into_iter().map(post).collect()
        }
        OWN_SEARCH => {
            let saying = |words: &str| json!({"words": words});
            let searches = narrowed(["jpg", "someone", "everything"].map(saying));
            searches.into_iter().map(post).collect()
        }
        "searchLargeAssets" => PLACES
            .map(|place| server.post(credential, path).query(&narrowing(place)))
            .into(),
        "getTimeBuckets" => timelines(library).iter().map(|query| get(query)).collect(),
        "getTimeBucket" => timelines(library)
            .iter()
            .map(|query| get(&format!("{query}&timeBucket=2024-05-01")))
            .collect(),
        "getDownloadInfo" => vec![
            post(json!({"userId": house.owner.id})),
            post(json!({"albumId": house.album})),
        ],
        "getMapMarkers" => vec![get(
            "isArchived=true&withPartners=true&withSharedAlbums=true",
        )],
        "reverseGeocode" => vec![get("lat=0&lon=0")],
        "getSearchSuggestions" => vec![get("type=city")],
        "searchPlaces" => vec![get("name=Nowhere")],
        "searchPerson" => vec![get("name=Someone&withHidden=true")],
        "getAllPeople" => vec![get("withHidden=true")],
        "getAllAlbums" => vec![get(""), get("shared=true")],
        "getActivities" | "getActivityStatistics" => vec![get(&format!("albumId={}", house.album))],
        "getAssetsByOriginalPath" => {
            let folders = library.known.iter().map(|known| &known.folder);
            folders
                .map(|folder| get("").query(&[("path", folder)]))
                .collect()
        }
        "getPartners" => vec![get("direction=shared-by")],
        "getSyncStream" => vec![post(json!({"types": ALL}))],
        "getFullSyncForUser" => {
            let page = |user: Uuid| json!({"limit": 1000, "updatedUntil": "2100-01-01T00:00:00.000Z", "userId": user});
            let own = json!({"limit": 1000, "updatedUntil": "2100-01-01T00:00:00.000Z"});
            vec![post(own), post(page(house.owner.id))]
        }
        // Since now, nothing has changed.
        "getDeltaSync" => {
            let users = json!([house.owner.id, house.partner.id]);
            let since = jiff::Timestamp::now().to_string();
            vec![post(json!({"updatedAfter": since, "userIds": users}))]
        }
        "searchSmart" => vec![post(json!({"query": "anything"}))],
        "getFaces" => {
            let faces = library
                .known
                .iter()
                .map(|known| get(&format!("id={}", known.ids[0])));
            faces.collect()
        }
        _ if route.method == "GET" => vec![get("")],
        _ => vec![post(json!({}))],
    }
}

/// Operations that are about assets of which the caller says the ids, that show what mail looks like, and that find nothing
/// here.
const ELSEWHERE: [&str; 4] = [
    "downloadArchive",
    "getNotificationTemplateAdmin",
    "getServerLicense",
    "getUserLicense",
];

/// What the search by words is called here: it is no operation of the API's.
const OWN_SEARCH: &str = "searchWords";

fn with_own_search(route: Route) -> Route {
    match route.path.as_str() {
        "/api/kallitype/search" => Route {
            operation: OWN_SEARCH.into(),
            ..route
        },
        _ => route,
    }
}

/// Everything that reads and has no id in its path.
fn reading() -> impl Iterator<Item = Route> {
    let reads = |route: &Route| {
        let name = route.operation.as_str();
        let mut verbs = ["get", "search", "check", "download"].iter();
        route.method == "GET" || route.method == "POST" && verbs.any(|verb| name.starts_with(verb))
    };
    route_table()
        .into_iter()
        .map(with_own_search)
        .filter(|route| route.who != Who::Anyone && !route.path.contains("{id}"))
        .filter(|route| !route.operation.is_empty())
        .filter(reads)
        .filter(|route| !ELSEWHERE.contains(&route.operation.as_str()))
}

/// The places of whose assets an operation tells their owner, who has given the PIN.
fn own(operation: &str) -> &'static [Place] {
    match operation {
        "getRandom"
        | "getAllAlbums"
        | "getAssetsByCity"
        | "getAssetsByOriginalPath"
        | "getExploreData"
        | "getSearchSuggestions"
        | "searchMemories" => &[Place::Timeline],
        "getActivities" | "getAssetDuplicates" | "getMapMarkers" | "searchStacks" => {
            &[Place::Timeline, Place::Archive]
        }
        "getAllSharedLinks" | "getAllUserAssetsByDeviceId" => {
            &[Place::Timeline, Place::Archive, Place::Hidden]
        }
        "getDownloadInfo" => &[Place::Timeline, Place::Archive, Place::Locked],
        "getFullSyncForUser" => &[Place::Timeline, Place::Archive, Place::Locked, Place::Trash],
        "checkBulkUpload"
        | "checkExistingAssets"
        | "getSyncStream"
        | "getTimeBucket"
        | "searchAssets"
        | "searchLargeAssets"
        | "searchRandom"
        | OWN_SEARCH => &PLACES,
        _ => &[],
    }
}

/// The places of whose assets an operation tells those whom the owner shows something.
fn shared(operation: &str, visitor: Visitor) -> &'static [Place] {
    match (visitor, operation) {
        (
            Partner,
            "getAssetsByCity"
            | "getFullSyncForUser"
            | "getMapMarkers"
            | "getRandom"
            | "getSearchSuggestions"
            | "getSyncStream"
            | "getTimeBucket"
            | "searchAssets"
            | "searchLargeAssets"
            | "searchRandom"
            | OWN_SEARCH,
        ) => &[Place::Timeline],
        (
            Viewer | Editor,
            "getActivities" | "getDownloadInfo" | "getMapMarkers" | "getSyncStream"
            | "getTimeBucket",
        )
        | (LookingLink | UploadLink | BareLink, "getMySharedLink")
        | (AlbumLookingLink | AlbumDownloadLink | AlbumUploadLink, "getTimeBucket")
        | (AlbumDownloadLink, "getDownloadInfo") => &[Place::Timeline, Place::Archive],
        // The picture that stands for the album.
        (Viewer | Editor, "getAllAlbums") => &[Place::Timeline],
        (
            AlbumLookingLink | AlbumDownloadLink | AlbumUploadLink | AlbumBareLink,
            "getMySharedLink",
        ) => &[Place::Timeline],
        _ => &[],
    }
}

/// Whoever has a file or its name may know that it is there. The phone apps, lest they upload it again, know by the stream.
const WHO_HAS_THE_FILE: [&str; 3] = ["checkExistingAssets", "checkBulkUpload", "getSyncStream"];

fn expected(operation: &str, visitor: Visitor) -> BTreeSet<Place> {
    if operation == "getSyncStream" && visitor == FullKey {
        // It is for sessions.
        return BTreeSet::new();
    }
    if !visitor.is_owner() {
        return shared(operation, visitor).iter().copied().collect();
    }
    let own = own(operation).iter().copied();
    let is_closed = visitor != Unlocked && !WHO_HAS_THE_FILE.contains(&operation);
    own.filter(|place| *place != Place::Locked || !is_closed)
        .collect()
}

/// Whether an operation was let through, or was refused because of who asked.
fn was_asked_well(answer: &Answer) -> bool {
    let message = answer.json["message"].as_str().unwrap_or_default();
    match answer.status {
        400 | 404 => message.starts_with("Not found or no ") || message.ends_with("is not enabled"),
        status => status < 500,
    }
}

/// What an answer tells, without the lines by which apps forget something: these hold nothing but ids.
fn without_what_is_gone(operation: &str, answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.bytes);
    if operation != "getSyncStream" {
        return text.into_owned();
    }
    let is_there = |line: &&str| !line.contains("DeleteV1\"");
    text.lines().filter(is_there).collect()
}

test_on_both! {
    async fn every_list_tells_of_what_can_be_had_singly(server: Server) {
        let library = Library::build(&server).await;
        let mut wrong = Vec::new();
        for visitor in VISITORS {
            let credential = library.house.credential(&server, visitor, "all").await;
            let within_reach = library.within_reach(&server, &credential).await;
            for route in reading() {
                let operation = route.operation.as_str();
                let mut told = BTreeSet::new();
                for request in requests(&server, &credential, &library, &route) {
                    let answer = Answer::of(request).await;
                    if !was_asked_well(&answer) {
                        wrong.push(format!("{operation} was not asked well for {visitor:?}: {answer:?}"));
                    }
                    told.extend(library.told(&without_what_is_gone(operation, &answer)));
                }
                let is_within_reach = told.is_subset(&within_reach) || WHO_HAS_THE_FILE.contains(&operation);
                if told != expected(operation, visitor) || !is_within_reach {
                    wrong.push(format!("{operation} tells {visitor:?} of {told:?}; within reach are {within_reach:?}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}
