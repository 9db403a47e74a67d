//! What is found to be the same picture, and what is not.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{compare, copy, delete, groups, scene, told, upload_copies};
use crate::library::rebuild::lose_and_rebuild;
use crate::support::film::H264;
use crate::support::{Answer, Exif, Picture, Server, User};
use crate::test_on_both;

const NOTHING: [Vec<Uuid>; 0] = [];

async fn replace(server: &Server, user: &User, asset: Uuid, picture: &Picture) {
    let request = server.put(user, &format!("/assets/{asset}/original"));
    let answer = Answer::of(request.multipart(picture.form())).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    server.finish_jobs().await;
}

test_on_both! {
    async fn the_same_picture_in_other_sizes_and_qualities_is_found(server: Server) {
        let owner = &server.admin;
        let mut same = Vec::new();
        for (size, quality) in [((800, 600), 95), ((800, 600), 40), ((320, 240), 80), ((1600, 1200), 70)] {
            same.push(owner.upload(&server, &scene(1, size, quality, 0.0)).await);
        }
        for (seed, shift) in [(1, 0.03), (1, -0.05), (2, 0.0), (3, 0.0)] {
            owner.upload(&server, &scene(seed, (800, 600), 90, shift)).await;
        }
        // Other proportions, and pictures that show nothing.
        owner.upload(&server, &scene(1, (800, 500), 90, 0.0)).await;
        for side in [30, 60] {
            let mut bytes = std::io::Cursor::new(Vec::new());
            image::RgbImage::new(side, side).write_to(&mut bytes, image::ImageFormat::Png).expect("a PNG");
            owner.upload(&server, &Picture::new(bytes.into_inner(), "black.png")).await;
        }
        server.finish_jobs().await;
        same.sort();
        let found = groups(&server, owner).await;
        let found: Vec<Vec<Uuid>> = found.into_iter().map(|mut group| { group.sort(); group }).collect();
        assert_eq!(found, [same]);
    }
}

test_on_both! {
    async fn files_that_say_when_they_were_taken_have_to_agree(server: Server) {
        let owner = &server.admin;
        let taken = |number: u32, date, offset| copy(1, number).with_exif(Exif { date_time_original: Some(date), offset, ..Exif::default() });
        let mut same = Vec::new();
        for (number, date, offset) in [(0, "2024:02:03 04:05:06", Some("+02:00")), (1, "2024:02:03 04:05:06", None), (2, "2024:02:03 02:05:06", Some("+00:00"))] {
            same.push(owner.upload(&server, &taken(number, date, offset)).await);
        }
        owner.upload(&server, &taken(3, "2024:02:03 04:05:07", None)).await;
        server.finish_jobs().await;
        same.sort();
        let group = told(&server, owner).await.pop().expect("a group");
        let mut found = group.1;
        found.sort();
        assert_eq!(found, same);
        // What its user says of it may be a guess.
        let guess = owner.upload(&server, &copy(1, 4)).await;
        let date = json!({"dateTimeOriginal": "1999-01-01T00:00:00.000Z"});
        assert_eq!(owner.update(&server, guess, date).await.status, 200);
        server.finish_jobs().await;
        compare(&server, true).await;
        assert!(groups(&server, owner).await[0].contains(&guess));
    }
}

test_on_both! {
    async fn films_are_the_same_when_they_take_as_long(server: Server) {
        let owner = &server.admin;
        let film = |size: &str, seconds: u32| {
            let source = format!("smptebars=size=320x240:rate=10:duration={seconds},scale={size}");
            Picture::film(&source, H264, "film.mp4")
        };
        let mut same = Vec::new();
        for (size, seconds) in [("320:240", 2), ("640:480", 2), ("480:360", 3)] {
            same.push(owner.upload(&server, &film(size, seconds)).await);
        }
        server.finish_jobs().await;
        assert_eq!(server.job_errors().await, Vec::<String>::new());
        let mut found = groups(&server, owner).await.concat();
        found.sort();
        same.truncate(2);
        same.sort();
        assert_eq!(found, same);
    }
}

test_on_both! {
    async fn no_one_is_told_of_what_others_have(server: Server) {
        let owner = &server.admin;
        let other = User::another(&server, "other@example.org").await;
        owner.upload(&server, &copy(1, 0)).await;
        upload_copies(&server, &other, 1, 1).await;
        assert_eq!(groups(&server, owner).await, NOTHING);
        let theirs = other.upload(&server, &copy(1, 1)).await;
        server.finish_jobs().await;
        assert_eq!((groups(&server, owner).await.len(), groups(&server, &other).await.len()), (0, 1));
        let partner = json!({"sharedWithId": owner.id});
        assert_eq!(Answer::of(server.post(&other, "/partners").json(&partner)).await.status, 201);
        let link = other.share_key(&server, &[theirs], json!({})).await;
        for way in [owner.into(), link] {
            let shown = Answer::of(server.get(&way, &format!("/assets/{theirs}"))).await;
            assert_eq!((shown.status, &shown.json["duplicateId"]), (200, &Value::Null), "{way:?}");
        }
        assert!(other.asset(&server, theirs).await["duplicateId"].is_string());
        assert_eq!(groups(&server, owner).await, NOTHING);
    }
}

