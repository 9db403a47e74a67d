//! The project's own client, and the uploader that is made of it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::{StreamExt, TryStreamExt, stream};
use kallitype_client::{
    AssetBulkDeleteDto, AssetBulkUpdateDto, AssetBulkUploadCheckDto, AssetBulkUploadCheckItem,
    AssetJobName, AssetJobsDto, AssetMediaCreateDto, AssetMediaReplaceDto, AssetMediaSize,
    AssetMediaStatus, AssetMetadataUpsertDto, AssetMetadataUpsertItemDto, AssetStatisticsQuery,
    AssetVisibility, CheckExistingAssetsDto, Client, Credential as Way, Download, Error, FileData,
    MOBILE_APP, UpdateAssetDto, UploadAction,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{make_folder, make_real_folder};
use crate::support::user::PASSWORD;
use crate::support::{Credential, Picture, Server, eventually};
use crate::test_on_both;

#[path = "../../../../client/examples/upload_and_download.rs"]
#[allow(
    dead_code,
    reason = "the example's own beginning reads a command line, which is not tested"
)]
mod example;

async fn client(server: &Server, way: Way) -> Client {
    let client = Client::discover(&server.address)
        .await
        .expect("a server that says where its API is");
    client.with(way)
}

/// A file that is drawn or converted after an upload.
async fn drawn(ask: impl AsyncFn() -> Result<Download, Error>) -> Vec<u8> {
    let file = eventually("the file to be made", async || match ask().await {
        Err(Error::Refused { status: 404, .. }) => None,
        asked => Some(asked.expect("a file")),
    });
    file.await.bytes().await.expect("a whole file").to_vec()
}

