//! Uploading folders: look, hash, ask the server what it has, send the rest.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha1::{Digest, Sha1};
use walkdir::WalkDir;

use crate::{
    AssetBulkUploadCheckDto, AssetBulkUploadCheckItem, AssetMediaCreateDto, AssetMediaStatus,
    Client, Credential, Error, FileData, MediaTypes, Result, Secret, UploadAction,
};

/// What the server is told about who uploads.
const DEVICE: &str = "kallitype-cli";

/// How many files are asked about in one call.
const BATCH: usize = 1000;

/// How often a file is tried, and the first pause between; each further one is twice as long.
const ATTEMPTS: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// What to upload, and where to.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cli", derive(clap::Args))]
pub struct UploadOptions {
    /// Files and folders; folders with everything below them
    #[cfg_attr(feature = "cli", arg(required = true))]
    pub paths: Vec<PathBuf>,

    /// The server's address, as in http://127.0.0.1:2283
    #[cfg_attr(feature = "cli", arg(long, env = "KALLITYPE_SERVER"))]
    pub server: String,

    /// An API key with the permission asset.upload
    #[cfg_attr(
        feature = "cli",
        arg(long, env = "KALLITYPE_KEY", hide_env_values = true)
    )]
    pub key: Secret,

    /// Files hashed or sent at once
    #[cfg_attr(feature = "cli", arg(long, default_value_t = 4))]
    pub concurrency: usize,

    /// Files and folders whose names begin with a dot, too
    #[cfg_attr(feature = "cli", arg(long))]
    pub hidden: bool,

    /// Only say what would be uploaded
    #[cfg_attr(feature = "cli", arg(long))]
    pub dry_run: bool,

    /// No progress bars
    #[cfg_attr(feature = "cli", arg(long, short))]
    pub quiet: bool,
}

/// A file that may have to be uploaded.
#[derive(Debug)]
struct LocalFile {
    path: PathBuf,
    sidecar: Option<PathBuf>,
    /// SHA-1 in hexadecimal.
    checksum: String,
    /// Bytes.
    size: u64,
}

impl LocalFile {
    /// What is sent of it; the bar moves along.
    async fn request(&self, bar: ProgressBar) -> Result<AssetMediaCreateDto> {
        let data = FileData::open(&self.path).await?;
        let sidecar_data = match &self.sidecar {
            Some(sidecar) => Some(FileData::open(sidecar).await?),
            None => None,
        };
        Ok(AssetMediaCreateDto {
            checksum: Some(self.checksum.clone()),
            sidecar_data,
            ..AssetMediaCreateDto::new(data.watched(move |bytes| bar.inc(bytes)), DEVICE)
        })
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Report {
    pub uploaded: usize,
    /// Files that the server had, or that were found twice.
    pub duplicates: usize,
    /// Files that could not be uploaded, with the reason.
    pub failed: Vec<(PathBuf, String)>,
    /// Bytes of the uploaded files.
    pub bytes: u64,
}

/// Uploads what the server does not have. A run that was cut off is simply run again.
///
/// # Errors
/// When the server cannot be asked at all; a file that fails is in the report.
pub async fn run(options: UploadOptions) -> Result<Report> {
    let client = Client::discover(&options.server)
        .await?
        .with(Credential::ApiKey(options.key.clone()));
    let types = client.media_types().await?;
    let mut report = Report::default();
    let found = find(&options, &types, &mut report);
    let hashed = hash_all(found, &options, &mut report).await;
    let missing = ask(&client, hashed, &mut report).await?;
    if options.dry_run {
        missing
            .iter()
            .for_each(|file| println!("{}", file.path.display()));
        return Ok(report);
    }
    send_all(&client, missing, &options, &mut report).await;
    Ok(report)
}

/// The files below the given paths that the server takes, each with its sidecar.
fn find(options: &UploadOptions, types: &MediaTypes, report: &mut Report) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in &options.paths {
        let is_shown = |entry: &walkdir::DirEntry| {
            options.hidden
                || entry.depth() == 0
                || !entry.file_name().to_string_lossy().starts_with('.')
        };
        for entry in WalkDir::new(path)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(is_shown)
        {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_taken(entry.path(), types) => {
                    found.push(entry.into_path());
                }
                Ok(_) => {}
                Err(error) => {
                    let at = error.path().unwrap_or(path).to_owned();
                    report.failed.push((at, error.to_string()));
                }
            }
        }
    }
    found
}

fn is_taken(path: &Path, types: &MediaTypes) -> bool {
    let Some(extension) = path.extension() else {
        return false;
    };
    let extension = format!(".{}", extension.to_string_lossy().to_lowercase());
    types.image.contains(&extension) || types.video.contains(&extension)
}

/// `IMG.jpg.xmp`, else `IMG.xmp`, in small letters or capitals.
fn sidecar_of(path: &Path) -> Option<PathBuf> {
    let candidates = ["xmp", "XMP"].map(|extension| {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".");
        beside.push(extension);
        [PathBuf::from(beside), path.with_extension(extension)]
    });
    let [[beside, instead], [beside_capital, instead_capital]] = candidates;
    [beside, beside_capital, instead, instead_capital]
        .into_iter()
        .find(|sidecar| sidecar.is_file())
}

