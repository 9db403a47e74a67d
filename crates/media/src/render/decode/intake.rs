use super::super::fullsize::FullsizeWriter;
use super::super::raster::Channels;
use super::super::size::Size;
use super::reducer::Reducer;
use super::{Colour, Decoded, Task};
use crate::MediaError;

/// Takes a picture row by row: keeps it as small as it may be, and writes the JPEG of its full size if one is wanted.
pub(super) struct PixelSink {
    original: Size,
    colour: Colour,
    is_upright: bool,
    reducer: Reducer,
    fullsize: Option<FullsizeWriter>,
}

impl PixelSink {
    /// `is_upright` tells whether the decoder turns what has to be turned.
    pub(super) fn new(
        task: &Task<'_>,
        original: Size,
        channels: Channels,
        colour: Colour,
        is_upright: bool,
    ) -> Result<Self, MediaError> {
        let orientation = if is_upright { 1 } else { task.orientation };
        let options = task.options;
        let fullsize = match options.fullsize_quality {
            Some(quality) => {
                let limits = (quality, options.fullsize_max_bytes);
                FullsizeWriter::new(original, channels, &colour, orientation, limits)?
            }
            None => None,
        };
        let wanted = match fullsize {
            Some(_) => task.options.reduced_size(original),
            None => task.options.largest_size(original),
        };
        Ok(Self {
            original,
            colour,
            is_upright,
            reducer: Reducer::new(original, wanted, channels)?,
            fullsize,
        })
    }

    /// What the bytes it is given mean.
    pub(super) fn channels(&self) -> Channels {
        self.reducer.channels()
    }

    /// Bytes of a row.
    pub(super) fn row_bytes(&self) -> usize {
        self.reducer.row_bytes()
    }

    /// Whether it need not keep all pixels that it is given.
    pub(super) fn shrinks(&self) -> bool {
        self.reducer.shrinks()
    }

    /// Whether no row has come yet.
    pub(super) fn is_empty(&self) -> bool {
        self.reducer.is_empty()
    }

    /// Adds whole rows; what comes after the last one is ignored.
    pub(super) fn push(&mut self, rows: &[u8]) {
        self.reducer.push(rows);
        if let Some(fullsize) = &mut self.fullsize {
            fullsize.push(rows);
        }
    }

    /// The picture. Rows that never came are black, or transparent.
    pub(super) fn finish(self) -> Result<Decoded, MediaError> {
        Ok(Decoded {
            picture: self.reducer.finish().into(),
            fullsize: match self.fullsize {
                Some(fullsize) => fullsize.finish()?,
                None => None,
            },
            original: self.original,
            colour: self.colour,
            is_upright: self.is_upright,
        })
    }
}