/// Calls every operation of the API.
async fn walk_through(client: &Client, folder: &Path) -> Result<(), Error> {
    let [picture, other, film] = ["picture.jpg", "other.jpg", "film.mp4"].map(|name| {
        let bytes = std::fs::read(folder.join(name)).expect("a file");
        Picture::new(bytes, name)
    });
    let question = AssetBulkUploadCheckDto {
        assets: vec![AssetBulkUploadCheckItem {
            id: "mine".into(),
            checksum: picture.checksum(),
        }],
    };
    let checked = client.check_bulk_upload(&question).await?;
    assert_eq!(checked.results[0].action, UploadAction::Accept);

    let file = FileData::open(folder.join("picture.jpg")).await?;
    let made = client
        .upload_asset(AssetMediaCreateDto {
            checksum: Some(picture.checksum_base64()),
            filename: Some("ünï.jpg".into()),
            is_favorite: Some(true),
            sidecar_data: Some(FileData::open(folder.join("picture.xmp")).await?),
            visibility: Some(AssetVisibility::Archive),
            metadata: vec![item(json!({"iCloudId": "x"}))],
            ..AssetMediaCreateDto::new(file, "rust")
        })
        .await?;
    assert_eq!(made.status, AssetMediaStatus::Created);
    let id = made.id;
    let again = FileData::from_bytes("picture.jpg", picture.bytes.clone());
    let again = client
        .upload_asset(AssetMediaCreateDto::new(again, "rust"))
        .await?;
    assert_eq!((again.id, again.status), (id, AssetMediaStatus::Duplicate));
    let checked = client.check_bulk_upload(&question).await?;
    assert_eq!(checked.results[0].asset_id, Some(id));

    let called = format!("picture.jpg-{}", picture.bytes.len());
    let exist = client
        .check_existing_assets(&CheckExistingAssetsDto {
            device_asset_ids: vec![called.clone(), "nothing".into()],
            device_id: "rust".into(),
        })
        .await?;
    assert_eq!(exist.existing_ids, std::slice::from_ref(&called));
    let all = client.get_all_user_assets_by_device_id("rust").await?;
    assert_eq!(all, [called]);

    let asset = client.get_asset_info(id).await?;
    assert_eq!(asset.original_file_name, "ünï.jpg");
    assert_eq!(asset.checksum, picture.checksum_base64());
    assert!(asset.is_favorite && asset.is_archived);
    assert_eq!(
        (asset.visibility, asset.duration),
        (AssetVisibility::Archive, None)
    );
    let which = AssetStatisticsQuery {
        is_favorite: Some(true),
        visibility: Some(AssetVisibility::Archive),
        ..AssetStatisticsQuery::default()
    };
    assert_eq!(client.get_asset_statistics(which).await?.images, 1);

    let changes = UpdateAssetDto {
        date_time_original: Some("2024-05-06T09:08:07+02:00".into()),
        description: Some("a picture".into()),
        rating: Some(3),
        latitude: Some(50.5),
        longitude: Some(8.0),
        ..UpdateAssetDto::default()
    };
    let changed = client.update_asset(id, &changes).await?;
    let exif = changed.exif_info.expect("what is known of it");
    assert_eq!(
        (exif.description.as_deref(), exif.rating),
        (Some("a picture"), Some(3))
    );
    let taken = exif.date_time_original.expect("a date");
    assert_eq!(taken.to_string(), "2024-05-06T07:08:07Z");
    let bulk = AssetBulkUpdateDto {
        ids: vec![id],
        is_favorite: Some(false),
        visibility: Some(AssetVisibility::Timeline),
        ..AssetBulkUpdateDto::default()
    };
    client.update_assets(&bulk).await?;
    let random = client.get_random(Some(5)).await?;
    assert_eq!(
        (random.len(), random[0].id, random[0].is_favorite),
        (1, id, false)
    );
    assert_eq!(client.get_random(None).await?.len(), 1);

    let kept = client.get_asset_metadata_by_key(id, MOBILE_APP).await?;
    assert_eq!(kept.value["iCloudId"], "x");
    let items = AssetMetadataUpsertDto {
        items: vec![item(json!({"iCloudId": "y"}))],
    };
    let written = client.update_asset_metadata(id, &items).await?;
    assert_eq!(written[0].value["iCloudId"], "y");
    client.delete_asset_metadata(id, MOBILE_APP).await?;
    assert_eq!(client.get_asset_metadata(id).await?, []);

    let name = AssetJobName::RegenerateThumbnail;
    let jobs = AssetJobsDto {
        asset_ids: vec![id],
        name,
    };
    client.run_asset_jobs(&jobs).await?;
    let mut original = client.download_asset(id).await?;
    assert_eq!(original.content_type(), Some("image/jpeg"));
    assert_eq!(original.content_length(), Some(picture.bytes.len() as u64));
    assert!(original.etag().is_some());
    let first = original.chunk().await?.expect("a beginning");
    let rest: Vec<_> = original.stream().try_collect().await?;
    assert_eq!([&[first], &rest[..]].concat().concat(), picture.bytes);
    for size in [
        None,
        Some(AssetMediaSize::Thumbnail),
        Some(AssetMediaSize::Preview),
    ] {
        assert!(
            drawn(async || client.view_asset(id, size).await)
                .await
                .len()
                > 100
        );
    }

    // Bytes that come from elsewhere, of which no one knows how many there are.
    let pieces: Vec<_> = film.bytes.chunks(1000).map(<[u8]>::to_vec).collect();
    let pieces = stream::iter(pieces).map(|piece| Ok(piece.into()));
    let (sent, count) = (Arc::new(AtomicU64::new(0)), film.bytes.len() as u64);
    let watch = sent.clone();
    let file = FileData::from_stream("film.mp4", None, pieces).watched(move |bytes| {
        watch.fetch_add(bytes, Ordering::Relaxed);
    });
    let moving = client
        .upload_asset(AssetMediaCreateDto::new(file, "rust"))
        .await?
        .id;
    assert_eq!(sent.load(Ordering::Relaxed), count);
    assert_eq!(
        drawn(async || client.play_asset_video(moving).await).await,
        film.bytes
    );
    eventually("the film's length", async || {
        let film = client.get_asset_info(moving).await.expect("a film");
        (film.duration? == std::time::Duration::from_secs(2)).then_some(())
    })
    .await;

    let file = FileData::open(folder.join("other.jpg")).await?;
    let replaced = client
        .replace_asset(id, AssetMediaReplaceDto::new(file, "rust"))
        .await?;
    assert_eq!(replaced.status, AssetMediaStatus::Replaced);
    let copy = folder.join("copy.jpg");
    client.download_asset(id).await?.save(&copy).await?;
    assert_eq!(std::fs::read(&copy).expect("a copy"), other.bytes);

    let gone = AssetBulkDeleteDto {
        ids: vec![id, moving, replaced.id],
        force: Some(true),
    };
    client.delete_assets(&gone).await?;
    let left = client.get_asset_statistics(AssetStatisticsQuery::default());
    assert_eq!(left.await?.total, 0);
    Ok(())
}

