//! `GET /assets/{id}/thumbnail`

use std::io::Cursor;

use image::{GenericImageView, ImageFormat, ImageReader};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    Answer, Credential, Engine, Exif, Picture, Reading, Server, User, assert_invalid,
    assert_refused, assert_served, eventually,
};
use crate::test_on_both;

const THUMBNAIL: Reading = Reading {
    suffix: "/thumbnail",
    permission: "asset.view",
    sample: Picture::jpeg,
};

/// Uploads a picture and waits for what is made of it.
async fn upload(server: &Server, owner: &User, picture: &Picture) -> Uuid {
    let id = owner.upload(server, picture).await;
    eventually("the thumbnail", async || {
        let answer = Answer::of(THUMBNAIL.request(server, owner, id)).await;
        (answer.status == 200).then_some(())
    })
    .await;
    id
}

/// Asks for a size, and answers the picture's format and its width and height.
async fn look(server: &Server, owner: &User, id: Uuid, size: &str) -> (ImageFormat, (u32, u32)) {
    let answer = Answer::of(
        THUMBNAIL
            .request(server, owner, id)
            .query(&[("size", size)]),
    )
    .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let format = image::guess_format(&answer.bytes).expect("a known format");
    assert_eq!(answer.header("content-type"), format.to_mime_type());
    let picture = image::load_from_memory(&answer.bytes).expect("a whole picture");
    (format, picture.dimensions())
}

test_on_both! {
    async fn every_way_in_that_may_look_looks(server: Server) {
        THUMBNAIL.assert_open_to_every_way_in(&server).await;
    }
}

test_on_both! {
    async fn no_one_else_looks(server: Server) {
        THUMBNAIL.assert_closed_to_everyone_else(&server).await;
    }
}

test_on_both! {
    async fn a_link_opens_with_its_password_only(server: Server) {
        THUMBNAIL.assert_links_keep_their_password(&server).await;
    }
}

test_on_both! {
    async fn a_link_decides_even_beside_a_session(server: Server) {
        THUMBNAIL.assert_the_link_decides(&server).await;
    }
}

test_on_both! {
    async fn what_one_may_not_see_is_not_found(server: Server) {
        THUMBNAIL.assert_limited_to_what_one_may_see(&server).await;
    }
}

test_on_both! {
    async fn what_is_trashed_is_its_owners_alone(server: Server) {
        THUMBNAIL.assert_trash_is_the_owners(&server).await;
    }
}

test_on_both! {
    async fn what_is_locked_needs_the_pin(server: Server) {
        THUMBNAIL.assert_locked_needs_the_pin(&server).await;
    }
}

test_on_both! {
    async fn a_link_without_download_and_metadata_still_shows_pictures(server: Server) {
        let owner = &server.admin;
        let id = upload(&server, owner, &Picture::jpeg(1)).await;
        let link = owner.share_key(&server, &[id], json!({"allowDownload": false, "showMetadata": false})).await;
        for size in ["thumbnail", "preview"] {
            let request = THUMBNAIL.request(&server, &link, id).query(&[("size", size)]);
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 200, "{size}");
            let disposition = answer.header("content-disposition");
            assert!(disposition.starts_with(&format!("inline; filename*=UTF-8''{id}.")), "{disposition}");
        }
    }
}

test_on_both! {
    async fn a_link_that_gives_no_originals_shows_the_preview_as_the_largest(server: Server) {
        let owner = &server.admin;
        let id = upload(&server, owner, &Picture::jpeg(1)).await;
        for settings in [json!({"allowDownload": false}), json!({"showMetadata": false})] {
            let link = owner.share_key(&server, &[id], settings).await;
            let request = THUMBNAIL.request(&server, &link, id).query(&[("size", "fullsize")]);
            let answer = Answer::of(request).await;
            assert_eq!(answer.status, 302, "{answer:?}");
            let location = answer.header("location");
            assert!(location.starts_with("thumbnail?size=preview&key="), "{location}");
        }
    }
}

