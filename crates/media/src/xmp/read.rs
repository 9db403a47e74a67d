//! From an XMP packet to [`Findings`].

use jiff::Span;
use jiff::civil::DateTime;

use super::names::Property;
use super::packet::{DirectoryItem, Packet};
use super::regions::Regions;
use crate::dates::{self, Source};
use crate::findings::{Findings, MotionClaim, fill};
use crate::numbers;
use crate::{Facts, Precision, text};

/// The dates of a packet, the one that counts most first: when the picture was taken, when what
/// it shows was made, and when it became a file.
const DATES: [(Source, Property); 5] = [
    (Source::XmpOriginal, Property::DateTimeOriginal),
    (Source::XmpOriginal, Property::DateCreated),
    (Source::XmpCreated, Property::CreateDate),
    (Source::XmpCreated, Property::DateTimeDigitized),
    (Source::XmpCreated, Property::CreationDate),
];

/// Adds what a packet says. The rating overrules that of EXIF, which knows no rejection. What
/// follows a fault in the XML is passed over. Answers whether it was XMP at all.
pub(crate) fn read_into(packet: &[u8], findings: &mut Findings) -> bool {
    let Ok(packet) = std::str::from_utf8(packet) else {
        return false;
    };
    let faces = Regions::parse(packet).faces();
    fill(&mut findings.facts.faces, faces);
    let packet = Packet::parse(packet);
    read_packet(&packet, findings);
    packet.has_rdf
}

fn read_packet(packet: &Packet, findings: &mut Findings) {
    for (source, property) in DATES {
        let date = packet.first(property).and_then(dates::parse);
        findings.dates.offer(source, date);
    }
    findings.dates.offer_gps(gps_time(packet));
    read_keywords(packet, findings);
    read_motion(packet, &mut findings.motion);
    let facts = &mut findings.facts;
    read_texts(packet, facts);
    read_numbers(packet, facts);
    read_place(packet, facts);
}

fn read_keywords(packet: &Packet, findings: &mut Findings) {
    let keywords = &mut findings.keywords;
    keywords.has_list |= packet.has_tags_list;
    for keyword in packet.all(Property::TagsList) {
        keywords.add_hierarchical(keyword, '/');
    }
    for keyword in packet.all(Property::HierarchicalSubject) {
        keywords.add_hierarchical(keyword, '|');
    }
    for keyword in packet.all(Property::Subject) {
        keywords.add_flat(keyword);
    }
}

fn read_texts(packet: &Packet, facts: &mut Facts) {
    let name = |property| packet.first(property).and_then(text::name);
    fill(&mut facts.make, name(Property::Make));
    fill(&mut facts.model, name(Property::Model));
    fill(&mut facts.lens_model, name(Property::LensModel));
    fill(&mut facts.lens_model, name(Property::Lens));
    fill(&mut facts.projection_type, name(Property::ProjectionType));
    fill(&mut facts.burst_id, name(Property::BurstId));
    fill(&mut facts.zone, name(Property::TimeZone));
    fill(
        &mut facts.description,
        packet
            .first(Property::Description)
            .and_then(text::description),
    );
}

fn read_numbers(packet: &Packet, facts: &mut Facts) {
    let positive = |property| {
        packet
            .first(property)
            .and_then(fraction)
            .filter(|&number| number > 0.0)
    };
    facts.rating = packet
        .first(Property::Rating)
        .and_then(|stars| numbers::rating(stars.parse().ok()?))
        .or(facts.rating);
    fill(
        &mut facts.exposure_time,
        positive(Property::ExposureTime).and_then(numbers::exposure_time),
    );
    fill(&mut facts.f_number, positive(Property::FNumber));
    fill(&mut facts.focal_length, positive(Property::FocalLength));
    fill(
        &mut facts.iso,
        packet
            .first(Property::Sensitivity)
            .and_then(|number| number.parse().ok())
            .filter(|&number| number > 0),
    );
    fill(
        &mut facts.orientation,
        packet
            .first(Property::Orientation)
            .and_then(|number| numbers::orientation(number.parse().ok()?)),
    );
}

/// The time of a GPS fix, in UTC whether it says so or not.
fn gps_time(packet: &Packet) -> Option<DateTime> {
    let clock = dates::parse(packet.first(Property::GpsTimeStamp)?)?;
    let east = Span::new().seconds(clock.offset_seconds.unwrap_or(0));
    let utc = clock.local.checked_sub(east).ok()?;
    (clock.precision >= Precision::Minute).then_some(utc)
}

