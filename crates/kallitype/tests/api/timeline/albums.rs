//! The timeline of an album, for those who are in it and for those who have a link.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{NOTHING, bucket, buckets, counts, ids, read, share_timeline, taken_at, walk};
use crate::support::{Answer, Credential, Exif, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// An album of the administrator's with an editor and a viewer, and a picture of the owner and of the editor in each
/// place.
struct Shared {
    album: String,
    editor: User,
    viewer: User,
    /// In the timeline, the archive and the trash: of the owner, and of the editor.
    owners: [Uuid; 3],
    editors: [Uuid; 3],
}

async fn fill(server: &Server, user: &User, hour: u32) -> [Uuid; 3] {
    let mut ids = [Uuid::nil(); 3];
    for (place, id) in (0..).zip(&mut ids) {
        let picture = taken_at(
            10 * hour + place,
            &format!("2024-05-06T{hour:02}:0{place}:00.000Z"),
        );
        *id = user
            .upload(server, &picture.with("isFavorite", "true"))
            .await;
    }
    ids
}

impl Shared {
    async fn build(server: &Server) -> Self {
        let owner = &server.admin;
        let editor = User::another(server, "editor@example.org").await;
        let viewer = User::another(server, "viewer@example.org").await;
        let owners = fill(server, owner, 1).await;
        let editors = fill(server, &editor, 2).await;
        let people = json!({"albumUsers": [
            {"userId": editor.id, "role": "editor"},
            {"userId": viewer.id, "role": "viewer"},
        ]});
        let album = owner.album(server, &owners, people).await;
        let album = album["id"].as_str().expect("an id").to_owned();
        let path = format!("/albums/{album}/assets");
        let added = server.put(&editor, &path).json(&json!({"ids": editors}));
        assert_eq!(Answer::of(added).await.status, 200);
        for (user, ids) in [(owner, owners), (&editor, editors)] {
            let archived = user
                .update(server, ids[1], json!({"visibility": "archive"}))
                .await;
            assert_eq!(archived.status, 200);
            user.trash(server, ids[2]).await;
        }
        Self {
            album,
            editor,
            viewer,
            owners,
            editors,
        }
    }

    fn query<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        [&[("albumId", self.album.as_str())], more].concat()
    }
}

test_on_both! {
    async fn who_is_in_an_album_sees_what_it_shows(server: Server) {
        let owner = &server.admin;
        let shared = Shared::build(&server).await;
        let (owners, editors) = (shared.owners, shared.editors);
        let me = owner.id.to_string();
        let all = [editors[1], editors[0], owners[1], owners[0]];
        for user in [owner, &shared.editor, &shared.viewer] {
            for (more, expected) in [
                (&[][..], &all[..]),
                (&[("order", "desc")], &all),
                (&[("visibility", "timeline")], &[editors[0], owners[0]]),
                (&[("visibility", "archive")], &[editors[1], owners[1]]),
                (&[("visibility", "hidden")], &[]),
                (&[("visibility", "timeline"), ("withPartners", "true")], &[editors[0], owners[0]]),
            ] {
                let query = shared.query(more);
                assert_eq!(walk(&server, user, &query).await, expected, "{query:?}");
            }
        }
        // Of what is in the trash everyone finds their own, and everyone's favourites are their own.
        let trashed = shared.query(&[("isTrashed", "true")]);
        let favorites = shared.query(&[("isFavorite", "true")]);
        let others = shared.query(&[("isFavorite", "false")]);
        for (user, mine, rest) in [
            (owner, &owners[..], &[editors[1], editors[0]][..]),
            (&shared.editor, &editors[..], &[owners[1], owners[0]]),
            (&shared.viewer, &[], &all),
        ] {
            assert_eq!(walk(&server, user, &trashed).await, mine.get(2..).unwrap_or_default());
            let liked: Vec<Uuid> = mine.iter().take(2).rev().copied().collect();
            assert_eq!(walk(&server, user, &favorites).await, liked);
            assert_eq!(walk(&server, user, &others).await, rest);
        }
        let mine = shared.query(&[("userId", &me)]);
        assert_eq!(walk(&server, owner, &mine).await, [owners[1], owners[0]]);
        let refused = "Not found or no timeline.read access";
        assert_refused(buckets(&server, &shared.viewer, &mine), 400, refused).await;
        share_timeline(&server, owner, &shared.viewer, false).await;
        assert_eq!(walk(&server, &shared.viewer, &mine).await, [owners[0]]);
    }
}

test_on_both! {
    async fn who_is_not_in_an_album_is_refused(server: Server) {
        let shared = Shared::build(&server).await;
        let stranger = User::another(&server, "stranger@example.org").await;
        let nowhere = Uuid::new_v4().to_string();
        for (user, album) in [(&stranger, &shared.album), (&server.admin, &nowhere)] {
            let query = [("albumId", album.as_str())];
            let refused = "Not found or no album.read access";
            assert_refused(buckets(&server, user, &query), 400, refused).await;
            assert_refused(bucket(&server, user, "2024-05-01", &query), 400, refused).await;
        }
    }
}