test_on_both! {
    async fn each_size_has_its_format_and_measure(server: Server) {
        let owner = &server.admin;
        let wide = upload(&server, owner, &Picture::jpeg_of_size(1, 1800, 1200)).await;
        assert_eq!(look(&server, owner, wide, "thumbnail").await, (ImageFormat::WebP, (375, 250)));
        assert_eq!(look(&server, owner, wide, "preview").await, (ImageFormat::Jpeg, (1440, 960)));
        let tall = upload(&server, owner, &Picture::jpeg_of_size(2, 500, 1000)).await;
        assert_eq!(look(&server, owner, tall, "thumbnail").await, (ImageFormat::WebP, (250, 500)));
        let small = upload(&server, owner, &Picture::jpeg(3)).await;
        for size in ["thumbnail", "preview"] {
            assert_eq!(look(&server, owner, small, size).await.1, (64, 48), "nothing is enlarged: {size}");
        }
        let unasked = Answer::of(THUMBNAIL.request(&server, owner, wide)).await;
        assert_eq!(unasked.header("content-type"), "image/webp", "the small one is what is given unasked");
    }
}

test_on_both! {
    async fn pictures_are_turned_upright_and_say_nothing(server: Server) {
        let owner = &server.admin;
        let exif = Exif { make: Some("Secretcam"), orientation: Some(6), ..Exif::default() };
        let id = upload(&server, owner, &Picture::jpeg_with_exif(1, exif)).await;
        for size in ["thumbnail", "preview"] {
            let (_, (width, height)) = look(&server, owner, id, size).await;
            assert!(height > width, "{size}: {width} x {height}");
            let request = THUMBNAIL.request(&server, owner, id).query(&[("size", size)]);
            let bytes = Answer::of(request).await.bytes;
            for secret in [&b"Secretcam"[..], b"Exif", b"EXIF"] {
                assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{size}");
            }
        }
    }
}

test_on_both! {
    async fn pictures_are_served_as_files_under_their_own_name(server: Server) {
        let owner = &server.admin;
        let id = upload(&server, owner, &Picture::jpeg(1).with("filename", "my dög.of.two.jpg")).await;
        for (size, mime, extension) in [("thumbnail", "image/webp", "webp"), ("preview", "image/jpeg", "jpeg")] {
            let path = format!("/assets/{id}/thumbnail?size={size}");
            let name = format!("my%20d%C3%B6g.of.two.{extension}");
            assert_served(&server, owner, &path, mime, &name).await;
        }
    }
}

test_on_both! {
    async fn what_browsers_can_show_in_full_is_the_original(server: Server) {
        let owner = &server.admin;
        let (jpeg, png) = (Picture::jpeg(1), Picture::png(2).named("UPPER.PNG"));
        for (picture, query, kept) in [
            (&jpeg, "size=fullsize", ""),
            (&png, "size=fullsize&c=a%20b&key2=%26", "?c=a%20b&key2=%26"),
            (&png, "c=1&size=fullsize", "?c=1"),
        ] {
            let bytes = &picture.bytes;
            let id = Answer::of(server.post(owner, "/assets").multipart(picture.form())).await.id();
            let request = server.get(owner, &format!("/assets/{id}/thumbnail?{query}"));
            let response = request.send().await.expect("the server answers");
            assert_eq!(response.status(), 302, "{query}");
            let location = response.headers()["location"].to_str().expect("a readable header");
            let target = response.url().join(location).expect("a URL");
            assert_eq!(target.as_str(), format!("{}/api/assets/{id}/original{kept}", server.address));
            let followed = server.http().get(target).bearer_auth(&owner.token);
            assert!(Answer::of(followed).await.bytes == *bytes, "{query}");
        }
    }
}

test_on_both! {
    async fn a_redirect_keeps_the_link_it_came_by(server: Server) {
        let owner = &server.admin;
        let id = upload(&server, owner, &Picture::jpeg(1)).await;
        owner.share(&server, &[id], json!({"slug": "holidays"})).await;
        let path = format!("/assets/{id}/thumbnail?slug=holidays&size=fullsize");
        let request = server.get(Credential::None, &path);
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, answer.header("location")), (302, "original?slug=holidays"));
    }
}

