//! The decoder for the target in `fuzz`. It takes any bytes, and panics when what it makes of them is not what it
//! promises.

use crate::{Jpeg, Samples};

/// A picture of more pixels is passed over: what is looked for are faults, not patience.
const PIXEL_LIMIT: u64 = 1 << 18;

/// Draws a file at some sizes, and checks that they are covered.
pub fn progressive(bytes: &[u8]) {
    for samples in [Samples::AsStored, Samples::OnePerPixel] {
        for eighths in [1, 2, 3, 8] {
            let jpeg = Jpeg::open(bytes);
            if let Some(jpeg) = jpeg.filter(|jpeg| jpeg.frame.size.area() <= PIXEL_LIMIT) {
                draw(jpeg, eighths, samples);
            }
        }
    }
}

fn draw(jpeg: Jpeg<'_>, eighths: u32, samples: Samples) {
    let count = jpeg.components();
    let [width, height] = [jpeg.width(), jpeg.height()].map(|side| (side * eighths).div_ceil(8));
    let Ok(kept) = jpeg.read(eighths, samples) else {
        return;
    };
    assert_eq!(kept.len(), count);
    for kept in kept {
        // What is not drawn would differ.
        let [one, other] = [0, 255].map(|fill| {
            let mut target = vec![fill; width as usize * height as usize];
            assert_eq!(kept.draw(width, &mut target), Ok(()));
            target
        });
        assert!(one == other || samples == Samples::AsStored);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Each seed is also cut off at as many places.
    const CUTS: usize = 12;

    /// The target is built by no one who does not fuzz: here it has to compile, and to hold for what is sound.
    #[test]
    fn fuzz_target_holds_for_seeds() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let seeds = fs::read_dir(root.join("fuzz/seeds/progressive")).unwrap();
        let paths = seeds.map(|entry| entry.unwrap().path());
        let sample = root.join("crates/media/tests/samples/progressive.jpg");
        for path in paths.chain([sample]) {
            println!("{}", path.display());
            let bytes = fs::read(&path).unwrap();
            assert!(Jpeg::open(&bytes).is_some());
            for cut in 0..=CUTS {
                progressive(&bytes[..bytes.len() * cut / CUTS]);
            }
        }
    }
}
