//! SQL of searches. What they ask of assets stands in `search_asset`, which triggers keep; it is called `asset` here, for
//! what rules ask of an asset it has.

use uuid::Uuid;

use crate::access::{Listing, Section, album_in_use};
use crate::core::asset_listing::page::{Page, Position};
use crate::core::choices::AssetOrder;
use crate::core::people;
use crate::core::people::person::PersonRow;
use crate::core::tags;
use crate::features::search::filter::Condition;
use crate::features::search::worded::{Asked, Places};
use kallitype_db::{Connection, Result, Sql, fold};

/// Characters below which no index helps to find a text.
const TRIGRAM: usize = 3;

/// A column with a text to look into: how it is compared, and what it is called to SQLite's index of texts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextColumn {
    like: &'static str,
    like_of_row: &'static str,
    name: &'static str,
}

pub(crate) const NAME: TextColumn = TextColumn {
    like: "asset.name LIKE ",
    like_of_row: "found.name LIKE ",
    name: "name",
};
pub(crate) const DESCRIPTION: TextColumn = TextColumn {
    like: "asset.description LIKE ",
    like_of_row: "found.description LIKE ",
    name: "description",
};

pub(crate) const IS_NOT_IN_ALBUM: &str =
    "NOT EXISTS (SELECT 1 FROM album_asset held WHERE held.asset_id = asset.id)";
pub(crate) const IS_UNTAGGED: &str =
    "NOT EXISTS (SELECT 1 FROM tag_asset given WHERE given.asset_id = asset.id)";

/// The beginning of the condition that something holds of the asset's own row. A bracket ends it.
pub(crate) fn whole(of_row: &'static str) -> Sql {
    Sql::new("EXISTS (SELECT 1 FROM asset whole WHERE whole.id = asset.id AND ").push(of_row)
}

/// All assets of which a condition holds that an index of `search_asset` answers to.
pub(crate) fn all_where(condition: Sql) -> Sql {
    Sql::new(" FROM search_asset asset WHERE ").append(condition)
}

pub(crate) fn has_id(id: Uuid) -> Condition {
    let holds = Sql::new("asset.id = ").bind(id);
    Condition {
        found: Some(all_where(holds.clone())),
        holds,
    }
}

pub(crate) fn has_checksum(owners: Vec<Uuid>, checksum: &[u8]) -> Condition {
    Condition {
        holds: whole("whole.checksum = ").bind(checksum).push(")"),
        found: Some(
            Sql::new(
                " FROM asset known CROSS JOIN search_asset asset WHERE known.owner_id IN LIST(",
            )
            .bind(owners)
            .push(") AND known.checksum = ")
            .bind(checksum)
            .push(" AND known.library_id IS NULL AND asset.id = known.id"),
        ),
    }
}

pub(crate) fn is_of_device(
    owners: Vec<Uuid>,
    device: &str,
    device_asset: Option<&str>,
) -> Condition {
    Condition {
        holds: whole("whole.device_id = ")
            .bind(device)
            .push_some(" AND whole.device_asset_id = ", device_asset)
            .push(")"),
        found: Some(
            Sql::new(
                " FROM asset known CROSS JOIN search_asset asset WHERE known.owner_id IN LIST(",
            )
            .bind(owners)
            .push(") AND known.device_id = ")
            .bind(device)
            .push_some(" AND known.device_asset_id = ", device_asset)
            .push(" AND asset.id = known.id"),
        ),
    }
}

pub(crate) fn is_of_library(library: Uuid) -> Condition {
    Condition {
        holds: whole("whole.library_id = ").bind(library).push(")"),
        found: Some(
            Sql::new(" FROM asset known CROSS JOIN search_asset asset WHERE known.library_id = ")
                .bind(library)
                .push(" AND asset.id = known.id"),
        ),
    }
}

/// That the file of a library's asset is gone, or is there.
pub(crate) fn is_offline(owners: Vec<Uuid>, is_gone: bool) -> Condition {
    if !is_gone {
        return whole("whole.offline_at IS NULL)").into();
    }
    let found =
        Sql::new(" FROM asset known CROSS JOIN search_asset asset WHERE known.owner_id IN LIST(");
    Condition {
        holds: whole("whole.offline_at IS NOT NULL)"),
        found: Some(
            found
                .bind(owners)
                .push(") AND known.offline_at IS NOT NULL AND asset.id = known.id"),
        ),
    }
}

