//! From an XMP packet to [`Findings`].

use super::names::Property;
use super::packet::{DirectoryItem, Packet};
use super::regions::Regions;
use crate::dates::{self, Source};
use crate::findings::{Findings, MotionClaim, fill};
use crate::numbers;
use crate::{Facts, text};

/// The dates of a packet, the one that counts most first: when the picture was taken, when what
/// it shows was made, and when it became a file.
const DATES: [Property; 4] = [
    Property::DateTimeOriginal,
    Property::DateCreated,
    Property::CreateDate,
    Property::DateTimeDigitized,
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
    for property in DATES {
        let date = packet.first(property).and_then(dates::parse_iso);
        findings.dates.offer(Source::Xmp, date);
    }
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

fn read_place(packet: &Packet, facts: &mut Facts) {
    if facts.latitude.is_some() {
        return;
    }
    let degrees =
        |property, hemispheres| degrees(packet.first(property).unwrap_or_default(), hemispheres);
    let place = degrees(Property::Latitude, ['N', 'S'])
        .zip(degrees(Property::Longitude, ['E', 'W']))
        .and_then(numbers::place);
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

/// `51,30.25N` or `51,30,15N`: degrees, minutes and perhaps seconds, and the hemisphere.
fn degrees(text: &str, [positive, negative]: [char; 2]) -> Option<f64> {
    let hemisphere = text.chars().last()?.to_ascii_uppercase();
    let sign = match hemisphere {
        letter if letter == positive => 1.0,
        letter if letter == negative => -1.0,
        _ => return None,
    };
    let mut degrees = 0.0;
    let mut unit = 1.0;
    for part in text
        .trim_end_matches(char::is_alphabetic)
        .split(',')
        .take(3)
    {
        degrees += part.trim().parse::<f64>().ok()? * unit;
        unit /= 60.0;
    }
    Some(sign * degrees)
}

/// Where a video is claimed to be: by the directory of the files within the file, which stand one
/// after another up to its end, or in the older way by the distance from there.
fn read_motion(packet: &Packet, claim: &mut MotionClaim) {
    let is_video = |item: &DirectoryItem| item.semantic == "MotionPhoto";
    if let Some(position) = packet.items.iter().position(is_video)
        && packet.first(Property::MotionPhoto) != Some("0")
    {
        claim.from_end = packet.items[position..]
            .iter()
            .try_fold(0_u64, |sum, item| sum.checked_add(item.length));
        claim.length = Some(packet.items[position].length);
        return;
    }
    let offset = packet
        .first(Property::MicroVideoOffset)
        .and_then(|offset| offset.parse().ok());
    (claim.from_end, claim.length) = (offset, offset);
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(
            facts.taken_at,
            dates::parse_iso("2024-01-01T10:00:00.5+02:00")
        );
        let facts = read(
            r#"<rdf:Description q:CreateDate="2024-03-03T10:00:00" photoshop:DateCreated="2024-02-31"/>"#,
        );
        assert_eq!(facts.taken_at, dates::parse_iso("2024-03-03T10:00:00"));
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
        for place in ["91,0N", "51,30X", "N", "", "a,bN", "51,30é"] {
            let body = format!(
                r#"<rdf:Description exif:GPSLatitude="{place}" exif:GPSLongitude="1,0E"/>"#
            );
            assert_eq!(read(&body).latitude, None, "{place}");
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
