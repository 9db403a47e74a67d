//! `/tags`

mod found;

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::database::Lock;
use crate::support::{Answer, Door, Engine, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

/// Makes a tag of these properties.
async fn create(server: &Server, user: &User, body: Value) -> Value {
    let answer = Answer::of(server.post(user, "/tags").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json
}

async fn upsert(server: &Server, user: &User, paths: &[&str]) -> Vec<Value> {
    let answer = Answer::of(server.put(user, "/tags").json(&json!({"tags": paths}))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json.as_array().expect("a list").clone()
}

/// The paths of all tags.
async fn all(server: &Server, user: &User) -> Vec<String> {
    let answer = Answer::of(server.get(user, "/tags")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    values(&answer.json)
}

fn values(tags: &Value) -> Vec<String> {
    let list = tags.as_array().expect("a list");
    let value = |tag: &Value| tag["value"].as_str().expect("a path").to_owned();
    list.iter().map(value).collect()
}

/// The paths of an asset's tags.
async fn tags_of(server: &Server, user: &User, asset: Uuid) -> Vec<String> {
    values(&user.asset(server, asset).await["tags"])
}

async fn change(
    server: &Server,
    user: &User,
    method: Method,
    tag: &Value,
    assets: &[Uuid],
) -> Answer {
    let path = format!("/tags/{}/assets", tag["id"].as_str().expect("an id"));
    let request = server.request_as(user, method, &path);
    Answer::of(request.json(&json!({"ids": assets}))).await
}

async fn tag(server: &Server, user: &User, tag: &Value, assets: &[Uuid]) -> Answer {
    let answer = change(server, user, Method::PUT, tag, assets).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

async fn untag(server: &Server, user: &User, tag: &Value, assets: &[Uuid]) -> Answer {
    let answer = change(server, user, Method::DELETE, tag, assets).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

fn one(tag: &Value) -> String {
    format!("/tags/{}", tag["id"].as_str().expect("an id"))
}

test_on_both! {
    async fn tags_are_made_below_others(server: Server) {
        let owner = &server.admin;
        let parent = create(&server, owner, json!({"name": "Places", "color": "0af"})).await;
        assert_eq!((&parent["name"], &parent["value"], &parent["color"]), (&json!("Places"), &json!("Places"), &json!("#0af")));
        assert!(parent.get("parentId").is_none(), "{parent}");
        let child = create(&server, owner, json!({"name": "Rome", "parentId": parent["id"], "color": null})).await;
        assert_eq!((&child["name"], &child["value"], &child["parentId"]), (&json!("Rome"), &json!("Places/Rome"), &parent["id"]));
        assert!(child.get("color").is_none() && child["createdAt"].is_string() && child["updatedAt"].is_string(), "{child}");
        create(&server, owner, json!({"name": "People/Ann"})).await;
        assert_eq!(all(&server, owner).await, ["People", "People/Ann", "Places", "Places/Rome"]);
        let found = Answer::of(server.get(owner, &one(&child))).await;
        assert_eq!((found.status, &found.json), (200, &child));
        let again = server.post(owner, "/tags").json(&json!({"name": "Rome", "parentId": parent["id"]}));
        assert_refused(again, 400, "A tag with that name already exists").await;
    }
}

test_on_both! {
    async fn paths_are_made_once(server: Server) {
        let owner = &server.admin;
        let tags = upsert(&server, owner, &["Places/Rome", "cat", "Places/Rome", " Places / Rome "]).await;
        assert_eq!(values(&json!(tags)), ["Places/Rome", "cat"]);
        assert_eq!(upsert(&server, owner, &["cat", "Places/Rome"]).await, [tags[1].clone(), tags[0].clone()]);
        assert_eq!(upsert(&server, owner, &[]).await, Vec::<Value>::new());
        assert_eq!(all(&server, owner).await, ["Places", "Places/Rome", "cat"]);
    }
}

test_on_both! {
    async fn colours_are_changed(server: Server) {
        let owner = &server.admin;
        let tag = create(&server, owner, json!({"name": "cat"})).await;
        for (body, color) in [
            (json!({"color": "#ff00AA80"}), json!("#ff00AA80")),
            (json!({}), json!("#ff00AA80")),
            (json!({"color": "fff"}), json!("#fff")),
            (json!({"color": null}), Value::Null),
        ] {
            let answer = Answer::of(server.put(owner, &one(&tag)).json(&body)).await;
            assert_eq!((answer.status, &answer.json["color"]), (200, &color), "{body}");
        }
    }
}

test_on_both! {
    async fn assets_are_given_tags_and_lose_them(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let assets = [owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await];
        let theirs = other.upload(&server, &Picture::jpeg(3)).await;
        let cat = create(&server, owner, json!({"name": "cat"})).await;
        tag(&server, owner, &cat, &assets[..1]).await;
        let answer = tag(&server, owner, &cat, &[assets[0], assets[1], theirs, Uuid::nil()]).await;
        assert_eq!(answer.json, json!([
            {"id": assets[0], "success": false, "error": "duplicate"},
            {"id": assets[1], "success": true},
            {"id": theirs, "success": false, "error": "no_permission"},
            {"id": Uuid::nil(), "success": false, "error": "no_permission"},
        ]));
        let shown = owner.asset(&server, assets[0]).await["tags"].clone();
        assert_eq!(shown, json!([cat]));
        assert_eq!(tags_of(&server, &other, theirs).await, Vec::<String>::new());
        let answer = untag(&server, owner, &cat, &[assets[0], assets[0], theirs]).await;
        assert_eq!(answer.json, json!([
            {"id": assets[0], "success": true},
            {"id": assets[0], "success": false, "error": "not_found"},
            {"id": theirs, "success": false, "error": "no_permission"},
        ]));
        assert_eq!(tags_of(&server, owner, assets[0]).await, Vec::<String>::new());
        assert_eq!(tags_of(&server, owner, assets[1]).await, ["cat"]);
    }
}

test_on_both! {
    async fn many_are_given_many(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let assets = [owner.upload(&server, &Picture::jpeg(1)).await, owner.upload(&server, &Picture::jpeg(2)).await];
        let theirs = other.upload(&server, &Picture::jpeg(3)).await;
        let foreign = upsert(&server, &other, &["theirs"]).await;
        let tags = upsert(&server, owner, &["a", "b"]).await;
        tag(&server, owner, &tags[0], &assets[..1]).await;
        let body = json!({
            "assetIds": [assets[0], assets[1], theirs],
            "tagIds": [tags[0]["id"], tags[1]["id"], foreign[0]["id"]],
        });
        for count in [3, 0] {
            let answer = Answer::of(server.put(owner, "/tags/assets").json(&body)).await;
            assert_eq!((answer.status, &answer.json), (200, &json!({"count": count})));
        }
        for asset in assets {
            assert_eq!(tags_of(&server, owner, asset).await, ["a", "b"]);
        }
        assert_eq!(tags_of(&server, &other, theirs).await, Vec::<String>::new());
    }
}

test_on_both! {
    async fn a_tag_goes_with_those_below_it(server: Server) {
        let owner = &server.admin;
        let asset = owner.upload(&server, &Picture::jpeg(1)).await;
        let tags = upsert(&server, owner, &["Places", "Places/Rome", "Places/Rome/Forum", "Placeso"]).await;
        for one in &tags {
            tag(&server, owner, one, &[asset]).await;
        }
        let answer = Answer::of(server.delete(owner, &one(&tags[1]))).await;
        assert_eq!(answer.status, 204, "{answer:?}");
        assert_eq!(all(&server, owner).await, ["Places", "Placeso"]);
        assert_eq!(tags_of(&server, owner, asset).await, ["Places", "Placeso"]);
    }
}

/// What is made below a tag while it is being deleted is not left in the journal when it goes, too.
#[tokio::test]
async fn a_tag_that_is_made_below_one_that_goes_is_told_to_be_gone() {
    let server = Server::start(Engine::Postgres).await;
    let admin = &server.admin;
    let asset = admin.upload(&server, &Picture::jpeg(1)).await;
    let parent = one(&upsert(&server, admin, &["land"]).await[0]);
    let made = format!(
        "INSERT INTO tag (id, user_id, value, parent_id, created_at, updated_at, update_id) \
         SELECT gen_random_uuid(), user_id, 'land/Tirol', id, 0, 0, next_change_id() FROM tag; \
         INSERT INTO tag_asset (asset_id, tag_id, is_given, update_id) \
         SELECT '{asset}', id, TRUE, next_change_id() FROM tag"
    );
    let making = Lock::by(&server, &made).await;
    let deleting = Answer::of(server.delete(admin, &parent));
    let (answer, ()) = tokio::join!(deleting, async {
        server.keeps_waiting("SELECT id FROM tag").await;
        drop(making);
    });
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(all(&server, admin).await, Vec::<String>::new());
    let gone = "SELECT entity FROM tombstone WHERE entity = 'tag'";
    assert_eq!(server.texts(gone.to_owned()).await, ["tag", "tag"]);
    let refused = "SELECT value FROM refused_tag ORDER BY value";
    assert_eq!(
        server.texts(refused.to_owned()).await,
        ["land", "land/Tirol"]
    );
}

test_on_both! {
    async fn tags_of_others_are_not_there(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let tag = create(&server, owner, json!({"name": "secret"})).await;
        assert_eq!(all(&server, &other).await, Vec::<String>::new());
        let nothing = json!({"id": Uuid::nil()});
        for tag in [&tag, &nothing] {
            let path = one(tag);
            let assets = format!("{path}/assets");
            for (method, path, body, permission) in [
                (Method::GET, &path, json!({}), "tag.read"),
                (Method::PUT, &path, json!({"color": "#fff"}), "tag.update"),
                (Method::DELETE, &path, json!({}), "tag.delete"),
                (Method::PUT, &assets, json!({"ids": []}), "tag.asset"),
                (Method::DELETE, &assets, json!({"ids": []}), "tag.asset"),
            ] {
                let request = server.request_as(&other, method, path).json(&body);
                assert_refused(request, 400, &format!("Not found or no {permission} access")).await;
            }
            let below = server.post(&other, "/tags").json(&json!({"name": "x", "parentId": tag["id"]}));
            assert_refused(below, 400, "Not found or no tag.read access").await;
        }
        assert_eq!(all(&server, owner).await, ["secret"]);
    }
}

test_on_both! {
    async fn tags_are_for_their_owner_to_see(server: Server) {
        let owner = &server.admin;
        let asset = owner.upload(&server, &Picture::jpeg(1)).await;
        let cat = create(&server, owner, json!({"name": "cat"})).await;
        tag(&server, owner, &cat, &[asset]).await;
        let link = owner.share_key(&server, &[asset], json!({"showMetadata": true})).await;
        let seen = Answer::of(server.get(&link, &format!("/assets/{asset}"))).await;
        assert_eq!((seen.status, &seen.json["tags"]), (200, &json!([])));
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        let owner = &server.admin;
        let path = "must be names of at most 255 characters parted by slashes, at most 20 of them and 500 characters";
        let named = format!("name {path}");
        let (long, deep) = ("x".repeat(501), ["x"; 21].join("/"));
        for (body, rules) in [
            (json!({}), vec!["name must be a string", "name should not be empty"]),
            (json!({"name": " / "}), vec![named.as_str()]),
            (json!({"name": long}), vec![named.as_str()]),
            (json!({"name": format!("x/{}", &long[..256])}), vec![named.as_str()]),
            (json!({"name": deep}), vec![named.as_str()]),
            (json!({"name": "x", "color": "red"}), vec!["color must be a hexadecimal color"]),
            (json!({"name": "x", "parentId": "y"}), vec!["parentId must be a UUID"]),
        ] {
            assert_invalid(server.post(owner, "/tags").json(&body), &rules).await;
        }
        let upsert = server.put(owner, "/tags").json(&json!({"tags": ["/"]}));
        assert_invalid(upsert, &[&format!("tags {path}")]).await;
        let bulk = server.put(owner, "/tags/assets").json(&json!({"assetIds": [], "tagIds": "x"}));
        assert_invalid(bulk, &["tagIds must be an array", "each value in tagIds must be a UUID"]).await;
        let parent = create(&server, owner, json!({"name": &long[..255]})).await;
        let below = server.post(owner, "/tags").json(&json!({"name": &long[..255], "parentId": parent["id"]}));
        assert_refused(below, 400, "The path of the tag is too long").await;
    }
}

test_on_both! {
    async fn only_users_with_the_permission_come_in(server: Server) {
        let tag = create(&server, &server.admin, json!({"name": "door"})).await;
        let (path, none) = (one(&tag), json!({"ids": []}));
        let assets = format!("{path}/assets");
        for (door, status) in [
            (Door::new(Method::GET, "/tags", "tag.read"), 200),
            (Door::new(Method::GET, &path, "tag.read"), 200),
            (Door::new(Method::PUT, "/tags", "tag.create").body(json!({"tags": ["x"]})), 200),
            (Door::new(Method::PUT, &path, "tag.update").body(json!({"color": "#fff"})), 200),
            (Door::new(Method::PUT, &assets, "tag.asset").body(none.clone()), 200),
            (Door::new(Method::DELETE, &assets, "tag.asset").body(none.clone()), 200),
            (Door::new(Method::PUT, "/tags/assets", "tag.asset").body(json!({"assetIds": [], "tagIds": []})), 200),
        ] {
            door.open(&server, status).await;
        }
        // One is enough: the table of routes is tried as a whole elsewhere.
        Door::new(Method::DELETE, &path, "tag.delete").assert_closed(&server).await;
    }
}