/// That an album, which the user is in, holds the asset.
pub(crate) fn is_in_album(user: Uuid, album: Uuid) -> Condition {
    let held = |sql: Sql| {
        sql.push("held.album_id = ")
            .bind(album)
            .push(" AND EXISTS (SELECT 1 FROM album_user member WHERE member.album_id = held.album_id AND member.user_id = ")
            .bind(user)
            .push(") AND ")
            .append(album_in_use("held.album_id"))
    };
    let holds =
        Sql::new("EXISTS (SELECT 1 FROM album_asset held WHERE held.asset_id = asset.id AND ");
    let found = Sql::new(
        " FROM album_asset held CROSS JOIN search_asset asset WHERE asset.id = held.asset_id AND ",
    );
    Condition {
        holds: held(holds).push(")"),
        found: Some(held(found)),
    }
}

/// That the asset has a tag of the user's or one below it; none if there is no such tag.
pub(crate) fn has_tag(
    connection: &mut Connection<'_>,
    user: Uuid,
    tag: Uuid,
) -> Result<Option<Condition>> {
    let found = tags::queries::find(connection, user, tag)?;
    Ok(found.map(|tag| Condition {
        holds: tags::queries::has_tag_below(user, &tag.value),
        found: Some(
            Sql::new(" FROM (")
                .append(tags::queries::select_assets_below(user, &tag.value))
                .push(") AS tagged CROSS JOIN search_asset asset WHERE asset.id = tagged.asset_id"),
        ),
    }))
}

/// That one of the user's persons is on the asset; none if there is no such person.
pub(crate) fn has_person(
    connection: &mut Connection<'_>,
    user: Uuid,
    person: Uuid,
) -> Result<Option<Condition>> {
    let found = people::queries::find_person(connection, user, person)?;
    Ok(found.map(|person| Condition {
        holds: people::queries::shows_person(person.id),
        found: Some(
            Sql::new(" FROM (")
                .append(people::queries::select_assets_showing(person.id))
                .push(") AS seen CROSS JOIN search_asset asset WHERE asset.id = seen.asset_id"),
        ),
    }))
}

/// How many persons are found by a name at most.
const MAX_PERSONS: i64 = 1000;

/// A user's persons of whose names a word begins so. There are as many to look at as have names.
pub(crate) fn list_persons_named(
    connection: &mut Connection<'_>,
    user: Uuid,
    name: &str,
    with_hidden: bool,
) -> Result<Vec<PersonRow>> {
    let name = fold(name.trim());
    let first = containing(&name).trim_start_matches('%').to_owned();
    let later = containing(&format!(" {name}"));
    Sql::select(PersonRow::COLUMNS)
        .push(" FROM person WHERE person.owner_id = ")
        .bind(user)
        .push(" AND person.name <> '' AND (person.folded_name LIKE ")
        .bind(first)
        .push(LITERALLY)
        .push(" OR person.folded_name LIKE ")
        .bind(later)
        .push(LITERALLY)
        .push(match with_hidden {
            true => ")",
            false => ") AND person.is_hidden = FALSE",
        })
        .push(" ORDER BY person.folded_name, person.id LIMIT ")
        .bind(MAX_PERSONS)
        .query(connection)
}

/// That a text stands in a column. Nothing in it has a meaning of its own.
pub(crate) fn has_text(
    connection: &mut Connection<'_>,
    column: TextColumn,
    text: &str,
) -> Result<Condition> {
    let text = fold(text);
    let holds = Sql::new(column.like)
        .bind(containing(&text))
        .push(LITERALLY);
    let is_short = text.chars().nth(TRIGRAM - 1).is_none();
    let found = match !is_short && has_text_index(connection)? {
        false => None,
        true => Some(
            connection.choose(
                Sql::new(
                    " FROM search_text CROSS JOIN search_asset asset WHERE search_text MATCH ",
                )
                .bind(phrase(column.name, &text))
                .push(" AND asset.number = search_text.rowid"),
                Sql::new(" FROM (SELECT * FROM search_asset found WHERE ")
                    .push(column.like_of_row)
                    .bind(containing(&text))
                    .push(LITERALLY)
                    .push(" OFFSET 0) asset WHERE TRUE"),
            ),
        ),
    };
    Ok(Condition { holds, found })
}

/// That a text stands in the path of the original, as it is told to its owner. Each path is looked at.
pub(crate) fn has_path(text: &str) -> Condition {
    let path = whole("fold_text(whole.original_path) LIKE ")
        .bind(containing(&fold(text)))
        .push(LITERALLY);
    path.push(")").into()
}

