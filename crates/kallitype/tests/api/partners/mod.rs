//! `/partners`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Picture, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

async fn list(server: &Server, user: &User, direction: &str) -> Value {
    let path = format!("/partners?direction={direction}");
    Answer::of(server.get(user, &path)).await.json
}

async fn share(server: &Server, by: &User, with: &User) {
    let request = server.post(by, "/partners");
    let answer = Answer::of(request.json(&json!({"sharedWithId": with.id}))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

test_on_both! {
    async fn partners_are_made_listed_changed_and_removed(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        share(&server, me, &other).await;
        let mine = list(&server, me, "shared-by").await;
        assert_eq!((&mine[0]["id"], &mine[0]["inTimeline"]), (&json!(other.id), &json!(false)));
        assert_eq!(list(&server, me, "shared-with").await, json!([]));
        let theirs = list(&server, &other, "shared-with").await;
        assert_eq!((&theirs[0]["id"], &theirs[0]["email"]), (&json!(me.id), &json!(me.email)));
        let path = format!("/partners/{}", me.id);
        let changed = Answer::of(server.put(&other, &path).json(&json!({"inTimeline": true}))).await;
        assert_eq!((changed.status, &changed.json["inTimeline"]), (200, &json!(true)));
        let path = format!("/partners/{}", other.id);
        let refused = "Not found or no partner.update access";
        assert_refused(server.put(me, &path).json(&json!({"inTimeline": true})), 400, refused).await;
        assert_refused(server.post(me, "/partners").json(&json!({"sharedWithId": other.id})), 400, "Partner already exists").await;
        assert_eq!(Answer::of(server.delete(me, &path)).await.status, 204);
        assert_refused(server.delete(me, &path), 400, "Partner not found").await;
        assert_eq!(Answer::of(server.post(me, &path)).await.status, 201, "the older path");
        let nobody = json!({"sharedWithId": Uuid::new_v4()});
        assert_refused(server.post(me, "/partners").json(&nobody), 400, "User not found").await;
        let myself = json!({"sharedWithId": me.id});
        assert_refused(server.post(me, "/partners").json(&myself), 400, "Cannot be a partner of oneself").await;
        assert_invalid(server.get(me, "/partners"), &[
            "direction should not be empty",
            "direction must be one of the following values: shared-by, shared-with",
        ]).await;
    }
}

test_on_both! {
    async fn a_partner_sees_the_timeline_and_nothing_else(server: Server) {
        let (me, partner) = (&server.admin, User::another(&server, "partner@example.org").await);
        let stranger = User::another(&server, "stranger@example.org").await;
        let mut ids = Vec::new();
        for (seed, visibility) in ["timeline", "archive", "hidden", "locked"].into_iter().enumerate() {
            ids.push(me.upload(&server, &Picture::jpeg(seed as u32).with("visibility", visibility)).await);
        }
        let trashed = me.upload(&server, &Picture::jpeg(9)).await;
        me.trash(&server, trashed).await;
        ids.push(trashed);
        share(&server, me, &partner).await;
        let theirs = partner.upload(&server, &Picture::jpeg(10)).await;
        let refused = "Not found or no asset.read access";
        for (position, id) in ids.iter().enumerate() {
            let path = format!("/assets/{id}");
            if position == 0 {
                assert_eq!(Answer::of(server.get(&partner, &path)).await.status, 200);
                assert_eq!(Answer::of(server.get(&partner, &format!("{path}/original"))).await.status, 200);
            } else {
                assert_refused(server.get(&partner, &path), 400, refused).await;
            }
            assert_refused(server.get(&stranger, &path), 400, refused).await;
        }
        assert_refused(server.get(me, &format!("/assets/{theirs}")), 400, refused).await;
        let change = server.put(&partner, &format!("/assets/{}", ids[0])).json(&json!({"isFavorite": true}));
        assert_refused(change, 400, "Not found or no asset.update access").await;
    }
}

test_on_both! {
    async fn random_pictures_come_from_partners_whose_timeline_is_wanted(server: Server) {
        let (me, partner) = (&server.admin, User::another(&server, "partner@example.org").await);
        let theirs = partner.upload(&server, &Picture::jpeg(1)).await;
        share(&server, &partner, me).await;
        let drawn = async || {
            let answer = Answer::of(server.get(me, "/assets/random?count=10")).await;
            let assets = answer.json.as_array().expect("a list").iter();
            assets.map(|asset| asset["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(drawn().await, Vec::<Value>::new());
        let path = format!("/partners/{}", partner.id);
        assert_eq!(Answer::of(server.put(me, &path).json(&json!({"inTimeline": true}))).await.status, 200);
        assert_eq!(drawn().await, [json!(theirs)]);
        let mine = me.upload(&server, &Picture::jpeg(2)).await;
        let both = drawn().await;
        assert!(!both.is_empty() && both.iter().all(|id| *id == json!(theirs) || *id == json!(mine)), "{both:?}");
    }
}
