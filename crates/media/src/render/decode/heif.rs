//! HEIC, HEIF and AVIF.

use heic::{
    At, DecodeRequest, DecodedFrame, DecoderConfig, HeicError, ImageInfo, Limits, PixelLayout,
    RowSink,
};

use super::super::raster::Channels;
use super::super::size::Size;
use super::intake::PixelSink;
use super::{Colour, Decoded, Task, check_size};
use crate::container::heif::{self, Grid};
use crate::{MediaError, source};

/// Rows that are given their colours at once. An even number: two rows share theirs.
const BAND_HEIGHT: u32 = 64;

/// The most pixels of an AV1 picture that is not made of tiles: its decoder takes eleven bytes for each, and a worker
/// has a gigabyte.
const AV1_PIXEL_LIMIT: u64 = 80_000_000;

/// A tile of no more pixels is decoded in any case, however small the picture is.
const SMALL_TILE: u64 = 512 * 512;

/// Turning is left until the picture is small.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut bytes = task.bytes()?;
    heif::take_turns(&mut bytes);
    let info = ImageInfo::from_bytes(&bytes).map_err(MediaError::malformed)?;
    let original = task.accept(info.width, info.height)?;
    let (layout, channels) = match info.has_alpha && is_avif(&bytes) {
        true => (PixelLayout::Rgba8, Channels::Rgba),
        false => (PixelLayout::Rgb8, Channels::Rgb),
    };
    let mut limits = Limits::default();
    limits.max_pixels = Some(task.options.pixel_limit);
    let intake = PixelSink::new(&task, original, channels, colour(&info), false)?;
    let config = DecoderConfig::new();
    let request = config
        .decode_request(&bytes)
        .with_output_layout(layout)
        .with_limits(&limits);
    let is_tiled = heif::is_tiled(&bytes);
    if !is_avif(&bytes) {
        return match is_tiled {
            true => read_strips(request, original, intake),
            false => read_frame(request, original, intake),
        };
    }
    match heif::grid(&bytes).filter(|grid| can_be_read_apart(grid, &info)) {
        Some(grid) => {
            // A tile may stand over, but not be many times as large as the picture.
            let max_pixels = original.pixels().saturating_mul(4).max(SMALL_TILE);
            limits.max_pixels = Some(max_pixels.min(task.options.pixel_limit));
            read_tiles(&mut bytes, &grid, &info, &limits, intake)
        }
        None if !is_tiled && original.pixels() > AV1_PIXEL_LIMIT => {
            Err(MediaError::TooLarge(format!(
                "an AV1 picture of {} pixels, the limit is {AV1_PIXEL_LIMIT}",
                original.pixels()
            )))
        }
        None => read_frame(request, original, intake),
    }
}

/// A row of tiles after the other, as the library does it for HEVC.
fn read_strips(
    request: DecodeRequest<'_>,
    original: Size,
    intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let mut strips = Strips::new(intake);
    let (width, height) = request.decode_rows(&mut strips).map_err(failed)?;
    check_size(original, width, height)?;
    strips.finish()
}

/// A picture that can only be decoded whole. It is kept in the form in which it is coded.
fn read_frame(
    request: DecodeRequest<'_>,
    original: Size,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let frame = request.decode_yuv().map_err(failed)?;
    check_size(original, frame.cropped_width(), frame.cropped_height())?;
    push_frames(&mut [frame], original.height, &mut intake)?;
    intake.finish()
}

/// Whether what is shown are the tiles and nothing else: their transparency, or a part of them, is left to the library.
fn can_be_read_apart(grid: &Grid, info: &ImageInfo) -> bool {
    !info.has_alpha && (grid.width, grid.height) == (info.width, info.height)
}

/// A row of tiles after the other. The library decodes a tile when it is told that the tile is the picture.
fn read_tiles(
    file: &mut [u8],
    grid: &Grid,
    info: &ImageInfo,
    limits: &Limits,
    mut intake: PixelSink,
) -> Result<Decoded, MediaError> {
    let config = DecoderConfig::new();
    let mut left = grid.height;
    let mut tile_size = None;
    for row in grid.tiles.chunks(grid.columns) {
        let mut frames = Vec::new();
        for &tile in row {
            if !heif::set_primary(file, tile) {
                return Err(MediaError::malformed("a tile that cannot be found"));
            }
            let request = config.decode_request(file).with_limits(limits);
            let mut frame = request.decode_yuv().map_err(failed)?;
            let size = (frame.cropped_width(), frame.cropped_height());
            if *tile_size.get_or_insert(size) != size || !fits(grid, size.0) {
                return Err(MediaError::malformed("tiles that do not make the picture"));
            }
            take_colours(&mut frame, info);
            frames.push(frame);
        }
        let (_, tile_height) = tile_size.unwrap_or_default();
        let height = tile_height.min(left);
        left -= height;
        push_frames(&mut frames, height, &mut intake)?;
    }
    match left {
        0 => intake.finish(),
        _ => Err(MediaError::malformed("tiles that do not make the picture")),
    }
}

