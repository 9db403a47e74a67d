//! Taking a multipart upload apart while it arrives, in bounded memory.

use std::sync::Arc;

use axum::body::Body;
use http::{HeaderMap, header};
use metrics::counter;
use multer::{Field, Multipart};
use serde_json::Value;

use crate::app::state::App;
use crate::config::Settings;
use crate::core::assets::quota::quota_exceeded;
use crate::ingest::received::{Received, ReceivedFile};
use crate::ingest::writer::Writer;
use kallitype_storage::{Reservation, Storage};
use kallitype_web::body::chunks;
use kallitype_web::budget::Charge;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::portions::{Place, portions};

/// Receives an upload. `room` is how many bytes the owner's quota leaves.
///
/// # Errors
/// 400 for a body that is broken or cut off, or over the quota; 413 for one that is too large; 408 for one that
/// comes too slowly; 507 when the disk is full. Nothing is left of it then.
pub(crate) async fn receive(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    remaining_quota: Option<u64>,
) -> Result<Received> {
    let mut charge = app.budget.charge(true);
    let mut received =
        receive_into(app.into(), headers, body, remaining_quota, &mut charge).await?;
    received.charge = Some(charge);
    Ok(received)
}

/// Where uploads go, and the limits they have.
#[derive(Clone, Copy)]
pub(crate) struct Destination<'a> {
    pub settings: &'a Settings,
    pub storage: &'a Storage,
}

impl<'a> From<&'a App> for Destination<'a> {
    fn from(app: &'a App) -> Self {
        Self {
            settings: &app.settings,
            storage: &app.storage,
        }
    }
}

/// As [`receive`].
pub(crate) async fn receive_into(
    destination: Destination<'_>,
    headers: &HeaderMap,
    body: Body,
    remaining_quota: Option<u64>,
    charge: &mut Charge,
) -> Result<Received> {
    let mut parts = Parts::open(destination, headers, body, remaining_quota).await?;
    let mut texts = Texts::new(destination, charge);
    let mut received = Received::default();
    while let Some(field) = parts.next().await? {
        take_part(
            destination,
            &parts.reservation,
            &mut received,
            field,
            remaining_quota,
            &mut texts,
        )
        .await?;
    }
    Ok(received)
}

/// Receives the one file that a request is about, in the part `name`, of at most so many bytes. Other parts are
/// passed over.
///
/// # Errors
/// As [`receive`], and 400 without the file.
pub(crate) async fn receive_file(
    app: &App,
    headers: &HeaderMap,
    body: Body,
    name: &str,
    limit: u64,
) -> Result<ReceivedFile> {
    let destination = Destination::from(app);
    let mut parts = Parts::open(destination, headers, body, None).await?;
    let mut charge = app.budget.charge(true);
    let mut texts = Texts::new(destination, &mut charge);
    let mut received = None;
    while let Some(field) = parts.next().await? {
        if field.name() != Some(name) || !is_file(&field) {
            texts.take(field).await?;
        } else {
            require_first(received.is_none(), name)?;
            received = Some(take_file(destination, &parts.reservation, field, limit, None).await?);
        }
    }
    received
        .filter(|file| file.size > 0)
        .ok_or_else(|| ApiError::invalid(vec![format!("{name} should not be empty")]))
}

/// The parts of a multipart body, in the order in which they come.
struct Parts {
    multipart: Multipart<'static>,
    place: Place,
    /// Room on the disk for what comes.
    reservation: Arc<Reservation>,
    taken: usize,
    limit: usize,
}

impl Parts {
    async fn open(
        destination: Destination<'_>,
        headers: &HeaderMap,
        body: Body,
        remaining_quota: Option<u64>,
    ) -> Result<Self> {
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let boundary = multer::parse_boundary(content_type)
            .map_err(|_| ApiError::bad_request("The body must be multipart/form-data"))?;
        let reservation = reserve(destination, headers, remaining_quota).await?;
        let body = chunks(body);
        let (portions, place) = portions(body);
        Ok(Self {
            multipart: Multipart::new(portions, boundary),
            place,
            reservation: Arc::new(reservation),
            taken: 0,
            limit: destination.settings.max_parts,
        })
    }

    async fn next(&mut self) -> Result<Option<Field<'static>>> {
        self.place.set_inside(false);
        let field = self.multipart.next_field().await.map_err(refusal)?;
        self.place.set_inside(true);
        self.taken += usize::from(field.is_some());
        if self.taken > self.limit {
            return Err(ApiError::too_large(format!(
                "The body has more than {} parts",
                self.limit
            )));
        }
        Ok(field)
    }
}

/// Room for the bytes that a request announces, as far as it may bring them. What comes without having been announced
/// finds its room while it is written.
async fn reserve(
    destination: Destination<'_>,
    headers: &HeaderMap,
    remaining_quota: Option<u64>,
) -> Result<Reservation> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let settings = destination.settings;
    let files = settings
        .max_upload_bytes
        .min(remaining_quota.unwrap_or(u64::MAX));
    let most = files.saturating_add(settings.max_sidecar_bytes);
    let (bytes, keep_free) = (announced.unwrap_or(0).min(most), settings.min_free_bytes);
    let storage = destination.storage.clone();
    let reserving = tokio::task::spawn_blocking(move || storage.reserve(bytes, keep_free));
    Ok(reserving.await.map_err(ApiError::internal)??)
}

