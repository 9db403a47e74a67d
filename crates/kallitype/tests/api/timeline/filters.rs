//! Filters on one's own library.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOTHING, bucket, buckets, taken_at, walk};
use crate::people::{named, show};
use crate::support::{Answer, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// A picture whose place is that among all, newest first.
fn picture(place: u32) -> Picture {
    taken_at(place, &format!("2023-{:02}-01T10:00:00.000Z", 12 - place))
}

test_on_both! {
    async fn what_is_listed_is_what_is_asked_for(server: Server) {
        let owner = &server.admin;
        let mut ids = Vec::new();
        for (place, fields) in (0..).zip([
            &[][..],
            &[("isFavorite", "true")],
            &[("visibility", "archive")],
            &[("visibility", "archive"), ("isFavorite", "true")],
            &[("visibility", "hidden")],
            &[("visibility", "locked")],
            &[],
            &[("isFavorite", "true")],
            &[("visibility", "archive")],
        ]) {
            let picture = fields.iter().fold(picture(place), |picture, (name, value)| picture.with(name, value));
            ids.push(owner.upload(&server, &picture).await);
        }
        for id in &ids[6..] {
            owner.trash(&server, *id).await;
        }
        for (query, places) in [
            (&[][..], &[0, 1, 2, 3][..]),
            (&[("visibility", "timeline")], &[0, 1]),
            (&[("visibility", "archive")], &[2, 3]),
            (&[("visibility", "hidden")], &[4]),
            (&[("isFavorite", "true")], &[1, 3]),
            (&[("isFavorite", "false")], &[0, 2]),
            (&[("isFavorite", "true"), ("visibility", "archive")], &[3]),
            (&[("isFavorite", "false"), ("visibility", "hidden")], &[4]),
            (&[("isFavorite", "true"), ("visibility", "hidden")], &[]),
            (&[("isTrashed", "false")], &[0, 1, 2, 3]),
            (&[("isTrashed", "true")], &[6, 7, 8]),
            (&[("isTrashed", "true"), ("isFavorite", "true")], &[7]),
            (&[("isTrashed", "true"), ("visibility", "archive")], &[8]),
            (&[("withStacked", "true"), ("visibility", "timeline")], &[0, 1]),
            (&[("withPartners", "true"), ("visibility", "timeline")], &[0, 1]),
            (&[("isVisible", "true"), ("size", "MONTH"), ("visibility", "timeline")], &[0, 1]),
        ] {
            let expected: Vec<Uuid> = places.iter().map(|place| ids[*place]).collect();
            assert_eq!(walk(&server, owner, query).await, expected, "{query:?}");
            let itself = owner.id.to_string();
            let query = [query, &[("userId", itself.as_str())]].concat();
            assert_eq!(walk(&server, owner, &query).await, expected, "{query:?}");
        }
    }
}

test_on_both! {
    async fn what_is_locked_opens_with_the_pin(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &picture(1).with("visibility", "locked")).await;
        let locked = [("visibility", "locked")];
        let key = owner.api_key(&server, &["all"]).await;
        let refused = "Elevated permission is required";
        assert_refused(buckets(&server, owner, &locked), 401, refused).await;
        assert_refused(bucket(&server, owner, "2023-11-01", &locked), 401, refused).await;
        assert_refused(buckets(&server, &key, &locked), 401, refused).await;
        owner.unlock(&server).await;
        assert_eq!(walk(&server, owner, &locked).await, [id]);
        assert_eq!(walk(&server, owner, &[]).await, NOTHING);
        assert_refused(buckets(&server, &key, &locked), 401, refused).await;
    }
}

test_on_both! {
    async fn changes_move_assets_between_lists(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &picture(1)).await;
        for (changes, query) in [
            (json!({"isFavorite": true}), ("isFavorite", "true")),
            (json!({"visibility": "archive"}), ("visibility", "archive")),
            (json!({"dateTimeOriginal": "2001-02-03T04:05:06.000Z"}), ("visibility", "archive")),
            (json!({"visibility": "timeline", "isFavorite": false}), ("isFavorite", "false")),
        ] {
            let answer = owner.update(&server, id, changes).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(walk(&server, owner, &[query]).await, [id], "{query:?}");
            assert_eq!(walk(&server, owner, &[]).await, [id], "{query:?}");
        }
    }
}

async fn tag(server: &Server, user: &User, path: &str, assets: &[Uuid]) -> String {
    let body = json!({"tags": [path]});
    let made = Answer::of(server.put(user, "/tags").json(&body)).await;
    assert_eq!(made.status, 200, "{made:?}");
    let id = made.json[0]["id"].as_str().expect("an id").to_owned();
    let body: Value = json!({"ids": assets});
    let given = Answer::of(server.put(user, &format!("/tags/{id}/assets")).json(&body)).await;
    assert_eq!(given.status, 200, "{given:?}");
    id
}

