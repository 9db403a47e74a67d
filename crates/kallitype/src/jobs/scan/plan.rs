use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::app::state::App;
use crate::core::assets::file_type::FileType;
use crate::core::assets::location::to_folders;
use crate::core::libraries::exclusions::Exclusions;
use crate::core::libraries::files::{SeenFile, SeenSidecar};
use crate::core::libraries::import_paths::{OwnFolders, require_readable};
use crate::core::libraries::queries::Scannable;
use crate::jobs::error::JobError;
use kallitype_storage::{ExternalFile, ExternalFolder, FileState, Passed};

/// A library as it is when a scan begins.
pub(crate) struct Plan {
    pub library: Uuid,
    pub owner: Uuid,
    /// All its import paths.
    folders: Vec<PathBuf>,
    /// Those that can be looked into, and have something in them.
    pub roots: Vec<Root>,
    exclusions: Exclusions,
    /// The server's own folders.
    own: Vec<(u64, u64)>,
}

/// An import path that can be looked into.
pub(crate) struct Root {
    path: PathBuf,
    folder: ExternalFolder,
}

/// What there is under a path.
pub(crate) enum Look {
    Here(FileState),
    Missing,
    /// No one can say: its disk does not answer, or is not there.
    Unclear,
    /// No import path leads there, or it is excluded.
    Unwanted,
}

impl Plan {
    /// Opens the import paths. It may take as long as their disks do.
    ///
    /// # Errors
    /// When the patterns cannot be read.
    pub(crate) fn new(app: &App, library: &Scannable) -> Result<Self, JobError> {
        let own = OwnFolders::of(&app.settings);
        let exclusions = Exclusions::new(&library.exclusion_patterns.0);
        let roots = library.import_paths.0.iter();
        let roots = roots.filter_map(|path| match open(path, &own) {
            Ok(root) => Some(root),
            Err(reason) => {
                tracing::warn!(library = %library.id, path, reason, "an import path is passed by, and its assets stay as they are");
                None
            }
        });
        Ok(Self {
            library: library.id,
            owner: library.owner_id,
            folders: to_folders(&library.import_paths.0),
            roots: roots.collect(),
            exclusions: exclusions.map_err(|error| JobError::Permanent(error.to_string()))?,
            own: own.places(),
        })
    }

    /// Whether a file would be an asset, by its path.
    pub(crate) fn wants(&self, path: &str) -> bool {
        let known = FileType::of_name(path).and_then(FileType::asset_type);
        known.is_some() && !self.exclusions.excludes(path)
    }

    /// What is under the path of a known file.
    pub(crate) fn look(&self, path: &str) -> Look {
        if self.external(path).is_none() || self.exclusions.excludes(path) {
            return Look::Unwanted;
        }
        let Some((root, relative)) = self.root_of(path) else {
            return Look::Unclear;
        };
        match root.folder.state(relative) {
            Ok(Some(state)) => Look::Here(state),
            Ok(None) => Look::Missing,
            Err(error) => {
                tracing::debug!(path, %error, "a file of a library cannot be looked at");
                Look::Unclear
            }
        }
    }

    /// A file with what is beside it.
    pub(crate) fn see(&self, path: &str, state: FileState) -> SeenFile {
        SeenFile {
            path: path.to_owned(),
            state,
            sidecar: self.find_sidecar(path),
            content_hash: None,
        }
    }

    /// `picture.jpg.xmp`, or `picture.xmp`.
    fn find_sidecar(&self, path: &str) -> Option<SeenSidecar> {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        [path, stem].into_iter().find_map(|beside| {
            let path = format!("{beside}.xmp");
            let (root, relative) = self.root_of(&path)?;
            let state = root.folder.state(relative).ok()??;
            Some(SeenSidecar {
                size: state.size,
                modified_at: state.modified_at,
                path,
            })
        })
    }

    /// The device that a missing file would be on by now; none when no one can say.
    pub(crate) fn nearest_device(&self, path: &str) -> Option<i64> {
        let (root, relative) = self.root_of(path)?;
        root.folder.nearest_device(relative).ok()
    }

    /// The file of a path, for reading.
    pub(crate) fn external(&self, path: &str) -> Option<ExternalFile> {
        ExternalFile::below(&self.folders, path)
    }

    fn root_of<'a>(&self, path: &'a str) -> Option<(&Root, &'a Path)> {
        self.roots.iter().find_map(|root| {
            let relative = Path::new(path).strip_prefix(&root.path).ok()?;
            Some((root, relative))
        })
    }
}

/// An empty folder is one whose disk is not mounted.
fn open(path: &str, own: &OwnFolders) -> Result<Root, String> {
    let path = require_readable(path, own)?;
    let opened = ExternalFolder::open(&path).and_then(|folder| {
        let is_empty = folder.is_empty()?;
        Ok((folder, is_empty))
    });
    match opened {
        Ok((folder, false)) => Ok(Root { path, folder }),
        Ok((_, true)) => Err("the folder is empty".into()),
        Err(error) => Err(error.to_string()),
    }
}

impl Root {
    /// Hands over the path of every file; answers how many folders and names could not be read.
    ///
    /// # Errors
    /// When the folder itself cannot be read, or whatever `take` answers.
    pub(crate) fn crawl(
        &self,
        plan: &Plan,
        take: &mut impl FnMut(String) -> io::Result<()>,
    ) -> io::Result<usize> {
        let mut unreadable = 0;
        let passed = PassedBy { plan, root: self };
        self.folder.crawl(&passed, &mut |crawled| match crawled {
            kallitype_storage::Crawled::File(relative) => take(self.full(relative)),
            kallitype_storage::Crawled::Unreadable(relative) => {
                tracing::debug!(relative, "something in a library cannot be read");
                unreadable += 1;
                Ok(())
            }
        })?;
        Ok(unreadable)
    }

    /// Import paths are texts, so that what is below them is one, too.
    fn full(&self, relative: &str) -> String {
        self.path.join(relative).to_string_lossy().into_owned()
    }
}

/// What a crawl of an import path does not look into.
struct PassedBy<'a> {
    plan: &'a Plan,
    root: &'a Root,
}

impl Passed for PassedBy<'_> {
    fn passes(&self, relative: &str) -> bool {
        let folder = self.root.full(relative);
        self.plan.exclusions.excludes_folder(&folder)
    }

    fn passes_place(&self, place: (u64, u64)) -> bool {
        self.plan.own.contains(&place)
    }
}
