use serde_json::{Map, Value};

use crate::core::assets::file_type::FileType;
use crate::core::assets::model::AssetType;
use crate::core::assets::new_asset::NewOriginal;
use kallitype_storage::Draft;
use kallitype_web::budget::Charge;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::MAX_NAME;

/// A file that arrived whole, not yet durable.
#[derive(Debug)]
pub(crate) struct ReceivedFile {
    pub draft: Draft,
    /// What its part said it is called; data, never a path.
    pub name: Option<String>,
    /// Bytes.
    pub size: u64,
    /// SHA-1.
    pub checksum: [u8; 20],
}

impl ReceivedFile {
    /// Its bytes, as the database counts them.
    #[must_use]
    pub(crate) fn bytes(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX)
    }

    /// The original that it becomes.
    #[must_use]
    pub(crate) fn original(&self, name: String, kind: AssetType) -> NewOriginal {
        NewOriginal {
            name,
            kind,
            size: self.size,
            checksum: self.checksum,
        }
    }
}

/// An asset's file, of which it is checked that it can be one.
#[derive(Debug)]
pub(crate) struct ReceivedAsset {
    pub file: ReceivedFile,
    pub original: NewOriginal,
    /// Of its type, in lower case.
    pub extension: &'static str,
}

/// Everything that a multipart upload held.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub asset: Option<ReceivedFile>,
    pub sidecar: Option<ReceivedFile>,
    /// The fields, all of them texts.
    pub fields: Map<String, Value>,
    /// What the fields take of the memory for bodies.
    pub charge: Option<Charge>,
}

impl Received {
    /// Takes the asset's file out, with its name and type, after checking that it can be one.
    ///
    /// # Errors
    /// 400 when the file is missing, empty, of a type that is not taken or called by too long a name.
    pub(crate) fn take_asset(&mut self, filename: Option<&str>) -> Result<ReceivedAsset> {
        let file = self
            .asset
            .take()
            .ok_or_else(|| ApiError::invalid(vec!["assetData should not be empty".into()]))?;
        if file.size == 0 {
            return Err(ApiError::invalid(vec![
                "assetData should not be empty".into(),
            ]));
        }
        let name = tidy(filename.or(file.name.as_deref()).unwrap_or_default());
        if name.chars().count() > MAX_NAME {
            let rule = format!("filename must be shorter than or equal to {MAX_NAME} characters");
            return Err(ApiError::invalid(vec![rule]));
        }
        let (kind, file_type) = asset_type(&name)?;
        Ok(ReceivedAsset {
            original: file.original(name, kind),
            file,
            extension: file_type.extension,
        })
    }

    /// Takes the sidecar out, unless it is empty.
    pub(crate) fn take_sidecar(&mut self) -> Option<ReceivedFile> {
        self.sidecar.take().filter(|sidecar| sidecar.size > 0)
    }
}

/// The type of an asset's file by its name.
///
/// # Errors
/// 400 when it is not taken.
pub(crate) fn asset_type(name: &str) -> Result<(AssetType, &'static FileType)> {
    FileType::of_name(name)
        .and_then(|known| Some((known.asset_type()?, known)))
        .ok_or_else(|| ApiError::bad_request(format!("Unsupported file type {name}")))
}

/// The last part of what may be a path, without control characters.
fn tidy(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let readable = last.chars().filter(|character| !character.is_control());
    readable.collect()
}
