//! Every operation on what someone has of their own: sessions, keys, links, notifications, tags, what they said. It
//! is the owner's alone, and to everyone else as if it were not there.

use std::collections::BTreeSet;

use kallitype::Who;
use kallitype::route_table;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::assets::film;
use super::{Administrator, EVERYONE, FullKey, House, Owner, Visitor};
use crate::people::{face_of, faces, named, tell_face};
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
    Stack,
    Comment,
    Person,
    Face,
    Memory,
}

/// An operation, what an API key needs for it, and what it is about.
const OPERATIONS: [(&str, &str, Thing); 34] = [
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
    ("getStack", "stack.read", Thing::Stack),
    ("updateStack", "stack.update", Thing::Stack),
    ("deleteStack", "stack.delete", Thing::Stack),
    ("deleteActivity", "activity.delete", Thing::Comment),
    ("getMemory", "memory.read", Thing::Memory),
    ("updateMemory", "memory.update", Thing::Memory),
    ("addMemoryAssets", "memoryAsset.create", Thing::Memory),
    ("removeMemoryAssets", "memoryAsset.delete", Thing::Memory),
    ("deleteMemory", "memory.delete", Thing::Memory),
    ("getPerson", "person.read", Thing::Person),
    ("updatePerson", "person.update", Thing::Person),
    ("mergePerson", "person.merge", Thing::Person),
    ("reassignFaces", "person.reassign", Thing::Person),
    ("getPersonStatistics", "person.statistics", Thing::Person),
    ("deletePerson", "person.delete", Thing::Person),
    ("deleteFace", "face.delete", Thing::Face),
];

/// Operations with an id that is no one's own: of other users, or of what is tried elsewhere. Giving a tag to assets
/// is answered for each of them, giving a face to someone names two things, and not every person has a thumbnail.
const ELSEWHERE: [&str; 11] = [
    "getUser",
    "getProfileImage",
    "createPartnerDeprecated",
    "updatePartner",
    "removePartner",
    "sendJobCommand",
    "tagAssets",
    "removeAssetFromStack",
    "reassignFacesById",
    "getPersonThumbnail",
    "deleteDuplicate",
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
    if thing == Thing::Face {
        return make_face(server, owner, asset).await;
    }
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
        Thing::Stack => {
            let mut ids = Vec::new();
            for _ in 0..2 {
                ids.push(owner.upload(server, &film(rand::random())).await);
            }
            (server.post(owner, "/stacks"), json!({"assetIds": ids}))
        }
        Thing::Memory => {
            let body = json!({
                "type": "on_this_day",
                "data": {"year": 2020},
                "memoryAt": "2020-01-01T00:00:00.000Z",
                "assetIds": [asset],
            });
            (server.post(owner, "/memories"), body)
        }
        Thing::Comment => {
            let body = json!({"albumId": house.album, "type": "comment", "comment": "x"});
            (server.post(owner, "/activities"), body)
        }
        Thing::Person => (server.post(owner, "/people"), json!({"name": "x"})),
        Thing::Face => unreachable!("it is made above"),
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

/// A new face of someone on an asset. The newest one is the last of those that begin at the same place.
async fn make_face(server: &Server, owner: &User, asset: Uuid) -> Uuid {
    let person = named(server, owner, "x").await;
    tell_face(server, owner, &face_of(person, asset)).await;
    let told = faces(server, owner, asset).await;
    let id = told.last().and_then(|face| face["id"].as_str());
    id.expect("a face").parse().expect("a UUID")
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
        "getStack" => send(Method::GET, format!("/stacks/{id}")),
        "updateStack" => json(Method::PUT, format!("/stacks/{id}"), json!({})),
        "deleteStack" => send(Method::DELETE, format!("/stacks/{id}")),
        "getPerson" => send(Method::GET, format!("/people/{id}")),
        "updatePerson" => json(Method::PUT, format!("/people/{id}"), json!({"name": "y"})),
        "mergePerson" => json(
            Method::POST,
            format!("/people/{id}/merge"),
            json!({"ids": []}),
        ),
        "reassignFaces" => json(
            Method::PUT,
            format!("/people/{id}/reassign"),
            json!({"data": []}),
        ),
        "getPersonStatistics" => send(Method::GET, format!("/people/{id}/statistics")),
        "deletePerson" => send(Method::DELETE, format!("/people/{id}")),
        "deleteFace" => json(
            Method::DELETE,
            format!("/faces/{id}"),
            json!({"force": true}),
        ),
        "deleteActivity" => send(Method::DELETE, format!("/activities/{id}")),
        "getMemory" => send(Method::GET, format!("/memories/{id}")),
        "updateMemory" => json(
            Method::PUT,
            format!("/memories/{id}"),
            json!({"isSaved": true}),
        ),
        "addMemoryAssets" => json(
            Method::PUT,
            format!("/memories/{id}/assets"),
            json!({"ids": []}),
        ),
        "removeMemoryAssets" => json(
            Method::DELETE,
            format!("/memories/{id}/assets"),
            json!({"ids": []}),
        ),
        "deleteMemory" => send(Method::DELETE, format!("/memories/{id}")),
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
        for thing in [Thing::ApiKey, Thing::Link, Thing::Notification, Thing::Tag, Thing::Stack, Thing::Memory] {
            make(&server, &house, asset, (thing, "all")).await;
        }
        for path in ["/api-keys", "/shared-links", "/notifications", "/tags", "/stacks", "/sessions", "/albums", "/memories"] {
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
