//! SQL of the timeline. Its assets and their counts are kept by triggers: `timeline_asset` has what is shown of each, in
//! the order in which it is shown, and is called `asset` here, for what rules ask of an asset it has.

use uuid::Uuid;

use crate::access::{Listing, Section, Visibility, shown_in_album};
use crate::core::choices::AssetOrder;
use crate::core::people;
use crate::core::tags;
use crate::features::timeline::dto::Month;
use kallitype_db::{Connection, Result, Sql, row};

row! {
    /// What the timeline shows of an asset.
    #[derive(Debug, Clone)]
    pub(crate) struct TimelineRow {
        pub id: Uuid = "asset.id",
        pub owner_id: Uuid = "asset.owner_id",
        pub visibility: Visibility = "asset.visibility",
        pub is_trashed: bool = "asset.is_trashed",
        /// By the wall clock, counted from the first of 1970 on.
        pub day: i64 = "asset.day",
        /// Microseconds UTC.
        pub file_created_at: i64 = "asset.file_created_at",
        /// The wall clock, as if it were UTC.
        pub local_date_time: i64 = "asset.local_date_time",
        pub is_favorite: bool = "asset.is_favorite",
        pub is_image: bool = "asset.is_image",
        /// Microseconds.
        pub duration: Option<i64> = "asset.duration",
        pub thumbhash: Option<Vec<u8>> = "asset.thumbhash",
        pub live_photo_video_id: Option<Uuid> = "asset.live_photo_video_id",
        pub width: Option<i64> = "asset.width",
        pub height: Option<i64> = "asset.height",
        pub orientation: Option<String> = "asset.orientation",
        pub projection_type: Option<String> = "asset.projection_type",
        pub city: Option<String> = "asset.city",
        pub country: Option<String> = "asset.country",
        pub latitude: Option<f64> = "asset.latitude",
        pub longitude: Option<f64> = "asset.longitude",
        pub stack_id: Option<Uuid> = "asset.stack_id",
        /// How many assets of its stack it stands for.
        pub stack_count: i64 = "asset.stack_count",
    }
}

/// The assets of a section of someone's library, from FROM on: a range of the table's order.
pub(crate) fn in_section((section, owner): (Section, Uuid)) -> Sql {
    Sql::new(" FROM timeline_asset asset WHERE asset.owner_id = ")
        .bind(owner)
        .append(is_in(section))
}

/// The assets that have a tag, from FROM on. SQLite keeps to the order of a CROSS JOIN: few have the tag, as a rule.
pub(crate) fn tagged(tag: &Tag) -> Sql {
    Sql::new(" FROM (")
        .append(tags::queries::select_assets_below(tag.user, &tag.path))
        .push(") tagged CROSS JOIN timeline_asset asset WHERE asset.id = tagged.asset_id AND ")
}

/// The assets that a person is on, from FROM on.
pub(crate) fn showing(person: Uuid) -> Sql {
    Sql::new(" FROM (")
        .append(people::queries::select_assets_showing(person))
        .push(") seen CROSS JOIN timeline_asset asset WHERE asset.id = seen.asset_id AND ")
}

/// The condition that an asset has a tag.
pub(crate) fn has(tag: &Tag) -> Sql {
    Sql::new("asset.id IN (")
        .append(tags::queries::select_assets_below(tag.user, &tag.path))
        .push(")")
}

/// The assets that are in an album, from FROM on.
pub(crate) fn held_in(album: Uuid) -> Sql {
    let sql = Sql::new(
        " FROM album_asset held JOIN timeline_asset asset ON asset.id = held.asset_id WHERE held.album_id = ",
    );
    sql.bind(album).push(" AND ")
}

/// Those of them that the album shows. Of what is in the trash it shows nothing.
pub(crate) fn shown_in(album: Uuid) -> Sql {
    held_in(album).append(shown_in_album())
}

/// The condition that an asset is in one of these sections, whoever owns it.
pub(crate) fn is_in_any(sections: &[Section]) -> Sql {
    let sections = sections.iter().map(|section| section.condition());
    Sql::new("(").join(sections, " OR ").push(")")
}

