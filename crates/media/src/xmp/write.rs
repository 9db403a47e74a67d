//! A user's edits as properties of XMP, each in the forms that other programs read.

use jiff::civil::DateTime;
use quick_xml::escape::escape;

use super::names::{
    AREA, DIGIKAM, DIMENSIONS, DUBLIN_CORE, EXIF, LIGHTROOM, OWN, PHOTOSHOP, RDF, REGIONS, TIFF,
    XMP,
};
use crate::{FaceRegion, SidecarEdits, WallClock};

/// A packet that says nothing.
pub(crate) const EMPTY: &str = concat!(
    "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n",
    "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n",
    " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n",
    " </rdf:RDF>\n",
    "</x:xmpmeta>\n",
    "<?xpacket end=\"w\"?>\n",
);

/// The prefixes that are used for what is written.
const PREFIXES: &[(&str, &str)] = &[
    ("rdf", RDF),
    ("dc", DUBLIN_CORE),
    ("tiff", TIFF),
    ("exif", EXIF),
    ("photoshop", PHOTOSHOP),
    ("xmp", XMP),
    ("digiKam", DIGIKAM),
    ("lr", LIGHTROOM),
    ("mwg-rs", REGIONS),
    ("kallitype", OWN),
    ("stDim", DIMENSIONS),
];

/// A property that takes the place of what a packet says.
#[derive(Debug, PartialEq)]
pub(super) struct Owned {
    pub namespace: &'static str,
    pub name: &'static str,
    value: Value,
}

#[derive(Debug, PartialEq)]
enum Value {
    /// The property goes.
    None,
    Simple(String),
    /// The default one of a list of languages.
    Alternative(String),
    Bag(Vec<String>),
    Sequence(Vec<String>),
    /// Parts, which are XML already.
    Structure(String),
}

/// The properties that edits concern.
pub(super) fn properties(edits: &SidecarEdits) -> Vec<Owned> {
    let mut properties = Vec::new();
    let mut own = |namespace, name, value| {
        properties.push(Owned {
            namespace,
            name,
            value,
        });
    };
    if let Some(description) = &edits.description {
        let text = legal(description);
        for (namespace, name) in [(DUBLIN_CORE, "description"), (TIFF, "ImageDescription")] {
            let value = match text.trim().is_empty() {
                true => Value::None,
                false => Value::Alternative(text.clone()),
            };
            own(namespace, name, value);
        }
    }
    if let Some(taken_at) = edits.taken_at {
        for (namespace, name) in [(EXIF, "DateTimeOriginal"), (PHOTOSHOP, "DateCreated")] {
            own(namespace, name, Value::Simple(date(taken_at)));
        }
        let zone = edits.zone.as_deref().map(legal);
        own(OWN, "TimeZone", zone.map_or(Value::None, Value::Simple));
    }
    if let Some((latitude, longitude)) = edits.place {
        let (latitude, longitude) = (
            degrees(latitude, ['N', 'S']),
            degrees(longitude, ['E', 'W']),
        );
        own(EXIF, "GPSLatitude", Value::Simple(latitude));
        own(EXIF, "GPSLongitude", Value::Simple(longitude));
        // The hemisphere stands in the text; what stands apart may be another one's.
        own(EXIF, "GPSLatitudeRef", Value::None);
        own(EXIF, "GPSLongitudeRef", Value::None);
    }
    if let Some(rating) = edits.rating {
        own(XMP, "Rating", Value::Simple(rating.to_string()));
    }
    if let Some(tags) = &edits.tags {
        let tags: Vec<String> = tags.iter().map(|tag| legal(tag)).collect();
        own(DIGIKAM, "TagsList", Value::Sequence(tags.clone()));
        let hierarchical = tags.iter().map(|tag| with_bars(tag)).collect();
        own(LIGHTROOM, "hierarchicalSubject", Value::Bag(hierarchical));
        own(DUBLIN_CORE, "subject", Value::Bag(leaves(&tags)));
    }
    properties
}

