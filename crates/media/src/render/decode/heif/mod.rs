//! HEIC, HEIF and AVIF.

mod av1;
mod conversion;
mod frame;
mod layer;

use heic::{DecoderConfig, ImageInfo, Limits, Unstoppable};

use super::super::colour::without_alpha;
use super::super::raster::Channels;
use super::intake::PixelSink;
use super::{Colour, Decoded, Task, check_size};
use crate::container::heif;
use crate::{MediaError, source};
use frame::{Frame, Picture};
use layer::{Items, Layer, failed};

/// What auxiliary pictures that say how opaque another one is are called.
const ALPHA: [&str; 3] = [
    "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    "urn:mpeg:hevc:2015:auxid:1",
    "urn:mpeg:avc:2015:auxid:1",
];

/// Row by row; of a grid a row of tiles after the other. Turning is left until the picture is small.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let mut bytes = task.bytes()?;
    heif::take_turns(&mut bytes);
    let info = ImageInfo::from_bytes(&bytes).map_err(MediaError::malformed)?;
    let original = task.accept(info.width, info.height)?;
    let items = Items {
        file: &bytes,
        container: heic::heif::parse(&bytes, &Unstoppable).map_err(failed)?,
        pixel_limit: task.options.pixel_limit,
    };
    let primary = items.container.primary_item_id;
    let picture = match Layer::open(&items, primary)? {
        Some(layer) => layer,
        None => Layer::of_frame(&items, decode_derived(&items)?),
    };
    let (width, height) = picture.size();
    check_size(original, width, height)?;
    let alpha = open_alpha(&items, primary)?;
    let channels = match alpha {
        Some(_) => Channels::Rgba,
        None => Channels::Rgb,
    };
    let colour = colour(&items, primary, &picture);
    let mut sink = PixelSink::new(&task, original, channels, colour, false)?;
    match alpha {
        Some(alpha) => push_with_alpha(picture, alpha, &mut sink)?,
        None => push(picture, &mut sink)?,
    }
    sink.finish()
}

/// A picture that is made of others in another way than as a grid, or cut out of one.
fn decode_derived(items: &Items<'_>) -> Result<Frame, MediaError> {
    let mut limits = Limits::default();
    limits.max_pixels = Some(items.pixel_limit);
    let config = DecoderConfig::new();
    let request = config.decode_request(items.file).with_limits(&limits);
    if let Some(kind) = items.wrongly_decoded() {
        return Err(MediaError::Unsupported(kind.into()));
    }
    let frame = request.decode_yuv().map_err(failed)?;
    Frame::new(Picture::Derived(Box::new(frame)), None)
}

fn push(mut picture: Layer<'_>, sink: &mut PixelSink) -> Result<(), MediaError> {
    let mut row = source::filled(sink.row_bytes() as u64, 0)?;
    for y in 0..picture.size().1 {
        picture.write_colours::<3>(y, &mut row)?;
        sink.push(&row);
    }
    Ok(())
}

/// How opaque a picture is.
struct Alpha<'a> {
    layer: Layer<'a>,
    /// Whether colours are multiplied by it.
    is_multiplied: bool,
}

/// One that cannot be decoded, as those of HEVC, is left out, as if the picture were opaque.
fn open_alpha<'a>(items: &'a Items<'a>, primary: u32) -> Result<Option<Alpha<'a>>, MediaError> {
    let container = &items.container;
    let mut found = ALPHA
        .iter()
        .flat_map(|kind| container.find_auxiliary_items(primary, kind));
    let Some(item) = found.next() else {
        return Ok(None);
    };
    let layer = match Layer::open(items, item) {
        Err(MediaError::OutOfMemory) => return Err(MediaError::OutOfMemory),
        opened => opened.ok().flatten(),
    };
    let multiplied = container.get_item_references(primary, heic::heif::FourCC(*b"prem"));
    Ok(layer.map(|layer| Alpha {
        layer,
        is_multiplied: multiplied.contains(&item),
    }))
}

/// The transparency may be of another size than the picture.
fn push_with_alpha(
    mut picture: Layer<'_>,
    mut alpha: Alpha<'_>,
    sink: &mut PixelSink,
) -> Result<(), MediaError> {
    let ((width, height), (alpha_width, alpha_height)) = (picture.size(), alpha.layer.size());
    let scaled = |place: u32, from: u32, to: u32| {
        (u64::from(place) * u64::from(to) / u64::from(from)) as u32
    };
    let mut row = source::filled(sink.row_bytes() as u64, 0)?;
    let mut opacities = Vec::new();
    for y in 0..height {
        picture.write_colours::<4>(y, &mut row)?;
        alpha
            .layer
            .read_opacities(scaled(y, height, alpha_height), &mut opacities)?;
        for (x, pixel) in (0..).zip(row.as_chunks_mut::<4>().0) {
            let place = scaled(x, width, alpha_width) as usize;
            pixel[3] = opacities.get(place).copied().unwrap_or(255);
            if alpha.is_multiplied {
                let [colours @ .., alpha] = pixel;
                let alpha = *alpha;
                colours
                    .iter_mut()
                    .for_each(|colour| *colour = without_alpha(*colour, alpha));
            }
        }
        sink.push(&row);
    }
    Ok(())
}

/// A profile counts before code points, and what the file says before what the coded picture says.
fn colour(items: &Items<'_>, primary: u32, picture: &Layer<'_>) -> Colour {
    let of_tile = |item| {
        let grid = heif::grid(items.file, item)?;
        heif::colours(items.file, *grid.tiles.first()?).profile
    };
    let profile = heif::colours(items.file, primary).profile;
    if let Some(profile) = profile.or_else(|| of_tile(primary)) {
        return Colour::Profile(profile);
    }
    picture
        .code_points()
        .map_or(Colour::Usual, |points| Colour::CodePoints {
            primaries: points.primaries.try_into().unwrap_or_default(),
            transfer: points.transfer.try_into().unwrap_or_default(),
        })
}