/// The condition that an asset is in a listing, which lists something.
pub(crate) fn is_listed(listing: &Listing) -> Sql {
    let sections = listing.sections().iter();
    let sections = sections.map(|(section, owners)| {
        Sql::new("asset.owner_id IN LIST(")
            .bind(owners.clone())
            .push(")")
            .append(is_in(*section))
    });
    Sql::new("(").join(sections, " OR ").push(")")
}

/// The condition that an asset is in a section, after one on its owner.
fn is_in(section: Section) -> Sql {
    let is_trashed = match section.is_trashed {
        true => " AND asset.is_trashed = TRUE AND ",
        false => " AND asset.is_trashed = FALSE AND ",
    };
    Sql::new(is_trashed).append(section.condition())
}

/// The condition that an asset is a favourite, or none, to whoever looks: they are its owner's.
pub(crate) fn is_favorite(viewer: Option<Uuid>, is_wanted: bool) -> Sql {
    let Some(viewer) = viewer else {
        return Sql::new(if is_wanted { "FALSE" } else { "TRUE" });
    };
    let own = Sql::new("(asset.is_favorite = TRUE AND asset.owner_id = ");
    let own = own.bind(viewer).push(")");
    match is_wanted {
        true => own,
        false => Sql::new("NOT ").append(own),
    }
}

/// The condition that no other asset of its stack stands for an asset.
pub(crate) fn is_primary() -> Sql {
    Sql::new("asset.stack_count > 0")
}

/// How many assets each month of a listing has, as they are kept. Months of which all are gone are left out.
pub(crate) fn list_kept_counts(
    connection: &mut Connection<'_>,
    listing: &Listing,
    order: AssetOrder,
    count: &'static str,
) -> Result<Vec<(i64, i64)>> {
    let sections = listing.sections().iter();
    let sections = sections.map(|(section, owners)| {
        Sql::new("SELECT month, ")
            .push(count)
            .push(" AS assets FROM timeline_count WHERE owner_id IN LIST(")
            .bind(owners.clone())
            .push(") AND visibility = ")
            .bind(section.visibility)
            .push(" AND is_trashed = ")
            .bind(section.is_trashed)
    });
    Sql::new("SELECT month, CAST(SUM(assets) AS BIGINT) FROM (")
        .join(sections, " UNION ALL ")
        .push(") AS kept GROUP BY month HAVING SUM(assets) > 0 ORDER BY month")
        .push(direction(order))
        .query(connection)
}

/// How many assets each month has, counted.
pub(crate) fn count_months(
    connection: &mut Connection<'_>,
    parts: Vec<Sql>,
    order: AssetOrder,
) -> Result<Vec<(i64, i64)>> {
    let parts = parts
        .into_iter()
        .map(|part| Sql::new("SELECT asset.month").append(part));
    Sql::new("SELECT month, COUNT(*) FROM (")
        .join(parts, " UNION ALL ")
        .push(") AS shown GROUP BY month ORDER BY month")
        .push(direction(order))
        .query(connection)
}

fn direction(order: AssetOrder) -> &'static str {
    match order {
        AssetOrder::Ascending => " ASC",
        AssetOrder::Descending => " DESC",
    }
}

/// Hands over the assets of a month, or of all, in their order.
pub(crate) fn each_asset(
    connection: &mut Connection<'_>,
    parts: Vec<Sql>,
    month: Option<Month>,
    order: AssetOrder,
    take: impl FnMut(TimelineRow) -> Result<()>,
) -> Result<()> {
    let order = match order {
        AssetOrder::Ascending => "day ASC, file_created_at ASC, id ASC",
        AssetOrder::Descending => "day DESC, file_created_at DESC, id DESC",
    };
    let parts = parts.into_iter().map(|part| {
        Sql::select(TimelineRow::COLUMNS)
            .append(part)
            .push_some(" AND asset.month = ", month.map(|month| month.0))
    });
    let sql = connection.merge(parts.collect(), order, i64::MAX);
    sql.query_each(connection, take)
}

/// A tag, which means those below it, too.
#[derive(Debug)]
pub(crate) struct Tag {
    pub user: Uuid,
    pub path: String,
}

/// A user's tag.
pub(crate) fn find_tag(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
) -> Result<Option<Tag>> {
    let found = tags::queries::find(connection, user, id)?;
    Ok(found.map(|tag| Tag {
        user,
        path: tag.value,
    }))
}
