//! SQL of the shared links.

use uuid::Uuid;

use crate::access::{Link, presentable};
use crate::core::albums::membership;
use crate::core::choices::SharedLinkType;
use kallitype_db::{Connection, Result, Sql, new_id, row};
use kallitype_web::time::now;

row! {
    /// A link as the database has it. Times are microseconds UTC.
    #[derive(Debug, Clone)]
    pub(crate) struct LinkRow {
        pub id: Uuid,
        pub user_id: Uuid,
        /// The album that it shows; without one it shows single assets.
        pub album_id: Option<Uuid>,
        pub key: Vec<u8>,
        pub slug: Option<String>,
        pub description: Option<String>,
        pub password_hash: Option<String>,
        pub expires_at: Option<i64>,
        pub allow_upload: bool,
        pub allow_download: bool,
        pub show_metadata: bool,
        pub created_at: i64,
    }
}

/// Links; their columns and then `condition`.
fn select_links(condition: &'static str) -> Sql {
    Sql::select(LinkRow::COLUMNS)
        .push(" FROM shared_link WHERE ")
        .push(condition)
}

/// The condition that a link opens something now.
fn is_valid(now: i64) -> Sql {
    Sql::new("(expires_at IS NULL OR expires_at > ").bind(now).push(
        ") AND EXISTS (SELECT 1 FROM account WHERE account.id = shared_link.user_id AND account.status = 'active')",
    )
}

/// The link with this key, unless it has expired or its owner's account is not in use.
pub(crate) fn find_by_key(
    connection: &mut Connection<'_>,
    key: Vec<u8>,
    now: i64,
) -> Result<Option<LinkRow>> {
    let sql = select_links("key = ").bind(key).push(" AND ");
    sql.append(is_valid(now)).query_optional(connection)
}

/// The link with this name, unless it has expired or its owner's account is not in use.
pub(crate) fn find_by_slug(
    connection: &mut Connection<'_>,
    slug: &str,
    now: i64,
) -> Result<Option<LinkRow>> {
    let sql = select_links("slug = ").bind(slug).push(" AND ");
    sql.append(is_valid(now)).query_optional(connection)
}

/// The link with this id, unless it has expired or its owner's account is not in use.
pub(crate) fn find_valid(
    connection: &mut Connection<'_>,
    id: Uuid,
    now: i64,
) -> Result<Option<LinkRow>> {
    let sql = select_links("id = ").bind(id).push(" AND ");
    sql.append(is_valid(now)).query_optional(connection)
}

pub(crate) fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<Option<LinkRow>> {
    select_links("id = ").bind(id).query_optional(connection)
}

/// A user's link.
pub(crate) fn find_own(
    connection: &mut Connection<'_>,
    user: Uuid,
    id: Uuid,
) -> Result<Option<LinkRow>> {
    let sql = select_links("id = ").bind(id).push(" AND user_id = ");
    sql.bind(user).query_optional(connection)
}

/// A user's links, or those to one album, newest first.
pub(crate) fn list(
    connection: &mut Connection<'_>,
    user: Uuid,
    album: Option<Uuid>,
) -> Result<Vec<LinkRow>> {
    let sql = select_links("user_id = ").bind(user);
    let sql = sql.push_some(" AND album_id = ", album);
    sql.push(" ORDER BY created_at DESC, id DESC")
        .query(connection)
}

pub(crate) fn insert(connection: &mut Connection<'_>, link: &LinkRow) -> Result<()> {
    connection.execute(
        "INSERT INTO shared_link (id, user_id, type, key, slug, description, password_hash, expires_at, \
         allow_upload, allow_download, show_metadata, created_at, updated_at, album_id) \
         VALUES ($1, $2, $12, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $13)",
        &[
            link.id.into(),
            link.user_id.into(),
            link.key.as_slice().into(),
            (&link.slug).into(),
            (&link.description).into(),
            (&link.password_hash).into(),
            link.expires_at.into(),
            link.allow_upload.into(),
            link.allow_download.into(),
            link.show_metadata.into(),
            link.created_at.into(),
            link.kind().into(),
            link.album_id.into(),
        ],
    )?;
    Ok(())
}

