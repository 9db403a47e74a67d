//! Every operation on what someone has of their own: sessions, keys, links, notifications, tags, what they said. It
//! is the owner's alone, and to everyone else as if it were not there.

use std::collections::BTreeSet;

use kallitype::Who;
use kallitype::route_table;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Administrator, EVERYONE, FullKey, House, Owner, Visitor};
use crate::support::{Answer, Credential, Picture, Server, User};
use crate::test_on_both;

/// What someone can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Session,
    ApiKey,
    Link,
    Notification,
    Tag,
    Comment,
}

/// An operation, what an API key needs for it, and what it is about.
const OPERATIONS: [(&str, &str, Thing); 19] = [
    ("updateSession", "session.update", Thing::Session),
    ("lockSession", "session.lock", Thing::Session),
    ("deleteSession", "session.delete", Thing::Session),
    ("getApiKey", "apiKey.read", Thing::ApiKey),
    ("updateApiKey", "apiKey.update", Thing::ApiKey),
    ("deleteApiKey", "apiKey.delete", Thing::ApiKey),
    ("getSharedLinkById", "sharedLink.read", Thing::Link),
    ("updateSharedLink", "sharedLink.update", Thing::Link),
    ("addSharedLinkAssets", "all", Thing::Link),
    ("removeSharedLinkAssets", "all", Thing::Link),
    ("removeSharedLink", "sharedLink.delete", Thing::Link),
    ("getNotification", "notification.read", Thing::Notification),
    (
        "updateNotification",
        "notification.update",
        Thing::Notification,
    ),
    (
        "deleteNotification",
        "notification.delete",
        Thing::Notification,
    ),
    ("getTagById", "tag.read", Thing::Tag),
    ("updateTag", "tag.update", Thing::Tag),
    ("untagAssets", "tag.asset", Thing::Tag),
    ("deleteTag", "tag.delete", Thing::Tag),
    ("deleteActivity", "activity.delete", Thing::Comment),
];

/// Operations with an id that is no one's own: of other users, or of what is tried elsewhere. Giving a tag to assets
/// is answered for each of them.
const ELSEWHERE: [&str; 7] = [
    "getUser",
    "getProfileImage",
    "createPartnerDeprecated",
    "updatePartner",
    "removePartner",
    "sendJobCommand",
    "tagAssets",
];

#[test]
fn no_operation_on_what_is_someones_own_is_forgotten() {
    let known: BTreeSet<String> = route_table()
        .into_iter()
        .filter(|route| route.path.contains("{id}") && !matches!(route.who, Who::Admin(_)))
        .filter(|route| {
            !route.path.starts_with("/api/assets") && !route.path.starts_with("/api/albums")
        })
        .map(|route| route.operation)
        // Old paths lead to operations that have another one, too.
        .filter(|operation| !operation.is_empty())
        .collect();
    let forgotten: Vec<&String> = known
        .iter()
        .filter(|id| !ELSEWHERE.contains(&id.as_str()))
        .filter(|id| OPERATIONS.iter().all(|(tried, _, _)| tried != id))
        .collect();
    assert_eq!(forgotten, Vec::<&String>::new());
}

/// Something new of the owner's. A key grants no more than whoever may change it by key has.
async fn make(
    server: &Server,
    house: &House,
    asset: Uuid,
    (thing, permission): (Thing, &str),
) -> Uuid {
    let owner = &house.owner;
    let (request, body) = match thing {
        Thing::Session => (server.post(owner, "/sessions"), json!({})),
        Thing::ApiKey => (
            server.post(owner, "/api-keys"),
            json!({"name": "x", "permissions": [permission]}),
        ),
        Thing::Link => (
            server.post(owner, "/shared-links"),
            json!({"type": "INDIVIDUAL", "assetIds": [asset]}),
        ),
        Thing::Notification => {
            let body = json!({"title": "x", "userId": owner.id});
            (server.post(&server.admin, "/admin/notifications"), body)
        }
        Thing::Tag => {
            let name = Uuid::new_v4().to_string();
            (server.post(owner, "/tags"), json!({"name": name}))
        }
        Thing::Comment => {
            let body = json!({"albumId": house.album, "type": "comment", "comment": "x"});
            (server.post(owner, "/activities"), body)
        }
    };
    let answer = Answer::of(request.json(&body)).await;
    assert_eq!(answer.status, 201, "{thing:?} {answer:?}");
    // A new key is answered beside its secret.
    let own = if thing == Thing::ApiKey {
        &answer.json["apiKey"]["id"]
    } else {
        &answer.json["id"]
    };
    own.as_str().expect("an id").parse().expect("a UUID")
}