/// Whether as many tiles of this width as there are side by side are enough, and not too many.
fn fits(grid: &Grid, tile_width: u32) -> bool {
    let width = |tiles: usize| tiles as u64 * u64::from(tile_width);
    width(grid.columns) >= grid.width.into() && width(grid.columns - 1) < grid.width.into()
}

/// What is said of the colours of the whole holds for its tiles.
fn take_colours(frame: &mut DecodedFrame, info: &ImageInfo) {
    // Two means that nothing is said.
    if info.matrix_coefficients != 2 {
        frame.matrix_coeffs = info.matrix_coefficients.try_into().unwrap_or_default();
        frame.full_range = info.video_full_range;
    }
}

/// Takes in the first rows of frames that lie side by side. What stands over at the right is left out.
fn push_frames(
    frames: &mut [DecodedFrame],
    height: u32,
    intake: &mut PixelSink,
) -> Result<(), MediaError> {
    let row_bytes = intake.row_bytes();
    let mut rows = source::filled(u64::from(BAND_HEIGHT) * row_bytes as u64, 0)?;
    let mut pixels = Vec::new();
    let mut left = height;
    while left > 0 {
        let band_height = BAND_HEIGHT.min(left);
        let mut start = 0;
        for frame in &mut *frames {
            let width = frame.cropped_width() as usize * intake.channels().count();
            frame.crop_bottom = frame.height.saturating_sub(frame.crop_top + band_height);
            pixels.resize(width * band_height as usize, 0);
            match intake.channels() {
                Channels::Rgba => frame.write_rgba_into(&mut pixels),
                _ => frame.write_rgb_into(&mut pixels),
            };
            frame.crop_top += band_height;
            let end = row_bytes.min(start + width);
            for (row, part) in rows
                .chunks_exact_mut(row_bytes)
                .zip(pixels.chunks_exact(width.max(1)))
            {
                row[start..end].copy_from_slice(&part[..end - start]);
            }
            start = end;
        }
        intake.push(&rows[..row_bytes * band_height as usize]);
        left -= band_height;
    }
    Ok(())
}

/// Whether the file is by its brand coded as AV1. The decoder gets the transparency of others wrong (heic 0.1.6), so
/// they are shown without.
fn is_avif(bytes: &[u8]) -> bool {
    bytes.get(8..11).is_some_and(|brand| brand == b"avi")
}

/// Takes each strip in when the next one is asked for.
struct Strips {
    intake: PixelSink,
    strip: Vec<u8>,
    length: usize,
}

impl Strips {
    fn new(intake: PixelSink) -> Self {
        Self {
            intake,
            strip: Vec::new(),
            length: 0,
        }
    }

    fn hand_over(&mut self) {
        if let Some(rows) = self.strip.get(..self.length) {
            self.intake.push(rows);
        }
        self.length = 0;
    }

    fn finish(mut self) -> Result<Decoded, MediaError> {
        self.hand_over();
        self.intake.finish()
    }
}

impl RowSink for Strips {
    fn demand(&mut self, _y: u32, height: u32, min_bytes: usize) -> &mut [u8] {
        self.hand_over();
        if self.strip.len() < min_bytes {
            self.strip.resize(min_bytes, 0);
        }
        self.length = self.intake.row_bytes().saturating_mul(height as usize);
        &mut self.strip
    }
}

fn colour(info: &ImageInfo) -> Colour {
    match &info.icc_profile {
        Some(profile) => Colour::Profile(profile.clone()),
        None => Colour::CodePoints {
            primaries: info.color_primaries.try_into().unwrap_or_default(),
            transfer: info.transfer_characteristics.try_into().unwrap_or_default(),
        },
    }
}

fn failed(error: At<HeicError>) -> MediaError {
    match error.error() {
        HeicError::LimitExceeded(what) => MediaError::TooLarge((*what).to_owned()),
        HeicError::OutOfMemory => MediaError::OutOfMemory,
        HeicError::Unsupported(what) | HeicError::UnsupportedCodec(what) => {
            MediaError::Unsupported((*what).to_owned())
        }
        other => MediaError::malformed(other),
    }
}
