//! `GET /assets/{id}/original`

use serde_json::json;

use crate::support::{Answer, Credential, Picture, Reading, assert_refused, assert_served};
use crate::test_on_both;

const ORIGINAL: Reading = Reading {
    suffix: "/original",
    permission: "asset.download",
    sample: Picture::jpeg,
};

test_on_both! {
    async fn every_way_in_that_may_download_downloads(server: Server) {
        ORIGINAL.assert_open_to_every_way_in(&server).await;
    }
}

test_on_both! {
    async fn no_one_else_downloads(server: Server) {
        ORIGINAL.assert_closed_to_everyone_else(&server).await;
        let reader = server.admin.api_key(&server, &["asset.read", "asset.view"]).await;
        let id = server.admin.upload(&server, &Picture::jpeg(2)).await;
        let request = ORIGINAL.request(&server, reader, id);
        assert_refused(request, 403, "Missing required permission: asset.download").await;
    }
}

test_on_both! {
    async fn a_link_that_does_not_allow_it_gives_out_no_originals(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let link = owner.share(&server, &[id], json!({"allowDownload": false, "slug": "look"})).await;
        let key = link["key"].as_str().expect("a key");
        for way in [Credential::LinkKey(key.into()), Credential::LinkSlug("look".into())] {
            assert_refused(ORIGINAL.request(&server, way, id), 403, "Forbidden").await;
        }
    }
}

test_on_both! {
    async fn a_link_opens_with_its_password_only(server: Server) {
        ORIGINAL.assert_links_keep_their_password(&server).await;
    }
}

test_on_both! {
    async fn a_link_decides_even_beside_a_session(server: Server) {
        ORIGINAL.assert_the_link_decides(&server).await;
    }
}

test_on_both! {
    async fn what_one_may_not_see_is_not_found(server: Server) {
        ORIGINAL.assert_limited_to_what_one_may_see(&server).await;
    }
}

test_on_both! {
    async fn what_is_trashed_is_its_owners_alone(server: Server) {
        ORIGINAL.assert_trash_is_the_owners(&server).await;
    }
}

test_on_both! {
    async fn what_is_locked_needs_the_pin(server: Server) {
        ORIGINAL.assert_locked_needs_the_pin(&server).await;
    }
}

test_on_both! {
    async fn what_was_uploaded_comes_back_byte_for_byte(server: Server) {
        let owner = &server.admin;
        // Longer than what is read in one go.
        let long: Vec<u8> = (0..3_000_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for (picture, mime) in [
            (Picture::jpeg(1), "image/jpeg"),
            (Picture::png(2), "image/png"),
            (Picture::new(long, "long.mov"), "video/quicktime"),
            (Picture::new(b"broken, but kept".to_vec(), "broken.HEIC"), "image/heic"),
            (Picture::new(b"raw, as it is".to_vec(), "raw.dng"), "image/x-adobe-dng"),
        ] {
            let id = owner.upload(&server, &picture).await;
            let path = format!("/assets/{id}/original");
            let bytes = assert_served(&server, owner, &path, mime, &picture.name).await;
            assert!(bytes == picture.bytes, "{}", picture.name);
        }
    }
}

test_on_both! {
    async fn the_tag_and_the_date_are_the_files(server: Server) {
        let owner = &server.admin;
        let picture = Picture::jpeg(1);
        let id = owner.upload(&server, &picture).await;
        let answer = Answer::of(ORIGINAL.request(&server, owner, id)).await;
        assert_eq!(answer.header("last-modified"), "Mon, 06 May 2024 07:08:10 GMT");
        let other = owner.upload(&server, &Picture::jpeg(2)).await;
        let tag = answer.header("etag");
        let request = ORIGINAL.request(&server, owner, other).header("if-none-match", tag);
        assert_eq!(Answer::of(request).await.status, 200, "other bytes have another tag");
    }
}

test_on_both! {
    async fn a_name_may_hold_anything(server: Server) {
        let owner = &server.admin;
        for (seed, (name, encoded)) in (1..).zip([
            ("two words.jpg", "two%20words.jpg"),
            ("a\"b;c=d'e.jpg", "a%22b%3Bc%3Dd%27e.jpg"),
            ("100%,(*).jpg", "100%25%2C%28%2A%29.jpg"),
            ("ünï 😀.jpg", "%C3%BCn%C3%AF%20%F0%9F%98%80.jpg"),
            ("line\r\nx-evil: 1.jpg", "linex-evil%3A%201.jpg"),
        ]) {
            let id = owner.upload(&server, &Picture::jpeg(seed).with("filename", name)).await;
            let answer = Answer::of(ORIGINAL.request(&server, owner, id)).await;
            assert_eq!(answer.status, 200, "{name}");
            assert_eq!(answer.header("content-disposition"), format!("inline; filename*=UTF-8''{encoded}"));
            assert_eq!(answer.header("x-evil"), "");
        }
    }
}

test_on_both! {
    async fn active_content_runs_nothing(server: Server) {
        let owner = &server.admin;
        let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
        let id = owner.upload(&server, &Picture::new(script, "drawing.svg")).await;
        let answer = Answer::of(ORIGINAL.request(&server, owner, id)).await;
        assert_eq!(answer.header("content-type"), "image/svg+xml");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("sandbox;") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("allow-scripts") && !policy.contains("script-src"), "{policy}");
    }
}

test_on_both! {
    async fn a_file_that_is_gone_is_not_found(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        for file in server.stored_originals() {
            std::fs::remove_file(file).expect("the file was there");
        }
        assert_refused(ORIGINAL.request(&server, owner, id), 404, "Asset media not found").await;
    }
}
