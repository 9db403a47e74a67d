//! Pictures that are brighter than a screen: brought down to what sRGB can show.

use moxcms::Matrix3d;

use super::colour::from_light;
use super::raster::{Channels, Raster};

/// White of a page, in candela per square metre, as ITU-R BT.2408 has it.
const WHITE: f32 = 203.0;
/// The brightest light that is still told apart from white.
const BRIGHTEST: f32 = 1000.0;

/// How values stand for light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Light {
    /// SMPTE ST 2084.
    PerceptualQuantizer,
    /// ARIB STD-B67.
    HybridLogGamma,
}

impl Light {
    /// By the code points of ITU-T H.273.
    pub(super) fn of(transfer: u8) -> Option<Self> {
        match transfer {
            16 => Some(Self::PerceptualQuantizer),
            18 => Some(Self::HybridLogGamma),
            _ => None,
        }
    }

    /// The light of a value from 0 to 1, in multiples of white.
    fn decode(self, value: f32) -> f32 {
        match self {
            Self::PerceptualQuantizer => {
                let power = value.powf(1.0 / 78.843_75);
                let fraction = (power - 0.835_937_5).max(0.0)
                    / (18.851_563 - 18.6875 * power).max(f32::EPSILON);
                10_000.0 * fraction.powf(1.0 / 0.159_301_76) / WHITE
            }
            Self::HybridLogGamma => {
                let scene = if value <= 0.5 {
                    value * value / 3.0
                } else {
                    (((value - 0.559_910_7) / 0.178_832_77).exp() + 0.284_668_92) / 12.0
                };
                BRIGHTEST * scene.powf(1.2) / WHITE
            }
        }
    }
}

/// To sRGB, by what makes its linear light of the picture's.
pub(super) fn to_srgb(picture: Raster, light: Light, matrix: &Matrix3d) -> Raster {
    let matrix = matrix.v.map(|row| row.map(|factor| factor as f32));
    let lights: Vec<f32> = (0..=255)
        .map(|value| light.decode(value as f32 / 255.0))
        .collect();
    let convert = |[red, green, blue]: [u8; 3]| {
        let [red, green, blue] = [red, green, blue].map(|value| lights[usize::from(value)]);
        let colour = matrix
            .map(|[of_red, of_green, of_blue]| of_red * red + of_green * green + of_blue * blue);
        // All channels are dimmed alike, so that the hue stays.
        let peak = colour.into_iter().fold(0.0, f32::max);
        let dimming = if peak > 0.0 { dim(peak) / peak } else { 1.0 };
        colour.map(|value| from_light(value * dimming))
    };
    match picture.channels {
        Channels::Rgba => picture.map(Channels::Rgba, |[red, green, blue, alpha]| {
            let [red, green, blue] = convert([red, green, blue]);
            [red, green, blue, alpha]
        }),
        _ => picture.map(Channels::Rgb, convert),
    }
}

/// Up to three quarters of white as it is, then ever flatter, until the brightest light is white.
fn dim(light: f32) -> f32 {
    const KNEE: f32 = 0.75;
    let brightest = BRIGHTEST / WHITE;
    if light <= KNEE {
        return light;
    }
    let above = ((light - KNEE) / (brightest - KNEE)).min(1.0);
    // With this power the curve has no corner at the knee.
    let power = (brightest - KNEE) / (1.0 - KNEE);
    KNEE + (1.0 - KNEE) * (1.0 - (1.0 - above).powf(power))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_is_as_the_standards_say() {
        // 58 % of the signal are 203 cd/m², 75 % of the other one as well.
        assert!((Light::PerceptualQuantizer.decode(0.5807) - 1.0).abs() < 0.01);
        assert!((Light::HybridLogGamma.decode(0.75) - 1.0).abs() < 0.01);
    }

    #[test]
    fn what_is_brightest_is_white_and_what_is_dark_stays_dark() {
        assert_eq!(from_light(dim(BRIGHTEST / WHITE)), 255);
        assert_eq!(from_light(dim(0.01)), 25);
        assert!((230..255).contains(&from_light(dim(1.0))));
    }
}