/// Whether there is an index of texts: PostgreSQL may have refused the extension for it.
fn has_text_index(connection: &mut Connection<'_>) -> Result<bool> {
    if connection.choose(true, false) {
        return Ok(true);
    }
    let indexes = connection.query_one::<i64>(
        "SELECT COUNT(*) FROM pg_indexes WHERE schemaname = ANY(current_schemas(FALSE)) \
         AND indexname = 'search_asset_text' /* PostgreSQL: SQLite has its index always */",
        &[],
    )?;
    Ok(indexes > 0)
}

const LITERALLY: &str = " ESCAPE '\\'";

/// The pattern of texts that contain this one.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// What SQLite's index of texts is asked for: a column with this text in it. Between quotation marks, which are doubled in
/// it, nothing has a meaning.
fn phrase(column: &str, text: &str) -> String {
    format!("{column} : \"{}\"", text.replace('"', "\"\""))
}

/// The condition that an asset is in a section of someone's library: a range of the table's order. It asks for nothing that
/// is not in the indexes, too.
fn belongs_to(section: Section, owner: Uuid) -> Sql {
    Sql::new("asset.owner_id = ")
        .bind(owner)
        .push(match section.is_trashed {
            true => " AND asset.is_trashed = TRUE AND ",
            false => " AND asset.is_trashed = FALSE AND ",
        })
        .append(section.shown_condition())
}

/// The condition that an asset is in a listing, which lists something.
fn is_listed(listing: &Listing) -> Sql {
    let ranges = listing.ranges();
    let ranges = ranges.map(|(section, owner)| belongs_to(section, owner));
    Sql::new("(").join(ranges, " OR ").push(")")
}

/// Each condition, with AND before it.
fn and(conditions: &[Sql]) -> Sql {
    conditions.iter().fold(Sql::default(), |sql, condition| {
        sql.push(" AND ").append(condition.clone())
    })
}

/// The query for columns of all assets of a listing that are on a page or after it.
fn ranges(listing: &Listing, page: &Page, columns: &'static str, conditions: &[Sql]) -> Vec<Sql> {
    let range = |(section, owner)| {
        Sql::select(columns)
            .push(" FROM search_asset asset WHERE ")
            .append(belongs_to(section, owner))
            .append(page.condition())
            .append(and(conditions))
    };
    listing.ranges().map(range).collect()
}

/// A page of the assets of which all conditions hold, along the order of the list or of an index on a value.
pub(crate) fn list_along_order(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
    conditions: &[Sql],
) -> Result<Vec<Position>> {
    let ranges = ranges(listing, page, Position::COLUMNS, conditions);
    let sql = connection.merge(ranges, page.order(), page.limit);
    sql.query(connection)
}

/// The same, of those that stand next in the list and no others.
pub(crate) fn list_among_next(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
    conditions: &[Sql],
    next: i64,
) -> Result<Vec<Position>> {
    let ranges = ranges(listing, page, "*", &[]);
    let next = connection.merge(ranges, page.order(), next);
    Sql::select(Position::COLUMNS)
        .push(" FROM (")
        .append(next)
        .push(") asset WHERE TRUE")
        .append(and(conditions))
        .push(" ORDER BY ")
        .push(page.order())
        .push(" LIMIT ")
        .bind(page.limit)
        .query(connection)
}

/// The same, of those that an index finds.
pub(crate) fn list_found(
    connection: &mut Connection<'_>,
    listing: &Listing,
    page: &Page,
    found: Sql,
    conditions: &[Sql],
) -> Result<Vec<Position>> {
    // With a limit of their own, they are found before they are brought into order.
    let all = Sql::select(Position::COLUMNS)
        .append(found)
        .push(" AND ")
        .append(is_listed(listing))
        .append(page.condition())
        .append(and(conditions))
        .push(" LIMIT 9223372036854775807");
    Sql::new("SELECT file_created_at, id FROM (")
        .append(all)
        .push(") AS found ORDER BY ")
        .push(page.order())
        .push(" LIMIT ")
        .bind(page.limit)
        .query(connection)
}

