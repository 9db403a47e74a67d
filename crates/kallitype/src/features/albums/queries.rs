use uuid::Uuid;

use crate::features::albums::dto::UpdateAlbumDto;
use kallitype_db::{Connection, Result, Value};

pub(crate) fn update(
    connection: &mut Connection<'_>,
    id: Uuid,
    changes: &UpdateAlbumDto,
    now: i64,
) -> Result<()> {
    let mut values: Vec<(&'static str, Value)> = vec![("updated_at", now.into())];
    let name = changes.album_name.as_ref();
    values.extend(name.map(|name| ("name", name.into())));
    let description = changes.description.as_ref();
    values.extend(description.map(|description| ("description", description.into())));
    let thumbnail = changes.album_thumbnail_asset_id;
    values.extend(thumbnail.map(|asset| ("thumbnail_asset_id", asset.into())));
    let enabled = changes.is_activity_enabled;
    values.extend(enabled.map(|enabled| ("is_activity_enabled", enabled.into())));
    values.extend(changes.order.map(|order| ("sort_order", order.into())));
    connection.update_row("album", "id", id, values)
}
