//! What a place on earth is called: the nearest town with its region, country and time zone.
//!
//! The towns are built into the program, so that no one is told where pictures were taken. They are unpacked when
//! they are first asked for, which takes some fifty milliseconds and eight megabytes.

mod zone;

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

use kallitype_db::fold;

pub(crate) use zone::zone_at;

static PACKED: &[u8] = include_bytes!("places.tsv.gz");
static GAZETTEER: OnceLock<Gazetteer> = OnceLock::new();

/// Kilometres: farther from every town, a place has no name.
const FARTHEST: f64 = 50.0;
/// Kilometres of a degree of latitude.
const DEGREE: f64 = 111.2;
/// Cells a degree, and all around the earth.
const CELLS_A_DEGREE: i32 = 2;
/// Ten-thousandths of a degree, as the file counts, in a cell.
const UNITS_A_CELL: i32 = 10_000 / CELLS_A_DEGREE;
const ROWS: i32 = 180 * CELLS_A_DEGREE;
const COLUMNS: i32 = 360 * CELLS_A_DEGREE;

/// A place's name, as `exifInfo` has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    /// The name of its time zone, such as `Europe/Berlin`.
    pub zone: Option<String>,
}

/// A town by its name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NamedTown {
    pub name: String,
    pub region: Option<String>,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
}

/// The towns whose names a text is a part of, whatever its case and accents. Those come first that are called so, then those
/// whose names begin with it, then those in which a word does; shorter names before longer ones.
#[must_use]
pub(crate) fn search(text: &str, limit: usize) -> Vec<NamedTown> {
    gazetteer().search(&fold(text.trim()), limit)
}

/// The nearest town within fifty kilometres of a place, given in degrees. Empty when there is none.
#[must_use]
pub(crate) fn name(latitude: f64, longitude: f64) -> Place {
    gazetteer().nearest(latitude, longitude).unwrap_or_default()
}

fn gazetteer() -> &'static Gazetteer {
    GAZETTEER.get_or_init(|| {
        Gazetteer::unpack(PACKED).unwrap_or_else(|error| {
            tracing::error!(%error, "the names of places cannot be read");
            Gazetteer::default()
        })
    })
}

#[derive(Debug, Default)]
struct Gazetteer {
    /// Code and name.
    countries: Vec<(String, String)>,
    /// Country's code and name.
    regions: Vec<(String, String)>,
    zones: Vec<String>,
    /// In the order of their cells.
    towns: Vec<Town>,
    /// The names of all towns, one after the other.
    names: String,
}

#[derive(Debug)]
struct Town {
    cell: i32,
    latitude: f32,
    longitude: f32,
    region: u16,
    zone: u16,
    /// Where its name begins; it ends where the next one's begins.
    name: u32,
}