/// A page of the assets with some words between these places, in the order of places.
pub(crate) fn list_along_places(
    connection: &mut Connection<'_>,
    asked: &Asked<'_>,
    places: Places,
    limit: i64,
) -> Result<Vec<Position>> {
    let sql = Sql::select(Position::COLUMNS)
        .push(" FROM word_index CROSS JOIN search_asset asset WHERE word_index MATCH ")
        .bind(&asked.question)
        .push(" AND word_index.rowid BETWEEN ")
        .bind(places.first)
        .push(" AND ")
        .bind(places.last)
        .push(" AND asset.number = word_index.rowid & 1073741823");
    let ordered = match asked.page.order {
        AssetOrder::Ascending => " ORDER BY word_index.rowid LIMIT ",
        AssetOrder::Descending => " ORDER BY word_index.rowid DESC LIMIT ",
    };
    read_worded(connection, asked, sql, Sql::new(ordered).bind(limit))
}

/// The query for the ids of those assets that have some words among those that stand next in the list.
pub(crate) fn with_words_among_next(
    connection: &Connection<'_>,
    asked: &Asked<'_>,
    next: i64,
) -> Sql {
    let ranges = asked.owners.iter().map(|owner| {
        Sql::new("SELECT asset.file_created_at, asset.id, asset.words FROM search_words asset WHERE asset.owner_id = ")
            .bind(owner)
            .append(asked.page.condition())
    });
    let next = connection.merge(ranges.collect(), asked.page.order(), next);
    Sql::new("SELECT next.id FROM (")
        .append(next)
        .push(") next WHERE next.words @@ ")
        .append(tsquery(asked))
        .push(" OFFSET 0")
}

/// The query for the ids of the first assets that have some words.
pub(crate) fn with_words(asked: &Asked<'_>, limit: i64) -> Sql {
    Sql::new("SELECT asset.id FROM search_words asset WHERE asset.words @@ ")
        .append(tsquery(asked))
        .append(asked.page.condition())
        .push(" ORDER BY asset.file_created_at")
        .push(match asked.page.order {
            AssetOrder::Ascending => ", asset.id LIMIT ",
            AssetOrder::Descending => " DESC, asset.id DESC LIMIT ",
        })
        .bind(limit)
}

fn tsquery(asked: &Asked<'_>) -> Sql {
    Sql::new("wanted_words(").bind(&asked.question).push(")")
}

/// A page of the assets with these ids.
pub(crate) fn list_worded(
    connection: &mut Connection<'_>,
    asked: &Asked<'_>,
    ids: Sql,
) -> Result<Vec<Position>> {
    let sql = Sql::select(Position::COLUMNS)
        .push(" FROM (")
        .append(ids)
        .push(") said CROSS JOIN search_asset asset WHERE asset.id = said.id");
    let page = Sql::new(" ORDER BY asset.file_created_at")
        .push(match asked.page.order {
            AssetOrder::Ascending => ", asset.id LIMIT ",
            AssetOrder::Descending => " DESC, asset.id DESC LIMIT ",
        })
        .bind(asked.page.limit);
    read_worded(connection, asked, sql, page)
}

/// Reads those that the caller may see and of which all conditions hold.
fn read_worded(
    connection: &mut Connection<'_>,
    asked: &Asked<'_>,
    found: Sql,
    ordered: Sql,
) -> Result<Vec<Position>> {
    found
        .push(" AND ")
        .append(is_listed(asked.listing))
        .append(asked.page.condition())
        .append(and(asked.conditions))
        .append(ordered)
        .query(connection)
}

/// How many assets of a listing there are of which all conditions hold.
pub(crate) fn count(
    connection: &mut Connection<'_>,
    listing: &Listing,
    found: Option<Sql>,
    conditions: &[Sql],
) -> Result<i64> {
    let select = Sql::new("SELECT COUNT(*) AS assets");
    if let Some(found) = found {
        return select
            .append(found)
            .push(" AND ")
            .append(is_listed(listing))
            .append(and(conditions))
            .query_one(connection);
    }
    let ranges = listing.ranges().map(|(section, owner)| {
        let range = belongs_to(section, owner);
        let sql = select.clone().push(" FROM search_asset asset WHERE ");
        sql.append(range).append(and(conditions))
    });
    Sql::new("SELECT CAST(COALESCE(SUM(assets), 0) AS BIGINT) FROM (")
        .join(ranges, " UNION ALL ")
        .push(") AS counted")
        .query_one(connection)
}

/// Which of some assets of a listing all conditions hold of.
pub(crate) fn filter(
    connection: &mut Connection<'_>,
    listing: &Listing,
    ids: Vec<Uuid>,
    conditions: &[Sql],
) -> Result<Vec<Uuid>> {
    Sql::new("SELECT asset.id FROM search_asset asset WHERE asset.id IN LIST(")
        .bind(ids)
        .push(") AND ")
        .append(is_listed(listing))
        .append(and(conditions))
        .query(connection)
}

