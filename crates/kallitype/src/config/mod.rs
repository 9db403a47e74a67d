//! One typed configuration: flags, `KALLITYPE_*` environment variables and `kallitype.toml`, in that order. Those of them that
//! administrators may change while the server runs stand in [`system`]; if they are given here, they are fixed.

pub(crate) mod database;
pub(crate) mod file;
pub(crate) mod fixed;
pub(crate) mod libraries;
pub(crate) mod machine_learning;
pub(crate) mod mail;
pub(crate) mod memories;
pub(crate) mod metadata;
pub(crate) mod oauth;
pub(crate) mod observation;
pub(crate) mod pictures;
pub(crate) mod secret;
pub(crate) mod sources;
pub(crate) mod stacks;
pub(crate) mod sync;
pub(crate) mod system;
pub(crate) mod video;
pub(crate) mod websocket;

pub use database::DatabaseOptions;
pub use file::with_file;
pub(crate) use fixed::FixedSetting;
pub use libraries::LibraryOptions;
pub use machine_learning::MachineLearningOptions;
pub use mail::MailOptions;
pub use mail::SmtpSecurity;
pub use memories::MemoryOptions;
pub use metadata::MetadataOptions;
pub use oauth::OAuthOptions;
pub use oauth::OAuthSettingsError;
pub use observation::ObservationOptions;
pub use pictures::PictureOptions;
pub use secret::Secret;
pub use sources::Sources;
pub use stacks::{StackOptions, StackRule};
pub use sync::SyncOptions;
pub(crate) use system::SystemConfigDto;
pub use video::VideoOptions;
pub use websocket::WebsocketOptions;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{ArgAction, Args, ValueEnum};