fn read_place(packet: &Packet, facts: &mut Facts) {
    if facts.latitude.is_some() {
        return;
    }
    let degrees = |property, reference, hemispheres| {
        degrees(
            packet.first(property)?,
            packet.first(reference),
            hemispheres,
        )
    };
    let latitude = degrees(Property::Latitude, Property::LatitudeRef, ['N', 'S']);
    let longitude = degrees(Property::Longitude, Property::LongitudeRef, ['E', 'W']);
    let place = latitude.zip(longitude).and_then(numbers::place);
    (facts.latitude, facts.longitude) = place.unzip();
}

/// `125`, `2.8` or `28/10`.
fn fraction(text: &str) -> Option<f64> {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let quotient = match text.split_once('/') {
        Some((numerator, denominator)) => number(numerator)? / number(denominator)?,
        None => number(text)?,
    };
    quotient.is_finite().then_some(quotient)
}

/// `51,30.25N` or `51,30,15N`: degrees, minutes and perhaps seconds, and the hemisphere, which may stand apart as well.
/// Against the standard, but written: decimal degrees, which need no hemisphere.
fn degrees(text: &str, reference: Option<&str>, [positive, negative]: [char; 2]) -> Option<f64> {
    let text = text.trim();
    let numbers = text.trim_end_matches(char::is_alphabetic);
    let own = text.get(numbers.len()..)?.chars().next();
    let apart = || reference?.trim().chars().next();
    let hemisphere = own.or_else(apart).map(|letter| letter.to_ascii_uppercase());
    let mut degrees = 0.0;
    let mut unit = 1.0;
    for part in numbers.split(',').take(3) {
        degrees += part.trim().parse::<f64>().ok()? * unit;
        unit /= 60.0;
    }
    match hemisphere {
        Some(letter) if letter == positive => Some(degrees),
        Some(letter) if letter == negative => Some(-f64::abs(degrees)),
        None if !numbers.contains(',') => Some(degrees),
        _ => None,
    }
}

