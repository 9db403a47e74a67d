use kallitype_web::fields::Enumeration;
use kallitype_web::wire_enum;

wire_enum! {
    /// What work waits in, by what it is for. The names are the API's; this server does the work of some of them.
    pub enum JobName as "JobName" {
        ThumbnailGeneration = "thumbnailGeneration",
        MetadataExtraction = "metadataExtraction",
        VideoConversion = "videoConversion",
        FaceDetection = "faceDetection",
        FacialRecognition = "facialRecognition",
        SmartSearch = "smartSearch",
        DuplicateDetection = "duplicateDetection",
        BackgroundTask = "backgroundTask",
        StorageTemplateMigration = "storageTemplateMigration",
        Migration = "migration",
        Search = "search",
        Sidecar = "sidecar",
        Library = "library",
        Notifications = "notifications",
        BackupDatabase = "backupDatabase",
    }
}

wire_enum! {
    /// What is to be done. The subject is an asset, for `RemoveAccount` an account, for `SendMail` a mail, or nil for
    /// what concerns the whole library.
    pub enum JobKind as "JobKind" {
        ExtractMetadata = "extract-metadata",
        GenerateThumbnails = "generate-thumbnails",
        EmptyTrash = "empty-trash",
        TranscodeVideo = "transcode-video",
        RemuxVideo = "remux-video",
        ExpireAccounts = "expire-accounts",
        RemoveAccount = "remove-account",
        WriteSidecar = "write-sidecar",
        SendMail = "send-mail",
        CleanUpNotifications = "clean-up-notifications",
    }
}

/// Work that waits for each other. What takes hours has workers of its own, and so has what waits for another server,
/// so that pictures need not wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Everything that is in no other.
    Pictures,
    /// Converting videos.
    Videos,
    /// Sending mail.
    Mail,
}

impl Lane {
    /// Its name in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::Videos => "videos",
            Self::Mail => "mail",
        }
    }

    /// The queues that its jobs wait in.
    pub(crate) fn queues(self) -> Vec<JobName> {
        let mut queues = Vec::new();
        for (_, kind) in JobKind::CHOICES {
            if kind.lane() == self && !queues.contains(&kind.queue()) {
                queues.push(kind.queue());
            }
        }
        queues
    }
}

impl JobKind {
    /// The workers that do it.
    pub(crate) fn lane(self) -> Lane {
        match self {
            Self::TranscodeVideo => Lane::Videos,
            Self::SendMail => Lane::Mail,
            Self::ExtractMetadata
            | Self::GenerateThumbnails
            | Self::RemuxVideo
            | Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::WriteSidecar
            | Self::CleanUpNotifications => Lane::Pictures,
        }
    }

    /// What the API calls the queue it waits in.
    pub fn queue(self) -> JobName {
        match self {
            Self::ExtractMetadata => JobName::MetadataExtraction,
            Self::GenerateThumbnails => JobName::ThumbnailGeneration,
            Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::CleanUpNotifications => JobName::BackgroundTask,
            Self::TranscodeVideo | Self::RemuxVideo => JobName::VideoConversion,
            Self::WriteSidecar => JobName::Sidecar,
            Self::SendMail => JobName::Notifications,
        }
    }

    /// Lower numbers are done first.
    pub fn priority(self) -> i64 {
        match self {
            // Someone waits for it.
            Self::RemuxVideo => 5,
            Self::ExtractMetadata => 10,
            Self::WriteSidecar => 15,
            Self::GenerateThumbnails => 20,
            Self::SendMail => 20,
            Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::CleanUpNotifications => 30,
            Self::TranscodeVideo => 40,
        }
    }
}
