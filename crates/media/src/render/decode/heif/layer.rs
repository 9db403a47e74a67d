//! A picture, or what says how opaque it is: one item, or the tiles of a grid.

use heic::heif::{HeifContainer, Item, ItemType};
use heic::{At, HeicError, HevcError};

use super::av1;
use super::frame::{Frame, Picture};
use crate::MediaError;
use crate::container::heif::{self, CodePoints, Grid};

/// A tile of no more pixels is decoded in any case, however small the picture is.
const SMALL_TILE: u64 = 512 * 512;

/// The most pixels of an AV1 picture that is not made of tiles: its decoder takes some ten bytes for each, and a worker
/// has a gigabyte.
const AV1_PIXEL_LIMIT: u64 = 80_000_000;

/// What can be decoded of a file.
pub(super) struct Items<'a> {
    pub file: &'a [u8],
    pub container: HeifContainer<'a>,
    pub pixel_limit: u64,
}

/// Rows of an item, decoded a row of tiles at a time.
pub(super) struct Layer<'a> {
    items: &'a Items<'a>,
    /// What the item says of its colours.
    said: Option<CodePoints>,
    width: u32,
    height: u32,
    /// The items that are still to be decoded.
    tiles: std::vec::IntoIter<u32>,
    columns: usize,
    pixel_limit: u64,
    /// The tiles that lie side by side and were decoded last.
    frames: Vec<Frame>,
    /// The picture's row at which they begin.
    top: u32,
    /// How high they are.
    frame_height: u32,
}

impl<'a> Layer<'a> {
    /// Decodes the first row of tiles. `None` of what neither is a coded picture nor a grid of such.
    pub(super) fn open(items: &'a Items<'a>, item: u32) -> Result<Option<Self>, MediaError> {
        let Some(described) = items.container.get_item(item) else {
            return Ok(None);
        };
        // A part of the item is left to who knows all that can be done with one.
        if !described.transforms.is_empty() {
            return Ok(None);
        }
        let said = heif::colours(items.file, item).code_points;
        let grid = heif::grid(items.file, item);
        let mut layer = match &grid {
            Some(grid) if items.are_coded(grid) => Self::of_grid(items, said, grid),
            None if is_coded(&described) => Self::of_item(items, said, &described)?,
            _ => return Ok(None),
        };
        layer.decode_next()?;
        match &grid {
            None => layer.take_size(),
            Some(grid) => layer.check_columns(grid.columns)?,
        }
        Ok(Some(layer))
    }

    /// A picture that something else has decoded.
    pub(super) fn of_frame(items: &'a Items<'a>, frame: Frame) -> Self {
        let mut layer = Self {
            items,
            said: None,
            width: 0,
            height: 0,
            tiles: Vec::new().into_iter(),
            columns: 1,
            pixel_limit: 0,
            frames: vec![frame],
            top: 0,
            frame_height: 0,
        };
        layer.take_size();
        layer
    }

    fn of_grid(items: &'a Items<'a>, said: Option<CodePoints>, grid: &Grid) -> Self {
        // A tile may stand over, but not be many times as large as the picture.
        let pixels = u64::from(grid.width) * u64::from(grid.height);
        let max_pixels = pixels.saturating_mul(4).max(SMALL_TILE);
        Self {
            items,
            said,
            width: grid.width,
            height: grid.height,
            tiles: grid.tiles.clone().into_iter(),
            columns: grid.columns,
            pixel_limit: max_pixels.min(items.pixel_limit),
            frames: Vec::new(),
            top: 0,
            frame_height: 0,
        }
    }

    fn of_item(
        items: &'a Items<'a>,
        said: Option<CodePoints>,
        item: &Item,
    ) -> Result<Self, MediaError> {
        let (width, height) = item.dimensions.unwrap_or_default();
        let pixels = u64::from(width) * u64::from(height);
        if item.item_type == ItemType::Av01 && pixels > AV1_PIXEL_LIMIT {
            return Err(MediaError::TooLarge(format!(
                "an AV1 picture of {pixels} pixels, the limit is {AV1_PIXEL_LIMIT}"
            )));
        }
        Ok(Self {
            items,
            said,
            width,
            height,
            tiles: vec![item.id].into_iter(),
            columns: 1,
            pixel_limit: items.pixel_limit,
            frames: Vec::new(),
            top: 0,
            frame_height: 0,
        })
    }

    pub(super) fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// What is said of the colours, in the file or else in the coded picture.
    pub(super) fn code_points(&self) -> Option<CodePoints> {
        let own = self
            .frames
            .first()
            .map(|frame| frame.picture().code_points());
        self.said.or(own)
    }

    /// Writes a row's red, green and blue into pixels of so many bytes.
    pub(super) fn write_colours<const BYTES: usize>(
        &mut self,
        row: u32,
        pixels: &mut [u8],
    ) -> Result<(), MediaError> {
        let within = self.seek(row)?;
        let mut rest = pixels;
        for frame in &mut self.frames {
            frame.write_colours::<BYTES>(within, rest);
            let written = frame.picture().width() as usize * BYTES;
            rest = rest.split_at_mut(written.min(rest.len())).1;
        }
        Ok(())
    }

