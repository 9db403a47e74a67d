//! Putting a user's edits into a packet. Everything else in it stays as it is, byte for byte.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::names;
use super::regions::{Place, RegionEdits, Regions, Track, Way};
use super::write::{self, Owned};
use crate::{MediaError, SidecarEdits};

/// The depth of what describes something, and of its properties; RDF itself has 1.
const DESCRIPTION: usize = 2;
const PROPERTY: usize = 3;

/// What holds the regions that are written.
const LIST: Place = Place::Container(Way::WorkingGroup);

/// The packet with other values for the properties that edits concern.
pub(crate) fn rewrite(packet: &str, edits: &SidecarEdits) -> Result<String, MediaError> {
    let packet = packet.trim_end_matches('\0');
    // A byte order mark is no part of the document.
    let document = packet.strip_prefix('\u{feff}').unwrap_or(packet);
    let mut properties = write::properties(edits);
    let mut regions = ListedRegions::default();
    if let Some(faces) = &edits.faces {
        match Regions::parse(document).edited(faces) {
            RegionEdits::None => {}
            RegionEdits::InPlace { gone, added } => {
                regions.gone = gone;
                regions.added = write::regions(&added, Some(&faces.mark));
            }
            RegionEdits::New { others, added } => {
                properties.push(write::new_regions(&others, &added, &faces.mark));
            }
        }
    }
    let mut rewriter = Rewriter {
        properties: &properties,
        output: String::with_capacity(packet.len() + 1024),
        depth: 0,
        open: 0,
        left_out: None,
        track: Track::default(),
        regions,
        description: None,
        about: None,
        is_written: false,
    };
    rewriter
        .output
        .push_str(&packet[..packet.len() - document.len()]);
    let mut reader = NsReader::from_str(document);
    let mut position = 0;
    loop {
        let (namespace, event) = reader
            .read_resolved_event()
            .map_err(MediaError::malformed)?;
        let met = Met {
            is_rdf: is_rdf(&namespace, &event),
            is_owned: is_owned(&properties, &namespace, &event),
            place: place(&mut rewriter.track, &namespace, &event),
        };
        let end = usize::try_from(reader.buffer_position()).map_err(MediaError::malformed)?;
        let source = document
            .get(position..end)
            .ok_or_else(|| MediaError::malformed("it cannot be taken apart"))?;
        position = end;
        match event {
            Event::Start(element) => rewriter.start(&reader, &element, source, met),
            Event::Empty(element) => rewriter.empty(&reader, &element, source, met),
            Event::End(_) => rewriter.end(source, met.place),
            Event::Eof => break,
            Event::Text(text) => rewriter.text(source, !text.trim().is_empty()),
            _ => rewriter.text(source, true),
        }
    }
    if rewriter.open > 0 || !rewriter.is_written {
        return Err(MediaError::malformed("there is no whole XMP in it"));
    }
    Ok(rewriter.output)
}

fn is_rdf(namespace: &ResolveResult, event: &Event) -> bool {
    match event {
        Event::Start(element) | Event::Empty(element) => {
            names::is_rdf(namespace, element.local_name().as_ref(), "RDF")
        }
        _ => false,
    }
}

/// What an element that begins or ends is to the packet's regions.
fn place(track: &mut Track, namespace: &ResolveResult, event: &Event) -> Place {
    match event {
        Event::Start(element) => track.open(namespace, element.local_name().as_ref()),
        Event::Empty(element) => {
            let place = track.open(namespace, element.local_name().as_ref());
            track.close();
            place
        }
        Event::End(_) => track.close(),
        _ => Place::Elsewhere,
    }
}

fn is_owned(properties: &[Owned], namespace: &ResolveResult, event: &Event) -> bool {
    match event {
        Event::Start(element) | Event::Empty(element) => {
            owns(properties, namespace, element.local_name().as_ref())
        }
        _ => false,
    }
}

fn owns(properties: &[Owned], namespace: &ResolveResult, name: &str) -> bool {
    let owned =
        |property: &Owned| names::is(namespace, property.namespace) && property.name == name;
    properties.iter().any(owned)
}

