//! SQL of the index of words.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::words::AssetWords;
use kallitype_db::{Connection, Result, Sql, Value, row};
use kallitype_web::wire_enum;

wire_enum! {
    /// What has other words.
    pub enum DueKind as "WordDueKind" {
        Asset = "asset",
        Person = "person",
        Tag = "tag",
    }
}

row! {
    /// Something of which the index does not say what it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) struct Due {
        pub kind: DueKind,
        pub id: Uuid,
        pub done_through: Option<Uuid>,
    }
}

/// What is due, for whoever commits or for the job. What another transaction works on is left to it.
pub(super) fn list_due(
    connection: &mut Connection<'_>,
    is_deferred: bool,
    limit: usize,
) -> Result<Vec<Due>> {
    let of_whom = match is_deferred {
        true => " FROM word_due WHERE is_deferred = TRUE",
        false => " FROM word_due WHERE is_deferred = FALSE",
    };
    Sql::select(Due::COLUMNS)
        .push(of_whom)
        .push(" ORDER BY kind, id LIMIT ")
        .bind(count(limit))
        .push(connection.skip_locked())
        .query(connection)
}

pub(super) fn forget_due(connection: &mut Connection<'_>, due: &[Due]) -> Result<()> {
    for kind in [DueKind::Asset, DueKind::Person, DueKind::Tag] {
        let of_kind = due.iter().filter(|one| one.kind == kind);
        let ids: Vec<Uuid> = of_kind.map(|one| one.id).collect();
        if !ids.is_empty() {
            let sql = "DELETE FROM word_due WHERE kind = $1 AND id IN LIST($2)";
            connection.execute(sql, &[kind.into(), ids.into()])?;
        }
    }
    Ok(())
}

/// Leaves to the job what is due still.
pub(super) fn defer_due(connection: &mut Connection<'_>) -> Result<()> {
    let sql = "UPDATE word_due SET is_deferred = TRUE WHERE is_deferred = FALSE";
    connection.execute(sql, &[])?;
    Ok(())
}

/// Whether there is anything for the job.
pub(crate) fn has_due(connection: &mut Connection<'_>) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM word_due)";
    connection.query_one(sql, &[])
}

pub(super) fn set_done(connection: &mut Connection<'_>, due: &Due, through: Uuid) -> Result<()> {
    let sql = "UPDATE word_due SET done_through = $3 WHERE kind = $1 AND id = $2";
    connection.execute(sql, &[due.kind.into(), due.id.into(), through.into()])?;
    Ok(())
}

/// The assets of a tag or a person after those that are done, by their ids.
pub(super) fn list_assets(
    connection: &mut Connection<'_>,
    due: &Due,
    limit: usize,
) -> Result<Vec<Uuid>> {
    let sql = match due.kind {
        DueKind::Person => {
            "SELECT DISTINCT asset_id FROM asset_face WHERE person_id = $1 AND asset_id > $2 ORDER BY asset_id LIMIT $3"
        }
        DueKind::Tag | DueKind::Asset => {
            "SELECT asset_id FROM tag_asset WHERE tag_id = $1 AND asset_id > $2 ORDER BY asset_id LIMIT $3"
        }
    };
    let after = due.done_through.unwrap_or_default();
    connection.query(sql, &[due.id.into(), after.into(), count(limit).into()])
}

row! {
    /// What an asset is found by, but for tags and persons.
    struct Facts {
        id: Uuid = "asset.id",
        owner: Uuid = "asset.owner_id",
        file_created_at: i64 = "asset.file_created_at",
        name: String = "asset.original_file_name",
        description: String = "exif.description",
        city: Option<String> = "exif.city",
        state: Option<String> = "exif.state",
        country: Option<String> = "exif.country",
    }
}

/// An asset and its words.
pub(super) struct Worded {
    id: Uuid,
    owner: Uuid,
    file_created_at: i64,
    words: String,
}

/// The words of those of some assets that are there. What they come from stays as it is until the transaction ends: who
/// changes it at the same moment finds these words and puts them right.
pub(super) fn read_words(connection: &mut Connection<'_>, assets: &[Uuid]) -> Result<Vec<Worded>> {
    let facts: Vec<Facts> = Sql::select(Facts::COLUMNS)
        .push(" FROM asset JOIN exif ON exif.asset_id = asset.id WHERE asset.id IN LIST(")
        .bind(assets)
        .push(") ORDER BY asset.id")
        .push(connection.choose("", " FOR KEY SHARE OF asset"))
        .query(connection)?;
    let mut own: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for (asset, text) in list_own_texts(connection, assets)? {
        own.entry(asset).or_default().push(text);
    }
    let worded = facts.into_iter().map(|facts| {
        let mut words = AssetWords::of(facts.owner);
        for text in own.remove(&facts.id).unwrap_or_default() {
            words.add_own(&text);
        }
        let places = [facts.city, facts.state, facts.country];
        for text in [facts.name].into_iter().chain(places.into_iter().flatten()) {
            words.add_shown(&text);
        }
        words.add_shown(&facts.description);
        Worded {
            id: facts.id,
            owner: facts.owner,
            file_created_at: facts.file_created_at,
            words: words.text(),
        }
    });
    Ok(worded.collect())
}

