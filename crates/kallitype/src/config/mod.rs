//! One typed configuration: flags, `KALLITYPE_*` environment variables and `kallitype.toml`, in that order.

pub(crate) mod database;
pub(crate) mod file;
pub(crate) mod mail;
pub(crate) mod oauth;
pub(crate) mod observation;
pub(crate) mod secret;
pub(crate) mod video;

pub use database::DatabaseOptions;
pub use file::with_file;
pub use mail::MailOptions;
pub use mail::SmtpSecurity;
pub use oauth::OAuthOptions;
pub use oauth::OAuthSettingsError;
pub use oauth::TokenAuthMethod;
pub use observation::ObservationOptions;
pub use secret::Secret;
pub use video::TranscodePolicy;
pub use video::VideoOptions;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use kallitype_db::DatabaseSettings;
use kallitype_web::client::Proxies;
use kallitype_web::limits::Limits;
use kallitype_web::network::Network;

/// Every setting of the server, with its default.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Folder for the embedded database, its snapshots and, unless --storage says otherwise, the media
    #[arg(long, env = "KALLITYPE_DATA", default_value = "./kallitype-data")]
    pub data: PathBuf,

    /// Folder for originals, derived files and the journal [default: the data folder]
    #[arg(long, env = "KALLITYPE_STORAGE")]
    pub storage: Option<PathBuf>,

    #[command(flatten)]
    pub database: DatabaseOptions,

    /// Address and port to answer on; port 0 takes a free one
    #[arg(long, env = "KALLITYPE_LISTEN", default_value = "127.0.0.1:2283")]
    pub listen: SocketAddr,

    /// What this process does: answer requests (api), work on jobs (worker), or both
    #[arg(
        long,
        env = "KALLITYPE_ROLES",
        value_delimiter = ',',
        default_value = "api,worker"
    )]
    pub roles: Vec<Role>,

    /// The address people reach the server under, as in https://photos.example.org
    #[arg(long, env = "KALLITYPE_EXTERNAL_URL", default_value = "")]
    pub external_url: String,

    /// Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, as addresses or networks
    #[arg(long, env = "KALLITYPE_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// How log lines are written
    #[arg(long, env = "KALLITYPE_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,

    /// What is logged: error, warn, info, debug, or a filter such as kallitype::jobs=debug
    #[arg(long, env = "KALLITYPE_LOG", default_value = "info")]
    pub log: String,

    #[command(flatten)]
    pub observation: ObservationOptions,

    /// Connections answered at once; more wait
    #[arg(long, env = "KALLITYPE_MAX_CONNECTIONS", default_value_t = 1024)]
    pub max_connections: usize,

    /// Seconds a client may take to send a request's headers
    #[arg(long, env = "KALLITYPE_HEADER_TIMEOUT_SECONDS", default_value_t = 15)]
    pub header_timeout_seconds: u64,

    /// Seconds a request's body may stand still before it is given up
    #[arg(long, env = "KALLITYPE_BODY_TIMEOUT_SECONDS", default_value_t = 60)]
    pub body_timeout_seconds: u64,

    /// Files opened or read for answers at once; more wait
    #[arg(long, env = "KALLITYPE_FILE_READERS", default_value_t = 64)]
    pub file_readers: usize,

    /// Seconds the disk may take to open a file or to read a piece of it for an answer
    #[arg(long, env = "KALLITYPE_FILE_TIMEOUT_SECONDS", default_value_t = 30)]
    pub file_timeout_seconds: u64,

    /// Bytes of a request's line and headers together, at least 8192
    #[arg(long, env = "KALLITYPE_MAX_HEADER_BYTES", default_value_t = 65_536)]
    pub max_header_bytes: usize,

    /// Headers of a request
    #[arg(long, env = "KALLITYPE_MAX_HEADERS", default_value_t = 100)]
    pub max_headers: usize,

    /// Bytes of a JSON body of someone who has signed in
    #[arg(long, env = "KALLITYPE_MAX_JSON_BYTES", default_value_t = 16 << 20)]
    pub max_json_bytes: usize,

    /// Bytes of a JSON body that comes by a shared link
    #[arg(long, env = "KALLITYPE_MAX_LINK_JSON_BYTES", default_value_t = 1 << 20)]
    pub max_link_json_bytes: usize,

    /// Bytes of a JSON body that comes without a valid credential, such as one to sign in with
    #[arg(long, env = "KALLITYPE_MAX_ANONYMOUS_JSON_BYTES", default_value_t = 64 << 10)]
    pub max_anonymous_json_bytes: usize,

    /// Bytes of memory for all JSON bodies and fields together, one half of them for who has signed in
    #[arg(long, env = "KALLITYPE_MAX_BODY_MEMORY_BYTES", default_value_t = 96 << 20)]
    pub max_body_memory_bytes: usize,

    /// Entries of a list in a request, such as ids or checksums
    #[arg(long, env = "KALLITYPE_MAX_LIST_ITEMS", default_value_t = 50_000)]
    pub max_list_items: usize,

    /// Bytes of one uploaded file
    #[arg(long, env = "KALLITYPE_MAX_UPLOAD_BYTES", default_value_t = 100 << 30)]
    pub max_upload_bytes: u64,

    /// Bytes of an uploaded XMP sidecar
    #[arg(long, env = "KALLITYPE_MAX_SIDECAR_BYTES", default_value_t = 8 << 20)]
    pub max_sidecar_bytes: u64,

    /// Bytes of an uploaded profile image
    #[arg(
        long,
        env = "KALLITYPE_MAX_PROFILE_IMAGE_BYTES",
        default_value_t = 32 << 20
    )]
    pub max_profile_image_bytes: u64,

    /// Parts of a multipart upload, fields and files together
    #[arg(long, env = "KALLITYPE_MAX_PARTS", default_value_t = 64)]
    pub max_parts: usize,

    /// Bytes of the fields of a multipart upload together
    #[arg(long, env = "KALLITYPE_MAX_FIELD_BYTES", default_value_t = 1 << 20)]
    pub max_field_bytes: u64,

    /// Bytes that an upload must leave free on the disk
    #[arg(long, env = "KALLITYPE_MIN_FREE_BYTES", default_value_t = 64 << 20)]
    pub min_free_bytes: u64,

    /// Wrong passwords from one address, or for one account, before the next one has to wait
    #[arg(long, env = "KALLITYPE_LOGIN_ATTEMPTS", default_value_t = 10)]
    pub login_attempts: u32,

    /// Seconds after which a wrong password from an address is forgotten; the longest wait
    #[arg(long, env = "KALLITYPE_LOGIN_WINDOW_SECONDS", default_value_t = 300)]
    pub login_window_seconds: u64,

    /// Seconds after which the last wrong password for an account is forgotten
    #[arg(long, env = "KALLITYPE_LOGIN_MEMORY_SECONDS", default_value_t = 86_400)]
    pub login_memory_seconds: u64,

    /// Whether passwords open a session: true or false; without, people sign in at a provider
    #[arg(long, env = "KALLITYPE_PASSWORD_LOGIN", default_value_t = true, action = ArgAction::Set)]
    pub password_login: bool,

    #[command(flatten)]
    pub oauth: OAuthOptions,

    /// Days an unused session stays signed in
    #[arg(long, env = "KALLITYPE_SESSION_DAYS", default_value_t = 90)]
    pub session_days: u32,

    /// Days an asset stays in the trash; 0 keeps it there for ever
    #[arg(long, env = "KALLITYPE_TRASH_DAYS", default_value_t = 30)]
    pub trash_days: u32,

    /// Seconds between two looks for what has to leave the trash
    #[arg(long, env = "KALLITYPE_TRASH_INTERVAL_SECONDS", default_value_t = 3600)]
    pub trash_interval_seconds: u64,

    /// Days a deleted account can still be restored
    #[arg(long, env = "KALLITYPE_USER_DELETE_DAYS", default_value_t = 7, value_parser = clap::value_parser!(u32).range(1..))]
    pub user_delete_days: u32,

    /// Seconds between two looks for accounts that have to go
    #[arg(
        long,
        env = "KALLITYPE_USER_DELETE_INTERVAL_SECONDS",
        default_value_t = 3600
    )]
    pub user_delete_interval_seconds: u64,

    /// Whether users see each other, and so whom they can share with: true or false
    #[arg(long, env = "KALLITYPE_PUBLIC_USERS", default_value_t = true, action = clap::ArgAction::Set)]
    pub public_users: bool,

    #[command(flatten)]
    pub mail: MailOptions,

    /// Notifications answered in one list, the newest of them
    #[arg(long, env = "KALLITYPE_MAX_NOTIFICATIONS", default_value_t = 500)]
    pub max_notifications: u32,

    /// Days a notification that was read is kept, and mail that was given up; 0 keeps them for ever
    #[arg(long, env = "KALLITYPE_NOTIFICATION_DAYS", default_value_t = 30)]
    pub notification_days: u32,

    /// Seconds between two looks for notifications that were kept long enough
    #[arg(
        long,
        env = "KALLITYPE_NOTIFICATION_INTERVAL_SECONDS",
        default_value_t = 3600
    )]
    pub notification_interval_seconds: u64,

    /// Pictures worked on at once [default: the number of cores]
    #[arg(long, env = "KALLITYPE_MEDIA_WORKERS")]
    pub media_workers: Option<usize>,

    /// Bytes of memory one media worker may take
    #[arg(long, env = "KALLITYPE_MEDIA_MEMORY_BYTES", default_value_t = 1 << 30)]
    pub media_memory_bytes: u64,

    /// Seconds a media worker may take for one file
    #[arg(long, env = "KALLITYPE_MEDIA_TIMEOUT_SECONDS", default_value_t = 120)]
    pub media_timeout_seconds: u64,

    /// Pixels a picture may have to be decoded
    #[arg(
        long,
        env = "KALLITYPE_MEDIA_MAX_PIXELS",
        default_value_t = 600_000_000
    )]
    pub media_max_pixels: u64,

    /// Pixels of a thumbnail's short edge
    #[arg(long, env = "KALLITYPE_THUMBNAIL_SIZE", default_value_t = 250, value_parser = clap::value_parser!(u32).range(16..=4096))]
    pub thumbnail_size: u32,

    /// Format of thumbnails
    #[arg(long, env = "KALLITYPE_THUMBNAIL_FORMAT", default_value = "webp")]
    pub thumbnail_format: PictureFormat,

    /// Quality of thumbnails, 1 to 100
    #[arg(long, env = "KALLITYPE_THUMBNAIL_QUALITY", default_value_t = 80, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub thumbnail_quality: u8,

    /// Pixels of a preview's long edge
    #[arg(long, env = "KALLITYPE_PREVIEW_SIZE", default_value_t = 1440, value_parser = clap::value_parser!(u32).range(16..=16_383))]
    pub preview_size: u32,

    /// Format of previews
    #[arg(long, env = "KALLITYPE_PREVIEW_FORMAT", default_value = "jpeg")]
    pub preview_format: PictureFormat,

    /// Quality of previews, 1 to 100
    #[arg(long, env = "KALLITYPE_PREVIEW_QUALITY", default_value_t = 80, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub preview_quality: u8,

    /// Whether pictures that browsers cannot show get a JPEG of full size: off or unshowable
    #[arg(long, env = "KALLITYPE_FULLSIZE", default_value = "unshowable")]
    pub fullsize: Fullsize,

    /// Quality of pictures of full size, 1 to 100
    #[arg(long, env = "KALLITYPE_FULLSIZE_QUALITY", default_value_t = 85, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub fullsize_quality: u8,

    /// Bytes of a picture of full size at most; one that would be larger is not made
    #[arg(long, env = "KALLITYPE_FULLSIZE_MAX_BYTES", default_value_t = 48 * 1024 * 1024)]
    pub fullsize_max_bytes: u64,

    #[command(flatten)]
    pub video: VideoOptions,

    /// Times a job is tried before it has failed; its error is kept
    #[arg(long, env = "KALLITYPE_JOB_ATTEMPTS", default_value_t = 5)]
    pub job_attempts: u32,

    /// Seconds after which another worker takes a job whose own worker no longer renews its lease
    #[arg(long, env = "KALLITYPE_JOB_LEASE_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..))]
    pub job_lease_seconds: u64,
}

