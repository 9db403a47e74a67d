//! Every list of assets of which the caller says no id: it holds nothing that the caller could not have singly, and what
//! belongs on it is on it. Which lists there are grows with the API; what they are made of is tried in the server's own
//! tests with everyone and everything.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use super::assets::{PLACES, Place, film, put_away};
use super::{
    Administrator, EVERYONE, Editor, House, Partner, Stranger, Unlocked, Viewer, Visitor,
    was_allowed,
};
use crate::support::{Answer, Credential, Picture, Server, User};
use crate::test_on_both;

/// The query by which statistics count what is in a place.
fn filter(place: Place) -> &'static str {
    match place {
        Place::Timeline => "visibility=timeline",
        Place::Archive => "visibility=archive",
        Place::Hidden => "visibility=hidden",
        Place::Locked => "visibility=locked",
        Place::Trash => "isTrashed=true",
    }
}

/// What is drawn when more is asked for than there is, if the visitor may draw.
async fn draw(server: &Server, credential: &Credential) -> Option<BTreeSet<Uuid>> {
    let answer = Answer::of(server.get(credential, "/assets/random?count=1000")).await;
    if !was_allowed(&answer) {
        return None;
    }
    let drawn = answer.json.as_array().expect("a list").iter();
    let id = |asset: &serde_json::Value| asset["id"].as_str()?.parse().ok();
    Some(drawn.map(|asset| id(asset).expect("an id")).collect())
}

/// How many are counted, if the visitor may count them.
async fn count(server: &Server, credential: &Credential, place: Place) -> Option<u64> {
    let path = format!("/assets/statistics?{}", filter(place));
    let answer = Answer::of(server.get(credential, &path)).await;
    was_allowed(&answer).then(|| answer.json["total"].as_u64().expect("a number"))
}

/// What the months of a timeline hold, which is as much as they count, if the visitor may look at one.
async fn browse(
    server: &Server,
    credential: &Credential,
    query: &[(&str, &str)],
) -> Option<BTreeSet<Uuid>> {
    let request = server.get(credential, "/timeline/buckets").query(query);
    let buckets = Answer::of(request).await;
    let months = match was_allowed(&buckets) {
        true => buckets.json.as_array().expect("a list").clone(),
        false => vec![json!({"timeBucket": "2024-05-01", "count": 0})],
    };
    let mut held = BTreeSet::new();
    for month in months {
        let name = month["timeBucket"].as_str().expect("a month");
        let request = server.get(credential, "/timeline/bucket").query(query);
        let bucket = Answer::of(request.query(&[("timeBucket", name)])).await;
        assert_eq!(was_allowed(&bucket), was_allowed(&buckets), "{bucket:?}");
        let ids = bucket.json["id"].as_array().into_iter().flatten();
        let ids = ids.map(|id| id.as_str().expect("an id"));
        let before = held.len();
        held.extend(ids.map(|id| id.parse::<Uuid>().expect("a UUID")));
        assert_eq!(
            (held.len() - before) as u64,
            month["count"].as_u64().expect("a number")
        );
    }
    was_allowed(&buckets).then_some(held)
}

/// What is found in a place, if the visitor may search there; as much is counted.
async fn find(
    server: &Server,
    house: &House,
    visitor: Visitor,
    place: Place,
) -> Option<BTreeSet<Uuid>> {
    let body = match place {
        Place::Timeline => json!({"size": 1000}),
        Place::Archive => json!({"visibility": "archive"}),
        Place::Hidden => json!({"visibility": "hidden"}),
        Place::Locked => json!({"visibility": "locked"}),
        Place::Trash => json!({"trashedAfter": "2020-01-01T00:00:00.000Z"}),
    };
    let reader = house.credential(server, visitor, "asset.read").await;
    let answer = Answer::of(server.post(&reader, "/search/metadata").json(&body)).await;
    let items = answer.json["assets"]["items"].as_array();
    let found = was_allowed(&answer).then(|| ids(items.expect("a list")));
    let drawn = Answer::of(server.post(&reader, "/search/random").json(&body)).await;
    assert_eq!(
        was_allowed(&drawn).then(|| ids(drawn.json.as_array().expect("a list"))),
        found,
        "{visitor:?} {place:?}"
    );
    let query: Vec<(String, String)> = body
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), value.to_string().trim_matches('"').to_owned()))
        .collect();
    let large = server.post(&reader, "/search/large-assets").query(&query);
    let large = Answer::of(large).await;
    assert_eq!(
        was_allowed(&large).then(|| ids(large.json.as_array().expect("a list"))),
        found,
        "{visitor:?} {place:?}"
    );
    let counter = house.credential(server, visitor, "asset.statistics").await;
    let counted = Answer::of(server.post(&counter, "/search/statistics").json(&body)).await;
    assert_eq!(
        was_allowed(&counted).then(|| counted.json["total"].as_u64()),
        found.as_ref().map(|found| Some(found.len() as u64)),
        "{visitor:?} {place:?}"
    );
    found
}

