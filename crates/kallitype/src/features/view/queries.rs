//! SQL of folders. `rtrim` takes away whatever of the given characters stands at the end; given all that a path has but
//! slashes, it leaves the folder with its slash, on both databases.

use uuid::Uuid;

use crate::access::Section;
use kallitype_db::{Connection, Result, Sql};

/// The folder of a file, with a slash at its end.
const FOLDER: &str = "rtrim(asset.original_path, replace(asset.original_path, '/', ''))";

/// The folders of a user's timeline, without a slash at their ends, in no order.
pub(crate) fn list_folders(connection: &mut Connection<'_>, user: Uuid) -> Result<Vec<String>> {
    Sql::new("SELECT DISTINCT rtrim(")
        .push(FOLDER)
        .push(", '/')")
        .append(in_timeline(user))
        .query(connection)
}

/// The names and ids of what is in a folder of a user's timeline, in no order.
pub(crate) fn list_in_folder(
    connection: &mut Connection<'_>,
    user: Uuid,
    folder: &str,
) -> Result<Vec<(String, Uuid)>> {
    Sql::new("SELECT asset.original_file_name, asset.id")
        .append(in_timeline(user))
        .push(" AND ")
        .push(FOLDER)
        .push(" = ")
        .bind(format!("{folder}/"))
        .query(connection)
}

fn in_timeline(user: Uuid) -> Sql {
    Sql::new(" FROM asset WHERE asset.owner_id = ")
        .bind(user)
        .push(" AND ")
        .append(Section::TIMELINE.condition())
}
