//! SQL of duplicates.

use uuid::Uuid;

use crate::access::shown_by_itself;
use crate::core::assets::model::AssetType;
use kallitype_db::{Connection, Result, Sql, row};
use kallitype_media::Fingerprint;

/// How many assets that have a part of a fingerprint in common are looked at: many may, of what looks much alike, such as
/// pages of text.
const MAX_CANDIDATES: i64 = 500;

row! {
    /// What of an asset is compared with others.
    #[derive(Debug, Clone)]
    pub(crate) struct Comparable {
        pub id: Uuid = "asset.id",
        pub owner_id: Uuid = "asset.owner_id",
        pub kind: AssetType = "asset.type",
        /// Microseconds.
        pub duration: Option<i64> = "asset.duration",
        pub local_date_time: i64 = "asset.local_date_time",
        /// Whether its file says when it was taken.
        pub is_dated: bool = "exif.is_dated",
        pub edited: String = "exif.edited",
        pub duplicate_id: Option<Uuid> = "asset.duplicate_id",
        pub bytes: Vec<u8> = "print.fingerprint",
    }
}

impl Comparable {
    /// None for what shows next to nothing.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        Fingerprint::parse(&self.bytes)
    }

    /// The parts of it that are looked up.
    pub(crate) fn bands(&self) -> Vec<u16> {
        let fingerprint = self.fingerprint();
        fingerprint.map_or_else(Vec::new, |fingerprint| fingerprint.bands().to_vec())
    }
}

/// Those of some assets that can be compared: it is known what they show and what their files say, they are shown by
/// themselves, and are in no stack.
fn select_comparable(which: Sql) -> Sql {
    Sql::select(Comparable::COLUMNS)
        .push(
            " FROM asset_fingerprint print JOIN asset ON asset.id = print.asset_id \
             JOIN exif ON exif.asset_id = asset.id WHERE print.asset_id IN (",
        )
        .append(which)
        .push(") AND print.fingerprint IS NOT NULL AND exif.is_dated IS NOT NULL AND asset.stack_id IS NULL AND ")
        .append(shown_by_itself("asset"))
}

pub(crate) fn find_comparable(
    connection: &mut Connection<'_>,
    id: Uuid,
) -> Result<Option<Comparable>> {
    let which = Sql::new("").bind(id);
    select_comparable(which).query_optional(connection)
}

/// Those of some assets that can be compared.
pub(crate) fn list_comparable(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
) -> Result<Vec<Comparable>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let which = Sql::new("SELECT id FROM asset WHERE id IN LIST(")
        .bind(ids)
        .push(")");
    select_comparable(which).query(connection)
}

row! {
    /// What is needed to compare an asset.
    #[derive(Debug, Clone)]
    pub(crate) struct Awaited {
        pub thumbnail_path: Option<String> = "asset.thumbnail_path",
        pub has_fingerprint: bool = "print.fingerprint IS NOT NULL",
    }
}

pub(crate) fn find_awaited(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Awaited>> {
    Sql::select(Awaited::COLUMNS)
        .push(
            " FROM asset LEFT JOIN asset_fingerprint print ON print.asset_id = asset.id WHERE asset.id = ",
        )
        .bind(id)
        .query_optional(connection)
}

/// Whether everything is known to look for an asset's duplicates, and no one has looked.
pub(crate) fn is_due(connection: &mut Connection<'_>, id: Uuid) -> Result<bool> {
    let sql = "SELECT print.fingerprint IS NOT NULL AND exif.is_dated IS NOT NULL AND NOT print.is_compared \
        FROM asset_fingerprint print JOIN exif ON exif.asset_id = print.asset_id WHERE print.asset_id = $1";
    let found = connection.query_optional(sql, &[id.into()])?;
    Ok(found.unwrap_or(false))
}

pub(crate) fn find_owner(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<Uuid>> {
    connection.query_optional("SELECT owner_id FROM asset WHERE id = $1", &[id.into()])
}

/// Assets of the same owner, itself among them, that have a part of the fingerprint in common: some, if there are many.
pub(crate) fn list_candidates(
    connection: &mut Connection<'_>,
    subject: &Comparable,
    band: usize,
    value: u16,
) -> Result<Vec<Comparable>> {
    let column = ["band_1", "band_2", "band_3", "band_4"][band % 4];
    let which = Sql::new("SELECT asset_id FROM asset_fingerprint WHERE owner_id = ")
        .bind(subject.owner_id)
        .push(" AND ")
        .push(column)
        .push(" = ")
        .bind(i64::from(value))
        .push(" LIMIT ")
        .bind(MAX_CANDIDATES);
    select_comparable(which).query(connection)
}

/// Records what an asset is compared by, or that it shows next to nothing.
pub(crate) fn set_fingerprint(
    connection: &mut Connection<'_>,
    id: Uuid,
    fingerprint: Option<&Fingerprint>,
) -> Result<()> {
    let bytes = fingerprint.map_or_else(Vec::new, Fingerprint::to_bytes);
    let bands = fingerprint.map(Fingerprint::bands);
    let [one, two, three, four] =
        [0, 1, 2, 3].map(|band| bands.map(|bands| i64::from(bands[band])));
    connection.execute(
        "INSERT INTO asset_fingerprint (asset_id, owner_id, fingerprint, band_1, band_2, band_3, band_4, is_compared) \
         SELECT id, owner_id, $2, $3, $4, $5, $6, FALSE FROM asset WHERE id = $1 \
         ON CONFLICT (asset_id) DO UPDATE SET fingerprint = excluded.fingerprint, band_1 = excluded.band_1, \
         band_2 = excluded.band_2, band_3 = excluded.band_3, band_4 = excluded.band_4",
        &[
            id.into(),
            bytes.into(),
            one.into(),
            two.into(),
            three.into(),
            four.into(),
        ],
    )?;
    Ok(())
}

/// Notes that an asset's duplicates were looked for.
pub(crate) fn set_compared(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let sql = "UPDATE asset_fingerprint SET is_compared = TRUE WHERE asset_id = $1";
    connection.execute(sql, &[id.into()]).map(drop)
}

/// Notes that an asset's duplicates are to be looked for again.
pub(crate) fn set_uncompared(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    let sql = "UPDATE asset_fingerprint SET is_compared = FALSE WHERE asset_id = $1";
    connection.execute(sql, &[id.into()]).map(drop)
}

/// Puts assets into a group of duplicates, or into none.
pub(crate) fn set_group(
    connection: &mut Connection<'_>,
    ids: &[Uuid],
    group: Option<Uuid>,
    now: i64,
) -> Result<()> {
    let sql = "UPDATE asset SET duplicate_id = $2, updated_at = $3, update_id = next_change_id() WHERE id IN LIST($1)";
    connection.execute(sql, &[ids.into(), group.into(), now.into()])?;
    Ok(())
}

/// Makes a group of duplicates a part of another.
pub(crate) fn move_group(
    connection: &mut Connection<'_>,
    owner: Uuid,
    from: Uuid,
    to: Uuid,
    now: i64,
) -> Result<()> {
    let sql = "UPDATE asset SET duplicate_id = $3, updated_at = $4, update_id = next_change_id() \
        WHERE owner_id = $1 AND duplicate_id = $2";
    connection.execute(sql, &[owner.into(), from.into(), to.into(), now.into()])?;
    Ok(())
}
