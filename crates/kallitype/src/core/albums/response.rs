//! What is shown of an album.

use std::collections::HashMap;

use uuid::Uuid;

use crate::access::{AlbumRole, Caller, Identity};
use crate::core::albums::album::{AlbumResponseDto, AlbumUserResponseDto};
use crate::core::albums::queries;
use crate::core::albums::queries::{AlbumRow, AlbumTotals};
use kallitype_db::{Connection, Result};
use kallitype_web::error::ApiError;
use kallitype_web::time::Time;
use kallitype_web::version::Wire;

/// An album with everything that an answer needs beside its pictures.
#[derive(Debug, Clone)]
pub(crate) struct AlbumDetails {
    pub album: AlbumRow,
    pub totals: AlbumTotals,
    /// The owner first.
    pub users: Vec<AlbumUserResponseDto>,
}

impl AlbumDetails {
    /// Reads an album that has to be there.
    ///
    /// # Errors
    /// When it is not, or the database fails.
    pub(crate) fn find(connection: &mut Connection<'_>, id: Uuid) -> Result<Self, ApiError> {
        let album = queries::find(connection, id)?;
        let details = Self::of(connection, album.into_iter().collect())?.pop();
        details.ok_or_else(not_found)
    }

    /// Reads what belongs to some albums.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn of(connection: &mut Connection<'_>, albums: Vec<AlbumRow>) -> Result<Vec<Self>> {
        let ids: Vec<Uuid> = albums.iter().map(|album| album.id).collect();
        let mut totals: HashMap<Uuid, AlbumTotals> = queries::list_totals(connection, ids.clone())?
            .into_iter()
            .collect();
        let mut users: HashMap<Uuid, Vec<AlbumUserResponseDto>> = HashMap::new();
        for (album, user) in queries::list_users(connection, ids)? {
            users.entry(album).or_default().push(user);
        }
        let details = albums.into_iter().map(|album| Self {
            totals: totals.remove(&album.id).unwrap_or_default(),
            users: users.remove(&album.id).unwrap_or_default(),
            album,
        });
        Ok(details.collect())
    }

    /// The album as the caller is shown it, without its pictures.
    ///
    /// # Errors
    /// 400 when its owner's account is being removed, as for one that is not there.
    pub(crate) fn present(self, caller: &Caller, wire: Wire) -> Result<AlbumResponseDto, ApiError> {
        let Self {
            album,
            totals,
            mut users,
        } = self;
        let is_owner = |member: &AlbumUserResponseDto| member.role == AlbumRole::Owner;
        let mut owner = users
            .iter()
            .find(|member| is_owner(member))
            .map(|member| member.user.clone())
            .ok_or_else(not_found)?;
        let shared = users.len() > 1 || album.has_shared_link;
        match caller.identity() {
            // Whoever has a link is shown pictures, not who else sees them or where to write to them.
            Identity::Link(_) => {
                users.clear();
                owner.email.clear();
            }
            Identity::User(_) if wire == Wire::V2 => users.retain(|member| !is_owner(member)),
            Identity::User(_) => {}
        }
        let hides_dates = caller.hides_metadata();
        let dated = |moment: Option<i64>| moment.filter(|_| !hides_dates).map(Time);
        Ok(AlbumResponseDto {
            album_name: album.name,
            album_thumbnail_asset_id: album.thumbnail_asset_id,
            album_users: users,
            asset_count: totals.assets,
            assets: Vec::new(),
            created_at: Time(album.created_at),
            description: album.description,
            end_date: dated(totals.end),
            has_shared_link: album.has_shared_link,
            id: album.id,
            is_activity_enabled: album.is_activity_enabled,
            last_modified_asset_timestamp: dated(totals.last_modified),
            order: album.order,
            owner_id: owner.id,
            owner,
            shared,
            start_date: dated(totals.start),
            updated_at: Time(album.updated_at),
        })
    }
}

fn not_found() -> ApiError {
    ApiError::bad_request("Album not found")
}
