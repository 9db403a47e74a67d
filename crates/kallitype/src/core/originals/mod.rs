//! Where the storage template has an original lie, and its way there. docs/decisions/0020-storage-template.md says why it
//! goes this way.

pub(crate) mod names;
pub(crate) mod queries;
pub(crate) mod relocation;

use uuid::Uuid;

use crate::config::system::storage_template::{StorageTemplate, TemplateError, TemplateValues};
use crate::core::assets::model::AssetType;
use crate::core::assets::motion_part;
use crate::core::originals::names::{Names, clean};
use crate::core::originals::queries::{AlbumRow, OriginalRow};
use jiff::Timestamp;
use jiff::tz::Offset;
use kallitype_db::{Connection, Result};

/// An original that the template may have another place for.
#[derive(Debug, Clone)]
pub(crate) struct Movable {
    pub asset: OriginalRow,
    /// The asset that it is sorted by: itself, or the picture that moves by it.
    by: OriginalRow,
    album: Option<AlbumRow>,
}

/// The originals that are sorted by an asset: its own, and that of its moving part. A moving part is sorted by the first
/// picture that moves by it. What was taken out of a picture's file stays where it is, and so does what is not read yet.
///
/// # Errors
/// When the database fails.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    id: Uuid,
    template: &StorageTemplate,
) -> Result<Vec<Movable>> {
    let still = queries::find_still(connection, id)?;
    let Some(by) = queries::find_original(connection, still.unwrap_or(id))? else {
        return Ok(Vec::new());
    };
    let album = match template.needs_album {
        true => queries::find_album(connection, by.owner_id, by.id, template.needs_album_dates)?,
        false => None,
    };
    let mut assets = vec![by.clone()];
    if let Some(video) = by.live_photo_video_id
        && queries::find_still(connection, video)? == Some(by.id)
    {
        assets.extend(queries::find_original(connection, video)?);
    }
    assets.retain(|asset| by.is_read && !is_taken_out(asset));
    let movable = assets.into_iter().map(|asset| Movable {
        asset,
        by: by.clone(),
        album: album.clone(),
    });
    Ok(movable.collect())
}

/// Whether it is the video of a motion photo, whose file holds it too.
fn is_taken_out(asset: &OriginalRow) -> bool {
    asset.device_id == motion_part::DEVICE && asset.device_asset_id.ends_with(motion_part::SUFFIX)
}

impl Movable {
    /// The names that the template gives it.
    ///
    /// # Errors
    /// When the template makes none.
    pub(crate) fn names(
        &self,
        template: &StorageTemplate,
    ) -> std::result::Result<Names, TemplateError> {
        let extension = names::extension(&self.asset.original_path);
        let values = self.values(&extension);
        let path = template.render(&values)?;
        let user = names::folder_of(self.asset.owner_id, self.asset.storage_label.as_deref());
        Ok(Names::new(user, &path, &values.asset_id, extension))
    }

    fn values(&self, extension: &str) -> TemplateValues {
        let by = &self.by;
        let text = |text: &Option<String>| clean(text.as_deref().unwrap_or_default());
        let album = self.album.as_ref();
        let dates = album.and_then(|album| album.taken_from.zip(album.taken_to));
        TemplateValues {
            filename: clean(names::stem(&by.original_file_name)),
            extension: extension.to_owned(),
            is_image: by.kind == AssetType::Image,
            asset_id: by.id.to_string(),
            // Without dots, as upstream has it.
            album: album.map_or_else(String::new, |album| clean(&album.name.replace('.', ""))),
            make: text(&by.make),
            model: text(&by.model),
            lens_model: text(&by.lens_model),
            taken_at: wall_clock(by.local_date_time),
            album_dates: dates.map(|(from, to)| (wall_clock(from), wall_clock(to))),
        }
    }
}

/// What a clock showed, of microseconds as if it had shown UTC.
fn wall_clock(local: i64) -> jiff::civil::DateTime {
    let moment = Timestamp::from_microsecond(local).unwrap_or_default();
    Offset::UTC.to_datetime(moment)
}