test_on_both! {
    async fn what_browsers_cannot_show_in_full_is_its_preview(server: Server) {
        let owner = &server.admin;
        for name in ["a.heic", "b.svg", "c.dng", "d.mp4"] {
            let id = owner.upload(&server, &Picture::new(name.into(), name)).await;
            let path = format!("/assets/{id}/thumbnail?size=fullsize&c=1");
            let answer = Answer::of(server.get(owner, &path)).await;
            assert_eq!((answer.status, answer.header("location")), (302, "thumbnail?size=preview&c=1"), "{name}");
        }
    }
}

test_on_both! {
    async fn what_browsers_cannot_show_is_converted_for_them(server: Server) {
        let owner = &server.admin;
        let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../media/tests/samples/");
        for name in ["plain.heic", "plain.jxl", "plain.jp2", "plain.psd", "plain.svg", "lzw.tif", "bayer.dng"] {
            let picture = Picture::new(std::fs::read(format!("{samples}{name}")).unwrap(), name);
            let id = upload(&server, owner, &picture).await;
            let answer = Answer::of(server.get(owner, &format!("/assets/{id}/thumbnail?size=fullsize"))).await;
            assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"), "{name}");
            let shown = image::load_from_memory_with_format(&answer.bytes, ImageFormat::Jpeg).unwrap();
            assert_eq!(shown.dimensions(), (96, 64), "{name}");
            let stored = Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await;
            assert_eq!(stored.bytes, picture.bytes, "{name}");
        }
    }
}

/// A TIFF of three channels and one gray, as wide as high, in strips of a hundred rows; every row is coded alike.
fn square_tiff(side: u32) -> Picture {
    const HEADER: u32 = 8;
    const ENTRIES: u32 = 11;
    let strips = side / 100;
    let runs = [
        &[129, 60].repeat(side as usize / 128)[..],
        &[(257 - side % 128) as u8, 60],
    ]
    .concat();
    let strip = runs.repeat(3).repeat(100);
    let colours = HEADER + 2 + ENTRIES * 12 + 4;
    let (offsets, lengths) = (colours + 6, colours + 6 + strips * 4);
    let data = lengths + strips * 4;
    let mut tiff = [
        b"II*\0".as_slice(),
        &HEADER.to_le_bytes(),
        &(ENTRIES as u16).to_le_bytes(),
    ]
    .concat();
    for (tag, kind, count, value) in [
        (256_u16, 4_u16, 1_u32, side),
        (257, 4, 1, side),
        (258, 3, 3, colours),
        (259, 3, 1, 32_773),
        (262, 3, 1, 2),
        (273, 4, strips, offsets),
        (277, 3, 1, 3),
        (278, 4, 1, 100),
        (279, 4, strips, lengths),
        (284, 3, 1, 1),
        (339, 3, 1, 1),
    ] {
        tiff.extend([tag.to_le_bytes(), kind.to_le_bytes()].concat());
        tiff.extend([count.to_le_bytes(), value.to_le_bytes()].concat());
    }
    tiff.extend([0, 0, 0, 0, 8, 0, 8, 0, 8, 0]);
    let length = strip.len() as u32;
    tiff.extend((0..strips).flat_map(|index| (data + index * length).to_le_bytes()));
    tiff.extend((0..strips).flat_map(|_| length.to_le_bytes()));
    tiff.extend(strip.repeat(strips as usize));
    Picture::new(tiff, "large.tif")
}

#[tokio::test]
async fn full_size_takes_less_memory_than_its_pixels() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("media-memory-bytes", 120 << 20)
    })
    .await;
    let owner = &server.admin;
    let id = upload(&server, owner, &square_tiff(6600)).await;
    let path = format!("/assets/{id}/thumbnail?size=fullsize");
    let answer = Answer::of(server.get(owner, &path)).await;
    let reader = ImageReader::with_format(Cursor::new(answer.bytes), ImageFormat::Jpeg);
    assert_eq!(reader.into_dimensions().unwrap(), (6600, 6600));
}