fn ids(assets: &[serde_json::Value]) -> BTreeSet<Uuid> {
    let id = |asset: &serde_json::Value| asset["id"].as_str()?.parse().ok();
    assets
        .iter()
        .map(|asset| id(asset).expect("an id"))
        .collect()
}

/// What a plan holds to download everything of a user, if the visitor may ask for it.
async fn plan(server: &Server, credential: &Credential, user: Uuid) -> Option<BTreeSet<Uuid>> {
    let request = server.post(credential, "/download/info");
    let answer = Answer::of(request.json(&json!({"userId": user}))).await;
    let archives = answer.json["archives"].as_array().into_iter().flatten();
    let ids = archives.flat_map(|archive| archive["assetIds"].as_array().into_iter().flatten());
    let ids = ids.map(|id| id.as_str().expect("an id").parse().expect("a UUID"));
    was_allowed(&answer).then(|| ids.collect())
}

/// What the folders hold of which a visitor is told, if they are told of any.
async fn look_into_folders(server: &Server, credential: &Credential) -> Option<BTreeSet<Uuid>> {
    let folders = Answer::of(server.get(credential, "/view/folder/unique-paths")).await;
    if !was_allowed(&folders) {
        return None;
    }
    let mut held = BTreeSet::new();
    for folder in folders.json.as_array().expect("a list") {
        let path = folder.as_str().expect("a path");
        let request = server
            .get(credential, "/view/folder")
            .query(&[("path", path)]);
        let assets = Answer::of(request).await.json;
        let ids = assets.as_array().expect("a list").iter();
        held.extend(ids.map(|asset| {
            asset["id"]
                .as_str()
                .expect("an id")
                .parse::<Uuid>()
                .expect("a UUID")
        }));
    }
    Some(held)
}

async fn can_look(server: &Server, credential: &Credential, asset: Uuid) -> bool {
    was_allowed(&Answer::of(server.get(credential, &format!("/assets/{asset}"))).await)
}

/// Whether a visitor has a timeline, empty or not.
fn has_timeline(visitor: Visitor) -> bool {
    visitor.is_owner()
        || matches!(
            visitor,
            Stranger | Administrator | Partner | Viewer | Editor
        )
}