async fn hash_all(
    found: Vec<PathBuf>,
    options: &UploadOptions,
    report: &mut Report,
) -> Vec<LocalFile> {
    let bar = bar(
        options.quiet,
        found.len() as u64,
        "{msg} {bar:40} {pos}/{len}",
        "Hashing",
    );
    let hashing = stream::iter(found).map(|path| async move {
        let hashed = tokio::task::spawn_blocking({
            let path = path.clone();
            move || hash(&path)
        });
        let hashed = hashed
            .await
            .unwrap_or_else(|error| Err(Error::Invalid(error.to_string())));
        (path, hashed)
    });
    let mut hashing = hashing.buffered(options.concurrency.max(1));
    let mut files = Vec::new();
    while let Some((path, hashed)) = hashing.next().await {
        bar.inc(1);
        match hashed {
            Ok(file) => files.push(file),
            Err(error) => report.failed.push((path, error.to_string())),
        }
    }
    bar.finish_and_clear();
    files
}

fn hash(path: &Path) -> Result<LocalFile> {
    let unreadable = Error::file(path);
    let mut file = std::fs::File::open(path).map_err(&unreadable)?;
    let mut hash = Sha1::new();
    let mut chunk = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        match file.read(&mut chunk).map_err(&unreadable)? {
            0 => break,
            read => {
                hash.update(&chunk[..read]);
                size += read as u64;
            }
        }
    }
    Ok(LocalFile {
        path: path.to_owned(),
        sidecar: sidecar_of(path),
        checksum: hex::encode(hash.finalize()),
        size,
    })
}

/// Keeps the files that the server does not have, one of each.
async fn ask(
    client: &Client,
    files: Vec<LocalFile>,
    report: &mut Report,
) -> Result<Vec<LocalFile>> {
    let mut distinct: HashMap<String, LocalFile> = HashMap::new();
    let mut order = Vec::new();
    for file in files {
        match distinct.entry(file.checksum.clone()) {
            Entry::Occupied(place) => {
                report.duplicates += 1;
                // The same picture twice, one with a sidecar: the sidecar goes along.
                let first = place.into_mut();
                first.sidecar = first.sidecar.take().or(file.sidecar);
            }
            Entry::Vacant(place) => {
                order.push(place.key().clone());
                place.insert(file);
            }
        }
    }
    let mut missing = Vec::new();
    for batch in order.chunks(BATCH) {
        let item = |checksum: &String| AssetBulkUploadCheckItem {
            id: checksum.clone(),
            checksum: checksum.clone(),
        };
        let question = AssetBulkUploadCheckDto {
            assets: batch.iter().map(item).collect(),
        };
        for checked in client.check_bulk_upload(&question).await?.results {
            match checked.action {
                UploadAction::Accept => missing.extend(distinct.remove(&checked.id)),
                UploadAction::Reject => report.duplicates += 1,
            }
        }
    }
    Ok(missing)
}

async fn send_all(
    client: &Client,
    files: Vec<LocalFile>,
    options: &UploadOptions,
    report: &mut Report,
) {
    let total = files.iter().map(|file| file.size).sum();
    let template = "{msg} {bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    let bar = bar(options.quiet, total, template, "Uploading");
    let sending = stream::iter(files).map(|file| {
        let bar = bar.clone();
        async move {
            let sent = send(client, &file, &bar).await;
            (file, sent)
        }
    });
    let mut sending = sending.buffer_unordered(options.concurrency.max(1));
    while let Some((file, sent)) = sending.next().await {
        match sent {
            Ok(AssetMediaStatus::Duplicate) => report.duplicates += 1,
            Ok(AssetMediaStatus::Created | AssetMediaStatus::Replaced) => {
                report.uploaded += 1;
                report.bytes += file.size;
            }
            Err(error) => report.failed.push((file.path, error.to_string())),
        }
    }
    bar.finish_and_clear();
}

/// Sends a file, again and again while there is hope.
async fn send(client: &Client, file: &LocalFile, bar: &ProgressBar) -> Result<AssetMediaStatus> {
    let mut pause = FIRST_PAUSE;
    for _ in 1..ATTEMPTS {
        match client.upload_asset(file.request(bar.clone()).await?).await {
            Err(error) if error.is_temporary() => tokio::time::sleep(pause).await,
            sent => return Ok(sent?.status),
        }
        pause *= 2;
    }
    let request = file.request(ProgressBar::hidden()).await?;
    Ok(client.upload_asset(request).await?.status)
}

fn bar(quiet: bool, length: u64, template: &str, message: &'static str) -> ProgressBar {
    let target = if quiet {
        ProgressDrawTarget::hidden()
    } else {
        ProgressDrawTarget::stderr()
    };
    let bar = ProgressBar::with_draw_target(Some(length), target).with_message(message);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