impl Gazetteer {
    fn unpack(packed: &[u8]) -> std::io::Result<Self> {
        let mut text = String::new();
        GzDecoder::new(packed).read_to_string(&mut text)?;
        let mut gazetteer = Self::default();
        let mut part = "";
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            match (part, fields.as_slice()) {
                (_, [name @ ("countries" | "regions" | "zones" | "cities")]) => part = name,
                ("countries", [code, name]) => gazetteer
                    .countries
                    .push(((*code).to_owned(), (*name).to_owned())),
                ("regions", [code, name]) => gazetteer
                    .regions
                    .push(((*code).to_owned(), (*name).to_owned())),
                ("zones", [name]) => gazetteer.zones.push((*name).to_owned()),
                ("cities", fields) => gazetteer.add(fields).ok_or_else(|| {
                    std::io::Error::other(format!("the line {line:?} is no town"))
                })?,
                _ => return Err(std::io::Error::other(format!("the line {line:?}"))),
            }
        }
        gazetteer.towns.shrink_to_fit();
        gazetteer.names.shrink_to_fit();
        Ok(gazetteer)
    }

    fn add(&mut self, fields: &[&str]) -> Option<()> {
        let [latitude, longitude, region, zone, name] = fields else {
            return None;
        };
        let (latitude, longitude): (i32, i32) = (latitude.parse().ok()?, longitude.parse().ok()?);
        self.towns.push(Town {
            cell: (latitude + 900_000) / UNITS_A_CELL * COLUMNS
                + (longitude + 1_800_000) / UNITS_A_CELL,
            latitude: latitude as f32 / 10_000.0,
            longitude: longitude as f32 / 10_000.0,
            region: region.parse().ok()?,
            zone: zone.parse().ok()?,
            name: u32::try_from(self.names.len()).ok()?,
        });
        self.names.push_str(name);
        Some(())
    }

    fn nearest(&self, latitude: f64, longitude: f64) -> Option<Place> {
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return None;
        }
        // Cells become narrower towards the poles, so more of them are within reach.
        let reach = FARTHEST / DEGREE * f64::from(CELLS_A_DEGREE);
        let rows = reach.ceil() as i32;
        let columns = (reach / latitude.to_radians().cos().max(0.01)).ceil() as i32;
        let (middle, center) = (row(latitude), column(longitude));
        let found = (middle - rows..=middle + rows)
            .filter(|row| (0..ROWS).contains(row))
            .flat_map(|row| {
                (center - columns..=center + columns)
                    .map(move |column| row * COLUMNS + column.rem_euclid(COLUMNS))
            })
            .flat_map(|cell| self.towns_in(cell))
            .map(|(index, town)| (index, distance(town, latitude, longitude)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        (found.1 <= FARTHEST).then(|| self.place(found.0))
    }

    /// The towns of a cell with their position in the list.
    fn towns_in(&self, cell: i32) -> impl Iterator<Item = (usize, &Town)> {
        let first = self.towns.partition_point(|town| town.cell < cell);
        self.towns
            .iter()
            .enumerate()
            .skip(first)
            .take_while(move |(_, town)| town.cell == cell)
    }

    fn search(&self, text: &str, limit: usize) -> Vec<NamedTown> {
        if text.is_empty() {
            return Vec::new();
        }
        let names = (0..self.towns.len()).filter_map(|index| Some((index, self.town_name(index)?)));
        let mut found: Vec<_> = names
            .filter_map(|(index, name)| Some((rank(name, text)?, name.len(), name, index)))
            .collect();
        found.sort_unstable();
        found.truncate(limit);
        let named = |(_, _, name, index): (_, _, &str, usize)| {
            let town = self.towns.get(index)?;
            Some(NamedTown {
                name: name.to_owned(),
                region: self.place(index).state,
                latitude: degrees(town.latitude),
                longitude: degrees(town.longitude),
            })
        };
        found.into_iter().filter_map(named).collect()
    }

    fn town_name(&self, index: usize) -> Option<&str> {
        let begin = self.towns.get(index)?.name as usize;
        let next = self.towns.get(index + 1);
        let end = next.map_or(self.names.len(), |next| next.name as usize);
        self.names.get(begin..end)
    }

    fn place(&self, index: usize) -> Place {
        let Some(town) = self.towns.get(index) else {
            return Place::default();
        };
        let region = self.regions.get(usize::from(town.region));
        let country = region.and_then(|(code, _)| {
            let known = self
                .countries
                .binary_search_by(|(known, _)| known.cmp(code))
                .ok()?;
            self.countries.get(known)
        });
        Place {
            city: self.town_name(index).map(str::to_owned),
            state: region
                .map(|(_, name)| name.clone())
                .filter(|name| !name.is_empty()),
            country: country.map(|(_, name)| name.clone()),
            zone: self.zones.get(usize::from(town.zone)).cloned(),
        }
    }
}