struct Rewriter<'a> {
    properties: &'a [Owned],
    output: String,
    /// Open elements within RDF and RDF itself; 0 outside.
    depth: usize,
    /// All open elements.
    open: usize,
    /// The depth of the open element that goes.
    left_out: Option<usize>,
    track: Track,
    regions: ListedRegions,
    /// What is being described, while it is open.
    description: Option<Description>,
    /// What the packet describes, as it says it.
    about: Option<String>,
    is_written: bool,
}

/// What becomes of the regions in a list that is there.
#[derive(Debug, Default)]
struct ListedRegions {
    /// Which of them go.
    gone: Vec<bool>,
    /// How many were met.
    met: usize,
    /// What is added after them, until it is.
    added: String,
}

impl ListedRegions {
    /// Whether the next region goes.
    fn next_goes(&mut self) -> bool {
        let goes = self.gone.get(self.met).copied().unwrap_or(false);
        self.met += 1;
        goes
    }
}

/// What the reader met.
#[derive(Debug, Clone, Copy)]
struct Met {
    is_rdf: bool,
    is_owned: bool,
    place: Place,
}

/// An element that describes something.
#[derive(Debug, Clone, Copy)]
struct Description {
    /// Where it begins in the output.
    start: usize,
    /// Whether something was taken out of it.
    is_changed: bool,
    /// Whether it still says something.
    is_needed: bool,
}