use kallitype_db::DatabaseSettings;
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
    #[arg(long, env = "KALLITYPE_EXTERNAL_URL")]
    pub external_url: Option<String>,

    /// Folder with the build of another web app, whose index.html is its page [default: our own app]
    #[arg(long, env = "KALLITYPE_WEB")]
    pub web: Option<PathBuf>,

    /// Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed, as addresses or networks
    #[arg(long, env = "KALLITYPE_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// How log lines are written
    #[arg(long, env = "KALLITYPE_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,

    /// What is logged: error, warn, info, debug, or a filter such as kallitype::jobs=debug [default: info]
    #[arg(long, env = "KALLITYPE_LOG")]
    pub log: Option<String>,

    #[command(flatten)]
    pub observation: ObservationOptions,

    /// Connections at once; for more, idle and slow ones make room
    #[arg(long, env = "KALLITYPE_MAX_CONNECTIONS", default_value_t = 1024)]
    pub max_connections: usize,

    /// Connections at once from one address or IPv6 network of 64 bits; behind a trusted proxy, requests at once for one
    #[arg(
        long,
        env = "KALLITYPE_MAX_CONNECTIONS_PER_ADDRESS",
        default_value_t = 256
    )]
    pub max_connections_per_address: usize,

    #[command(flatten)]
    pub websocket: WebsocketOptions,

    /// Seconds that someone with a valid credential may keep a request waiting while others need its connection
    #[arg(long, env = "KALLITYPE_GIVE_WAY_SECONDS", default_value_t = 5)]
    pub give_way_seconds: u64,

    /// Seconds a client may take to send a request's headers, or to begin its next request
    #[arg(long, env = "KALLITYPE_HEADER_TIMEOUT_SECONDS", default_value_t = 15)]
    pub header_timeout_seconds: u64,

    /// Seconds that a request's body is waited for; a long one is not given up while it is as fast as --min-bytes-per-second
    #[arg(long, env = "KALLITYPE_BODY_TIMEOUT_SECONDS", default_value_t = 60)]
    pub body_timeout_seconds: u64,

    /// Seconds that a client is waited for to take its answer; a long one is not given up while it is as fast
    #[arg(long, env = "KALLITYPE_ANSWER_TIMEOUT_SECONDS", default_value_t = 300)]
    pub answer_timeout_seconds: u64,

    /// Bytes a second, on the average of these times, that clients have to send of long bodies and take of long answers
    #[arg(long, env = "KALLITYPE_MIN_BYTES_PER_SECOND", default_value_t = 1024)]
    pub min_bytes_per_second: u64,

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

    /// Keys that apps may keep with one asset
    #[arg(long, env = "KALLITYPE_MAX_METADATA_KEYS", default_value_t = 100)]
    pub max_metadata_keys: usize,

    /// Bytes that apps may keep with one asset, keys and values together; they count to its owner's quota
    #[arg(long, env = "KALLITYPE_MAX_METADATA_BYTES", default_value_t = 64 << 10)]
    pub max_metadata_bytes: usize,

    /// Bytes that uploads must leave free on the disk
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

    /// Whether passwords open a session: true or false; without, people sign in at a provider [default: true]
    #[arg(long, env = "KALLITYPE_PASSWORD_LOGIN", action = ArgAction::Set)]
    pub password_login: Option<bool>,

    #[command(flatten)]
    pub oauth: OAuthOptions,

    /// Days an unused session stays signed in
    #[arg(long, env = "KALLITYPE_SESSION_DAYS", default_value_t = 90)]
    pub session_days: u32,

    /// Days an asset stays in the trash; 0 keeps it there for ever [default: 30]
    #[arg(long, env = "KALLITYPE_TRASH_DAYS", value_parser = clap::value_parser!(u32).range(..=i64::from(i32::MAX)))]
    pub trash_days: Option<u32>,

    /// Seconds between two looks for what has to leave the trash
    #[arg(long, env = "KALLITYPE_TRASH_INTERVAL_SECONDS", default_value_t = 3600)]
    pub trash_interval_seconds: u64,

    /// Days a deleted account can still be restored [default: 7]
    #[arg(long, env = "KALLITYPE_USER_DELETE_DAYS", value_parser = clap::value_parser!(u32).range(1..=i64::from(i32::MAX)))]
    pub user_delete_days: Option<u32>,

    /// Seconds between two looks for accounts that have to go
    #[arg(
        long,
        env = "KALLITYPE_USER_DELETE_INTERVAL_SECONDS",
        default_value_t = 3600
    )]
    pub user_delete_interval_seconds: u64,

    /// Whether users see each other, and so whom they can share with: true or false [default: true]
    #[arg(long, env = "KALLITYPE_PUBLIC_USERS", action = clap::ArgAction::Set)]
    pub public_users: Option<bool>,

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

    #[command(flatten)]
    pub memories: MemoryOptions,

    #[command(flatten)]
    pub sync: SyncOptions,

    #[command(flatten)]
    pub libraries: LibraryOptions,

    #[command(flatten)]
    pub machine_learning: MachineLearningOptions,

    #[command(flatten)]
    pub metadata: MetadataOptions,

    #[command(flatten)]
    pub stacks: StackOptions,

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

    #[command(flatten)]
    pub pictures: PictureOptions,

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

    /// Where those settings come from that were given.
    #[arg(skip)]
    pub sources: Sources,
}

/// How much apps may keep with one asset.
#[derive(Debug, Clone, Copy)]
pub struct MetadataLimits {
    pub keys: usize,
    /// Of keys and values together.
    pub bytes: usize,
}

/// A part a process can play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    Api,
    Worker,
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

    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// What a client may send, and how long it may take.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            max_connections: self.max_connections,
            max_connections_per_address: self.max_connections_per_address,
            give_way: Duration::from_secs(self.give_way_seconds),
            header_timeout: Duration::from_secs(self.header_timeout_seconds),
            max_header_bytes: self.max_header_bytes,
            max_headers: self.max_headers,
            body_timeout: Duration::from_secs(self.body_timeout_seconds),
            answer_timeout: Duration::from_secs(self.answer_timeout_seconds),
            min_bytes_per_second: self.min_bytes_per_second,
            max_json_bytes: self.max_json_bytes,
            max_link_json_bytes: self.max_link_json_bytes,
            max_anonymous_json_bytes: self.max_anonymous_json_bytes,
            max_list_items: self.max_list_items,
        }
    }

    /// How much apps may keep with one asset.
    #[must_use]
    pub fn metadata_limits(&self) -> MetadataLimits {
        MetadataLimits {
            keys: self.max_metadata_keys,
            bytes: self.max_metadata_bytes,
        }
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
