//! The time zone of a place, by the borders of zones. They are a part of the program, four megabytes of it, and are looked at
//! where they lie.

use std::sync::LazyLock;

use tzf_rs::EmbeddedFinder;

static BORDERS: LazyLock<EmbeddedFinder> = LazyLock::new(EmbeddedFinder::new);

/// The name of the zone at a place in degrees, such as `America/Denver`; at sea it is one such as `Etc/GMT+3`.
#[must_use]
pub(crate) fn zone_at(latitude: f64, longitude: f64) -> Option<&'static str> {
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return None;
    }
    let name = BORDERS.get_tz_name(longitude, latitude);
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use kallitype_web::time::parse_zone;

    use super::*;

    #[test]
    fn places_have_zones() {
        for (latitude, longitude, expected) in [
            (-33.45, -70.65, "America/Santiago"),
            (39.7392, -104.9903, "America/Denver"),
            (27.7172, 85.324, "Asia/Kathmandu"),
            (52.52, 13.405, "Europe/Berlin"),
            // Arizona knows no summer time, but the Navajo in it do.
            (33.4484, -112.074, "America/Phoenix"),
            (36.1498, -109.1, "America/Denver"),
            // On both sides of the line where the date changes.
            (-13.83, -171.76, "Pacific/Apia"),
            (-14.27, -170.7, "Pacific/Pago_Pago"),
            (0.0, -30.0, "Etc/GMT+2"),
        ] {
            assert_eq!(zone_at(latitude, longitude), Some(expected));
        }
        for (latitude, longitude) in [
            (f64::NAN, 0.0),
            (0.0, f64::INFINITY),
            (91.0, 0.0),
            (0.0, 181.0),
        ] {
            assert_eq!(zone_at(latitude, longitude), None);
        }
        for (latitude, longitude) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 180.0), (0.0, 0.0)] {
            assert!(zone_at(latitude, longitude).is_some());
        }
    }

    #[test]
    fn every_zone_is_known() {
        let names = BORDERS.timezonenames();
        assert!(names.len() > 400, "{}", names.len());
        for name in names {
            assert!(parse_zone(name).is_some(), "{name}");
        }
    }
}
