use std::sync::LazyLock;
use std::{env, fs, process};

use axum::body::{Body, Bytes};
use http::{HeaderMap, HeaderValue, header};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};
use tokio::runtime::{Builder, Runtime};

use crate::features::assets::dto::AssetMediaCreateDto;
use crate::fuzzing::{SETTINGS, split_line};
use crate::ingest::multipart::{Destination, receive_into};
use crate::ingest::{Received, ReceivedFile};
use kallitype_storage::Storage;
use kallitype_web::budget::Budget;
use kallitype_web::error::Result;
use kallitype_web::fields;
use kallitype_web::fields::MAX_NAME;

/// Bytes that the owner of an upload has left.
const ROOM: u64 = 2048;

/// Bytes of memory for its fields.
const MEMORY: usize = 1 << 30;

thread_local! {
    pub(crate) static RUNTIME: Runtime = Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
}

pub(crate) static STORAGE: LazyLock<Storage> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("kallitype-fuzzing-{}", process::id()));
    Storage::open(&folder).expect("a media folder")
});

/// An upload in parts. The first byte says how many bytes come at a time, the first line is the type of the body.
pub fn upload(bytes: &[u8]) {
    let Some((&step, rest)) = bytes.split_first() else {
        return;
    };
    let (content_type, body) = split_line(rest);
    let Ok(content_type) = HeaderValue::from_bytes(content_type.trim_ascii()) else {
        return;
    };
    let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]);
    let whole = receive(&headers, body, body.len());
    let pieces = receive(&headers, body, usize::from(step));
    // However the body comes, it means the same.
    assert_eq!(
        whole.as_ref().ok().map(Outline::of),
        pieces.as_ref().ok().map(Outline::of)
    );
    if let Ok(received) = whole {
        check(received, body);
    }
}

fn receive(headers: &HeaderMap, body: &[u8], step: usize) -> Result<Received> {
    let pieces: Vec<Result<Bytes>> = body
        .chunks(step.max(1))
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let destination = Destination {
        settings: &SETTINGS,
        storage: &STORAGE,
    };
    let mut charge = Budget::new(MEMORY).charge(true);
    let receiving = receive_into(destination, headers, body, Some(ROOM), &mut charge);
    RUNTIME.with(|runtime| runtime.block_on(receiving))
}

/// What of an upload can be compared.
#[derive(Debug, PartialEq)]
struct Outline {
    fields: Map<String, Value>,
    files: Vec<(Option<String>, u64, [u8; 20])>,
}

impl Outline {
    fn of(received: &Received) -> Self {
        let files = [&received.asset, &received.sidecar].into_iter().flatten();
        Self {
            fields: received.fields.clone(),
            files: files
                .map(|file| (file.name.clone(), file.size, file.checksum))
                .collect(),
        }
    }
}

fn check(mut received: Received, body: &[u8]) {
    let settings = &*SETTINGS;
    let count = received.fields.len()
        + usize::from(received.asset.is_some())
        + usize::from(received.sidecar.is_some());
    assert!(count <= settings.max_parts);
    for value in received.fields.values() {
        let length = value.as_str().map_or(0, str::len);
        assert!(length as u64 <= settings.max_field_bytes);
    }
    check_file(received.asset.as_ref(), ROOM, body);
    check_file(received.sidecar.as_ref(), settings.max_sidecar_bytes, body);
    let dto = fields::read_form::<AssetMediaCreateDto>(&received.fields, settings.max_list_items);
    let filename = dto.ok().and_then(|dto| dto.filename);
    if let Ok(asset) = received.take_asset(filename.as_deref()) {
        let name = asset.original.name;
        assert!(name.chars().count() <= MAX_NAME);
        assert!(!name.contains(['/', '\\']) && !name.contains(char::is_control));
        assert!(name.to_ascii_lowercase().ends_with(asset.extension));
    }
}

/// What was written is what was sent.
fn check_file(file: Option<&ReceivedFile>, limit: u64, body: &[u8]) {
    let Some(file) = file else { return };
    let bytes = fs::read(file.draft.path()).expect("a file that was received");
    assert!(file.size <= limit && file.size == bytes.len() as u64);
    assert_eq!(Sha1::digest(&bytes)[..], file.checksum);
    let is_sent = bytes.is_empty() || body.windows(bytes.len()).any(|window| window == bytes);
    assert!(is_sent);
}
