//! What a packet says of regions of the picture: in the way of the Metadata Working Group, which most programs write, or
//! in Microsoft's older one.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::names::{
    self, AREA, DIMENSIONS, MICROSOFT, MICROSOFT_REGION, MICROSOFT_REGIONS, OWN, REGIONS,
};
use super::packet::push_reference;
use crate::faces::{FaceArea, FaceEdits, FaceRegion, MAX_FACES};
use crate::text;

/// The depth of properties in a packet; RDF itself has 1.
const PROPERTY: usize = 3;

/// No list gets more regions than this; what follows is not looked at.
const LIMIT: usize = 10_000;

/// The widest and highest picture that regions are drawn on, in pixels.
const MAX_SIDE: u32 = 1_000_000;

/// A way to write regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    WorkingGroup,
    Microsoft,
}

/// What a packet says of regions.
#[derive(Debug, Default)]
pub(super) struct Regions {
    /// Those of the Working Group's list in their order, if there is one.
    pub list: Option<Vec<Region>>,
    microsoft: Option<Vec<Region>>,
    width: Option<u32>,
    height: Option<u32>,
}

/// A region of any kind.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Region {
    kind: String,
    name: Option<String>,
    /// Its middle and its size, as parts of the picture.
    x: Option<f64>,
    y: Option<f64>,
    width: Option<f64>,
    height: Option<f64>,
    is_in_pixels: bool,
    /// Left and upper edge, width and height, in Microsoft's way.
    rectangle: Option<FaceArea>,
    /// What it was written for, if it was written here.
    pub mark: Option<String>,
}

impl Region {
    pub(super) fn area(&self) -> Option<FaceArea> {
        if self.is_in_pixels {
            return None;
        }
        let (x, y) = self.x.zip(self.y)?;
        let (width, height) = self.width.zip(self.height)?;
        let (across, down) = (width / 2.0, height / 2.0);
        FaceArea::new(x - across, y - down, x + across, y + down)
    }

    /// Whether it may be someone, not where the camera focused or a bar code is.
    pub(super) fn may_be_face(&self) -> bool {
        !matches!(self.kind.as_str(), "Focus" | "BarCode")
    }

    /// Whether it names that face.
    fn says(&self, face: &FaceRegion) -> bool {
        self.name.as_ref() == Some(&face.name)
            && self.area().is_some_and(|area| area.is_same(face.area))
    }

    fn face(&self, drawn_on: Option<(u32, u32)>) -> Option<FaceRegion> {
        let area = self.rectangle.or_else(|| self.area())?;
        let name = self.name.clone().filter(|_| self.may_be_face())?;
        Some(FaceRegion {
            name,
            area,
            drawn_on,
        })
    }

    fn set(&mut self, namespace: &ResolveResult, name: &str, value: &str) {
        let number = || value.trim().parse().ok();
        if names::is(namespace, AREA) {
            match name {
                "x" => self.x = number(),
                "y" => self.y = number(),
                "w" => self.width = number(),
                "h" => self.height = number(),
                "unit" => self.is_in_pixels = value.trim() != "normalized",
                _ => {}
            }
        } else if names::is(namespace, REGIONS) {
            match name {
                "Name" => self.name = text::name(value),
                "Type" => self.kind = value.trim().to_owned(),
                _ => {}
            }
        } else if names::is(namespace, MICROSOFT_REGION) {
            match name {
                "PersonDisplayName" => self.name = text::name(value),
                "Rectangle" => self.rectangle = rectangle(value),
                _ => {}
            }
        } else if names::is(namespace, OWN) && name == "Asset" {
            self.mark = Some(value.trim().to_owned());
        }
    }
}

/// `0.1, 0.2, 0.3, 0.4`: left and upper edge, width and height.
fn rectangle(text: &str) -> Option<FaceArea> {
    let numbers: Vec<f64> = text
        .split(',')
        .map_while(|number| number.trim().parse().ok())
        .collect();
    match numbers[..] {
        [left, top, width, height] => FaceArea::new(left, top, left + width, top + height),
        _ => None,
    }
}