/// Where a video is claimed to be: by the directory of the files within the file, which stand one
/// after another up to its end, or in the older way by the distance from there.
fn read_motion(packet: &Packet, claim: &mut MotionClaim) {
    let is_video = |item: &DirectoryItem| item.semantic == "MotionPhoto";
    let is_photo = packet.first(Property::MotionPhoto);
    let position = packet.items.iter().position(is_video);
    let offset = packet
        .first(Property::MicroVideoOffset)
        .and_then(|offset| offset.parse().ok());
    let is_said = [is_photo, packet.first(Property::MicroVideo)].contains(&Some("1"));
    claim.is_made |= is_said || offset.is_some() || (position.is_some() && is_photo != Some("0"));
    if let Some(position) = position
        && is_photo != Some("0")
    {
        claim.from_end = packet.items[position..]
            .iter()
            .try_fold(0_u64, |sum, item| sum.checked_add(item.length));
        claim.length = Some(packet.items[position].length);
    } else if offset.is_some() {
        (claim.from_end, claim.length) = (offset, offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WallClock;

    fn findings(body: &str) -> Findings {
        let packet = format!(
            r#"<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                xmlns:q="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
                xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"
                xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
                xmlns:aux="http://ns.adobe.com/exif/1.0/aux/"
                xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
                xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
                xmlns:digiKam="http://www.digikam.org/ns/1.0/"
                xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
                xmlns:Container="http://ns.google.com/photos/1.0/container/"
                xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
                xmlns:other="urn:other">{body}</rdf:RDF>
            </x:xmpmeta><?xpacket end="w"?>"#
        );
        let mut findings = Findings::default();
        read_into(packet.as_bytes(), &mut findings);
        findings
    }

    fn read(body: &str) -> Facts {
        findings(body).into_facts()
    }

    #[test]
    fn reads_attributes() {
        let facts = read(
            r#"<rdf:Description q:Rating="4" GPano:ProjectionType="equirectangular" GCamera:BurstID="b1"
                tiff:Make="Maker" tiff:Model="Model" aux:Lens="Lens" tiff:Orientation="6"
                exif:ExposureTime="1/125" exif:FNumber="28/10" exif:FocalLength="50/1"
                exif:GPSLatitude="51,30,36N" exif:GPSLongitude="0,7.5W"/>"#,
        );
        assert_eq!(facts.rating, Some(4));
        assert_eq!(facts.projection_type.as_deref(), Some("equirectangular"));
        assert_eq!(facts.burst_id.as_deref(), Some("b1"));
        assert_eq!(facts.make.as_deref(), Some("Maker"));
        assert_eq!(facts.model.as_deref(), Some("Model"));
        assert_eq!(facts.lens_model.as_deref(), Some("Lens"));
        assert_eq!(facts.orientation, Some(6));
        assert_eq!(facts.exposure_time.as_deref(), Some("1/125"));
        assert_eq!(facts.f_number, Some(2.8));
        assert_eq!(facts.focal_length, Some(50.0));
        assert_eq!(
            (facts.latitude, facts.longitude),
            (Some(51.51), Some(-0.125))
        );
    }

    #[test]
    fn reads_elements() {
        let facts = read(
            "<rdf:Description><q:Rating>-1</q:Rating><dc:description><rdf:Alt>
            <rdf:li xml:lang='x-default'>Fish &amp; chips &#x263a;</rdf:li>
            <rdf:li xml:lang='de'>Fisch</rdf:li></rdf:Alt></dc:description>
            <exif:ISOSpeedRatings><rdf:Seq><rdf:li>200</rdf:li></rdf:Seq></exif:ISOSpeedRatings>
            </rdf:Description>",
        );
        assert_eq!(facts.rating, Some(-1));
        assert_eq!(facts.description.as_deref(), Some("Fish & chips ☺"));
        assert_eq!(facts.iso, Some(200));
    }

    #[test]
    fn reads_tags() {
        let facts = read(
            "<rdf:Description><dc:subject><rdf:Bag><rdf:li>Rome</rdf:li><rdf:li>cat</rdf:li>
            </rdf:Bag></dc:subject>
            <lr:hierarchicalSubject><rdf:Bag><rdf:li>Italy|Rome</rdf:li></rdf:Bag></lr:hierarchicalSubject>
            </rdf:Description><rdf:Description><digiKam:TagsList><rdf:Seq><rdf:li>Italy/Rome</rdf:li>
            <rdf:li>pets/cat</rdf:li></rdf:Seq></digiKam:TagsList></rdf:Description>",
        );
        assert_eq!(facts.tags.unwrap(), ["Italy/Rome", "pets/cat"]);
    }

    #[test]
    fn prefers_the_date_of_the_exposure() {
        let facts = read(
            r#"<rdf:Description q:CreateDate="2024-03-03T10:00:00" photoshop:DateCreated="2024-02-02"
                exif:DateTimeOriginal="2024-01-01T10:00:00.5+02:00"/>"#,
        );
        assert_eq!(facts.taken_at, dates::parse("2024-01-01T10:00:00.5+02:00"));
        let facts = read(
            r#"<rdf:Description q:CreateDate="2024-03-03T10:00:00" photoshop:DateCreated="2024-02-31"/>"#,
        );
        assert_eq!(facts.taken_at, dates::parse("2024-03-03T10:00:00"));
    }

    #[test]
    fn passes_over_what_describes_something_else() {
        let facts = read(
            r#"<rdf:Description><other:Ingredient rdf:parseType="Resource">
                <rdf:Description q:Rating="3"><q:CreateDate>2024-03-03</q:CreateDate></rdf:Description>
                <q:Rating>2</q:Rating></other:Ingredient></rdf:Description>"#,
        );
        assert_eq!(facts, Facts::default());
    }

    #[test]
    fn refuses_nonsense() {
        assert_eq!(read(r#"<rdf:Description q:Rating="9"/>"#).rating, None);
        let broken = "<rdf:Description><q:Rating>NaN</q:Rating><broken";
        assert_eq!(read(broken).rating, None);
        for place in [
            "91,0N", "51,30X", "N", "", "a,bN", "51,30é", "51,30", "NaN", "1e9",
        ] {
            let body = format!(
                r#"<rdf:Description exif:GPSLatitude="{place}" exif:GPSLongitude="1,0E"/>"#
            );
            assert_eq!(read(&body).latitude, None, "{place}");
        }
    }

    #[test]
    fn reads_places_of_all_forms() {
        for (latitude, longitude, rest, expected) in [
            ("28.5", "-14.25", "", (28.5, -14.25)),
            (
                "28.5",
                "14.25",
                "exif:GPSLatitudeRef='N' exif:GPSLongitudeRef='W'",
                (28.5, -14.25),
            ),
            (
                "-28.5",
                "-14.25",
                "exif:GPSLatitudeRef='S' exif:GPSLongitudeRef='West'",
                (-28.5, -14.25),
            ),
            (
                "28,30",
                "14,15,0",
                "exif:GPSLatitudeRef='s' exif:GPSLongitudeRef='e'",
                (-28.5, 14.25),
            ),
            // What stands in the text counts.
            (
                "28,30N",
                "14.25E",
                "exif:GPSLatitudeRef='S' exif:GPSLongitudeRef='W'",
                (28.5, 14.25),
            ),
        ] {
            let facts = read(&format!(
                "<rdf:Description exif:GPSLatitude='{latitude}' exif:GPSLongitude='{longitude}' {rest}/>"
            ));
            let place = facts.latitude.zip(facts.longitude);
            assert_eq!(place, Some(expected), "{latitude} {longitude} {rest}");
        }
    }

    #[test]
    fn takes_the_default_text_wherever_it_stands() {
        let item =
            |language: &str, text: &str| format!("<rdf:li xml:lang='{language}'>{text}</rdf:li>");
        for (first, second) in [("de", "x-default"), ("x-default", "de")] {
            let facts = read(&format!(
                "<rdf:Description><dc:description><rdf:Alt>{}{}</rdf:Alt></dc:description></rdf:Description>",
                item(first, first),
                item(second, second)
            ));
            assert_eq!(facts.description.as_deref(), Some("x-default"));
        }
        let facts = read(&format!(
            "<rdf:Description><dc:description><rdf:Alt>{}{}</rdf:Alt></dc:description></rdf:Description>",
            item("de", "Fisch"),
            item("en", "fish")
        ));
        assert_eq!(facts.description.as_deref(), Some("Fisch"));
    }

    #[test]
    fn reads_dates_of_pdf_and_gps() {
        let facts = read(
            r#"<rdf:Description xmlns:pdf="http://ns.adobe.com/pdf/1.3/" pdf:CreationDate="2024-03-03T10:00:00Z"/>"#,
        );
        assert_eq!(facts.taken_at, dates::parse("2024-03-03T10:00:00Z"));
        let gps = r#"exif:GPSTimeStamp="2024-03-03T08:00:10Z""#;
        let facts = read(&format!("<rdf:Description {gps}/>"));
        let utc = dates::parse("2024-03-03T08:00:10").unwrap().local;
        assert_eq!(facts.taken_at, Some(WallClock::universal(utc)));
        let facts = read(&format!(
            r#"<rdf:Description {gps} photoshop:DateCreated="2024-03-03T10:00:00"/>"#
        ));
        assert_eq!(facts.taken_at, dates::parse("2024-03-03T10:00:00+02:00"));
    }

    #[test]
    fn knows_claims_without_a_place() {
        for (attributes, expected) in [
            ("GCamera:MotionPhoto='1'", true),
            ("GCamera:MicroVideo='1'", true),
            ("GCamera:MicroVideoOffset='5'", true),
            ("GCamera:MotionPhoto='0'", false),
            ("", false),
        ] {
            let motion = findings(&format!("<rdf:Description {attributes}/>")).motion;
            assert_eq!(motion.is_made, expected, "{attributes}");
        }
    }

    #[test]
    fn finds_videos_in_directories() {
        for body in [
            r#"<rdf:Description GCamera:MotionPhoto="1"><Container:Directory><rdf:Seq>
                <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Length="0"/></rdf:li>
                <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="MotionPhoto" Item:Length="4000"/></rdf:li>
                <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Depth" Item:Length="30"/></rdf:li>
                </rdf:Seq></Container:Directory></rdf:Description>"#,
            "<rdf:Description><Container:Directory><rdf:Seq>
                <rdf:li rdf:parseType='Resource'><Item:Semantic>Primary</Item:Semantic></rdf:li>
                <rdf:li rdf:parseType='Resource'><Container:Item rdf:parseType='Resource'>
                <Item:Length>4000</Item:Length><Item:Semantic>MotionPhoto</Item:Semantic></Container:Item></rdf:li>
                <rdf:li Item:Semantic='Depth' Item:Length='30'/>
                </rdf:Seq></Container:Directory></rdf:Description>",
        ] {
            let motion = findings(body).motion;
            assert_eq!((motion.from_end, motion.length), (Some(4030), Some(4000)));
        }
        let motion = findings(r#"<rdf:Description GCamera:MicroVideoOffset="55"/>"#).motion;
        assert_eq!((motion.from_end, motion.length), (Some(55), Some(55)));
    }
}