/// The partner wants to see the owner's pictures among their own, or not.
async fn set_in_timeline(server: &Server, house: &House, in_timeline: bool) {
    let path = format!("/partners/{}", house.owner.id);
    let body = json!({"inTimeline": in_timeline});
    let answer = Answer::of(server.put(&house.partner, &path).json(&body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// An owner with an asset in every place, and everyone who may come.
async fn build(server: &Server) -> (House, Vec<(Place, Uuid)>) {
    let owner = User::another(server, "owner@example.org").await;
    let mut assets = Vec::new();
    for (seed, place) in (0..).zip(PLACES) {
        assets.push((place, owner.upload(server, &film(seed)).await));
    }
    let ids: Vec<Uuid> = assets.iter().map(|(_, id)| *id).collect();
    let house = House::build(server, owner, &ids).await;
    for (place, asset) in &assets {
        put_away(server, &house.owner, *asset, *place).await;
    }
    (house, assets)
}

test_on_both! {
    async fn a_timeline_holds_what_its_owner_and_partners_show(server: Server) {
        let (house, assets) = build(&server).await;
        let timeline = BTreeSet::from([assets[0].1]);
        for in_timeline in [false, true] {
            set_in_timeline(&server, &house, in_timeline).await;
            for visitor in EVERYONE {
                let credential = house.credential(&server, visitor, "asset.read").await;
                let drawn = draw(&server, &credential).await;
                let expected = match visitor {
                    _ if !has_timeline(visitor) => None,
                    _ if visitor.is_owner() => Some(timeline.clone()),
                    Partner if in_timeline => Some(timeline.clone()),
                    _ => Some(BTreeSet::new()),
                };
                assert_eq!(drawn, expected, "{visitor:?}, in the timeline: {in_timeline}");
                for asset in drawn.into_iter().flatten() {
                    assert!(can_look(&server, &credential, asset).await, "{visitor:?}");
                }
            }
        }
        // Not listed does not mean not shown: the partner asks by its id.
        set_in_timeline(&server, &house, false).await;
        assert!(can_look(&server, &Credential::from(&house.partner), assets[0].1).await);
    }
}

test_on_both! {
    async fn a_timeline_of_each_place_holds_what_can_be_had_singly(server: Server) {
        let (house, assets) = build(&server).await;
        set_in_timeline(&server, &house, true).await;
        let owner = house.owner.id.to_string();
        for visitor in EVERYONE {
            let credential = house.credential(&server, visitor, "asset.read").await;
            for (place, asset) in &assets {
                let filter = filter(*place).split_once('=').expect("a filter");
                let is_shown = *place == Place::Timeline;
                let own = match place {
                    _ if !has_timeline(visitor) => None,
                    Place::Locked if visitor != Unlocked => None,
                    _ => Some(visitor.is_owner()),
                };
                // The owner's library, asked for by whoever may know of it.
                let owners = match visitor {
                    Partner => match place {
                        Place::Locked | Place::Archive => None,
                        _ => Some(is_shown),
                    },
                    _ => own.filter(|is_own| *is_own),
                };
                // The owner's timeline beside their own.
                let beside = own.filter(|_| is_shown || matches!(place, Place::Hidden | Place::Locked));
                let beside = beside.map(|is_own| is_own || visitor == Partner && is_shown);
                for (more, expected) in [
                    (&[][..], own),
                    (&[("userId", owner.as_str())], owners),
                    (&[("withPartners", "true")], beside),
                ] {
                    let query = [&[filter], more].concat();
                    if more == [("withPartners", "true")] && matches!(place, Place::Archive | Place::Trash) {
                        // It cannot be asked for.
                        continue;
                    }
                    let held = browse(&server, &credential, &query).await;
                    let expected = expected.map(|is_there| BTreeSet::from_iter(is_there.then_some(*asset)));
                    assert_eq!(held, expected, "{visitor:?} {query:?}");
                    for asset in held.into_iter().flatten() {
                        assert!(can_look(&server, &credential, asset).await, "{visitor:?}");
                    }
                }
            }
        }
    }
}

test_on_both! {
    async fn a_search_finds_what_can_be_had_singly(server: Server) {
        let (house, assets) = build(&server).await;
        for in_timeline in [false, true] {
            set_in_timeline(&server, &house, in_timeline).await;
            for visitor in EVERYONE {
                let reader = house.credential(&server, visitor, "asset.read").await;
                for (place, asset) in &assets {
                    let found = find(&server, &house, visitor, *place).await;
                    let is_shown = *place == Place::Timeline && visitor == Partner && in_timeline;
                    let expected = match place {
                        _ if !has_timeline(visitor) => None,
                        Place::Locked if visitor != Unlocked => None,
                        _ => Some(BTreeSet::from_iter((visitor.is_owner() || is_shown).then_some(*asset))),
                    };
                    assert_eq!(found, expected, "{visitor:?} {place:?}");
                    for asset in found.into_iter().flatten() {
                        assert!(can_look(&server, &reader, asset).await, "{visitor:?}");
                    }
                }
            }
        }
    }
}

test_on_both! {
    async fn the_timeline_of_an_album_holds_what_it_shows(server: Server) {
        let (house, assets) = build(&server).await;
        let album = house.album.to_string();
        let of = |place: Place| assets.iter().find(|(of, _)| *of == place).expect("one of each").1;
        let shown = BTreeSet::from([of(Place::Timeline), of(Place::Archive)]);
        for visitor in EVERYONE {
            let credential = house.credential(&server, visitor, "asset.read").await;
            let is_in = visitor.is_owner() || visitor.is_album_link() || matches!(visitor, Viewer | Editor);
            let album = ("albumId", album.as_str());
            let held = browse(&server, &credential, &[album]).await;
            assert_eq!(held, is_in.then(|| shown.clone()), "{visitor:?}");
            for asset in held.into_iter().flatten() {
                assert!(can_look(&server, &credential, asset).await, "{visitor:?}");
            }
            let trashed = browse(&server, &credential, &[album, ("isTrashed", "true")]).await;
            let own = BTreeSet::from_iter(visitor.is_owner().then(|| of(Place::Trash)));
            assert_eq!(trashed, is_in.then_some(own), "{visitor:?}");
        }
    }
}

test_on_both! {
    async fn everything_of_ones_own_can_be_downloaded_but_what_is_hidden_trashed_or_locked(server: Server) {
        let (house, assets) = build(&server).await;
        set_in_timeline(&server, &house, true).await;
        for visitor in EVERYONE {
            let credential = house.credential(&server, visitor, "asset.download").await;
            let is_planned = |place| match place {
                Place::Timeline | Place::Archive => true,
                Place::Locked => visitor == Unlocked,
                Place::Hidden | Place::Trash => false,
            };
            let planned = assets.iter().filter(|(place, _)| is_planned(*place)).map(|(_, id)| *id);
            let expected = visitor.is_owner().then(|| planned.collect());
            assert_eq!(plan(&server, &credential, house.owner.id).await, expected, "{visitor:?}");
        }
        // Without anything of others'.
        assert_eq!(plan(&server, &Credential::from(&house.partner), house.partner.id).await, Some(BTreeSet::new()));
    }
}

test_on_both! {
    async fn folders_hold_ones_own_timeline(server: Server) {
        let (house, assets) = build(&server).await;
        set_in_timeline(&server, &house, true).await;
        let timeline = BTreeSet::from([assets[0].1]);
        for visitor in EVERYONE {
            let credential = house.credential(&server, visitor, "all").await;
            let expected = match visitor {
                _ if !has_timeline(visitor) => None,
                _ if visitor.is_owner() => Some(timeline.clone()),
                _ => Some(BTreeSet::new()),
            };
            assert_eq!(look_into_folders(&server, &credential).await, expected, "{visitor:?}");
        }
    }
}

test_on_both! {
    async fn counts_are_of_what_can_be_had_singly(server: Server) {
        let (house, assets) = build(&server).await;
        set_in_timeline(&server, &house, true).await;
        for visitor in EVERYONE {
            let counter = house.credential(&server, visitor, "asset.statistics").await;
            let reader = house.credential(&server, visitor, "asset.read").await;
            for (place, asset) in &assets {
                let counted = count(&server, &counter, *place).await;
                let expected = match place {
                    _ if !has_timeline(visitor) => None,
                    Place::Locked if visitor != Unlocked => None,
                    _ => Some(u64::from(visitor.is_owner())),
                };
                assert_eq!(counted, expected, "{visitor:?} {place:?}");
                if visitor.is_owner() {
                    let can_look = can_look(&server, &reader, *asset).await;
                    assert_eq!(counted == Some(1), can_look, "{visitor:?} {place:?}");
                }
            }
        }
    }
}

test_on_both! {
    async fn the_moving_part_of_a_locked_picture_is_not_counted(server: Server) {
        let owner = &server.admin;
        let mut stills = Vec::new();
        for seed in 0..2 {
            let part = owner.upload(&server, &film(seed)).await;
            let still = Picture::jpeg(seed).with("livePhotoVideoId", &part.to_string());
            stills.push(owner.upload(&server, &still).await);
        }
        let owner = Credential::from(owner);
        assert_eq!(count(&server, &owner, Place::Hidden).await, Some(2));
        put_away(&server, &server.admin, stills[0], Place::Locked).await;
        assert_eq!(count(&server, &owner, Place::Hidden).await, Some(1));
    }
}

test_on_both! {
    async fn nothing_is_listed_of_an_account_that_is_deleted(server: Server) {
        let (house, assets) = build(&server).await;
        set_in_timeline(&server, &house, true).await;
        let partner = Credential::from(&house.partner);
        assert_eq!(draw(&server, &partner).await, Some(BTreeSet::from([assets[0].1])));
        let path = format!("/admin/users/{}", house.owner.id);
        let removed = server.request_as(&server.admin, Method::DELETE, &path).json(&json!({}));
        assert_eq!(Answer::of(removed).await.status, 200);
        assert_eq!(draw(&server, &partner).await, Some(BTreeSet::new()));
        assert!(!can_look(&server, &partner, assets[0].1).await);
    }
}