fn request(server: &Server, credential: &Credential, operation: &str, id: Uuid) -> RequestBuilder {
    let send = |method: Method, path: String| server.request_as(credential, method, &path);
    let json = |method: Method, path: String, body: Value| send(method, path).json(&body);
    match operation {
        "updateSession" => json(
            Method::PUT,
            format!("/sessions/{id}"),
            json!({"isPendingSyncReset": true}),
        ),
        "lockSession" => send(Method::POST, format!("/sessions/{id}/lock")),
        "deleteSession" => send(Method::DELETE, format!("/sessions/{id}")),
        "getApiKey" => send(Method::GET, format!("/api-keys/{id}")),
        "updateApiKey" => json(Method::PUT, format!("/api-keys/{id}"), json!({"name": "y"})),
        "deleteApiKey" => send(Method::DELETE, format!("/api-keys/{id}")),
        "getSharedLinkById" => send(Method::GET, format!("/shared-links/{id}")),
        "updateSharedLink" => json(Method::PATCH, format!("/shared-links/{id}"), json!({})),
        "addSharedLinkAssets" => json(
            Method::PUT,
            format!("/shared-links/{id}/assets"),
            json!({"assetIds": []}),
        ),
        "removeSharedLinkAssets" => json(
            Method::DELETE,
            format!("/shared-links/{id}/assets"),
            json!({"assetIds": []}),
        ),
        "removeSharedLink" => send(Method::DELETE, format!("/shared-links/{id}")),
        "getNotification" => send(Method::GET, format!("/notifications/{id}")),
        "updateNotification" => json(Method::PUT, format!("/notifications/{id}"), json!({})),
        "deleteNotification" => send(Method::DELETE, format!("/notifications/{id}")),
        "getTagById" => send(Method::GET, format!("/tags/{id}")),
        "updateTag" => json(
            Method::PUT,
            format!("/tags/{id}"),
            json!({"color": "#000000"}),
        ),
        "untagAssets" => json(
            Method::DELETE,
            format!("/tags/{id}/assets"),
            json!({"ids": []}),
        ),
        "deleteTag" => send(Method::DELETE, format!("/tags/{id}")),
        "deleteActivity" => send(Method::DELETE, format!("/activities/{id}")),
        other => panic!("{other} is not known here"),
    }
}

/// What an answer says, apart from what is different in each.
fn said(answer: &Answer) -> (u16, Value) {
    (answer.status, answer.json["message"].clone())
}

test_on_both! {
    async fn what_someone_has_is_theirs_alone(server: Server) {
        let owner = User::another(&server, "owner@example.org").await;
        let asset = owner.upload(&server, &Picture::jpeg(1)).await;
        let house = House::build(&server, owner, &[asset]).await;
        let mut wrong = Vec::new();
        for (operation, permission, thing) in OPERATIONS {
            let kept = make(&server, &house, asset, (thing, permission)).await;
            for visitor in EVERYONE {
                let credential = house.credential(&server, visitor, permission).await;
                let id = if visitor.is_owner() { make(&server, &house, asset, (thing, permission)).await } else { kept };
                let answer = Answer::of(request(&server, &credential, operation, id)).await;
                let is_allowed = answer.status < 400;
                let nothing = Answer::of(request(&server, &credential, operation, Uuid::new_v4())).await;
                if is_allowed != visitor.is_owner() {
                    wrong.push(format!("{visitor:?} {operation}: {answer:?}"));
                } else if !is_allowed && said(&answer) != said(&nothing) {
                    wrong.push(format!("{visitor:?} {operation}: {answer:?}, but of nothing {nothing:?}"));
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
    }
}

test_on_both! {
    async fn lists_hold_nothing_of_others(server: Server) {
        let owner = User::another(&server, "owner@example.org").await;
        let asset = owner.upload(&server, &Picture::jpeg(1)).await;
        let house = House::build(&server, owner, &[asset]).await;
        for thing in [Thing::ApiKey, Thing::Link, Thing::Notification, Thing::Tag] {
            make(&server, &house, asset, (thing, "all")).await;
        }
        for path in ["/api-keys", "/shared-links", "/notifications", "/tags", "/sessions", "/albums"] {
            let counted = async |visitor: Visitor| {
                let credential = house.credential(&server, visitor, "all").await;
                let answer = Answer::of(server.get(&credential, path)).await;
                answer.json.as_array().map(Vec::len)
            };
            // An administrator has a session, and nothing else.
            let own = usize::from(path == "/sessions");
            assert_eq!(counted(Administrator).await, Some(own), "{path}");
            assert!(counted(Owner).await > Some(own), "{path}");
            assert_eq!(counted(Visitor::LookingLink).await, None, "{path}");
            assert!(counted(FullKey).await.is_some(), "{path}");
        }
    }
}
