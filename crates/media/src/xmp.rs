//! From an XMP packet to [`Facts`].

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{LocalName, Namespace, ResolveResult};
use quick_xml::reader::NsReader;

use crate::{Facts, text};

const XMP: &str = "http://ns.adobe.com/xap/1.0/";
const DUBLIN_CORE: &str = "http://purl.org/dc/elements/1.1/";
const PANORAMA: &str = "http://ns.google.com/photos/1.0/panorama/";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Property {
    Rating,
    Description,
    ProjectionType,
}

/// Adds what a packet says. The rating overrules that of EXIF, which knows no rejection; a
/// description that EXIF gave is kept. What follows a fault in the XML is passed over.
pub(crate) fn read_into(packet: &[u8], facts: &mut Facts) {
    let Ok(packet) = std::str::from_utf8(packet) else {
        return;
    };
    let mut reader = NsReader::from_str(packet.trim_end_matches('\0'));
    let mut open: Option<Property> = None;
    let mut content = String::new();
    while let Ok((namespace, event)) = reader.read_resolved_event() {
        match event {
            Event::Start(element) => {
                if let Some(found) = property(namespace, element.local_name()) {
                    open = Some(found);
                    content.clear();
                }
                read_attributes(&reader, &element, facts);
            }
            Event::Empty(element) => read_attributes(&reader, &element, facts),
            Event::Text(piece) => content.push_str(&piece.xml10_content()),
            Event::CData(piece) => content.push_str(&piece.xml10_content()),
            Event::GeneralRef(reference) => push_reference(&reference, &mut content),
            Event::End(element) => {
                // A property holds its value, or a list of alternatives whose first one counts.
                let closes = property(namespace, element.local_name()) == open;
                if let Some(found) = open.filter(|_| closes || !content.trim().is_empty()) {
                    set(found, &content, facts);
                    open = None;
                }
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

fn read_attributes(reader: &NsReader<&[u8]>, element: &BytesStart, facts: &mut Facts) {
    for attribute in element.attributes().flatten() {
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        if let Some(found) = property(namespace, name)
            && let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)
        {
            set(found, &value, facts);
        }
    }
}

fn property(namespace: ResolveResult, name: LocalName) -> Option<Property> {
    let ResolveResult::Bound(Namespace(namespace)) = namespace else {
        return None;
    };
    match (namespace, name.as_ref()) {
        (XMP, "Rating") => Some(Property::Rating),
        (DUBLIN_CORE, "description") => Some(Property::Description),
        (PANORAMA, "ProjectionType") => Some(Property::ProjectionType),
        _ => None,
    }
}

/// Character references and the five entities of XML; others cannot be declared here.
fn push_reference(reference: &quick_xml::events::BytesRef, content: &mut String) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        content.push(character);
    } else if let Some(text) =
        quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
    {
        content.push_str(text);
    }
}

fn set(property: Property, value: &str, facts: &mut Facts) {
    match property {
        Property::Rating => {
            let rating = value.trim().parse::<f64>().ok().map(f64::round);
            facts.rating = rating
                .filter(|rating| (-1.0..=5.0).contains(rating))
                .map(|rating| rating as i32)
                .or(facts.rating);
        }
        Property::Description => {
            facts.description = facts
                .description
                .take()
                .or_else(|| text::description(value));
        }
        Property::ProjectionType => facts.projection_type = text::name(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Facts {
        let packet = format!(
            r#"<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">
            <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                xmlns:q="{XMP}" xmlns:dc="{DUBLIN_CORE}" xmlns:GPano="{PANORAMA}">{body}</rdf:RDF>
            </x:xmpmeta><?xpacket end="w"?>"#
        );
        let mut facts = Facts::default();
        read_into(packet.as_bytes(), &mut facts);
        facts
    }

    #[test]
    fn reads_attributes() {
        let facts =
            read(r#"<rdf:Description q:Rating="4" GPano:ProjectionType="equirectangular"/>"#);
        assert_eq!(facts.rating, Some(4));
        assert_eq!(facts.projection_type.as_deref(), Some("equirectangular"));
    }

    #[test]
    fn reads_elements() {
        let facts = read(
            "<rdf:Description><q:Rating>-1</q:Rating><dc:description><rdf:Alt>
            <rdf:li xml:lang='x-default'>Fish &amp; chips &#x263a;</rdf:li>
            <rdf:li xml:lang='de'>Fisch</rdf:li></rdf:Alt></dc:description></rdf:Description>",
        );
        assert_eq!(facts.rating, Some(-1));
        assert_eq!(facts.description.as_deref(), Some("Fish & chips ☺"));
    }

    #[test]
    fn refuses_nonsense() {
        assert_eq!(read(r#"<rdf:Description q:Rating="9"/>"#).rating, None);
        assert_eq!(read("<q:Rating>NaN</q:Rating><broken").rating, None);
    }
}