/// A new list of regions, to take the place of what is none.
pub(super) fn new_regions(others: &[FaceRegion], added: &[FaceRegion], mark: &str) -> Owned {
    let drawn_on = others.iter().chain(added).find_map(|face| face.drawn_on);
    let dimensions = drawn_on.map_or_else(String::new, |(width, height)| {
        format!(
            "\n    <mwg-rs:AppliedToDimensions rdf:parseType=\"Resource\"><stDim:w>{width}</stDim:w>\
             <stDim:h>{height}</stDim:h><stDim:unit>pixel</stDim:unit></mwg-rs:AppliedToDimensions>"
        )
    });
    let regions = regions(others, None) + &regions(added, Some(mark));
    let list = match regions.is_empty() {
        true => "<rdf:Bag/>".to_owned(),
        false => format!("<rdf:Bag>\n{regions}    </rdf:Bag>"),
    };
    Owned {
        namespace: REGIONS,
        name: "Regions",
        value: Value::Structure(format!(
            "{dimensions}\n    <mwg-rs:RegionList>{list}</mwg-rs:RegionList>\n   "
        )),
    }
}

/// The entries of faces in a list of regions. They say themselves what their prefixes mean: other programs' lists may use
/// others. A mark tells them from what others wrote.
pub(super) fn regions(faces: &[FaceRegion], mark: Option<&str>) -> String {
    let mark = mark.map_or_else(String::new, |mark| {
        let mark = escape(mark);
        format!("      <mwg-rs:Extensions xmlns:kallitype=\"{OWN}\" kallitype:Asset=\"{mark}\"/>\n")
    });
    let region = |face: &FaceRegion| {
        let area = face.area;
        let (width, height) = (area.right - area.left, area.bottom - area.top);
        let (x, y) = (area.left + width / 2.0, area.top + height / 2.0);
        format!(
            "     <rdf:li xmlns:rdf=\"{RDF}\" xmlns:mwg-rs=\"{REGIONS}\" rdf:parseType=\"Resource\">\n      \
             <mwg-rs:Name>{}</mwg-rs:Name>\n      <mwg-rs:Type>Face</mwg-rs:Type>\n      \
             <mwg-rs:Area xmlns:stArea=\"{AREA}\" stArea:x=\"{x:.9}\" stArea:y=\"{y:.9}\" stArea:w=\"{width:.9}\" \
             stArea:h=\"{height:.9}\" stArea:unit=\"normalized\"/>\n{mark}     </rdf:li>\n",
            escape(legal(&face.name))
        )
    };
    faces.iter().map(region).collect()
}

