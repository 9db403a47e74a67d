//! Names of files and folders that are made of what people wrote.

use uuid::Uuid;

use kallitype_storage::{MAX_NAME_BYTES, StorageKey};

/// Bytes that are kept for what may come after a name: a number, the extension's dot and `.xmp`.
const MAX_TAIL_BYTES: usize = 16;

/// What other systems do not take in names.
const RESERVED: [char; 9] = ['/', '\\', '<', '>', ':', '"', '|', '?', '*'];

/// The names that a template gives an original: the one that it should have, and those with a number for when another
/// file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// Of the user's own folder.
    user: String,
    /// The path below it, without the extension.
    path: String,
    extension: String,
}

impl Names {
    /// Names of a path as the template made it. Parts of it that say nothing are left out; what is left without a name is
    /// called `otherwise`.
    pub(crate) fn new(user: String, made: &str, otherwise: &str, extension: String) -> Self {
        let (folders, name) = made.rsplit_once('/').unwrap_or(("", made));
        let longest = MAX_NAME_BYTES - MAX_TAIL_BYTES - extension.len();
        let name = match trim(cut(&clean_part(name), longest)) {
            "" => otherwise.to_owned(),
            name => name.to_owned(),
        };
        let folders = folders.split('/').map(clean_part);
        let folders = folders.map(|folder| trim(cut(&folder, MAX_NAME_BYTES)).to_owned());
        let mut parts: Vec<String> = folders.filter(|folder| !folder.is_empty()).collect();
        parts.push(name);
        Self {
            user,
            path: parts.join("/"),
            extension,
        }
    }

    /// The key with a number; 0 is without one. There is none for a path that is too long.
    pub(crate) fn key(&self, number: u32) -> Option<StorageKey> {
        let (path, extension) = (&self.path, &self.extension);
        let path = match number {
            0 => format!("{path}.{extension}"),
            number => format!("{path}+{number}.{extension}"),
        };
        let key = StorageKey::templated(&self.user, &path);
        // The sidecar beside it needs a key, too.
        key.filter(|key| StorageKey::parse(key.sidecar().as_str()).is_some())
    }

