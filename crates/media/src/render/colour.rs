use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::decode::Colour;
use super::hdr::{self, Light};
use super::raster::{Channels, Raster};
use super::size::Size;

/// What colours are tried to find out whether a profile changes any.
const LEVELS: [u8; 8] = [0, 12, 40, 80, 128, 176, 216, 255];
/// A change by which a colour looks the same.
const UNSEEN: u8 = 2;

/// Whether red, green and blue are sRGB as they are. Most cameras write a profile that says no more than that.
pub(super) fn is_srgb(colour: &Colour) -> bool {
    if *colour == Colour::Usual {
        return true;
    }
    let mut pixels = Vec::new();
    for red in LEVELS {
        for green in LEVELS {
            for blue in LEVELS {
                pixels.extend([red, green, blue]);
            }
        }
    }
    let samples = Raster {
        size: Size {
            width: LEVELS.len().pow(3) as u32,
            height: 1,
        },
        channels: Channels::Rgb,
        pixels,
    };
    let converted = to_srgb(samples.clone(), colour);
    let mut pairs = samples.pixels.iter().zip(&converted.pixels);
    pairs.all(|(sample, converted)| sample.abs_diff(*converted) <= UNSEEN)
}

/// Converts to sRGB with three channels, or four when there is transparency.
///
/// A profile that is unsound or of another colour space is ignored, as browsers do.
pub(super) fn to_srgb(picture: Raster, colour: &Colour) -> Raster {
    if let Colour::CodePoints { transfer, .. } = colour
        && let Some(light) = Light::of(*transfer)
    {
        return hdr::to_srgb(without_profile(picture), light);
    }
    profile(colour)
        .filter(|profile| profile.color_space == colour_space(picture.channels))
        .and_then(|profile| with_profile(&picture, &profile))
        .unwrap_or_else(|| without_profile(picture))
}

/// The profile that is to be undone, unless it is sRGB anyway.
fn profile(colour: &Colour) -> Option<ColorProfile> {
    match colour {
        Colour::Usual => None,
        Colour::Profile(bytes) => ColorProfile::new_from_slice(bytes).ok(),
        // Cameras that name the curve of television mean the one of screens.
        Colour::CodePoints { primaries, .. } => match primaries {
            9 => Some(with_screen_curve(ColorProfile::new_bt2020())),
            11 | 12 => Some(ColorProfile::new_display_p3()),
            _ => None,
        },
    }
}

fn with_screen_curve(mut profile: ColorProfile) -> ColorProfile {
    let screen = ColorProfile::new_srgb();
    profile.red_trc = screen.red_trc;
    profile.green_trc = screen.green_trc;
    profile.blue_trc = screen.blue_trc;
    profile.cicp = None;
    profile
}

fn colour_space(channels: Channels) -> DataColorSpace {
    match channels {
        Channels::Gray | Channels::GrayAlpha => DataColorSpace::Gray,
        Channels::Rgb | Channels::Rgba => DataColorSpace::Rgb,
        Channels::InvertedCmyk => DataColorSpace::Cmyk,
    }
}

fn with_profile(picture: &Raster, profile: &ColorProfile) -> Option<Raster> {
    let (from, to, channels) = match picture.channels {
        Channels::Gray => (Layout::Gray, Layout::Rgb, Channels::Rgb),
        Channels::GrayAlpha => (Layout::GrayAlpha, Layout::Rgba, Channels::Rgba),
        Channels::Rgb => (Layout::Rgb, Layout::Rgb, Channels::Rgb),
        // The library has one name for everything of four channels.
        Channels::InvertedCmyk => (Layout::Rgba, Layout::Rgb, Channels::Rgb),
        Channels::Rgba => (Layout::Rgba, Layout::Rgba, Channels::Rgba),
    };
    let transform = profile
        .create_transform_8bit(
            from,
            &ColorProfile::new_srgb(),
            to,
            TransformOptions::default(),
        )
        .ok()?;
    let mut converted = Raster::filled(picture.size, channels, 0).ok()?;
    let outcome = if picture.channels == Channels::InvertedCmyk {
        let inks: Vec<u8> = picture.pixels.iter().map(|value| 255 - value).collect();
        transform.transform(&inks, &mut converted.pixels)
    } else {
        transform.transform(&picture.pixels, &mut converted.pixels)
    };
    outcome.ok().map(|()| converted)
}

fn without_profile(picture: Raster) -> Raster {
    match picture.channels {
        Channels::Gray => picture.map(Channels::Rgb, |[value]| [value; 3]),
        Channels::GrayAlpha => picture.map(Channels::Rgba, |[value, alpha]| {
            [value, value, value, alpha]
        }),
        Channels::InvertedCmyk => picture.map(Channels::Rgb, |[cyan, magenta, yellow, black]| {
            [cyan, magenta, yellow].map(|ink| multiply(ink, black))
        }),
        Channels::Rgb | Channels::Rgba => picture,
    }
}

/// The product of two fractions of 255, rounded.
fn multiply(a: u8, b: u8) -> u8 {
    ((u16::from(a) * u16::from(b) + 127) / 255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_profiles_that_change_nothing() {
        let profile = |profile: ColorProfile| Colour::Profile(profile.encode().unwrap());
        assert!(is_srgb(&Colour::Usual));
        assert!(is_srgb(&profile(ColorProfile::new_srgb())));
        assert!(is_srgb(&Colour::Profile(b"unsound".to_vec())));
        assert!(!is_srgb(&profile(ColorProfile::new_display_p3())));
        assert!(!is_srgb(&profile(ColorProfile::new_adobe_rgb())));
        assert!(!is_srgb(&Colour::CodePoints {
            primaries: 9,
            transfer: 16
        }));
    }
}