test_on_both! {
    async fn a_tag_lists_what_has_it_or_one_below_it(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mut ids = Vec::new();
        for place in 0..4 {
            ids.push(owner.upload(&server, &picture(place)).await);
        }
        let archived = owner.update(&server, ids[2], json!({"visibility": "archive", "isFavorite": true})).await;
        assert_eq!(archived.status, 200);
        let below = tag(&server, owner, "Places/Rome", &[ids[0], ids[2]]).await;
        let tags = Answer::of(server.get(owner, "/tags")).await.json;
        let above = tags[0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(tags[0]["value"], "Places");
        tag(&server, owner, "Places", &[ids[0], ids[3]]).await;
        tag(&server, owner, "Places2", &[ids[1]]).await;
        let unused = tag(&server, owner, "unused", &[]).await;
        for (query, expected) in [
            (vec![("tagId", below.as_str())], vec![ids[0], ids[2]]),
            (vec![("tagId", &above)], vec![ids[0], ids[2], ids[3]]),
            (vec![("tagId", &above), ("visibility", "timeline")], vec![ids[0], ids[3]]),
            (vec![("tagId", &above), ("isFavorite", "true")], vec![ids[2]]),
            (vec![("tagId", &above), ("isTrashed", "true")], vec![]),
            (vec![("tagId", &unused)], vec![]),
        ] {
            assert_eq!(walk(&server, owner, &query).await, expected, "{query:?}");
        }
        let refused = "Not found or no tag.read access";
        let nowhere = Uuid::new_v4().to_string();
        for (who, tag) in [(&other, &below), (owner, &nowhere)] {
            assert_refused(buckets(&server, who, &[("tagId", tag)]), 400, refused).await;
            assert_refused(bucket(&server, who, "2023-12-01", &[("tagId", tag)]), 400, refused).await;
        }
    }
}

test_on_both! {
    async fn a_person_lists_what_they_are_on(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        let mut ids = Vec::new();
        for place in 0..5 {
            ids.push(owner.upload(&server, &picture(place)).await);
        }
        let archived = owner.update(&server, ids[2], json!({"visibility": "archive", "isFavorite": true})).await;
        assert_eq!(archived.status, 200);
        let (ada, bob) = (named(&server, owner, "Ada").await, named(&server, owner, "Bob").await);
        show(&server, owner, ada, &[ids[0], ids[0], ids[2], ids[3], ids[4]]).await;
        show(&server, owner, bob, &[ids[1]]).await;
        owner.trash(&server, ids[4]).await;
        let cat = tag(&server, owner, "cat", &[ids[1], ids[3]]).await;
        let album = owner.album(&server, &[ids[0], ids[1]], json!({})).await;
        let album = album["id"].as_str().expect("an id");
        let [ada, bob] = [ada, bob].map(|person| person.to_string());
        for (query, expected) in [
            (vec![("personId", ada.as_str())], vec![ids[0], ids[2], ids[3]]),
            (vec![("personId", &ada), ("visibility", "timeline")], vec![ids[0], ids[3]]),
            (vec![("personId", &ada), ("isFavorite", "true")], vec![ids[2]]),
            (vec![("personId", &ada), ("isTrashed", "true")], vec![ids[4]]),
            (vec![("personId", &ada), ("tagId", &cat)], vec![ids[3]]),
            (vec![("personId", &ada), ("albumId", album)], vec![ids[0]]),
            (vec![("personId", &ada), ("albumId", album), ("tagId", &cat)], vec![]),
            (vec![("personId", &bob), ("albumId", album), ("tagId", &cat)], vec![ids[1]]),
            (vec![("personId", &bob), ("visibility", "timeline"), ("withPartners", "true")], vec![ids[1]]),
        ] {
            assert_eq!(walk(&server, owner, &query).await, expected, "{query:?}");
        }
        let refused = "Not found or no person.read access";
        let nowhere = Uuid::new_v4().to_string();
        for (who, person) in [(&other, &ada), (owner, &nowhere)] {
            assert_refused(buckets(&server, who, &[("personId", person)]), 400, refused).await;
            assert_refused(bucket(&server, who, "2023-12-01", &[("personId", person)]), 400, refused).await;
        }
        let link = owner.share_key(&server, &[ids[0]], json!({})).await;
        assert_refused(buckets(&server, &link, &[("personId", &ada)]), 400, "Not found or no timeline.read access").await;
    }
}