/// The key of a link to an album.
async fn link(server: &Server, album: &str, show_metadata: bool) -> Credential {
    let body = json!({"type": "ALBUM", "albumId": album, "showMetadata": show_metadata});
    let answer = Answer::of(server.post(&server.admin, "/shared-links").json(&body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    Credential::LinkKey(answer.json["key"].as_str().expect("a key").to_owned())
}

test_on_both! {
    async fn a_link_shows_its_album_and_nothing_else(server: Server) {
        let shared = Shared::build(&server).await;
        let other = server.admin.album(&server, &[], json!({})).await;
        let owner = server.admin.id.to_string();
        let key = link(&server, &shared.album, true).await;
        let (owners, editors) = (shared.owners, shared.editors);
        let all = [editors[1], editors[0], owners[1], owners[0]];
        assert_eq!(walk(&server, &key, &shared.query(&[])).await, all);
        assert_eq!(walk(&server, &key, &shared.query(&[("isTrashed", "true")])).await, NOTHING);
        assert_eq!(walk(&server, &key, &shared.query(&[("isFavorite", "true")])).await, NOTHING);
        assert_eq!(walk(&server, &key, &shared.query(&[("isFavorite", "false")])).await, all);
        let columns = read(&server, &key, "2024-05-01", &shared.query(&[])).await;
        assert_eq!(columns["isFavorite"], json!([false, false, false, false]));
        for (query, status, message) in [
            (vec![], 400, "Not found or no timeline.read access"),
            (vec![("visibility", "timeline")], 400, "Not found or no timeline.read access"),
            (vec![("userId", owner.as_str())], 400, "Not found or no timeline.read access"),
            (shared.query(&[("userId", &owner)]), 400, "Not found or no timeline.read access"),
            (vec![("albumId", other["id"].as_str().expect("an id"))], 400, "Not found or no album.read access"),
            (shared.query(&[("visibility", "locked")]), 401, "Elevated permission is required"),
            (shared.query(&[("tagId", &owner)]), 400, "Not found or no tag.read access"),
            (shared.query(&[("personId", &owner)]), 400, "Not found or no person.read access"),
        ] {
            assert_refused(buckets(&server, &key, &query), status, message).await;
            assert_refused(bucket(&server, &key, "2024-05-01", &query), status, message).await;
        }
        let single = server.admin.share_key(&server, &owners[..1], json!({})).await;
        assert_refused(buckets(&server, &single, &shared.query(&[])), 400, "Not found or no album.read access").await;
    }
}

test_on_both! {
    async fn a_link_that_hides_metadata_tells_no_time_and_no_place(server: Server) {
        let owner = &server.admin;
        let facts = Exif {
            date_time_original: Some("2024:02:03 04:05:06"),
            offset: Some("+02:00"),
            place: Some((52.5, 13.25)),
            ..Exif::default()
        };
        let first = owner.upload_and_settle(&server, &Picture::jpeg_with_exif(1, facts)).await;
        let second = owner.upload_and_settle(&server, &Picture::jpeg(2)).await;
        let album = owner.album(&server, &[first, second], json!({})).await;
        let album = album["id"].as_str().expect("an id");
        let query = [("albumId", album), ("withCoordinates", "true")];
        let open = link(&server, album, true).await;
        assert_eq!(counts(&server, &open, &query).await.len(), 2);
        let told = read(&server, &open, "2024-02-01", &query).await;
        assert!(told["city"][0].is_string() && told["country"][0].is_string());
        assert_eq!(told["latitude"], json!([52.5]));

        let bare = link(&server, album, false).await;
        // All of one month, in which they have to lie for clients to show them.
        assert_eq!(counts(&server, &bare, &query).await, [("1970-01-01".to_owned(), 2)]);
        assert_eq!(walk(&server, &bare, &query).await, [second, first]);
        let columns = read(&server, &bare, "1970-01-01", &query).await;
        for (name, value) in [
            ("fileCreatedAt", json!("1970-01-01T00:00:00")),
            ("localOffsetHours", json!(0.0)),
            ("city", Value::Null),
            ("country", Value::Null),
            ("latitude", Value::Null),
            ("longitude", Value::Null),
            ("projectionType", Value::Null),
        ] {
            assert_eq!(columns[name], json!([value, value]), "{name}");
        }
        assert!(columns["thumbhash"][0].is_string());
        for month in ["2024-02-01", "2024-05-01"] {
            assert_eq!(ids(&read(&server, &bare, month, &query).await), NOTHING, "{month}");
        }
    }
}