/// Writes back what can be changed of a link.
pub(crate) fn update(connection: &mut Connection<'_>, link: &LinkRow) -> Result<()> {
    connection.execute(
        "UPDATE shared_link SET slug = $2, description = $3, password_hash = $4, expires_at = $5, \
         allow_upload = $6, allow_download = $7, show_metadata = $8, updated_at = $9 WHERE id = $1",
        &[
            link.id.into(),
            (&link.slug).into(),
            (&link.description).into(),
            (&link.password_hash).into(),
            link.expires_at.into(),
            link.allow_upload.into(),
            link.allow_download.into(),
            link.show_metadata.into(),
            now().into(),
        ],
    )?;
    Ok(())
}

pub(crate) fn delete(connection: &mut Connection<'_>, id: Uuid) -> Result<()> {
    connection.execute("DELETE FROM shared_link WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Shows an asset through a link, unless it is trashed or locked; answers whether it was not shown before.
///
/// # Errors
/// When the database fails.
pub(crate) fn add_asset(connection: &mut Connection<'_>, link: Uuid, asset: Uuid) -> Result<bool> {
    let sql = Sql::new("INSERT INTO shared_link_asset (shared_link_id, asset_id) SELECT ")
        .bind(link)
        .push(", asset.id FROM asset WHERE asset.id = ")
        .bind(asset)
        .push(" AND ")
        .append(presentable("asset"))
        .push(" ON CONFLICT DO NOTHING");
    Ok(sql.execute(connection)? > 0)
}

/// Whether a link holds an asset, to be seen through it or not.
pub(crate) fn holds(connection: &mut Connection<'_>, link: Uuid, asset: Uuid) -> Result<bool> {
    let sql = "SELECT asset_id FROM shared_link_asset WHERE shared_link_id = $1 AND asset_id = $2";
    let found = connection.query_optional::<Uuid>(sql, &[link.into(), asset.into()])?;
    Ok(found.is_some())
}

/// Shows an asset no more; answers whether it was shown.
pub(crate) fn remove_asset(
    connection: &mut Connection<'_>,
    link: Uuid,
    asset: Uuid,
) -> Result<bool> {
    let sql = "DELETE FROM shared_link_asset WHERE shared_link_id = $1 AND asset_id = $2";
    Ok(connection.execute(sql, &[link.into(), asset.into()])? > 0)
}

impl LinkRow {
    /// What the link shows.
    #[must_use]
    pub(crate) fn kind(&self) -> SharedLinkType {
        match self.album_id {
            Some(_) => SharedLinkType::Album,
            None => SharedLinkType::Individual,
        }
    }

    /// A new link's stamps: its id, and a key that no one can guess.
    #[must_use]
    pub(crate) fn stamps() -> (Uuid, Vec<u8>) {
        (new_id(), rand::random::<[u8; 50]>().to_vec())
    }
}

/// Shows what came by a link through it, unless it is trashed or locked.
///
/// # Errors
/// When the database fails.
pub(crate) fn show(connection: &mut Connection<'_>, link: &Link, asset: Uuid) -> Result<()> {
    match link.album_id {
        Some(album) => membership::add_upload(connection, album, asset, link.owner_id),
        None => add_asset(connection, link.id, asset).map(drop),
    }
}

/// Takes an asset out of every link.
///
/// # Errors
/// When the database fails.
pub(crate) fn forget_asset(connection: &mut Connection<'_>, asset: Uuid) -> Result<()> {
    let sql = "DELETE FROM shared_link_asset WHERE asset_id = $1";
    connection.execute(sql, &[asset.into()])?;
    Ok(())
}