impl Regions {
    /// Reads a packet. What follows a fault in the XML is passed over.
    pub(super) fn parse(packet: &str) -> Self {
        let mut parser = Parser::default();
        // Most packets say nothing of regions.
        if !packet.contains(REGIONS) && !packet.contains(MICROSOFT_REGION) {
            return parser.regions;
        }
        let mut reader = NsReader::from_str(packet.trim_end_matches('\0'));
        while let Ok((namespace, event)) = reader.read_resolved_event() {
            match event {
                Event::Start(element) => {
                    parser.open(&namespace, element.local_name().as_ref());
                    parser.read_attributes(&reader, &element);
                }
                Event::Empty(element) => {
                    parser.open(&namespace, element.local_name().as_ref());
                    parser.read_attributes(&reader, &element);
                    // Without a text there is nothing that its name says.
                    parser.close(None);
                }
                Event::Text(piece) => parser.content.push_str(&piece.xml10_content()),
                Event::CData(piece) => parser.content.push_str(&piece.xml10_content()),
                Event::GeneralRef(reference) => push_reference(&reference, &mut parser.content),
                Event::End(element) => {
                    parser.close(Some((&namespace, element.local_name().as_ref())));
                }
                Event::Eof => break,
                _ => {}
            }
        }
        parser.regions
    }

    /// What becomes of the list. A region that says what is known stays as it is, with all that another program wrote
    /// there.
    pub(super) fn edited(&self, edits: &FaceEdits) -> RegionEdits {
        let Some(list) = &self.list else {
            let others = self.faces().unwrap_or_else(|| edits.inherited.clone());
            if others.is_empty() && edits.named.is_empty() {
                return RegionEdits::None;
            }
            let others = others.into_iter();
            return RegionEdits::New {
                others: others.filter(|face| !edits.is_known(face.area)).collect(),
                added: edits.named.clone(),
            };
        };
        let is_said = |face: &FaceRegion| {
            let mut kept = list.iter().filter(|region| edits.keeps(region));
            kept.any(|region| region.says(face))
        };
        let added = edits.named.iter().filter(|face| !is_said(face));
        RegionEdits::InPlace {
            gone: list.iter().map(|region| !edits.keeps(region)).collect(),
            added: added.cloned().collect(),
        }
    }

    /// The faces that are named; none when nothing is said of faces. The Working Group's list counts alone.
    pub(super) fn faces(&self) -> Option<Vec<FaceRegion>> {
        let drawn_on = self.width.zip(self.height);
        let list = self.list.as_ref().or(self.microsoft.as_ref())?;
        let faces = list.iter().filter_map(|region| region.face(drawn_on));
        Some(faces.take(MAX_FACES).collect())
    }
}

impl FaceEdits {
    fn keeps(&self, region: &Region) -> bool {
        let is_own = region.mark.as_ref() == Some(&self.mark);
        let is_known =
            region.may_be_face() && region.area().is_some_and(|area| self.is_known(area));
        !is_own && (!is_known || self.named.iter().any(|face| region.says(face)))
    }
}

/// What becomes of a packet's regions.
#[derive(Debug)]
pub(super) enum RegionEdits {
    None,
    /// Which regions of the list go, and what comes after the others.
    InPlace {
        gone: Vec<bool>,
        added: Vec<FaceRegion>,
    },
    /// There is a list from now on: of what others said, and of what is added.
    New {
        others: Vec<FaceRegion>,
        added: Vec<FaceRegion>,
    },
}

/// What an element is to a packet's regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is a property of regions, or within one.
    Within,
    /// All regions of a list are in it.
    Container(Way),
    /// It is a region.
    Region(Way),
    Elsewhere,
}

/// Follows a packet's elements to its regions.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// Open elements within RDF and RDF itself; 0 outside.
    depth: usize,
    /// The property that is open, if it is one of regions.
    way: Option<Way>,
    /// The depth of the list that is open.
    list: Option<usize>,
}

impl Track {
    /// An element begins.
    pub(super) fn open(&mut self, namespace: &ResolveResult, name: &str) -> Place {
        if self.depth > 0 {
            self.depth += 1;
        } else if names::is_rdf(namespace, name, "RDF") {
            self.depth = 1;
        }
        if self.depth == PROPERTY {
            self.way = way(namespace, name);
        }
        let place = self.place();
        if let (Place::Within, Some(way), None) = (place, self.way, self.list)
            && is_list(way, namespace, name)
        {
            self.list = Some(self.depth);
        }
        place
    }

    /// The innermost element ends. Answers what it was.
    pub(super) fn close(&mut self) -> Place {
        let place = self.place();
        self.list = self.list.filter(|list| self.depth > *list);
        self.way = self.way.filter(|_| self.depth > PROPERTY);
        self.depth = self.depth.saturating_sub(1);
        place
    }