/// How well a folded text fits to a name: 0 is best, `None` not at all.
fn rank(name: &str, text: &str) -> Option<usize> {
    let name = fold(name);
    let at = name.find(text)?;
    let begins_a_word = |at: usize| name[..at].ends_with([' ', '-', '\'', '(', '/']);
    Some(match at {
        0 if name.len() == text.len() => 0,
        0 => 1,
        _ if name.match_indices(text).any(|(at, _)| begins_a_word(at)) => 2,
        _ => 3,
    })
}

/// Degrees as the file has them, with four digits behind the point.
fn degrees(degrees: f32) -> f64 {
    (f64::from(degrees) * 10_000.0).round() / 10_000.0
}

fn row(latitude: f64) -> i32 {
    (((latitude + 90.0) * f64::from(CELLS_A_DEGREE)) as i32).min(ROWS - 1)
}

fn column(longitude: f64) -> i32 {
    (((longitude + 180.0) * f64::from(CELLS_A_DEGREE)) as i32).min(COLUMNS - 1)
}

/// Kilometres, as if the earth were flat between the two: they are close to each other.
fn distance(town: &Town, latitude: f64, longitude: f64) -> f64 {
    let north = f64::from(town.latitude) - latitude;
    let east = (f64::from(town.longitude) - longitude + 540.0).rem_euclid(360.0) - 180.0;
    (north * DEGREE).hypot(east * DEGREE * latitude.to_radians().cos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(latitude: f64, longitude: f64) -> [Option<String>; 4] {
        let place = name(latitude, longitude);
        [place.city, place.state, place.country, place.zone]
    }

    #[test]
    fn places_have_names() {
        for (latitude, longitude, expected) in [
            (
                48.2082,
                16.3738,
                ["Vienna", "Vienna", "Austria", "Europe/Vienna"],
            ),
            (
                -33.8688,
                151.2093,
                ["Sydney", "New South Wales", "Australia", "Australia/Sydney"],
            ),
            (
                64.1466,
                -21.9426,
                [
                    "Reykjavík",
                    "Capital Region",
                    "Iceland",
                    "Atlantic/Reykjavik",
                ],
            ),
            // On both sides of the line where the date changes.
            (
                63.06,
                179.95,
                [
                    "Beringovskiy",
                    "Chukotskiy Avtonomnyy Okrug",
                    "Russia",
                    "Asia/Anadyr",
                ],
            ),
            (
                63.06,
                -179.95,
                [
                    "Beringovskiy",
                    "Chukotskiy Avtonomnyy Okrug",
                    "Russia",
                    "Asia/Anadyr",
                ],
            ),
        ] {
            assert_eq!(
                names(latitude, longitude),
                expected.map(|name| Some(name.to_owned()))
            );
        }
    }

    #[test]
    fn towns_are_found_by_their_names() {
        let names = |text: &str| -> Vec<String> {
            let found = search(text, 20).into_iter();
            found.map(|town| town.name).collect()
        };
        assert_eq!(names("reykjavik")[0], "Reykjavík");
        assert_eq!(names(" REYKJAVÍK ")[0], "Reykjavík");
        let york = names("york");
        assert_eq!(york[0], "York");
        assert_eq!(york.len(), 20);
        assert!(names("new york c").contains(&"New York City".to_owned()));
        for nothing in ["", " ", "%", "_", "no town is called so"] {
            assert_eq!(names(nothing), Vec::<String>::new(), "{nothing}");
        }
        let vienna = search("vienna", 20);
        let vienna = vienna.iter().find(|town| town.longitude > 0.0);
        let place = vienna.map(|town| (town.latitude, town.longitude));
        assert_eq!(place, Some((48.2085, 16.3721)));
    }

    #[test]
    fn nowhere_has_no_name() {
        for (latitude, longitude) in [
            (0.0, -30.0),
            (90.0, 0.0),
            (-90.0, 180.0),
            (f64::NAN, 0.0),
            (91.0, 0.0),
            (0.0, 180.1),
        ] {
            assert_eq!(name(latitude, longitude), Place::default());
        }
    }
}
