//! The paths of tags.

use uuid::Uuid;

use super::queries;
use crate::db::{Connection, DatabaseError, Result};

/// The longest path, in characters, and the most names in one: indexes have to hold them.
pub const LONGEST: usize = 500;
pub const DEEPEST: usize = 20;

/// What becomes of a path as it was written: no blanks around its names, and no empty ones. `None` when nothing is
/// left, or more than can be kept.
#[must_use]
pub fn tidy(path: &str) -> Option<String> {
    // What the database drops has to go first: it can leave a blank or nothing.
    let path = path.replace('\0', "");
    let names: Vec<&str> = path
        .split('/')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    let value = names.join("/");
    let fits = names.len() <= DEEPEST && value.chars().count() <= LONGEST;
    (fits && !value.is_empty()).then_some(value)
}

/// The last name of a path.
#[must_use]
pub fn name(value: &str) -> &str {
    value.rsplit('/').next().unwrap_or(value)
}

/// A user's tag of this tidy path; it and its parents are made if they are not there.
///
/// # Errors
/// When the database fails.
pub fn ensure(connection: &mut Connection<'_>, user: Uuid, value: &str, now: i64) -> Result<Uuid> {
    if let Some(id) = queries::find_by_value(connection, user, value)? {
        return Ok(id);
    }
    let mut parent = None;
    let ends = value.match_indices('/').map(|(position, _)| position);
    for end in ends.chain([value.len()]) {
        let path = &value[..end];
        let id = match queries::find_by_value(connection, user, path)? {
            Some(id) => id,
            None => queries::insert(connection, user, path, parent, now)?,
        };
        parent = Some(id);
    }
    parent.ok_or_else(|| DatabaseError::Other("a tag without a path".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_tidied() {
        assert_eq!(tidy(" Places / Rome/").as_deref(), Some("Places/Rome"));
        assert_eq!(tidy("a"), Some("a".into()));
        assert_eq!(tidy("\0/a \0/b").as_deref(), Some("a/b"));
        assert_eq!(tidy(" / /"), None);
        assert_eq!(tidy(&"x".repeat(501)), None);
        assert_eq!(tidy(&["x"; 21].join("/")), None);
        assert_eq!(name("Places/Rome"), "Rome");
    }
}
