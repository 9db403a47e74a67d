//! The paths of tags.

use uuid::Uuid;

use crate::core::tags::queries;
use kallitype_db::{Connection, DatabaseError, Result};

/// The limits on a path's characters and on its names: indexes have to hold them.
pub(crate) const MAX_LENGTH: usize = 500;
pub(crate) const MAX_DEPTH: usize = 20;

/// A user's tag of this tidy path; it and its parents are made if they are not there.
///
/// # Errors
/// When the database fails.
pub(crate) fn ensure(
    connection: &mut Connection<'_>,
    user: Uuid,
    value: &str,
    now: i64,
) -> Result<Uuid> {
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
