//! Numbers of all origins in the form that [`Facts`](crate::Facts) documents.

/// The seconds that a fraction of EXIF can say: no exposure is longer, or its inverse.
const MAX_EXPOSURE: f64 = u32::MAX as f64;

/// Seconds as photographers write them: a unit fraction when short, else with one decimal.
pub(crate) fn exposure_time(seconds: f64) -> Option<String> {
    if !(1.0 / MAX_EXPOSURE..=MAX_EXPOSURE).contains(&seconds) {
        return None;
    }
    if seconds < 0.25001 {
        return Some(format!("1/{:.0}", 1.0 / seconds));
    }
    let text = format!("{seconds:.1}");
    Some(text.strip_suffix(".0").map(str::to_owned).unwrap_or(text))
}

/// How to turn the stored pixels upright, as EXIF counts it.
pub(crate) fn orientation(number: u32) -> Option<u16> {
    u16::try_from(number)
        .ok()
        .filter(|number| (1..=8).contains(number))
}

/// Stars, or -1 for a rejected picture.
pub(crate) fn rating(stars: f64) -> Option<i32> {
    let stars = stars.round();
    (-1.0..=5.0).contains(&stars).then_some(stars as i32)
}

/// A latitude and a longitude in degrees that exist. Zero, zero is what receivers write before they know.
pub(crate) fn place((latitude, longitude): (f64, f64)) -> Option<(f64, f64)> {
    let possible = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (possible && (latitude, longitude) != (0.0, 0.0)).then_some((latitude, longitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_exposure_times() {
        for (seconds, text) in [
            (0.008, "1/125"),
            (0.25, "1/4"),
            (0.5, "0.5"),
            (2.5, "2.5"),
            (30.0, "30"),
        ] {
            assert_eq!(exposure_time(seconds).as_deref(), Some(text));
        }
    }

    #[test]
    fn refuses_what_cannot_be() {
        for seconds in [0.0, -1.0, 1e-300, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(exposure_time(seconds), None, "{seconds}");
        }
        assert_eq!(orientation(9), None);
        assert_eq!(rating(f64::NAN), None);
        assert_eq!(rating(-1.0), Some(-1));
        assert_eq!(place((0.0, 0.0)), None);
        assert_eq!(place((f64::NAN, 0.0)), None);
        assert_eq!(place((90.5, 0.0)), None);
        assert_eq!(place((-90.0, 180.0)), Some((-90.0, 180.0)));
    }
}