fn item(value: Value) -> AssetMetadataUpsertItemDto {
    let Value::Object(value) = value else {
        panic!("an object");
    };
    AssetMetadataUpsertItemDto {
        key: MOBILE_APP.into(),
        value,
    }
}

test_on_both! {
    async fn the_own_client_calls_every_operation_by_every_way_in(server: Server) {
        let folder = make_real_folder();
        let anyone = client(&server, Way::None).await;
        anyone.ping().await.expect("it is there");
        assert_eq!(anyone.version().await.expect("a version").major, 2);
        let session = anyone.login(&server.admin.email, PASSWORD).await.expect("a session");
        let owner = anyone.clone().with(Way::Bearer(session.access_token.clone()));
        assert_eq!(owner.me().await.expect("an account").id, server.admin.id);
        let key = owner.create_api_key("rust", &["all"]).await.expect("a key");
        for way in [
            Way::Bearer(session.access_token.clone()),
            Way::Cookie(session.access_token),
            Way::ApiKey(key.secret),
        ] {
            walk_through(&owner.clone().with(way), folder.path()).await.expect("every operation");
        }
    }
}

test_on_both! {
    async fn the_own_client_comes_by_links(server: Server) {
        let owner = &server.admin;
        let film = Picture::playable_film("film.mp4");
        let (picture, moving) = (Picture::jpeg(1), owner.upload(&server, &film).await);
        let id = owner.upload(&server, &picture).await;
        let settings = json!({"slug": "holidays", "allowUpload": true});
        let link = owner.share(&server, &[id, moving], settings).await;
        let ways = [
            Way::LinkKey(link["key"].as_str().expect("a key").into()),
            Way::LinkSlug("holidays".into()),
        ];
        for (seed, way) in (2..).zip(ways) {
            let visitor = client(&server, way).await;
            assert_eq!(visitor.get_asset_info(id).await.expect("its facts").id, id);
            let original = visitor.download_asset(id).await.expect("its file");
            assert_eq!(original.bytes().await.expect("all of it"), picture.bytes);
            drawn(async || visitor.view_asset(id, Some(AssetMediaSize::Preview)).await).await;
            drawn(async || visitor.play_asset_video(moving).await).await;
            let brought = Picture::jpeg(seed);
            let file = FileData::from_bytes("brought.jpg", brought.bytes);
            let made = visitor.upload_asset(AssetMediaCreateDto::new(file, "visitor")).await.expect("an upload");
            assert_eq!(made.status, AssetMediaStatus::Created);
            assert_refused(visitor.get_asset_metadata(id).await, 403, "Forbidden");
        }
    }
}

fn assert_refused<T: std::fmt::Debug>(answer: Result<T, Error>, code: u16, words: &str) {
    match answer {
        Err(Error::Refused { status, message }) => {
            assert_eq!((status, message.as_str()), (code, words))
        }
        other => panic!("{other:?}"),
    }
}