#[tokio::test]
async fn what_is_too_large_for_a_picture_of_full_size_has_the_others() {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options.with("media-memory-bytes", 160 << 20)
    })
    .await;
    let owner = &server.admin;
    // Drawings are made at once, of full size if that is wanted.
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='5600' height='5600'/>";
    let drawing = Picture::new(svg.to_vec(), "large.svg");
    let id = upload(&server, owner, &drawing).await;
    let path = format!("/assets/{id}/thumbnail?size=preview");
    let answer = Answer::of(server.get(owner, &path)).await;
    let preview = image::load_from_memory_with_format(&answer.bytes, ImageFormat::Jpeg).unwrap();
    assert_eq!(preview.dimensions(), (1440, 1440));
    let path = format!("/assets/{id}/thumbnail?size=fullsize");
    let answer = Answer::of(server.get(owner, &path)).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (302, "thumbnail?size=preview")
    );
}

test_on_both! {
    async fn what_cannot_be_decoded_has_no_thumbnail(server: Server) {
        let owner = &server.admin;
        let broken = owner.upload(&server, &Picture::new(b"not a JPEG".to_vec(), "broken.jpg")).await;
        let raw = owner.upload(&server, &Picture::new(b"not a RAW".to_vec(), "broken.nef")).await;
        let film = owner.upload(&server, &Picture::video(1)).await;
        // Pictures are worked on in the order in which they come: when this one is done, so are the others.
        upload(&server, owner, &Picture::jpeg(1)).await;
        for id in [broken, raw, film] {
            for size in ["thumbnail", "preview"] {
                let request = THUMBNAIL.request(&server, owner, id).query(&[("size", size)]);
                assert_refused(request, 404, "Asset media not found").await;
            }
            assert_eq!(Answer::of(server.get(owner, &format!("/assets/{id}/original"))).await.status, 200);
        }
    }
}

test_on_both! {
    async fn the_size_is_checked(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let request = THUMBNAIL.request(&server, owner, id).query(&[("size", "huge")]);
        let rule = "size must be one of the following values: fullsize, preview, thumbnail";
        assert_invalid(request, &[rule]).await;
    }
}

test_on_both! {
    async fn locking_reaches_those_who_keep_what_they_saw(server: Server) {
        let owner = &server.admin;
        let id = upload(&server, owner, &Picture::jpeg(1)).await;
        let key = owner.api_key(&server, &["all"]).await;
        let pin = json!({"pinCode": "123456"});
        assert_eq!(Answer::of(server.post(owner, "/auth/pin-code").json(&pin)).await.status, 204);
        for path in ["/thumbnail", "/thumbnail?size=preview", "/original"] {
            let path = format!("/assets/{id}{path}");
            let seen = Answer::of(server.get(owner, &path)).await;
            assert_eq!(seen.header("cache-control"), "private, no-cache, no-transform", "{path}");
            let again = async |way: &Credential| {
                let request = server.get(way, &path).header("if-none-match", seen.header("etag"));
                Answer::of(request).await.status
            };
            // Locking takes an asset out of links.
            let link = owner.share_key(&server, &[id], json!({})).await;
            let ways = [owner.into(), link, key.clone()];
            for way in &ways {
                assert_eq!(again(way).await, 304, "{path} {way:?}");
            }
            assert_eq!(owner.update(&server, id, json!({"visibility": "locked"})).await.status, 200);
            for way in &ways {
                assert_eq!(again(way).await, 400, "{path} {way:?}");
            }
            assert_eq!(Answer::of(server.post(owner, "/auth/session/unlock").json(&pin)).await.status, 204);
            assert_eq!(owner.update(&server, id, json!({"visibility": "timeline"})).await.status, 200);
            assert_eq!(Answer::of(server.post(owner, "/auth/session/lock")).await.status, 204);
        }
    }
}