    /// How opaque the pixels of a row are.
    pub(super) fn read_opacities(
        &mut self,
        row: u32,
        opacities: &mut Vec<u8>,
    ) -> Result<(), MediaError> {
        let within = self.seek(row)?;
        opacities.clear();
        for frame in &mut self.frames {
            opacities.extend(frame.opacities(within));
        }
        opacities.truncate(self.width as usize);
        Ok(())
    }

    /// Decodes until a row is there; answers which one it is of the tiles. Rows are to be asked for in their order.
    fn seek(&mut self, row: u32) -> Result<u32, MediaError> {
        while row - self.top >= self.frame_height {
            self.top += self.frame_height;
            self.decode_next()?;
        }
        Ok(row - self.top)
    }

    /// Decodes the next tiles that lie side by side.
    fn decode_next(&mut self) -> Result<(), MediaError> {
        self.frames.clear();
        for tile in self.tiles.by_ref().take(self.columns) {
            let picture = self.items.decode(tile, self.pixel_limit)?;
            let said = match self.said {
                Some(said) => Some(said),
                None => heif::colours(self.items.file, tile).code_points,
            };
            self.frames.push(Frame::new(picture, said)?);
        }
        let mut sizes = self.frames.iter().map(|frame| {
            let picture = frame.picture();
            (picture.width(), picture.height())
        });
        let size = sizes.next().unwrap_or_default();
        let is_first = self.frame_height == 0;
        if size.1 == 0
            || sizes.any(|other| other != size)
            || !is_first && size.1 != self.frame_height
        {
            return Err(unfit());
        }
        self.frame_height = size.1;
        Ok(())
    }

    /// Takes the size of the one picture it has.
    fn take_size(&mut self) {
        if let Some(frame) = self.frames.first() {
            (self.width, self.height) = (frame.picture().width(), frame.picture().height());
            self.frame_height = self.height;
        }
    }

    /// That as many tiles as there are side by side are enough, and not too many.
    fn check_columns(&self, columns: usize) -> Result<(), MediaError> {
        let tile = self
            .frames
            .first()
            .map_or(0, |frame| frame.picture().width());
        let width = |tiles: usize| tiles as u64 * u64::from(tile);
        let fits = width(columns) >= self.width.into() && width(columns - 1) < self.width.into();
        fits.then_some(()).ok_or_else(unfit)
    }
}

impl Items<'_> {
    fn are_coded(&self, grid: &Grid) -> bool {
        let mut tiles = grid.tiles.iter();
        tiles.all(|&tile| {
            self.container
                .get_item(tile)
                .is_some_and(|tile| is_coded(&tile))
        })
    }

    /// A kind among the items of which the library makes other pictures than it should (heic 0.1.6).
    pub(super) fn wrongly_decoded(&self) -> Option<&'static str> {
        self.container
            .items()
            .find_map(|item| match item.hevc_config {
                Some(config) if config.chroma_format == 2 => Some("HEVC of 4:2:2"),
                Some(config) if config.chroma_format == 3 => Some("HEVC of 4:4:4"),
                None if item.item_type == ItemType::Unci => Some("an uncompressed picture"),
                _ => None,
            })
    }

    fn decode(&self, item: u32, pixel_limit: u64) -> Result<Picture, MediaError> {
        let missing = || MediaError::malformed("a picture that cannot be found");
        let described = self.container.get_item(item).ok_or_else(missing)?;
        let bytes = self.container.get_item_data(item).map_err(failed)?;
        if let Some(config) = &described.av1_config {
            let choice = heif::layer_choice(self.file, item);
            return av1::decode(config, &bytes, choice, pixel_limit).map(Picture::Av1);
        }
        let config = described.hevc_config.as_ref().ok_or_else(missing)?;
        let said = heic::hevc::get_info_from_config(config).map_err(hevc_failed)?;
        if u64::from(said.width) * u64::from(said.height) > pixel_limit {
            return Err(unfit());
        }
        let frame = heic::hevc::decode_with_config(config, &bytes).map_err(hevc_failed)?;
        Ok(Picture::Hevc(Box::new(frame)))
    }
}

fn is_coded(item: &Item) -> bool {
    match item.item_type {
        ItemType::Av01 => item.av1_config.is_some(),
        ItemType::Hvc1 | ItemType::Unknown(_) => {
            item.hevc_config.is_some() && item.av1_config.is_none()
        }
        _ => false,
    }
}

fn unfit() -> MediaError {
    MediaError::malformed("tiles that do not make the picture")
}

fn hevc_failed(error: HevcError) -> MediaError {
    match error {
        HevcError::AllocationFailed => MediaError::OutOfMemory,
        HevcError::Unsupported(what) => MediaError::Unsupported(what.to_owned()),
        other => MediaError::malformed(other),
    }
}

pub(super) fn failed(error: At<HeicError>) -> MediaError {
    match error.error() {
        HeicError::LimitExceeded(what) => MediaError::TooLarge((*what).to_owned()),
        HeicError::OutOfMemory => MediaError::OutOfMemory,
        HeicError::Unsupported(what) | HeicError::UnsupportedCodec(what) => {
            MediaError::Unsupported((*what).to_owned())
        }
        other => MediaError::malformed(other),
    }
}