/// A part a process can play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    Api,
    Worker,
}

/// The format of a picture made for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PictureFormat {
    Jpeg,
    Webp,
}

/// Which pictures are kept in full size in a format that every browser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fullsize {
    /// None: the preview has to do.
    Off,
    /// Those whose original a browser cannot show, such as HEIC and raw files.
    Unshowable,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

impl Settings {
    /// Where the database is.
    #[must_use]
    pub fn database(&self) -> DatabaseSettings {
        self.database.settings(&self.data)
    }

    /// The root of the media.
    #[must_use]
    pub fn media(&self) -> &Path {
        self.storage.as_deref().unwrap_or(&self.data)
    }

    /// The address people reach the server under, without a slash at its end; empty when it is not known.
    #[must_use]
    pub fn site(&self) -> &str {
        self.external_url.trim_end_matches('/')
    }

    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Which reverse proxies are believed.
    #[must_use]
    pub fn proxies(&self) -> Proxies {
        Proxies {
            trusted: self.trusted_proxies.as_slice().into(),
            is_public_address_secure: self.external_url.starts_with("https://"),
        }
    }

    /// What a client may send, and how long it may take.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            max_connections: self.max_connections,
            header_timeout: Duration::from_secs(self.header_timeout_seconds),
            max_header_bytes: self.max_header_bytes,
            max_headers: self.max_headers,
            body_timeout: self.body_timeout(),
            max_json_bytes: self.max_json_bytes,
            max_link_json_bytes: self.max_link_json_bytes,
            max_anonymous_json_bytes: self.max_anonymous_json_bytes,
            max_list_items: self.max_list_items,
        }
    }

    #[must_use]
    pub fn body_timeout(&self) -> Duration {
        Duration::from_secs(self.body_timeout_seconds)
    }

    #[must_use]
    pub fn file_timeout(&self) -> Duration {
        Duration::from_secs(self.file_timeout_seconds)
    }

    /// How many pictures are worked on at once.
    #[must_use]
    pub fn media_worker_count(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        self.media_workers.unwrap_or_else(cores).max(1)
    }
}