test_on_both! {
    async fn the_own_client_says_what_went_wrong(server: Server) {
        let owner = client(&server, Way::Bearer(server.admin.token.as_str().into())).await;
        let nothing = Uuid::new_v4();
        let file = || FileData::from_bytes("letter.txt", "not a photo");
        assert_refused(owner.get_asset_info(nothing).await, 400, "Not found or no asset.read access");
        let unfit = owner.upload_asset(AssetMediaCreateDto::new(file(), "rust")).await;
        assert_refused(unfit, 400, "Unsupported file type letter.txt");
        let stranger = owner.clone().with(Way::ApiKey("wrong".into()));
        assert_refused(stranger.get_random(None).await, 401, "Invalid API key");
        for lost in ["", ".", ".."] {
            let answer = owner.delete_asset_metadata(nothing, lost).await;
            assert!(matches!(answer, Err(Error::Invalid(_))), "{answer:?}");
        }
        for odd in ["a/b", "a?b", "%2e%2e", "ü #"] {
            let answer = owner.get_all_user_assets_by_device_id(odd).await;
            assert_eq!(answer.expect("a list"), Vec::<String>::new(), "{odd}");
        }
        let missing = FileData::open("/nothing.jpg").await;
        assert!(matches!(&missing, Err(error @ Error::File { .. }) if !error.is_temporary()));
        assert!(matches!(Client::discover("photos.example.org").await, Err(Error::Invalid(_))));
    }
}

#[tokio::test]
async fn a_key_is_not_shown_when_the_server_is_away() {
    // The port is free again when the listener is dropped.
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let api = format!("http://{}/api", free.expect("an address"));
    let visitor = Client::new(&api)
        .expect("a client")
        .with(Way::LinkKey("hush".into()));
    let error = visitor
        .get_asset_info(Uuid::new_v4())
        .await
        .expect_err("no one is there");
    assert!(matches!(error, Error::Connection(_)) && error.is_temporary());
    assert!(
        !format!("{error} {error:?} {visitor:?}").contains("hush"),
        "{error:?}"
    );
}

test_on_both! {
    async fn the_example_of_the_own_client_uploads_and_downloads(server: Server) {
        let folder = make_real_folder();
        let permissions = ["asset.upload", "asset.read", "asset.download"];
        let Credential::ApiKey(key) = server.admin.api_key(&server, &permissions).await else { unreachable!() };
        let (file, copy) = (folder.path().join("film.mp4"), folder.path().join("copy.mp4"));
        let shown = example::upload_and_download(&server.address, &key, &file, &copy).await;
        assert_eq!(shown.expect("an asset").original_file_name, "film.mp4");
        assert_eq!(std::fs::read(&file).expect("a file"), std::fs::read(&copy).expect("a copy"));
    }
}

test_on_both! {
    async fn the_own_uploader_sends_what_is_missing_and_nothing_twice(server: Server) {
        let folder = tempfile::tempdir().unwrap();
        make_folder(folder.path());
        std::fs::write(folder.path().join("picture-1.jpg.xmp"), "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>").unwrap();
        std::fs::write(folder.path().join("below/picture-2.XMP"), "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>").unwrap();
        let Credential::ApiKey(key) = server.admin.api_key(&server, &["asset.upload"]).await else { unreachable!() };
        let upload = || {
            let output = crate::support::server::program()
                .args(["upload", "--quiet", "--server", &server.address, "--key", &key])
                .arg(folder.path())
                .output()
                .expect("the command ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let said = upload();
        assert!(said.starts_with("3 uploaded") && said.contains("1 there already, 0 failed"), "{said}");
        let said = upload();
        assert!(said.starts_with("0 uploaded") && said.contains("4 there already, 0 failed"), "{said}");
        assert_eq!(server.stored_originals().len(), 5, "three pictures and two sidecars");
    }
}
