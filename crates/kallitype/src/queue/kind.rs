use kallitype_db::Mark;
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
    /// What is to be done. The subject is an asset, for `GeneratePersonThumbnail` a person, for `RemoveAccount` an account,
    /// for `SendMail` a mail, for what is done to libraries an external library, or nil for what concerns everything.
    pub enum JobKind as "JobKind" {
        ExtractMetadata = "extract-metadata",
        GenerateThumbnails = "generate-thumbnails",
        GeneratePersonThumbnail = "generate-person-thumbnail",
        DetectDuplicates = "detect-duplicates",
        EncodeAsset = "encode-asset",
        DetectFaces = "detect-faces",
        RecognizeFace = "recognize-face",
        RetryFaces = "retry-faces",
        EmptyTrash = "empty-trash",
        TranscodeVideo = "transcode-video",
        RemuxVideo = "remux-video",
        ExpireAccounts = "expire-accounts",
        RemoveAccount = "remove-account",
        WriteSidecar = "write-sidecar",
        ScanLibrary = "scan-library",
        HashLibrary = "hash-library",
        RemoveLibrary = "remove-library",
        SendMail = "send-mail",
        CleanUpNotifications = "clean-up-notifications",
        CreateMemories = "create-memories",
        CleanUpMemories = "clean-up-memories",
        CleanUpTombstones = "clean-up-tombstones",
        StackAsset = "stack-asset",
        RenewWords = "renew-words",
        BackUpDatabase = "back-up-database",
        CleanUpPersons = "clean-up-persons",
        CleanUpTags = "clean-up-tags",
        ApplyStorageTemplate = "apply-storage-template",
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
    /// Looking through external libraries.
    Libraries,
    /// Asking what pictures show.
    Learning,
    /// Moving originals.
    Originals,
}

impl Lane {
    /// Each has workers, which are told when there is something to do.
    pub(crate) const ALL: [Self; 6] = [
        Self::Pictures,
        Self::Videos,
        Self::Mail,
        Self::Libraries,
        Self::Learning,
        Self::Originals,
    ];

    /// Its name in the database.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pictures => "pictures",
            Self::Videos => "videos",
            Self::Mail => "mail",
            Self::Libraries => "libraries",
            Self::Learning => "learning",
            Self::Originals => "originals",
        }
    }

    /// What a transaction that enqueues one of its jobs is marked with.
    pub(crate) fn enqueued(self) -> Mark {
        match self {
            Self::Pictures => "jobs of pictures enqueued",
            Self::Videos => "jobs of videos enqueued",
            Self::Mail => "jobs of mail enqueued",
            Self::Libraries => "jobs of libraries enqueued",
            Self::Learning => "jobs of learning enqueued",
            Self::Originals => "jobs of originals enqueued",
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
            Self::ApplyStorageTemplate => Lane::Originals,
            Self::ScanLibrary | Self::HashLibrary | Self::RemoveLibrary => Lane::Libraries,
            Self::EncodeAsset | Self::DetectFaces | Self::RecognizeFace | Self::RetryFaces => {
                Lane::Learning
            }
            Self::ExtractMetadata
            | Self::GenerateThumbnails
            | Self::GeneratePersonThumbnail
            | Self::DetectDuplicates
            | Self::RemuxVideo
            | Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::WriteSidecar
            | Self::CleanUpNotifications
            | Self::CreateMemories
            | Self::CleanUpMemories
            | Self::CleanUpTombstones
            | Self::StackAsset
            | Self::RenewWords
            | Self::BackUpDatabase
            | Self::CleanUpPersons
            | Self::CleanUpTags => Lane::Pictures,
        }
    }

    /// What the API calls the queue it waits in.
    pub fn queue(self) -> JobName {
        match self {
            Self::ExtractMetadata => JobName::MetadataExtraction,
            Self::GenerateThumbnails | Self::GeneratePersonThumbnail => {
                JobName::ThumbnailGeneration
            }
            Self::DetectDuplicates => JobName::DuplicateDetection,
            Self::EncodeAsset => JobName::SmartSearch,
            Self::DetectFaces => JobName::FaceDetection,
            Self::RecognizeFace | Self::RetryFaces => JobName::FacialRecognition,
            Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::CleanUpNotifications
            | Self::CreateMemories
            | Self::CleanUpMemories
            | Self::CleanUpTombstones
            | Self::StackAsset
            | Self::CleanUpPersons
            | Self::CleanUpTags => JobName::BackgroundTask,
            Self::BackUpDatabase => JobName::BackupDatabase,
            Self::RenewWords => JobName::Search,
            Self::TranscodeVideo | Self::RemuxVideo => JobName::VideoConversion,
            Self::WriteSidecar => JobName::Sidecar,
            Self::ScanLibrary | Self::HashLibrary | Self::RemoveLibrary => JobName::Library,
            Self::SendMail => JobName::Notifications,
            Self::ApplyStorageTemplate => JobName::StorageTemplateMigration,
        }
    }

    /// Lower numbers are done first.
    pub fn priority(self) -> i64 {
        match self {
            // Someone waits for it.
            Self::RemuxVideo => 5,
            Self::ExtractMetadata | Self::RenewWords => 10,
            Self::WriteSidecar | Self::ApplyStorageTemplate => 15,
            Self::GenerateThumbnails | Self::GeneratePersonThumbnail => 20,
            Self::SendMail => 20,
            Self::ScanLibrary => 20,
            Self::EncodeAsset => 22,
            Self::DetectFaces => 23,
            Self::DetectDuplicates | Self::StackAsset => 25,
            Self::RecognizeFace | Self::RetryFaces => 28,
            Self::EmptyTrash
            | Self::ExpireAccounts
            | Self::RemoveAccount
            | Self::RemoveLibrary
            | Self::CleanUpNotifications
            | Self::CreateMemories
            | Self::CleanUpMemories
            | Self::CleanUpTombstones
            | Self::CleanUpPersons
            | Self::CleanUpTags
            | Self::BackUpDatabase => 30,
            Self::TranscodeVideo | Self::HashLibrary => 40,
        }
    }
}
