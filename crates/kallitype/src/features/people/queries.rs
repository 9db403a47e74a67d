//! SQL of people.

use uuid::Uuid;

use crate::core::people::person::PersonRow;
use kallitype_db::{Connection, Result, Sql, row};

/// A page of a user's people: who has a name, or is seen three times, in the order of an index.
pub(crate) fn list_people(
    connection: &mut Connection<'_>,
    owner: Uuid,
    with_hidden: bool,
    (skipped, limit): (i64, i64),
) -> Result<Vec<PersonRow>> {
    select_listed(PersonRow::COLUMNS, owner, with_hidden)
        .push(" LIMIT ")
        .bind(limit)
        .push(" OFFSET ")
        .bind(skipped)
        .query(connection)
}

row! {
    /// What puts a person into their place in a list.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct ListedPerson {
        pub id: Uuid = "person.id",
        pub is_hidden: bool = "person.is_hidden",
        pub is_favorite: bool = "person.is_favorite",
        /// The face that stands for them.
        pub face_id: Option<Uuid> = "person.face_id",
    }
}

/// All of a user's people, in the same order.
pub(crate) fn list_listed(
    connection: &mut Connection<'_>,
    owner: Uuid,
    with_hidden: bool,
) -> Result<Vec<ListedPerson>> {
    select_listed(ListedPerson::COLUMNS, owner, with_hidden).query(connection)
}

fn select_listed(columns: &'static str, owner: Uuid, with_hidden: bool) -> Sql {
    Sql::select(columns)
        .push(" FROM person WHERE person.owner_id = ")
        .bind(owner)
        .push(" AND person.faces > 0 AND (person.name <> '' OR person.faces >= 3)")
        .push(match with_hidden {
            true => "",
            false => " AND person.is_hidden = FALSE",
        })
        .push(
            " ORDER BY person.is_hidden, person.is_favorite DESC, (person.name = ''), person.faces DESC, \
             person.folded_name, person.created_at, person.id",
        )
}

/// Some of a user's people, in any order.
pub(crate) fn list_by_id(
    connection: &mut Connection<'_>,
    owner: Uuid,
    ids: &[Uuid],
) -> Result<Vec<PersonRow>> {
    Sql::select(PersonRow::COLUMNS)
        .push(" FROM person WHERE person.id IN LIST(")
        .bind(ids)
        .push(") AND person.owner_id = ")
        .bind(owner)
        .query(connection)
}

/// How many people a user has, and how many of them are hidden.
pub(crate) fn count_people(connection: &mut Connection<'_>, owner: Uuid) -> Result<(i64, i64)> {
    let sql = "SELECT CAST(COALESCE(SUM(people), 0) AS BIGINT), \
        CAST(COALESCE(SUM(CASE WHEN is_hidden THEN people ELSE 0 END), 0) AS BIGINT) \
        FROM person_count WHERE owner_id = $1";
    connection.query_one(sql, &[owner.into()])
}

/// On how many assets the timeline shows a person.
pub(crate) fn count_assets(connection: &mut Connection<'_>, person: Uuid) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM (SELECT DISTINCT asset_id FROM asset_face WHERE person_id = $1 AND is_shown = TRUE) AS seen";
    connection.query_one(sql, &[person.into()])
}