/// The largest assets of more than so many bytes, the largest first.
pub(crate) fn list_largest(
    connection: &mut Connection<'_>,
    listing: &Listing,
    min_size: i64,
    limit: i64,
    conditions: &[Sql],
) -> Result<Vec<Position>> {
    let ranges = listing.ranges().map(|(section, owner)| {
        Sql::select(Position::COLUMNS)
            .push(", asset.file_size FROM search_asset asset WHERE ")
            .append(belongs_to(section, owner))
            .push(" AND asset.file_size > ")
            .bind(min_size)
            .append(and(conditions))
    });
    let largest = connection.merge(ranges.collect(), "file_size DESC, id DESC", limit);
    let found: Vec<(Position, i64)> = largest.query(connection)?;
    Ok(found.into_iter().map(|(position, _)| position).collect())
}

/// A column of values that are suggested, and how its next value is found in the order of its index.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueColumn {
    select: &'static str,
    is_known: &'static str,
    is_next: &'static str,
    order: &'static str,
    is_this: &'static str,
}

macro_rules! value_column {
    ($name:ident, $column:literal) => {
        pub(crate) const $name: ValueColumn = ValueColumn {
            select: concat!(
                "SELECT asset.",
                $column,
                " AS value FROM search_asset asset WHERE "
            ),
            is_known: concat!(" AND asset.", $column, " IS NOT NULL"),
            is_next: concat!(" AND asset.", $column, " > known.value"),
            order: concat!(" ORDER BY asset.", $column, " LIMIT 1"),
            is_this: concat!(" AND asset.", $column, " = known.value"),
        };
    };
}

value_column!(CITY, "city");
value_column!(STATE, "state");
value_column!(COUNTRY, "country");
value_column!(MAKE, "make");
value_column!(MODEL, "model");

/// The beginning of a query that has all values of a column in one timeline, each found behind the one before: it costs
/// what there are of values, not of assets.
fn known_values(owner: Uuid, column: ValueColumn) -> Sql {
    let timeline = || belongs_to(Section::TIMELINE, owner);
    Sql::new("WITH RECURSIVE known (value) AS (SELECT first.value FROM (")
        .push(column.select)
        .append(timeline())
        .push(column.is_known)
        .push(column.order)
        .push(") AS first UNION ALL SELECT (")
        .push(column.select)
        .append(timeline())
        .push(column.is_next)
        .push(column.order)
        .push(") FROM known WHERE known.value IS NOT NULL)")
}

/// The values that a column has in someone's timeline where all conditions hold.
pub(crate) fn list_values(
    connection: &mut Connection<'_>,
    owner: Uuid,
    column: ValueColumn,
    conditions: &[Sql],
) -> Result<Vec<String>> {
    let sql = known_values(owner, column).push(" SELECT value FROM known WHERE value IS NOT NULL");
    let sql = match conditions {
        [] => sql,
        conditions => sql
            .push(" AND EXISTS (SELECT 1 FROM search_asset asset WHERE ")
            .append(belongs_to(Section::TIMELINE, owner))
            .push(column.is_this)
            .append(and(conditions))
            .push(")"),
    };
    sql.query(connection)
}

/// The cities of someone's timeline with so many pictures at least, each with its newest picture. As a range, in the order of
/// the index of cities, SQLite finds them there; for an equal city it would go through the whole timeline.
pub(crate) fn list_cities(
    connection: &mut Connection<'_>,
    owner: Uuid,
    min_pictures: i64,
) -> Result<Vec<(String, Position)>> {
    let newest = |columns: &'static str| {
        Sql::select(columns)
            .push(" FROM search_asset asset WHERE ")
            .append(belongs_to(Section::TIMELINE, owner))
            .push(
                " AND asset.city BETWEEN known.value AND known.value AND asset.type = 'IMAGE' \
                ORDER BY asset.city DESC, asset.file_created_at DESC, asset.id DESC LIMIT 1",
            )
    };
    let sql = known_values(owner, CITY)
        .push(" SELECT known.value, asset.file_created_at, asset.id FROM known CROSS JOIN search_asset asset WHERE asset.id = (")
        .append(newest("asset.id"))
        .push(") AND EXISTS (SELECT 1 FROM (")
        .append(newest("asset.id"))
        .push(" OFFSET ")
        .bind(min_pictures - 1)
        .push(") AS enough)");
    sql.query(connection)
}
