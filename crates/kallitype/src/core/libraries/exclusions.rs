//! What a library passes by, as patterns of paths.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// The end of a pattern for all that is in a folder.
const ALL_BELOW: &str = "/**";

/// Patterns that are matched with whole paths; case does not matter.
#[derive(Debug, Clone)]
pub(crate) struct Exclusions {
    files: GlobSet,
    /// For folders of which nothing is taken, so that no one has to look into them.
    folders: GlobSet,
}

impl Exclusions {
    /// # Errors
    /// What is wrong with one of the patterns.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, globset::Error> {
        let folders = patterns
            .iter()
            .filter_map(|pattern| pattern.strip_suffix(ALL_BELOW));
        Ok(Self {
            files: compile(patterns.iter().map(String::as_str))?,
            folders: compile(folders)?,
        })
    }

    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.files.is_match(path)
    }

    pub(crate) fn excludes_folder(&self, path: &str) -> bool {
        self.folders.is_match(path)
    }
}

fn compile<'a>(patterns: impl Iterator<Item = &'a str>) -> Result<GlobSet, globset::Error> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns.filter(|pattern| !pattern.is_empty()) {
        let glob = GlobBuilder::new(pattern)
            .case_insensitive(true)
            .literal_separator(true)
            .build()?;
        set.add(glob);
    }
    set.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_matched_with_whole_paths() {
        let patterns = ["**/@eaDir/**", "**/._*", "**/*.TIF", "/photos/raw/**"];
        let exclusions = Exclusions::new(&patterns.map(str::to_owned)).unwrap();
        for excluded in [
            "/photos/@eaDir/a.jpg",
            "/photos/x/@eadir/y/a.jpg",
            "/photos/._a.jpg",
            "/photos/b.tif",
            "/photos/raw/a.jpg",
        ] {
            assert!(exclusions.excludes(excluded), "{excluded}");
        }
        for kept in [
            "/photos/a.jpg",
            "/photos/eaDir/a.jpg",
            "/other/photos/raw/a.jpg",
        ] {
            assert!(!exclusions.excludes(kept), "{kept}");
        }
        assert!(exclusions.excludes_folder("/photos/x/@eaDir"));
        assert!(exclusions.excludes_folder("/photos/raw"));
        assert!(!exclusions.excludes_folder("/photos/x"));
        assert!(Exclusions::new(&["[".to_owned()]).is_err());
    }
}