impl Rewriter<'_> {
    fn start(&mut self, reader: &NsReader<&[u8]>, element: &BytesStart, source: &str, met: Met) {
        self.open += 1;
        if self.depth == 0 {
            self.depth = usize::from(met.is_rdf);
            return self.output.push_str(source);
        }
        self.depth += 1;
        let depth = self.depth;
        match depth {
            DESCRIPTION => self.describe(reader, element, source),
            _ if self.goes(depth, met) => {
                self.left_out.get_or_insert(depth);
                self.take_out();
            }
            _ => self.text(source, true),
        }
    }

    /// Whether an element that begins at a depth is left out.
    fn goes(&mut self, depth: usize, met: Met) -> bool {
        let is_region_gone =
            met.place == Place::Region(Way::WorkingGroup) && self.regions.next_goes();
        is_region_gone || depth == PROPERTY && met.is_owned
    }

    fn empty(&mut self, reader: &NsReader<&[u8]>, element: &BytesStart, source: &str, met: Met) {
        match self.depth + 1 {
            1 if met.is_rdf => {
                let start = source.trim_end_matches("/>").trim_end();
                self.output.push_str(&format!("{start}>"));
                self.write();
                self.output
                    .push_str(&format!("</{}>", element.name().as_ref()));
            }
            DESCRIPTION => {
                self.describe(reader, element, source);
                self.close_description();
            }
            depth if depth > DESCRIPTION && self.goes(depth, met) => self.take_out(),
            _ if met.place == LIST && !self.regions.added.is_empty() => {
                let start = source.trim_end_matches("/>").trim_end();
                self.text(&format!("{start}>"), true);
                self.add_regions();
                self.text(&format!("</{}>", element.name().as_ref()), true);
            }
            _ => self.text(source, true),
        }
    }

    /// Adds regions at the end of a list of them, once.
    fn add_regions(&mut self) {
        let added = std::mem::take(&mut self.regions.added);
        if !added.is_empty() {
            self.trim();
            self.output.push_str(&format!("\n{added}    "));
        }
    }

    fn end(&mut self, source: &str, place: Place) {
        self.open = self.open.saturating_sub(1);
        match self.depth {
            0 => return self.output.push_str(source),
            1 => {
                self.write();
                self.output.push_str(source);
            }
            DESCRIPTION => {
                self.output.push_str(source);
                self.close_description();
            }
            depth if self.left_out == Some(depth) => self.left_out = None,
            _ => {
                if place == LIST {
                    self.add_regions();
                }
                self.text(source, true);
            }
        }
        self.depth -= 1;
    }

    /// Keeps what stands within or between elements.
    fn text(&mut self, source: &str, says_something: bool) {
        if self.left_out.is_some() {
            return;
        }
        self.output.push_str(source);
        if let Some(description) = &mut self.description {
            description.is_needed |= says_something;
        }
    }

    /// Begins a description, without the attributes that go.
    fn describe(&mut self, reader: &NsReader<&[u8]>, element: &BytesStart, source: &str) {
        let mut description = Description {
            start: self.output.len(),
            is_changed: false,
            is_needed: false,
        };
        let mut kept = String::new();
        for attribute in element.attributes().with_checks(false).flatten() {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            if owns(self.properties, &namespace, name.as_ref()) {
                description.is_changed = true;
                continue;
            }
            let key = attribute.key.as_ref();
            let quote = if attribute.value.contains('"') {
                '\''
            } else {
                '"'
            };
            kept.push_str(&format!(" {key}={quote}{}{quote}", attribute.value));
            if names::is_rdf(&namespace, name.as_ref(), "about") {
                let about = attribute.value.replace('"', "&quot;");
                self.about.get_or_insert(about);
            } else if key != "xmlns" && !key.starts_with("xmlns:") {
                description.is_needed = true;
            }
        }
        if description.is_changed {
            let end = if source.ends_with("/>") { "/>" } else { ">" };
            let name = element.name();
            self.output
                .push_str(&format!("<{}{kept}{end}", name.as_ref()));
        } else {
            self.output.push_str(source);
        }
        self.description = Some(description);
    }

    /// Ends a description; one that lost all it said goes altogether.
    fn close_description(&mut self) {
        if let Some(description) = self.description.take()
            && description.is_changed
            && !description.is_needed
        {
            self.output.truncate(description.start);
            self.trim();
        }
    }

    fn take_out(&mut self) {
        self.trim();
        if let Some(description) = &mut self.description {
            description.is_changed = true;
        }
    }

    /// Writes what the user changed, once, as the last description.
    fn write(&mut self) {
        if std::mem::replace(&mut self.is_written, true) {
            return;
        }
        let about = self.about.as_deref().unwrap_or_default();
        let description = write::descriptions(self.properties, about);
        if !description.is_empty() {
            self.trim();
            self.output.push_str(&format!("\n{description} "));
        }
    }

    fn trim(&mut self) {
        self.output.truncate(self.output.trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dates::parse;
    use crate::findings::Findings;
    use crate::{FaceArea, FaceEdits, FaceRegion, Facts, xmp};

    fn all() -> SidecarEdits {
        SidecarEdits {
            description: Some("Fish & <chips>\nin \"London\"\u{1}".into()),
            taken_at: parse("2024-02-29T23:59:58.5+05:30"),
            zone: Some("Asia/Kolkata".into()),
            place: Some((-33.865_143, 151.209_9)),
            rating: Some(4),
            tags: Some(vec![
                "Places/Rome".into(),
                "Music/AC|DC".into(),
                "cat".into(),
            ]),
            faces: edits_of(&[face("Ada", 0.5)], &[face("Bob", 0.0)]).faces,
        }
    }

    fn face(name: &str, left: f64) -> FaceRegion {
        FaceRegion {
            name: name.into(),
            area: FaceArea::new(left, 0.25, left + 0.125, 0.5).unwrap(),
            drawn_on: Some((400, 200)),
        }
    }

    fn edits_of(named: &[FaceRegion], inherited: &[FaceRegion]) -> SidecarEdits {
        SidecarEdits {
            faces: Some(FaceEdits {
                named: named.to_vec(),
                known: named.iter().map(|face| face.area).collect(),
                inherited: inherited.to_vec(),
                mark: "this".into(),
            }),
            ..SidecarEdits::default()
        }
    }

    fn names(packet: &str) -> Vec<String> {
        let faces = read(packet).faces.unwrap_or_default().into_iter();
        faces.map(|face| face.name).collect()
    }

    #[test]
    fn faces_get_a_list_of_their_own() {
        let (ada, bob) = (face("Ada & \"Eve\"", 0.5), face("Bob", 0.0));
        let edits = edits_of(std::slice::from_ref(&ada), std::slice::from_ref(&bob));
        let packet = rewrite(xmp::EMPTY, &edits).unwrap();
        assert_eq!(read(&packet).faces, Some(vec![bob.clone(), ada]));
        assert_eq!(
            rewrite(&packet, &edits).unwrap(),
            packet,
            "again is the same"
        );
        // What was written for this file goes, and what was not stays.
        let none = rewrite(&packet, &edits_of(&[], &[])).unwrap();
        assert_eq!(names(&none), ["Bob"]);
        let other = rewrite(&none, &edits_of(&[face("Cid", 0.25)], &[])).unwrap();
        assert_eq!(names(&other), ["Bob", "Cid"]);
        let nothing = rewrite(xmp::EMPTY, &edits_of(&[], &[])).unwrap();
        assert_eq!(nothing, xmp::EMPTY);
        // A face that the file names and that is known to be none.
        let mut refused = edits_of(&[], std::slice::from_ref(&bob));
        refused.faces.as_mut().unwrap().known.push(bob.area);
        let packet = rewrite(xmp::EMPTY, &refused).unwrap();
        assert_eq!(read(&packet).faces, Some(Vec::new()));
        assert_eq!(
            names(&rewrite(&packet, &edits_of(&[face("Cid", 0.0)], &[])).unwrap()),
            ["Cid"]
        );
    }

    const REGIONS: &str = "<m:xmpmeta xmlns:m='adobe:ns:meta/'>\n\
        <r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:g='http://www.metadataworkinggroup.com/schemas/regions/' \
        xmlns:a='http://ns.adobe.com/xmp/sType/Area#'><r:Description>\n\
        <g:Regions r:parseType='Resource'><g:RegionList><r:Bag>\n\
        <r:li g:Name='Ada' g:Type='Face' g:Description='hers'><g:Area a:x='0.5625' a:y='0.375' a:w='0.125' a:h='0.25'/></r:li>\n\
        <r:li g:Name='Bob' g:Type='Face'><g:Area a:x='0.0625' a:y='0.375' a:w='0.125' a:h='0.25'/></r:li>\n\
        <r:li g:Type='Focus'><g:Area a:x='0.0625' a:y='0.375' a:w='0.125' a:h='0.25'/></r:li>\n\
        <r:li g:Name='Cid' g:Type='Face'><g:Area a:x='0.3' a:y='0.375' a:w='0.125' a:h='0.25'/></r:li>\n\
        </r:Bag></g:RegionList></g:Regions></r:Description></r:RDF></m:xmpmeta>";

    #[test]
    fn faces_of_others_stay() {
        // Bob has another name now; Ada's is known as it is, and no one knows Cid.
        let edits = edits_of(
            &[face("Ada", 0.5), face("Bert", 0.0)],
            &[face("nobody", 0.8)],
        );
        let packet = rewrite(REGIONS, &edits).unwrap();
        assert_eq!(names(&packet), ["Ada", "Cid", "Bert"]);
        for kept in [
            "g:Description='hers'",
            "g:Type='Focus'",
            "</r:li>\n<r:li g:Type='Focus'>",
        ] {
            assert!(packet.contains(kept), "{kept} in {packet}");
        }
        assert!(!packet.contains("Bob"), "{packet}");
        assert_eq!(
            rewrite(&packet, &edits).unwrap(),
            packet,
            "again is the same"
        );
        let empty = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description \
            xmlns:g='http://www.metadataworkinggroup.com/schemas/regions/'><g:Regions rdf:parseType='Resource'>\
            <g:RegionList><rdf:Bag/></g:RegionList></g:Regions></rdf:Description></rdf:RDF>";
        assert_eq!(names(&rewrite(empty, &edits).unwrap()), ["Ada", "Bert"]);
    }

    fn read(packet: &str) -> Facts {
        let mut findings = Findings::default();
        assert!(xmp::read_into(packet.as_bytes(), &mut findings));
        findings.into_facts()
    }

    fn assert_says_all(packet: &str) {
        let facts = read(packet);
        assert_eq!(
            facts.description.as_deref(),
            Some("Fish & <chips>\nin \"London\"")
        );
        assert_eq!(facts.taken_at, all().taken_at);
        assert_eq!(facts.zone, all().zone);
        assert!((facts.latitude.unwrap() + 33.865_143).abs() < 1e-9);
        assert!((facts.longitude.unwrap() - 151.209_9).abs() < 1e-9);
        assert_eq!(facts.rating, Some(4));
        assert_eq!(facts.tags, all().tags);
        assert_eq!(names(packet), ["Bob", "Ada"]);
    }

    #[test]
    fn writes_a_packet_of_its_own() {
        let packet = rewrite(xmp::EMPTY, &all()).unwrap();
        assert_says_all(&packet);
        assert_eq!(
            rewrite(&packet, &all()).unwrap(),
            packet,
            "again is the same"
        );
        let without = SidecarEdits {
            description: Some(String::new()),
            tags: Some(Vec::new()),
            ..SidecarEdits::default()
        };
        let facts = read(&rewrite(&packet, &without).unwrap());
        assert_eq!(
            (facts.description, facts.tags, facts.rating),
            (None, Some(Vec::new()), Some(4))
        );
        let none = SidecarEdits::default();
        assert_eq!(rewrite(xmp::EMPTY, &none).unwrap(), xmp::EMPTY);
    }

    const FOREIGN: &str = "<?xml version='1.0'?>\n<!-- by another program -->\n<m:xmpmeta xmlns:m='adobe:ns:meta/'>\n\
        <r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:q='http://ns.adobe.com/xap/1.0/'>\n\
        <r:Description r:about='uuid:1' xmlns:darktable='http://darktable.sf.net/' q:Rating='2'\n   darktable:history=\"3 &lt; 4\" q:Label='Red'>\n\
        <dc:description xmlns:dc='http://purl.org/dc/elements/1.1/'><r:Alt><r:li xml:lang='x-default'>old</r:li></r:Alt></dc:description>\n\
        <darktable:masks><r:Seq><r:li q:Rating='1'/></r:Seq></darktable:masks>\n\
        </r:Description>\n\
        <r:Description r:about='uuid:1'><q:Rating>3</q:Rating></r:Description>\n\
        </r:RDF></m:xmpmeta>";

    #[test]
    fn keeps_what_is_not_its_own() {
        let packet = rewrite(FOREIGN, &all()).unwrap();
        assert_says_all(&packet);
        for kept in [
            "<!-- by another program -->",
            "darktable:history=\"3 &lt; 4\" q:Label=\"Red\"",
            "<darktable:masks><r:Seq><r:li q:Rating='1'/></r:Seq></darktable:masks>",
            "<rdf:Description rdf:about=\"uuid:1\"",
        ] {
            assert!(packet.contains(kept), "{kept} in {packet}");
        }
        for gone in ["old", "q:Rating='2'", "<q:Rating>3"] {
            assert!(!packet.contains(gone), "{gone} in {packet}");
        }
        assert_eq!(
            rewrite(&packet, &all()).unwrap(),
            packet,
            "again is the same"
        );
        assert_eq!(rewrite(FOREIGN, &SidecarEdits::default()).unwrap(), FOREIGN);
    }

    #[test]
    fn fills_an_empty_packet() {
        let packet = "\u{feff}<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>";
        let packet = rewrite(packet, &all()).unwrap();
        assert!(packet.starts_with('\u{feff}'));
        assert_says_all(&packet);
        assert_eq!(rewrite(&packet, &all()).unwrap(), packet);
    }

    #[test]
    fn leaves_alone_what_it_cannot_read() {
        for broken in [
            "",
            "no XML",
            "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
            "<a><b></a>",
            "</a>",
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>",
            "<rdf:RDF/>",
        ] {
            let refused = rewrite(broken, &all());
            assert!(matches!(refused, Err(MediaError::Malformed(_))), "{broken}");
        }
        for end in (0..FOREIGN.len()).filter(|end| FOREIGN.is_char_boundary(*end)) {
            assert!(rewrite(&FOREIGN[..end], &all()).is_err(), "{end}");
        }
    }
}
