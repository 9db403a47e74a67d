use super::raster::Raster;
use super::size::Size;

/// The size of a picture once it is upright.
pub(super) fn upright_size(stored: Size, orientation: u16) -> Size {
    match orientation {
        5..=8 => Size {
            width: stored.height,
            height: stored.width,
        },
        _ => stored,
    }
}

/// Turns and mirrors a picture as its EXIF orientation (1 to 8) says.
pub(super) fn upright(stored: Raster, orientation: u16) -> Raster {
    if !(2..=8).contains(&orientation) {
        return stored;
    }
    match stored.channels.count() {
        1 => rearrange::<1>(&stored, orientation),
        2 => rearrange::<2>(&stored, orientation),
        3 => rearrange::<3>(&stored, orientation),
        _ => rearrange::<4>(&stored, orientation),
    }
}

fn rearrange<const N: usize>(stored: &Raster, orientation: u16) -> Raster {
    let size = upright_size(stored.size, orientation);
    let (source, _) = stored.pixels.as_chunks::<N>();
    let stored_width = stored.size.width as usize;
    let (right, bottom) = (stored.size.width - 1, stored.size.height - 1);
    // Where the pixel of the upright picture at (x, y) is stored.
    let locate = |x: u32, y: u32| match orientation {
        2 => (right - x, y),
        3 => (right - x, bottom - y),
        4 => (x, bottom - y),
        5 => (y, x),
        6 => (y, bottom - x),
        7 => (right - y, bottom - x),
        _ => (right - y, x),
    };
    let mut pixels = Vec::with_capacity(stored.pixels.len());
    for y in 0..size.height {
        for x in 0..size.width {
            let (column, row) = locate(x, y);
            pixels.extend_from_slice(&source[row as usize * stored_width + column as usize]);
        }
    }
    Raster {
        size,
        channels: stored.channels,
        pixels,
    }
}

#[cfg(test)]
mod tests {
    use super::super::raster::Channels;
    use super::*;

    /// The upright picture is `1 2 3 / 4 5 6`; stored as each orientation stores it.
    #[test]
    fn turns_every_orientation_upright() {
        let stored: [(u32, [u8; 6]); 8] = [
            (3, [1, 2, 3, 4, 5, 6]),
            (3, [3, 2, 1, 6, 5, 4]),
            (3, [6, 5, 4, 3, 2, 1]),
            (3, [4, 5, 6, 1, 2, 3]),
            (2, [1, 4, 2, 5, 3, 6]),
            (2, [3, 6, 2, 5, 1, 4]),
            (2, [6, 3, 5, 2, 4, 1]),
            (2, [4, 1, 5, 2, 6, 3]),
        ];
        for (index, (width, values)) in stored.into_iter().enumerate() {
            for channels in [Channels::Gray, Channels::Rgb, Channels::Rgba] {
                let raster = Raster {
                    size: Size {
                        width,
                        height: 6 / width,
                    },
                    channels,
                    pixels: values
                        .iter()
                        .flat_map(|&value| vec![value; channels.count()])
                        .collect(),
                };
                let turned = upright(raster, index as u16 + 1);
                let values: Vec<u8> = turned
                    .pixels
                    .chunks(channels.count())
                    .map(|pixel| pixel[0])
                    .collect();
                assert_eq!(values, [1, 2, 3, 4, 5, 6], "orientation {}", index + 1);
                assert_eq!(turned.size.width, 3);
            }
        }
    }
}