    fn is_within(&self) -> bool {
        self.way.is_some()
    }

    fn place(&self) -> Place {
        match (self.way, self.list) {
            (Some(way), Some(list)) if self.depth == list + 1 => Place::Container(way),
            (Some(way), Some(list)) if self.depth == list + 2 => Place::Region(way),
            (Some(_), _) => Place::Within,
            (None, _) => Place::Elsewhere,
        }
    }
}

fn way(namespace: &ResolveResult, name: &str) -> Option<Way> {
    if names::is(namespace, REGIONS) && name == "Regions" {
        Some(Way::WorkingGroup)
    } else if names::is(namespace, MICROSOFT) && name == "RegionInfo" {
        Some(Way::Microsoft)
    } else {
        None
    }
}

fn is_list(way: Way, namespace: &ResolveResult, name: &str) -> bool {
    match way {
        Way::WorkingGroup => names::is(namespace, REGIONS) && name == "RegionList",
        Way::Microsoft => names::is(namespace, MICROSOFT_REGIONS) && name == "Regions",
    }
}

#[derive(Debug, Default)]
struct Parser {
    regions: Regions,
    track: Track,
    region: Option<Region>,
    content: String,
}

impl Parser {
    fn open(&mut self, namespace: &ResolveResult, name: &str) {
        self.content.clear();
        match self.track.open(namespace, name) {
            Place::Container(way) => {
                self.list(way).get_or_insert_default();
            }
            Place::Region(_) => self.region = Some(Region::default()),
            Place::Within | Place::Elsewhere => {}
        }
    }

