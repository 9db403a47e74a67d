//! Taking a multipart upload apart while it arrives, in bounded memory.

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
use kallitype_storage::Storage;
use kallitype_web::body::chunks;
use kallitype_web::budget::Charge;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::portions::{Place, portions};

/// Receives an upload. `room` is how many bytes the owner's quota leaves.
///
/// # Errors
/// 400 for a body that is broken or cut off, or over the quota; 413 for one that is too large; 408 for one that
/// stands still; 507 when the disk is full. Nothing is left of it then.
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
    let mut parts = Parts::open(destination, headers, body)?;
    let mut texts = Texts::new(destination, charge);
    let mut received = Received::default();
    while let Some(field) = parts.next().await? {
        take_part(
            destination,
            parts.needed,
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
    most: u64,
) -> Result<ReceivedFile> {
    let destination = Destination::from(app);
    let mut parts = Parts::open(destination, headers, body)?;
    let mut charge = app.budget.charge(true);
    let mut texts = Texts::new(destination, &mut charge);
    let mut received = None;
    while let Some(field) = parts.next().await? {
        if field.name() != Some(name) {
            texts.take(field).await?;
        } else if received.is_none() {
            received = Some(take_file(destination, parts.needed, field, most, None).await?);
        } else {
            return Err(ApiError::invalid(vec![format!(
                "{name} must be given once"
            )]));
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
    /// Bytes that have to be free for what comes.
    needed: u64,
    taken: usize,
    most: usize,
}

impl Parts {
    fn open(destination: Destination<'_>, headers: &HeaderMap, body: Body) -> Result<Self> {
        let content_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let boundary = multer::parse_boundary(content_type)
            .map_err(|_| ApiError::bad_request("The body must be multipart/form-data"))?;
        let body = chunks(body, destination.settings.body_timeout());
        let (portions, place) = portions(body);
        Ok(Self {
            multipart: Multipart::new(portions, boundary),
            place,
            needed: needed_space(destination.settings, headers),
            taken: 0,
            most: destination.settings.max_parts,
        })
    }

    async fn next(&mut self) -> Result<Option<Field<'static>>> {
        self.place.set_inside(false);
        let field = self.multipart.next_field().await.map_err(refusal)?;
        self.place.set_inside(true);
        self.taken += usize::from(field.is_some());
        if self.taken > self.most {
            return Err(ApiError::too_large(format!(
                "The body has more than {} parts",
                self.most
            )));
        }
        Ok(field)
    }
}

/// Bytes that have to be free for a request to be taken.
fn needed_space(settings: &Settings, headers: &HeaderMap) -> u64 {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    settings
        .min_free_bytes
        .saturating_add(announced.unwrap_or(0))
}

async fn take_part(
    destination: Destination<'_>,
    needed: u64,
    received: &mut Received,
    field: Field<'_>,
    remaining_quota: Option<u64>,
    texts: &mut Texts<'_>,
) -> Result<()> {
    let name = field.name().unwrap_or_default().to_owned();
    match name.as_str() {
        "assetData" if received.asset.is_some() => Err(ApiError::invalid(vec![
            "assetData must be given once".into(),
        ])),
        "assetData" => {
            let limit = destination.settings.max_upload_bytes;
            received.asset =
                Some(take_file(destination, needed, field, limit, remaining_quota).await?);
            Ok(())
        }
        "sidecarData" => {
            let limit = destination.settings.max_sidecar_bytes;
            received.sidecar = Some(take_file(destination, needed, field, limit, None).await?);
            Ok(())
        }
        _ => {
            let text = texts.take(field).await?;
            let value = if name == "metadata" {
                serde_json::from_str(&text).ok()
            } else {
                None
            };
            received
                .fields
                .insert(name, value.unwrap_or(Value::String(text)));
            Ok(())
        }
    }
}

async fn take_file(
    destination: Destination<'_>,
    needed: u64,
    mut field: Field<'_>,
    most: u64,
    remaining_quota: Option<u64>,
) -> Result<ReceivedFile> {
    let mut writer = Writer::start(
        destination.storage,
        needed,
        field.file_name().map(str::to_owned),
    );
    let mut size = 0;
    while let Some(chunk) = field.chunk().await.map_err(refusal)? {
        size += chunk.len() as u64;
        if size > most {
            return Err(ApiError::too_large(format!(
                "The file is larger than {most} bytes"
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
    most: u64,
    left: u64,
}

impl<'c> Texts<'c> {
    fn new(destination: Destination<'_>, charge: &'c mut Charge) -> Self {
        let most = destination.settings.max_field_bytes;
        Self {
            charge,
            most,
            left: most,
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
            ApiError::too_large(format!("The fields are longer than {} bytes", self.most))
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
