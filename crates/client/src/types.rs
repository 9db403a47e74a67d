//! What the server answers, as far as this client reads it. Dates are ISO 8601 UTC.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Secret;

/// The version of the API that a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
}

/// The extensions of the files a server takes, with their dot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct MediaTypes {
    pub image: Vec<String>,
    pub video: Vec<String>,
    pub sidecar: Vec<String>,
}

/// A session, just begun.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    pub access_token: Secret,
    pub user_id: Uuid,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub is_admin: bool,
}

/// A new API key's secret, shown once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NewApiKey {
    pub secret: Secret,
}

/// What became of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UploadStatus {
    Created,
    Replaced,
    Duplicate,
}

/// The answer to an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Uploaded {
    pub id: Uuid,
    pub status: UploadStatus,
}

/// A file to ask about before it is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckItem {
    /// Comes back in the answer as it is.
    pub id: String,
    /// SHA-1 in hexadecimal.
    pub checksum: String,
}

/// Whether a file need be uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checked {
    pub id: String,
    pub action: CheckAction,
    /// The asset that is there already.
    pub asset_id: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckAction {
    Accept,
    Reject,
}

#[derive(Serialize)]
pub(crate) struct CheckRequest<'a> {
    pub assets: &'a [CheckItem],
}

#[derive(Deserialize)]
pub(crate) struct CheckResponse {
    pub results: Vec<Checked>,
}