    /// Whether a key is one of these, whatever its number.
    pub(crate) fn hold(&self, key: &StorageKey) -> bool {
        let Some(first) = self.key(0) else {
            return false;
        };
        let ending = format!(".{}", self.extension);
        let stem = |key: &StorageKey| key.as_str().strip_suffix(&ending).map(str::to_owned);
        let Some((wanted, present)) = stem(&first).zip(stem(key)) else {
            return false;
        };
        let is_number = |rest: &str| {
            rest.strip_prefix('+').is_some_and(|digits| {
                !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        present
            .strip_prefix(&wanted)
            .is_some_and(|rest| rest.is_empty() || is_number(rest))
    }
}

/// The folder of a user's originals: their storage label, or their id.
pub(crate) fn folder_of(user: Uuid, label: Option<&str>) -> String {
    let label = clean(label.unwrap_or_default());
    let label = trim(cut(&label, MAX_NAME_BYTES));
    // What looks like an id is no label, so that no one's folder is another's.
    match label.is_empty() || Uuid::parse_str(label).is_ok() {
        true => user.to_string(),
        false => label.to_owned(),
    }
}

/// A file's name without its extension.
pub(crate) fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// The extension of an original as all of its kind are called, of its present path.
pub(crate) fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let extension = extension.to_ascii_lowercase();
    match extension.as_str() {
        "jpeg" | "jpe" => "jpg",
        "tif" => "tiff",
        "3gpp" => "3gp",
        "mpeg" | "mpe" => "mpg",
        "m2ts" | "m2t" => "mts",
        other => other,
    }
    .to_owned()
}

/// What someone wrote as a part of a name: without what leads elsewhere, or what other systems do not take.
pub(crate) fn clean(text: &str) -> String {
    let is_kept = |character: &char| !character.is_control() && !RESERVED.contains(character);
    trim(&text.chars().filter(is_kept).collect::<String>()).to_owned()
}

/// A part of a path as the template made it. What it says itself may hold what values may not, as long as it is a name.
fn clean_part(part: &str) -> String {
    let is_kept = |character: &char| !character.is_control();
    trim(&part.chars().filter(is_kept).collect::<String>()).to_owned()
}

/// Without what hides a name, or what other systems drop at its end.
fn trim(name: &str) -> &str {
    let is_dropped = |character: char| character == '.' || character.is_whitespace();
    name.trim_matches(is_dropped)
}

/// The beginning of a name, in whole characters.
fn cut(name: &str, bytes: usize) -> &str {
    &name[..name.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(made: &str) -> Names {
        Names::new("anna".into(), made, "id", "jpg".into())
    }

    fn key(made: &str) -> String {
        names(made).key(0).unwrap().to_string()
    }

    #[test]
    fn whatever_was_written_becomes_a_name_in_the_users_folder() {
        for (made, kept) in [
            ("2024/05/a", "2024/05/a.jpg"),
            ("//2024/ /./../.../a", "2024/a.jpg"),
            ("../../etc/passwd", "etc/passwd.jpg"),
            (".ssh/.a", "ssh/a.jpg"),
            ("a\0b\n/c\u{85}d", "ab/cd.jpg"),
            ("2024/", "2024/id.jpg"),
            ("...", "id.jpg"),
            ("", "id.jpg"),
            (" a . /b . ", "a/b.jpg"),
            ("Ä/ß 日本", "Ä/ß 日本.jpg"),
        ] {
            assert_eq!(key(made), format!("library/anna/{kept}"), "{made:?}");
        }
        assert_eq!(clean(" ../a\\b:c?\0 "), "abc");
    }

    #[test]
    fn long_names_are_cut_between_characters_and_keep_room_for_what_follows() {
        let made = format!("{}/{}", "日".repeat(100), "é".repeat(300));
        let key = names(&made).key(9_999_999).unwrap();
        let parts: Vec<_> = key.as_str().split('/').collect();
        assert_eq!(parts[2], "日".repeat(85));
        assert!(
            parts[3].len() + ".xmp".len() <= MAX_NAME_BYTES,
            "{}",
            parts[3].len()
        );
        assert!(parts[3].len() > 230);
        assert!(StorageKey::parse(key.sidecar().as_str()).is_some());
        assert_eq!(names(&"a/".repeat(2000)).key(0), None);
    }

    #[test]
    fn a_name_with_a_number_is_still_that_name() {
        let names = names("2024/a");
        for (path, is_held) in [
            ("2024/a.jpg", true),
            ("2024/a+1.jpg", true),
            ("2024/a+27.jpg", true),
            ("2024/a+.jpg", false),
            ("2024/a+1x.jpg", false),
            ("2024/ab.jpg", false),
            ("2024/a.jpeg", false),
            ("a.jpg", false),
        ] {
            let key = StorageKey::templated("anna", path).unwrap();
            assert_eq!(names.hold(&key), is_held, "{path}");
        }
        assert!(!names.hold(&StorageKey::templated("bob", "2024/a.jpg").unwrap()));
    }

    #[test]
    fn everyone_has_a_folder_of_their_own() {
        let user = Uuid::from_u128(7);
        for label in [
            None,
            Some(""),
            Some(".."),
            Some("/"),
            Some("00000000-0000-0000-0000-000000000008"),
        ] {
            assert_eq!(folder_of(user, label), user.to_string(), "{label:?}");
        }
        assert_eq!(folder_of(user, Some("../Anna & co")), "Anna & co");
        assert!(folder_of(user, Some(&"x".repeat(300))).len() <= MAX_NAME_BYTES);
    }

    #[test]
    fn extensions_are_called_alike() {
        for (path, called) in [
            ("a/b.jpeg", "jpg"),
            ("b.TIF", "tiff"),
            ("x.mov", "mov"),
            ("x.m2ts", "mts"),
        ] {
            assert_eq!(extension(path), called);
        }
        assert_eq!(
            (stem("a.b.jpg"), stem(".jpg"), stem("a")),
            ("a.b", ".jpg", "a")
        );
    }
}
