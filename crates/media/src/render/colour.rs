use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout, Matrix3d,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics, TransformOptions,
};

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
    let profile = profile(colour);
    if let Some((light, primaries)) = bright(colour, profile.as_ref())
        && !picture.channels.is_cmyk()
    {
        return hdr::to_srgb(without_profile(picture), light, &primaries);
    }
    profile
        .filter(|profile| profile.color_space == colour_space(picture.channels))
        .and_then(|profile| with_profile(&picture, &profile))
        .unwrap_or_else(|| without_profile(picture))
}

/// The profile that is to be undone, unless it is sRGB anyway.
fn profile(colour: &Colour) -> Option<ColorProfile> {
    match colour {
        Colour::Usual => None,
        Colour::Profile(bytes) => ColorProfile::new_from_slice(bytes).ok(),
        Colour::CodePoints {
            primaries,
            transfer,
        } => match (primaries, curve(*transfer)) {
            // What is said of television's older primaries is seldom meant.
            (0..=3 | 5..=7, TransferCharacteristics::Srgb) => None,
            (&primaries, curve) => Some(of_primaries(primaries, curve)),
        },
    }
}

/// Cameras that name the curve of television mean the one of screens.
fn curve(transfer: u8) -> TransferCharacteristics {
    match transfer {
        4 => TransferCharacteristics::Bt470M,
        5 => TransferCharacteristics::Bt470Bg,
        8 => TransferCharacteristics::Linear,
        _ => TransferCharacteristics::Srgb,
    }
}

/// With the primaries of ITU-T H.273. Unknown ones are those of sRGB.
fn of_primaries(primaries: u8, curve: TransferCharacteristics) -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    profile.update_rgb_colorimetry_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries)
            .unwrap_or(CicpColorPrimaries::Unspecified),
        transfer_characteristics: TransferCharacteristics::Srgb,
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    });
    if let Ok(curve) = ToneReprCurve::try_from(curve) {
        profile.red_trc = Some(curve.clone());
        profile.green_trc = Some(curve.clone());
        profile.blue_trc = Some(curve);
    }
    profile.cicp = None;
    profile
}

/// Of what is brighter than a screen: how values stand for light, and what makes linear sRGB of its light.
fn bright(colour: &Colour, profile: Option<&ColorProfile>) -> Option<(Light, Matrix3d)> {
    let (primaries, transfer) = match (colour, profile) {
        (
            Colour::CodePoints {
                primaries,
                transfer,
            },
            _,
        ) => (*primaries, *transfer),
        (Colour::Profile(_), Some(profile)) => {
            let points = profile.cicp?;
            (
                points.color_primaries as u8,
                points.transfer_characteristics as u8,
            )
        }
        _ => return None,
    };
    let light = Light::of(transfer)?;
    let light_of = |profile: &ColorProfile| profile.colorant_matrix();
    let own = match (primaries, profile) {
        // Nothing is said, or by the profile alone. Most such pictures are of these primaries.
        (0 | 2 | 3, None) => light_of(&ColorProfile::new_bt2020()),
        (0 | 2 | 3, Some(profile)) => light_of(profile),
        _ => light_of(&of_primaries(primaries, TransferCharacteristics::Srgb)),
    };
    let to_srgb = ColorProfile::new_srgb().colorant_matrix().inverse();
    Some((light, to_srgb.mat_mul(own)))
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

/// A value of sRGB from linear light, of which white is 1.
pub(super) fn from_light(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = match light {
        0.0..=0.003_130_8 => 12.92 * light,
        _ => 1.055 * light.powf(1.0 / 2.4) - 0.055,
    };
    (value * 255.0).round() as u8
}

/// Red, green and blue of CIELab: lightness from 0 to 100, and both colours.
pub(super) fn from_lab([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    // Of the white of paper, as ICC profiles have it.
    const WHITE: [f32; 3] = [0.9642, 1.0, 0.8249];
    let y = (lightness + 16.0) / 116.0;
    let value = |root: f32| match root > 6.0 / 29.0 {
        true => root.powi(3),
        false => (root - 16.0 / 116.0) * 3.0 * (6.0_f32 / 29.0).powi(2),
    };
    let [x, y, z] = [y + a / 500.0, y, y - b / 200.0].map(value);
    let [x, y, z] = [x * WHITE[0], y * WHITE[1], z * WHITE[2]];
    [
        3.1341 * x - 1.6174 * y - 0.4907 * z,
        -0.9788 * x + 1.9161 * y + 0.0335 * z,
        0.0719 * x - 0.2290 * y + 1.4052 * z,
    ]
    .map(from_light)
}

/// A colour as it was before it was multiplied by how opaque it is.
pub(super) fn without_alpha(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u16::from(colour), u16::from(alpha).max(1));
    ((colour * 255 + alpha / 2) / alpha).min(255) as u8
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

    #[test]
    fn a_profile_that_names_a_curve_of_light_means_it() {
        let colours = Raster {
            size: Size {
                width: 4,
                height: 1,
            },
            channels: Channels::Rgb,
            pixels: vec![148, 20, 30, 30, 148, 90, 100, 110, 148, 140, 140, 140],
        };
        let mut said = ColorProfile::new_display_p3();
        let plain = said.encode().unwrap();
        for (transfer, curve) in [
            (16, TransferCharacteristics::Smpte2084),
            (18, TransferCharacteristics::Hlg),
        ] {
            said.cicp = Some(CicpProfile {
                color_primaries: CicpColorPrimaries::Smpte432,
                transfer_characteristics: curve,
                matrix_coefficients: MatrixCoefficients::Identity,
                full_range: true,
            });
            let profile = Colour::Profile(said.encode().unwrap());
            let points = |primaries| Colour::CodePoints {
                primaries,
                transfer,
            };
            let drawn = to_srgb(colours.clone(), &profile).pixels;
            assert_eq!(drawn, to_srgb(colours.clone(), &points(12)).pixels);
            assert_ne!(drawn, to_srgb(colours.clone(), &points(9)).pixels);
            assert_ne!(drawn, to_srgb(colours.clone(), &points(1)).pixels);
            let without = Colour::Profile(plain.clone());
            assert_ne!(drawn, to_srgb(colours.clone(), &without).pixels);
        }
    }
}
