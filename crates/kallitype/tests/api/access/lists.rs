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