/// `2024-02-29T23:59:58.5+01:00`, as precise as it is known.
fn date(clock: WallClock) -> String {
    let local: DateTime = clock.local;
    match clock.offset_seconds {
        None => local.to_string(),
        Some(0) => format!("{local}Z"),
        Some(seconds) => {
            let sign = if seconds < 0 { '-' } else { '+' };
            let minutes = seconds.abs() / 60;
            format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

/// `51,30.60000000N`
fn degrees(degrees: f64, [positive, negative]: [char; 2]) -> String {
    let hemisphere = if degrees < 0.0 { negative } else { positive };
    // Rounded before it is divided, so that no minute has sixty seconds.
    let units = (degrees.abs() * 60.0 * 1e8).round() as u64;
    let (whole, rest) = (units / 6_000_000_000, units % 6_000_000_000);
    format!(
        "{whole},{}.{:08}{hemisphere}",
        rest / 100_000_000,
        rest % 100_000_000
    )
}

/// Parents parted by bars instead of slashes, as Lightroom has them; what is a bar in a name becomes a slash.
fn with_bars(tag: &str) -> String {
    let swap = |character| match character {
        '/' => '|',
        '|' => '/',
        other => other,
    };
    tag.chars().map(swap).collect()
}

/// What stands behind the last parent of each tag, once.
fn leaves(tags: &[String]) -> Vec<String> {
    let mut leaves: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags {
        let leaf = tag.rsplit('/').next().unwrap_or_default().replace('|', "/");
        if !leaves.contains(&leaf) {
            leaves.push(leaf);
        }
    }
    leaves
}

/// The text without the characters that XML has no way to write.
fn legal(text: &str) -> String {
    let is_legal = |character: &char| match character {
        '\n' | '\t' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control() || *other >= '\u{80}',
    };
    text.chars().filter(is_legal).collect()
}

/// What says what the properties are. A list of regions is edited where it stands from then on, so it stands apart from what
/// is written anew each time.
pub(super) fn descriptions(properties: &[Owned], about: &str) -> String {
    let is_list = |property: &&Owned| matches!(property.value, Value::Structure(_));
    let (lists, others): (Vec<&Owned>, Vec<&Owned>) = properties.iter().partition(is_list);
    description(&lists, about) + &description(&others, about)
}

/// The element that says what the properties are, or nothing when all of them go. `about` is the
/// escaped name of what the packet describes.
fn description(properties: &[&Owned], about: &str) -> String {
    let elements: String = properties.iter().copied().filter_map(element).collect();
    if elements.is_empty() {
        return elements;
    }
    let is_used =
        |(prefix, _): &&(&str, &str)| *prefix == "rdf" || elements.contains(&format!("<{prefix}:"));
    let prefixes: String = PREFIXES
        .iter()
        .filter(is_used)
        .map(|(prefix, namespace)| format!("\n    xmlns:{prefix}=\"{namespace}\""))
        .collect();
    format!("  <rdf:Description rdf:about=\"{about}\"{prefixes}>\n{elements}  </rdf:Description>\n")
}

fn element(property: &Owned) -> Option<String> {
    let prefix = PREFIXES
        .iter()
        .find(|(_, namespace)| *namespace == property.namespace)
        .map(|(prefix, _)| prefix)?;
    let mut attributes = "";
    let content = match &property.value {
        Value::None => return None,
        Value::Structure(parts) => {
            attributes = " rdf:parseType=\"Resource\"";
            parts.clone()
        }
        Value::Simple(text) => escape(text).into_owned(),
        Value::Alternative(text) => {
            list("Alt", " xml:lang=\"x-default\"", std::slice::from_ref(text))
        }
        Value::Bag(texts) if !texts.is_empty() => list("Bag", "", texts),
        // A list of no tags says that there are none; its other forms go.
        Value::Sequence(texts) => list("Seq", "", texts),
        Value::Bag(_) => return None,
    };
    let name = property.name;
    Some(format!(
        "   <{prefix}:{name}{attributes}>{content}</{prefix}:{name}>\n"
    ))
}

fn list(kind: &str, attributes: &str, texts: &[String]) -> String {
    // Space in an empty list is a value to some programs.
    if texts.is_empty() {
        return format!("<rdf:{kind}/>");
    }
    let items: String = texts
        .iter()
        .map(|text| format!("     <rdf:li{attributes}>{}</rdf:li>\n", escape(text)))
        .collect();
    format!("\n    <rdf:{kind}>\n{items}    </rdf:{kind}>\n   ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_places() {
        assert_eq!(degrees(51.51, ['N', 'S']), "51,30.60000000N");
        assert_eq!(degrees(-0.125, ['E', 'W']), "0,7.50000000W");
        assert_eq!(degrees(11.999_999_999_999, ['E', 'W']), "12,0.00000000E");
        assert_eq!(degrees(0.0, ['N', 'S']), "0,0.00000000N");
    }

    #[test]
    fn writes_dates() {
        for text in [
            "2024-02-29T23:59:58",
            "2024-02-29T23:59:58.25Z",
            "2024-02-29T23:59:58-03:30",
            "1900-01-01T00:00:00+14:00",
        ] {
            assert_eq!(date(crate::dates::parse(text).unwrap()), text);
        }
    }

    #[test]
    fn writes_tags_as_others_do() {
        assert_eq!(with_bars("Music/AC|DC"), "Music|AC/DC");
        let tags = ["Music/AC|DC", "Rome", "Places/Rome"].map(str::to_owned);
        assert_eq!(leaves(&tags), ["AC/DC", "Rome"]);
    }
}
