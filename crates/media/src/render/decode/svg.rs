use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree};

use super::super::raster::{Channels, Raster};
use super::{Decoded, Task};
use crate::MediaError;

/// Draws the picture at the size that is wanted. What lies outside the file (other files, addresses, fonts) is left
/// out: a worker could not reach it anyway.
pub(super) fn decode(task: Task<'_>) -> Result<Decoded, MediaError> {
    let tree = parse(&task.bytes()?)?;
    let drawn = tree.size();
    let original = task.accept(drawn.width().ceil() as u32, drawn.height().ceil() as u32)?;
    let size = task.wanted_at_once(original);
    let mut pixmap = Pixmap::new(size.width, size.height).ok_or(MediaError::OutOfMemory)?;
    let scale = Transform::from_scale(
        size.width as f32 / drawn.width(),
        size.height as f32 / drawn.height(),
    );
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    Ok(Decoded {
        picture: Raster {
            size,
            channels: Channels::Rgba,
            pixels: pixmap.take_demultiplied(),
        }
        .into(),
        fullsize: None,
        original,
        colour: super::Colour::Usual,
        is_upright: true,
    })
}

/// Width and height of a drawing in pixels, if it is one.
pub(crate) fn drawing_size(text: &[u8]) -> Option<(u32, u32)> {
    let size = parse(text).ok()?.size();
    Some((size.width().ceil() as u32, size.height().ceil() as u32))
}

fn parse(text: &[u8]) -> Result<Tree, MediaError> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: ImageHrefResolver::default_data_resolver(),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_data(text, &options).map_err(MediaError::malformed)
}