    fn read_attributes(&mut self, reader: &NsReader<&[u8]>, element: &BytesStart) {
        if !self.track.is_within() {
            return;
        }
        for attribute in element.attributes().with_checks(false).flatten() {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            if let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) {
                self.set(&namespace, name.as_ref(), &value);
            }
        }
    }

    fn close(&mut self, element: Option<(&ResolveResult, &str)>) {
        let content = std::mem::take(&mut self.content);
        let place = self.track.close();
        if let Some((namespace, name)) = element
            && place != Place::Elsewhere
            && !content.trim().is_empty()
        {
            self.set(namespace, name, &content);
        }
        if let Place::Region(way) = place
            && let Some(region) = self.region.take()
            && let Some(regions) = self.list(way)
            && regions.len() < LIMIT
        {
            regions.push(region);
        }
    }

    fn list(&mut self, way: Way) -> &mut Option<Vec<Region>> {
        match way {
            Way::WorkingGroup => &mut self.regions.list,
            Way::Microsoft => &mut self.regions.microsoft,
        }
    }

    fn set(&mut self, namespace: &ResolveResult, name: &str, value: &str) {
        if let Some(region) = &mut self.region {
            region.set(namespace, name, value);
        } else if names::is(namespace, DIMENSIONS) {
            let side = value.trim().parse().ok();
            let side = side.filter(|side| (1..=MAX_SIDE).contains(side));
            match name {
                "w" => self.regions.width = side,
                "h" => self.regions.height = side,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Regions {
        Regions::parse(&format!(
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
             xmlns:mwg-rs='http://www.metadataworkinggroup.com/schemas/regions/' \
             xmlns:stArea='http://ns.adobe.com/xmp/sType/Area#' \
             xmlns:stDim='http://ns.adobe.com/xap/1.0/sType/Dimensions#' xmlns:other='urn:other' \
             xmlns:MP='http://ns.microsoft.com/photo/1.2/' xmlns:MPRI='http://ns.microsoft.com/photo/1.2/t/RegionInfo#' \
             xmlns:MPReg='http://ns.microsoft.com/photo/1.2/t/Region#'>\
             <rdf:Description>{body}</rdf:Description></rdf:RDF></x:xmpmeta>"
        ))
    }

    fn named(faces: Option<Vec<FaceRegion>>) -> Vec<(String, [f64; 4])> {
        let edges = |area: FaceArea| [area.left, area.top, area.right, area.bottom];
        let faces = faces.unwrap().into_iter();
        faces.map(|face| (face.name, edges(face.area))).collect()
    }

    #[test]
    fn reads_faces_however_they_are_written() {
        let attributes = "<mwg-rs:Regions rdf:parseType='Resource'>\
            <mwg-rs:AppliedToDimensions stDim:w='400' stDim:h='200' stDim:unit='pixel'/>\
            <mwg-rs:RegionList><rdf:Bag><rdf:li><rdf:Description mwg-rs:Name='Ada &amp; Eve' mwg-rs:Type='Face'>\
            <mwg-rs:Area stArea:x='0.5' stArea:y='0.25' stArea:w='0.5' stArea:h='0.5' stArea:unit='normalized'/>\
            </rdf:Description></rdf:li></rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>";
        let elements = "<mwg-rs:Regions><rdf:Description><mwg-rs:RegionList><rdf:Seq>\
            <rdf:li rdf:parseType='Resource'><mwg-rs:Area rdf:parseType='Resource'><stArea:x>0.5</stArea:x>\
            <stArea:y>0.25</stArea:y><stArea:w>0.5</stArea:w><stArea:h>0.5</stArea:h></mwg-rs:Area>\
            <mwg-rs:Name>Ada &amp; Eve</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li></rdf:Seq>\
            </mwg-rs:RegionList><mwg-rs:AppliedToDimensions rdf:parseType='Resource'><stDim:w>400</stDim:w>\
            <stDim:h>200</stDim:h></mwg-rs:AppliedToDimensions></rdf:Description></mwg-rs:Regions>";
        let microsoft = "<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag><rdf:li><rdf:Description \
            MPReg:Rectangle='0.25, 0, 0.5, 0.5' MPReg:PersonDisplayName='Ada &amp; Eve'/></rdf:li></rdf:Bag>\
            </MPRI:Regions></rdf:Description></MP:RegionInfo>";
        for (body, drawn_on) in [
            (attributes, Some((400, 200))),
            (elements, Some((400, 200))),
            (microsoft, None),
        ] {
            let faces = parse(body).faces();
            assert_eq!(
                faces.as_ref().unwrap().first().unwrap().drawn_on,
                drawn_on,
                "{body}"
            );
            assert_eq!(
                named(faces),
                [("Ada & Eve".to_owned(), [0.25, 0.0, 0.75, 0.5])],
                "{body}"
            );
        }
        let both = parse(&format!("{microsoft}{}", attributes.replace("Ada", "Bob"))).faces();
        assert_eq!(named(both)[0].0, "Bob & Eve", "the Working Group's counts");
    }

    fn region(fields: &str, area: &str) -> String {
        format!("<rdf:li {fields}><mwg-rs:Area {area}/></rdf:li>")
    }

    fn list(regions: &str) -> String {
        format!(
            "<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:RegionList><rdf:Bag>{regions}</rdf:Bag>\
             </mwg-rs:RegionList></mwg-rs:Regions>"
        )
    }

    #[test]
    fn what_is_no_named_face_is_passed_over() {
        let whole = "stArea:x='0.5' stArea:y='0.5' stArea:w='1' stArea:h='1'";
        for (fields, area) in [
            ("mwg-rs:Type='Face'", whole),
            ("mwg-rs:Type='Face' mwg-rs:Name=' '", whole),
            ("mwg-rs:Type='Focus' mwg-rs:Name='x'", whole),
            (
                "mwg-rs:Name='x'",
                "stArea:x='0.5' stArea:y='0.5' stArea:w='0' stArea:h='1'",
            ),
            (
                "mwg-rs:Name='x'",
                "stArea:x='NaN' stArea:y='0.5' stArea:w='1' stArea:h='1'",
            ),
            (
                "mwg-rs:Name='x'",
                "stArea:x='3' stArea:y='0.5' stArea:w='1' stArea:h='1'",
            ),
            (
                "mwg-rs:Name='x'",
                "stArea:x='0.5' stArea:y='0.5' stArea:w='1'",
            ),
            (
                "mwg-rs:Name='x'",
                "stArea:x='5' stArea:y='5' stArea:w='9' stArea:h='9' stArea:unit='pixel'",
            ),
        ] {
            let read = parse(&list(&region(fields, area)));
            assert_eq!(read.faces(), Some(Vec::new()), "{fields} {area}");
        }
        assert_eq!(parse("").faces(), None);
        assert_eq!(parse("<mwg-rs:Regions/>").faces(), None);
        let elsewhere = format!(
            "<other:Ingredient rdf:parseType='Resource'>{}</other:Ingredient>",
            list("")
        );
        assert_eq!(parse(&elsewhere).faces(), None);
        let named = region("mwg-rs:Name='x'", whole);
        let many = parse(&list(&named.repeat(MAX_FACES + 5))).faces();
        assert_eq!(many.unwrap().len(), MAX_FACES);
    }
}