/// The tags of assets, with their parents, and the names of whoever is on them and not hidden.
fn list_own_texts(connection: &mut Connection<'_>, assets: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let tags = Sql::new(
        "SELECT given.asset_id, tag.value FROM tag_asset given JOIN tag ON tag.id = given.tag_id WHERE given.asset_id IN LIST(",
    );
    let mut texts: Vec<(Uuid, String)> = tags
        .bind(assets)
        .push(") ORDER BY tag.id")
        .push(connection.choose("", " FOR SHARE OF tag"))
        .query(connection)?;
    let persons = Sql::new(
        "SELECT face.asset_id, person.name, person.is_hidden FROM asset_face face JOIN person ON person.id = face.person_id \
         WHERE face.deleted_at IS NULL AND face.asset_id IN LIST(",
    );
    let persons: Vec<(Uuid, String, bool)> = persons
        .bind(assets)
        .push(") ORDER BY person.id")
        .push(connection.choose("", " FOR SHARE OF person"))
        .query(connection)?;
    let shown = persons.into_iter().filter(|(_, _, is_hidden)| !is_hidden);
    texts.extend(shown.map(|(asset, name, _)| (asset, name)));
    Ok(texts)
}

pub(super) fn forget_words(connection: &mut Connection<'_>, assets: Vec<Uuid>) -> Result<()> {
    let sql = "DELETE FROM search_words WHERE id IN LIST($1)";
    connection.execute(sql, &[assets.into()])?;
    Ok(())
}

pub(super) fn insert_words(connection: &mut Connection<'_>, worded: Vec<Worded>) -> Result<()> {
    match connection.choose(true, false) {
        true => insert_for_sqlite(connection, worded),
        false => insert_for_postgres(connection, worded),
    }
}

/// SQLite's index takes words quickly where their places grow.
fn insert_for_sqlite(connection: &mut Connection<'_>, worded: Vec<Worded>) -> Result<()> {
    let ids: Vec<Uuid> = worded.iter().map(|one| one.id).collect();
    connection.execute(
        "INSERT INTO search_words (id, place) SELECT id, (file_created_at >> 26 << 30) | number FROM search_asset \
         WHERE id IN LIST($1) /* embedded: PostgreSQL's index has no places */",
        &[ids.clone().into()],
    )?;
    let mut words: BTreeMap<Uuid, String> =
        worded.into_iter().map(|one| (one.id, one.words)).collect();
    let placed: Vec<(i64, Uuid)> = connection.query(
        "SELECT place, id FROM search_words WHERE id IN LIST($1) ORDER BY place /* embedded: the same */",
        &[ids.into()],
    )?;
    let rows = placed.into_iter().filter_map(|(place, id)| {
        let words: Value = words.remove(&id)?.into();
        Some([place.into(), words])
    });
    connection.insert_many(
        "INSERT INTO word_index (rowid, words) /* embedded: the same */",
        rows.collect(),
        "",
    )
}

fn insert_for_postgres(connection: &mut Connection<'_>, worded: Vec<Worded>) -> Result<()> {
    let (mut ids, mut owners, mut moments, mut words) = (vec![], vec![], vec![], vec![]);
    for one in worded {
        ids.push(one.id);
        owners.push(one.owner);
        moments.push(one.file_created_at);
        words.push(one.words);
    }
    connection.execute(
        "INSERT INTO search_words (id, owner_id, file_created_at, words) \
         SELECT found.id, found.owner_id, found.file_created_at, CAST(found.words AS TSVECTOR) \
         FROM UNNEST(CAST($1 AS UUID[]), CAST($2 AS UUID[]), CAST($3 AS BIGINT[]), CAST($4 AS TEXT[])) \
         AS found (id, owner_id, file_created_at, words) /* PostgreSQL: SQLite's index is another */",
        &[ids.into(), owners.into(), moments.into(), words.into()],
    )?;
    Ok(())
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
