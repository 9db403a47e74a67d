use std::fmt;

use uuid::Uuid;

use kallitype_db::new_id;

/// Where a file lies below the library's root: `upload/<owner>/<abcdef>/<01>/<uuid>.jpg`, which is made of ids and known
/// extensions, or `library/<user>/<what the storage template makes>.jpg`, which is made of names that people chose.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StorageKey(String);

/// The kinds of derived files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Thumbnail,
    Preview,
    Fullsize,
    EncodedVideo,
    /// A video without what it says of itself.
    BareVideo,
    /// The face that stands for a person.
    PersonThumbnail,
    /// Of a user; it is made from a file that is not kept.
    ProfileImage,
}

impl Kind {
    /// What is made of an original, and can be made again.
    const REMAKABLE: [Self; 6] = [
        Self::Thumbnail,
        Self::Preview,
        Self::Fullsize,
        Self::EncodedVideo,
        Self::BareVideo,
        Self::PersonThumbnail,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Thumbnail => "thumbnail",
            Self::Preview => "preview",
            Self::Fullsize => "fullsize",
            Self::EncodedVideo => "video",
            Self::BareVideo => "bare",
            Self::PersonThumbnail => "person",
            Self::ProfileImage => "profile",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Thumbnail | Self::Preview | Self::Fullsize | Self::PersonThumbnail => "thumbs",
            Self::EncodedVideo | Self::BareVideo => "encoded-video",
            Self::ProfileImage => "profile",
        }
    }
}

/// The folder of the originals that lie where the storage template says.
pub(crate) const TEMPLATE_FOLDER: &str = "library";

/// The longest name of a file or a folder that file systems take, in bytes.
pub const MAX_NAME_BYTES: usize = 255;

/// The longest key, in bytes: with the root before it, it has to be a path that the kernel takes.
const MAX_KEY_BYTES: usize = 2048;

impl StorageKey {
    /// A new key for an original. `extension` is a known one, in lower case.
    #[must_use]
    pub fn original(owner: Uuid, extension: &str) -> Self {
        let file = new_id();
        Self(format!("upload/{owner}/{}/{file}.{extension}", shard(file)))
    }

    /// The key of the sidecar that belongs to an original.
    #[must_use]
    pub fn sidecar(&self) -> Self {
        Self(format!("{}.xmp", self.0))
    }

    /// The key of an original that lies where the storage template says: `path` in a user's own folder. There is none
    /// where a part of it is no name that a file may have.
    #[must_use]
    pub fn templated(user: &str, path: &str) -> Option<Self> {
        Self::parse(&format!("{TEMPLATE_FOLDER}/{user}/{path}"))
    }

    /// Whether the storage template made it. Then it is made of names that another file may get once they are free.
    #[must_use]
    pub fn is_templated(&self) -> bool {
        is_templated(&self.0)
    }

    /// A new key for a derived file; files that are made together share their `generation`, and so their folder.
    /// Making them again never overwrites what someone is reading. `extension` is a known one, in lower case.
    #[must_use]
    pub fn derived(owner: Uuid, generation: Uuid, kind: Kind, extension: &str) -> Self {
        let (folder, name, shard) = (kind.folder(), kind.name(), shard(generation));
        Self(format!(
            "{folder}/{owner}/{shard}/{generation}-{name}.{extension}"
        ))
    }

    /// Reads a key back from the database or the journal; nothing that could leave the root is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_name = match is_templated(text) {
            true => is_safe_name,
            false => is_plain_name,
        };
        let is_key = text.len() <= MAX_KEY_BYTES && text.split('/').all(is_name);
        is_key.then(|| Self(text.to_owned()))
    }

    /// Whether the file was made of an original, by its name.
    #[must_use]
    pub fn is_remakable(&self) -> bool {
        let file = self.0.rsplit_once('/').map_or(&*self.0, |(_, file)| file);
        let stem = file.split_once('.').map_or(file, |(stem, _)| stem);
        stem.rsplit_once('-').is_some_and(|(generation, name)| {
            Uuid::parse_str(generation).is_ok()
                && Kind::REMAKABLE.iter().any(|kind| kind.name() == name)
        })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key as one file name, unless the storage template made it.
    #[must_use]
    pub fn flat(&self) -> Option<String> {
        (!self.is_templated()).then(|| self.0.replace('/', "~"))
    }

    /// Reads what [`flat`](Self::flat) wrote.
    #[must_use]
    pub fn from_flat(name: &str) -> Option<Self> {
        Self::parse(&name.replace('~', "/")).filter(|key| !key.is_templated())
    }
}

fn is_templated(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(folder, _)| folder == TEMPLATE_FOLDER)
}

/// A name of ids and known extensions.
fn is_plain_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    !name.is_empty() && !name.starts_with('.') && name.bytes().all(is_plain)
}

/// A name of a file or a folder that leads nowhere else, whatever it says.
fn is_safe_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.len() <= MAX_NAME_BYTES
        && !name.chars().any(char::is_control)
}

/// The folder of a file: the minute it came in, in a folder of five hours.
///
/// An id begins with its time in milliseconds; eight digits of it tell 65 seconds apart. Files that come
/// together lie together, so that uploads seldom wait for a folder to be made, and what a backup has to look
/// through is what is new.
fn shard(file: Uuid) -> String {
    let digits = file.simple().to_string();
    format!("{}/{}", &digits[..6], &digits[6..8])
}

impl fmt::Display for StorageKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_never_leave_the_root() {
        for bad in [
            "",
            "/etc/passwd",
            "../x",
            "upload/../x",
            "upload//x",
            "upload/.hidden",
            "upload/a b",
            "upload/a\0",
        ] {
            assert_eq!(StorageKey::parse(bad), None, "{bad}");
        }
        let key = StorageKey::original(Uuid::nil(), "jpg");
        assert_eq!(StorageKey::parse(key.as_str()), Some(key.clone()));
        assert_eq!(StorageKey::from_flat(&key.flat().unwrap()), Some(key));
    }

    #[test]
    fn what_the_template_makes_stays_in_its_folder() {
        for bad in [
            "..",
            "../x",
            "a/../../x",
            "a//b",
            "/a",
            "a/",
            ".a/b",
            "a\0b",
            "a\nb",
            "",
        ] {
            assert_eq!(StorageKey::templated("anna", bad), None, "{bad:?}");
        }
        assert_eq!(StorageKey::templated("..", "a.jpg"), None);
        assert_eq!(StorageKey::templated("anna", &"x".repeat(256)), None);
        assert_eq!(StorageKey::templated("anna", &"abc/".repeat(600)), None);
        let key = StorageKey::templated("Анна & co", "2024/a~b's (1)+1.jpg").unwrap();
        assert!(key.is_templated());
        assert_eq!(StorageKey::parse(key.as_str()), Some(key.clone()));
        assert_eq!(key.flat(), None);
        assert_eq!(StorageKey::from_flat("library~anna~a.jpg"), None);
    }

    #[test]
    fn what_can_be_made_again_is_told_by_its_name() {
        let derived = |kind| StorageKey::derived(Uuid::nil(), new_id(), kind, "mp4");
        assert!(
            Kind::REMAKABLE
                .iter()
                .all(|kind| derived(*kind).is_remakable())
        );
        let original = StorageKey::original(Uuid::nil(), "mp4");
        for kept in [original.sidecar(), original, derived(Kind::ProfileImage)] {
            assert!(!kept.is_remakable(), "{kept}");
        }
    }
}