async fn take_part(
    destination: Destination<'_>,
    reservation: &Arc<Reservation>,
    received: &mut Received,
    field: Field<'_>,
    remaining_quota: Option<u64>,
    texts: &mut Texts<'_>,
) -> Result<()> {
    let name = field.name().unwrap_or_default().to_owned();
    match name.as_str() {
        "assetData" if is_file(&field) => {
            require_first(received.asset.is_none(), &name)?;
            let limit = destination.settings.max_upload_bytes;
            received.asset =
                Some(take_file(destination, reservation, field, limit, remaining_quota).await?);
        }
        "sidecarData" if is_file(&field) => {
            require_first(received.sidecar.is_none(), &name)?;
            let limit = destination.settings.max_sidecar_bytes;
            received.sidecar = Some(take_file(destination, reservation, field, limit, None).await?);
        }
        _ => {
            let text = texts.take(field).await?;
            received.fields.insert(name, Value::String(text));
        }
    }
    Ok(())
}

/// Whether a part is a file, as clients send it, and not a field that is only called like one: it has a name, or a type
/// that is no text's.
fn is_file(field: &Field<'_>) -> bool {
    let is_typed = field
        .content_type()
        .is_some_and(|kind| kind.type_() != mime::TEXT);
    is_typed || file_name(field).is_some()
}

/// What a part says its file is called. `filename*` can hold letters that `filename` cannot, and some clients send both.
fn file_name(field: &Field<'_>) -> Option<String> {
    let disposition = field.headers().get(header::CONTENT_DISPOSITION);
    let extended = disposition.and_then(|value| extended_file_name(value.as_bytes()));
    extended.or_else(|| field.file_name().map(str::to_owned))
}

/// The `filename*=utf-8''…` among a header's parameters.
fn extended_file_name(disposition: &[u8]) -> Option<String> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let mut parameters = disposition.split(|byte| {
        is_quoted ^= *byte == b'"' && !is_escaped;
        is_escaped = *byte == b'\\' && !is_escaped;
        *byte == b';' && !is_quoted
    });
    parameters.find_map(|parameter| {
        let encoded = strip_word(parameter.trim_ascii(), b"filename*=utf-8''")?;
        let name = percent_encoding::percent_decode(encoded)
            .decode_utf8()
            .ok()?;
        Some(name.into_owned())
    })
}

/// What follows a word that may be in capitals.
fn strip_word<'a>(text: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// # Errors
/// 400 for another file under the same name.
fn require_first(is_first: bool, name: &str) -> Result<()> {
    if is_first {
        return Ok(());
    }
    let rule = format!("{name} must be given once");
    Err(ApiError::invalid(vec![rule]))
}

async fn take_file(
    destination: Destination<'_>,
    reservation: &Arc<Reservation>,
    mut field: Field<'_>,
    limit: u64,
    remaining_quota: Option<u64>,
) -> Result<ReceivedFile> {
    let mut writer = Writer::start(destination.storage, reservation.clone(), file_name(&field));
    let mut size = 0;
    while let Some(chunk) = field.chunk().await.map_err(refusal)? {
        size += chunk.len() as u64;
        if size > limit {
            return Err(ApiError::too_large(format!(
                "The file is larger than {limit} bytes"
            )));
        }
        if remaining_quota.is_some_and(|remaining| size > remaining) {
            return Err(quota_exceeded());
        }
        writer.write(chunk).await?;
    }
    let file = writer.finish().await?;
    counter!("kallitype_upload_bytes_total").increment(file.size);
    Ok(file)
}

/// The fields of an upload, which are kept in memory.
struct Texts<'c> {
    charge: &'c mut Charge,
    limit: u64,
    left: u64,
}

impl<'c> Texts<'c> {
    fn new(destination: Destination<'_>, charge: &'c mut Charge) -> Self {
        let limit = destination.settings.max_field_bytes;
        Self {
            charge,
            limit,
            left: limit,
        }
    }

    async fn take(&mut self, mut field: Field<'_>) -> Result<String> {
        self.count(field.name().unwrap_or_default().len())?;
        let mut bytes = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(refusal)? {
            self.count(chunk.len())?;
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| ApiError::bad_request("A field is not UTF-8"))
    }

    fn count(&mut self, bytes: usize) -> Result<()> {
        let left = self.left.checked_sub(bytes as u64);
        self.left = left.ok_or_else(|| {
            ApiError::too_large(format!("The fields are longer than {} bytes", self.limit))
        })?;
        self.charge.take(bytes)
    }
}

fn refusal(error: multer::Error) -> ApiError {
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<ApiError>() {
            Ok(ours) => *ours,
            Err(_) => ApiError::bad_request("The request was cut off"),
        },
        other => ApiError::bad_request(format!("The multipart body cannot be read: {other}")),
    }
}
