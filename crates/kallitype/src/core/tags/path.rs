use unicode_normalization::UnicodeNormalization;

use crate::core::tags::tree::{MAX_DEPTH, MAX_LENGTH};

/// What becomes of a path as it was written: no blanks around its names, no empty ones, and
/// letters with their accents put together. `None` when nothing is
/// left, or more than can be kept.
#[must_use]
pub(crate) fn tidy(path: &str) -> Option<String> {
    // What the database drops has to go first: it can leave a blank or nothing.
    let path: String = path.replace('\0', "").nfc().collect();
    let names: Vec<&str> = path
        .split('/')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let value = names.join("/");
    let fits = names.len() <= MAX_DEPTH && value.chars().count() <= MAX_LENGTH;
    (fits && !value.is_empty()).then_some(value)
}

/// The last name of a path.
#[must_use]
pub(crate) fn name(value: &str) -> &str {
    value.rsplit('/').next().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tidied() {
        assert_eq!(tidy(" Places / Rome/").as_deref(), Some("Places/Rome"));
        assert_eq!(tidy("a"), Some("a".into()));
        assert_eq!(tidy("Ko\u{308}ln").as_deref(), Some("K\u{f6}ln"));
        assert_eq!(tidy("\0/a \0/b").as_deref(), Some("a/b"));
        assert_eq!(tidy(" / /"), None);
        assert_eq!(tidy(&"x".repeat(501)), None);
        assert_eq!(tidy(&["x"; 21].join("/")), None);
        assert_eq!(name("Places/Rome"), "Rome");
    }
}