test_on_both! {
    async fn a_file_that_takes_anothers_place_is_compared_anew(server: Server) {
        let owner = &server.admin;
        let first = upload_copies(&server, owner, 1, 2).await;
        let second = upload_copies(&server, owner, 2, 1).await;
        replace(&server, owner, first[1], &copy(2, 5)).await;
        let mut found = groups(&server, owner).await.concat();
        found.sort();
        assert_eq!(found, [first[1], second[0]]);
        replace(&server, owner, first[1], &copy(3, 5)).await;
        assert_eq!(groups(&server, owner).await, NOTHING);
        assert_eq!(owner.asset(&server, first[1]).await["duplicateId"], Value::Null);
    }
}

test_on_both! {
    async fn what_was_there_before_is_compared_when_the_queue_is_started(server: Server) {
        let owner = &server.admin;
        let ids = upload_copies(&server, owner, 1, 2).await;
        upload_copies(&server, owner, 2, 1).await;
        for sql in ["UPDATE asset SET duplicate_id = NULL", "DELETE FROM asset_fingerprint"] {
            assert_eq!(server.execute_sql(sql).await, 3);
        }
        assert_eq!(groups(&server, owner).await, NOTHING);
        compare(&server, false).await;
        assert_eq!(server.job_errors().await, Vec::<String>::new());
        assert_eq!(groups(&server, owner).await, std::slice::from_ref(&ids));
        // A new file is found to be the same as one whose fingerprint was made of its thumbnail.
        let new = owner.upload(&server, &scene(1, (500, 375), 60, 0.0).with("fileCreatedAt", "2024-05-01T00:00:00.000Z")).await;
        server.finish_jobs().await;
        assert_eq!(groups(&server, owner).await, [[vec![new], ids].concat()]);
    }
}

test_on_both! {
    async fn what_was_decided_stays_until_everything_is_compared_anew(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let kept = upload_copies(&server, &owner, 1, 2).await;
        let decided = upload_copies(&server, &owner, 2, 2).await;
        let all = told(&server, &owner).await;
        assert_eq!(all.iter().map(|(_, assets)| assets.clone()).collect::<Vec<_>>(), [kept.clone(), decided.clone()]);
        delete(&server, &owner, &[all[1].0]).await;
        compare(&server, false).await;
        let body = json!({"assetIds": decided, "name": "regenerate-thumbnail"});
        assert_eq!(Answer::of(server.post(&owner, "/assets/jobs").json(&body)).await.status, 204);
        server.finish_jobs().await;
        assert_eq!(told(&server, &owner).await, all[..1]);
        // Nor does it come back with the database.
        server.stop();
        lose_and_rebuild(&mut server);
        server.start_again();
        server.finish_jobs().await;
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        assert_eq!(told(&server, &owner).await, all[..1]);
        // What is new is found to be like what was there.
        let new = owner.upload(&server, &copy(1, 7).with("fileCreatedAt", "2024-05-01T00:00:00.000Z")).await;
        server.finish_jobs().await;
        assert_eq!(told(&server, &owner).await, [(all[0].0, [vec![new], kept].concat())]);
        server.admin = owner;
        compare(&server, true).await;
        assert_eq!(groups(&server, &server.admin).await[1], decided);
    }
}

test_on_both! {
    async fn a_picture_between_two_groups_makes_them_one(server: Server) {
        let owner = &server.admin;
        let ids = upload_copies(&server, owner, 1, 4).await;
        for (pair, group) in ids.chunks(2).zip([Uuid::from_u128(1), Uuid::from_u128(2)]) {
            let body = json!({"ids": pair, "duplicateId": group});
            assert_eq!(Answer::of(server.put(owner, "/assets").json(&body)).await.status, 204);
        }
        assert_eq!(groups(&server, owner).await.len(), 2);
        let new = owner.upload(&server, &copy(1, 5).with("fileCreatedAt", "2024-05-01T00:00:00.000Z")).await;
        server.finish_jobs().await;
        assert_eq!(groups(&server, owner).await, [[vec![new], ids].concat()]);
    }
}
