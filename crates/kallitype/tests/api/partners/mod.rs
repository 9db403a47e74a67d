//! `/partners`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_invalid, assert_refused};
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

/// What a partner has made of one's pictures: an album that someone else is in, and links to it and to the pictures.
struct Shown {
    viewer: User,
    album: Value,
    links: [Credential; 2],
}

impl Shown {
    async fn build(server: &Server, partner: &User, assets: &[Uuid]) -> Self {
        let viewer = User::another(server, "viewer@example.org").await;
        let people = json!({"albumUsers": [{"userId": viewer.id, "role": "viewer"}]});
        let album = partner.album(server, assets, people).await;
        let body = json!({"type": "ALBUM", "albumId": album["id"]});
        let link = Answer::of(server.post(partner, "/shared-links").json(&body)).await;
        let album_link = Credential::LinkKey(link.json["key"].as_str().expect("a key").to_owned());
        let links = [
            album_link,
            partner.share_key(server, assets, json!({})).await,
        ];
        Self {
            viewer,
            album,
            links,
        }
    }

    fn path(&self) -> String {
        format!("/albums/{}", self.album["id"].as_str().expect("an id"))
    }

    /// How many pictures the album shows, says it shows, is shown by and has talk about, for whoever looks.
    async fn in_album(&self, server: &Server, way: impl Into<Credential>) -> [usize; 3] {
        let album = Answer::of(server.get(way, &self.path())).await.json;
        let count = album["assetCount"].as_u64().expect("a number");
        [
            album["assets"].as_array().expect("a list").len(),
            usize::try_from(count).expect("a few"),
            usize::from(album["albumThumbnailAssetId"].is_string()),
        ]
    }

    /// Whether one's picture is seen by all these ways, or by none.
    async fn is_seen(&self, server: &Server, partner: &User, asset: Uuid) -> bool {
        let mut seen = Vec::new();
        let [by_album, by_assets] = &self.links;
        for way in [partner.into(), (&self.viewer).into(), by_album.clone()] {
            let shown = self.in_album(server, &way).await;
            assert!(
                shown.iter().all(|count| *count == shown[0]),
                "{way:?}: {shown:?}"
            );
            seen.push(shown[0] > 0);
        }
        for way in [by_album.clone(), by_assets.clone(), (&self.viewer).into()] {
            for path in ["", "/original"] {
                let answer = Answer::of(server.get(&way, &format!("/assets/{asset}{path}"))).await;
                seen.push(answer.status == 200);
            }
        }
        let mine = Answer::of(server.get(by_assets, "/shared-links/me"))
            .await
            .json;
        seen.push(
            mine["assets"]
                .as_array()
                .is_some_and(|list| !list.is_empty()),
        );
        let talk = format!(
            "/activities?albumId={}",
            self.album["id"].as_str().expect("an id")
        );
        let talk = Answer::of(server.get(&self.viewer, &talk)).await.json;
        seen.push(talk.as_array().is_some_and(|list| !list.is_empty()));
        assert!(
            seen.iter().all(|it| *it == seen[0]),
            "all or nothing: {seen:?}"
        );
        seen[0]
    }
}

test_on_both! {
    async fn what_partners_show_of_ones_pictures_ends_with_the_right_to(server: Server) {
        let (me, partner) = (&server.admin, User::another(&server, "partner@example.org").await);
        let asset = me.upload(&server, &Picture::jpeg(1)).await;
        share(&server, me, &partner).await;
        let shown = Shown::build(&server, &partner, &[asset]).await;
        let comment = json!({"albumId": shown.album["id"], "assetId": asset, "type": "comment", "comment": "Look!"});
        assert_eq!(Answer::of(server.post(&shown.viewer, "/activities").json(&comment)).await.status, 201);
        assert!(shown.is_seen(&server, &partner, asset).await);

        for visibility in ["archive", "hidden"] {
            me.update(&server, asset, json!({"visibility": visibility})).await;
            assert!(!shown.is_seen(&server, &partner, asset).await, "{visibility}");
        }
        me.update(&server, asset, json!({"visibility": "timeline"})).await;
        assert!(shown.is_seen(&server, &partner, asset).await, "it is in the timeline again");

        let path = format!("/partners/{}", partner.id);
        assert_eq!(Answer::of(server.delete(me, &path)).await.status, 204);
        assert!(!shown.is_seen(&server, &partner, asset).await, "the partnership has ended");
        let refused = "Not found or no asset.read access";
        assert_refused(server.get(&partner, &format!("/assets/{asset}")), 400, refused).await;
        share(&server, me, &partner).await;
        assert!(shown.is_seen(&server, &partner, asset).await);
    }
}

test_on_both! {
    async fn what_one_shows_oneself_needs_no_partnership(server: Server) {
        let (me, other) = (&server.admin, User::another(&server, "other@example.org").await);
        let (mine, theirs) = (me.upload(&server, &Picture::jpeg(1)).await, me.upload(&server, &Picture::jpeg(2)).await);
        share(&server, me, &other).await;
        let people = json!({"albumUsers": [{"userId": me.id, "role": "editor"}]});
        let album = other.album(&server, &[theirs], people).await;
        let path = format!("/albums/{}", album["id"].as_str().expect("an id"));
        let add = async |asset: Uuid| {
            let request = server.put(me, &format!("{path}/assets")).json(&json!({"ids": [asset]}));
            Answer::of(request).await.json[0].clone()
        };
        let count = async || Answer::of(server.get(&other, &path)).await.json["assetCount"].clone();
        assert_eq!(add(mine).await["success"], true);
        assert_eq!(add(theirs).await["error"], "duplicate");
        assert_eq!(count().await, 2);
        assert_eq!(Answer::of(server.delete(me, &format!("/partners/{}", other.id))).await.status, 204);
        assert_eq!(count().await, 1, "only what the other put there");
        assert_eq!(add(theirs).await["success"], true, "now it is mine to show");
        assert_eq!(count().await, 2);
        me.update(&server, mine, json!({"visibility": "archive"})).await;
        assert_eq!(count().await, 2);
        assert_eq!(Answer::of(server.delete(me, &format!("{path}/user/me"))).await.status, 204);
        assert_eq!(count().await, 2, "it was given, and stays");
    }
}

test_on_both! {
    async fn the_moving_part_of_a_partners_picture_is_shown_as_long_as_the_picture(server: Server) {
        let (me, partner) = (&server.admin, User::another(&server, "partner@example.org").await);
        let part = me.upload(&server, &Picture::video(1)).await;
        let still = Picture::jpeg(1).with("livePhotoVideoId", &part.to_string());
        let still = me.upload(&server, &still).await;
        share(&server, me, &partner).await;
        let link = partner.share_key(&server, &[still], json!({})).await;
        let plays = async || Answer::of(server.get(&link, &format!("/assets/{part}/video/playback"))).await.status;
        assert_eq!(plays().await, 200);
        me.update(&server, still, json!({"visibility": "archive"})).await;
        assert_eq!(plays().await, 400);
    }
}
