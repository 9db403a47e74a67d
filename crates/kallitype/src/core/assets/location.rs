//! Where the files of assets are: the server's own by their keys, those of external libraries by their paths.

use std::path::{Component, Path, PathBuf};

use kallitype_db::Json;
use kallitype_storage::{Location, Storage};
use kallitype_web::file_readers::Source;

/// The folders that the library of an asset, which a query calls so, may read files in.
pub(crate) const IMPORT_PATHS: &str =
    "(SELECT library.import_paths FROM library WHERE library.id = asset.library_id)";

/// Where a file of an asset is. Those of a library are there only as long as one of its import paths leads to them.
#[must_use]
pub(crate) fn locate(path: &str, import_paths: Option<&Json<Vec<String>>>) -> Option<Location> {
    let folders = import_paths.map_or(&[][..], |Json(paths)| paths);
    Location::parse(path, &to_folders(folders))
}

/// A file to be given out.
#[must_use]
pub(crate) fn source(storage: &Storage, location: Location) -> Source {
    match location {
        Location::Stored(key) => storage.path(&key).into(),
        Location::External(file) => {
            let path = file.path();
            Source::opened_by(path, move || file.open())
        }
    }
}

/// Import paths as folders; what can be none is left out.
#[must_use]
pub(crate) fn to_folders(import_paths: &[String]) -> Vec<PathBuf> {
    let folders = import_paths.iter().map(|path| to_folder(path));
    folders.flatten().collect()
}

/// An absolute path without steps back and without what says nothing.
#[must_use]
pub(crate) fn to_folder(import_path: &str) -> Option<PathBuf> {
    let path = Path::new(import_path);
    let goes_back = path.components().any(|part| part == Component::ParentDir);
    (path.is_absolute() && !goes_back).then(|| path.components().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn import_paths_are_plain_absolute_paths() {
        for (given, folder) in [
            ("/photos", Some("/photos")),
            ("/photos/./2020//", Some("/photos/2020")),
            ("/", Some("/")),
            ("photos", None),
            ("", None),
            ("/photos/../etc", None),
        ] {
            assert_eq!(to_folder(given), folder.map(PathBuf::from), "{given}");
        }
    }
}
