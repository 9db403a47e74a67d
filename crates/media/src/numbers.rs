//! Numbers of all origins in the form that [`Facts`](crate::Facts) documents.

/// Seconds as photographers write them: a unit fraction when short, else with one decimal.
pub(crate) fn exposure_time(seconds: f64) -> String {
    if seconds < 0.25001 {
        return format!("1/{:.0}", 1.0 / seconds);
    }
    let text = format!("{seconds:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
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
        assert_eq!(exposure_time(0.008), "1/125");
        assert_eq!(exposure_time(0.25), "1/4");
        assert_eq!(exposure_time(0.5), "0.5");
        assert_eq!(exposure_time(2.5), "2.5");
        assert_eq!(exposure_time(30.0), "30");
    }

    #[test]
    fn refuses_what_cannot_be() {
        assert_eq!(orientation(9), None);
        assert_eq!(rating(f64::NAN), None);
        assert_eq!(rating(-1.0), Some(-1));
        assert_eq!(place((0.0, 0.0)), None);
        assert_eq!(place((f64::NAN, 0.0)), None);
        assert_eq!(place((90.5, 0.0)), None);
        assert_eq!(place((-90.0, 180.0)), Some((-90.0, 180.0)));
    }
}
