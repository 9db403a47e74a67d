//! An XMP packet as properties and their values.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{LocalName, ResolveResult};
use quick_xml::reader::NsReader;

use super::names::{self, Property};

/// No packet gets more values than this.
const VALUE_LIMIT: usize = 10_000;

/// What a packet says about the picture as a whole, in the order it says it.
#[derive(Debug, Default)]
pub(super) struct Packet {
    /// Whether there was RDF at all.
    pub has_rdf: bool,
    /// Whether there was a list of tags, with tags or without.
    pub has_tags_list: bool,
    values: Vec<Value>,
    /// The files within the file, the picture itself first.
    pub items: Vec<DirectoryItem>,
}

#[derive(Debug)]
struct Value {
    property: Property,
    text: String,
    /// Whether it is the one of several alternatives that is meant for everyone.
    is_default: bool,
}

/// An entry of a container's directory.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct DirectoryItem {
    pub semantic: String,
    /// Bytes; of the picture itself it may be missing.
    pub length: u64,
}

impl Packet {
    /// Reads a packet. What follows a fault in the XML is passed over.
    pub(super) fn parse(packet: &str) -> Self {
        let mut parser = Parser::default();
        let mut reader = NsReader::from_str(packet.trim_end_matches('\0'));
        while let Ok((namespace, event)) = reader.read_resolved_event() {
            match event {
                Event::Start(element) => {
                    parser.open(namespace, element.local_name());
                    parser.read_attributes(&reader, &element);
                }
                Event::Empty(element) => {
                    parser.open(namespace, element.local_name());
                    parser.read_attributes(&reader, &element);
                    parser.close();
                }
                Event::Text(piece) => parser.content.push_str(&piece.xml10_content()),
                Event::CData(piece) => parser.content.push_str(&piece.xml10_content()),
                Event::GeneralRef(reference) => push_reference(&reference, &mut parser.content),
                Event::End(_) => parser.close(),
                Event::Eof => break,
                _ => {}
            }
        }
        parser.packet
    }

    /// The first value of a property; of alternatives the default one, wherever it stands.
    pub(super) fn first(&self, property: Property) -> Option<&str> {
        let default = self.of(property).find(|value| value.is_default);
        let value = default.or_else(|| self.of(property).next());
        value.map(|value| value.text.as_str())
    }

    /// All values of a property.
    pub(super) fn all(&self, property: Property) -> impl Iterator<Item = &str> {
        self.of(property).map(|value| value.text.as_str())
    }

    fn of(&self, property: Property) -> impl Iterator<Item = &Value> {
        self.values
            .iter()
            .filter(move |value| value.property == property)
    }
}

/// Where in the packet the reader is. Elements within RDF are counted: the first level describes
/// something, the second is a property, and what is deeper is its value.
#[derive(Debug, Default)]
struct Parser {
    packet: Packet,
    /// Open elements within RDF and RDF itself; 0 outside.
    depth: usize,
    property: Option<Property>,
    /// What the innermost open element names of a directory's item.
    item_part: Option<String>,
    item: Option<DirectoryItem>,
    /// Whether the innermost open element is the default one of alternatives.
    is_default: bool,
    content: String,
}

const DESCRIPTION_DEPTH: usize = 2;
const PROPERTY_DEPTH: usize = 3;

impl Parser {
    fn open(&mut self, namespace: ResolveResult, name: LocalName) {
        if self.depth > 0 {
            self.depth += 1;
        } else if names::is_rdf(&namespace, name.as_ref(), "RDF") {
            self.depth = 1;
            self.packet.has_rdf = true;
        }
        self.content.clear();
        self.is_default = false;
        if self.depth == PROPERTY_DEPTH {
            self.property = names::property(&namespace, name.as_ref());
            self.packet.has_tags_list |= self.property == Some(Property::TagsList);
        }
        if self.property == Some(Property::Directory) {
            if names::is_rdf(&namespace, name.as_ref(), "li") {
                self.item = Some(DirectoryItem::default());
            }
            self.item_part = names::is_item(&namespace).then(|| name.as_ref().to_owned());
        }
    }

    fn read_attributes(&mut self, reader: &NsReader<&[u8]>, element: &BytesStart) {
        if self.depth < DESCRIPTION_DEPTH {
            return;
        }
        for attribute in element.attributes().with_checks(false).flatten() {
            let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
            let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
                continue;
            };
            if names::is_language(&namespace, name.as_ref()) {
                self.is_default = value == "x-default";
            } else if self.depth == DESCRIPTION_DEPTH {
                self.keep(names::property(&namespace, name.as_ref()), &value);
            } else if names::is_item(&namespace) {
                self.set_item_part(name.as_ref(), &value);
            }
        }
    }

    fn close(&mut self) {
        if self.depth == 0 {
            return;
        }
        let content = std::mem::take(&mut self.content);
        if let Some(part) = self.item_part.take() {
            self.set_item_part(&part, &content);
        } else if self.depth >= PROPERTY_DEPTH && !content.trim().is_empty() {
            self.keep(self.property, &content);
        }
        self.is_default = false;
        if self.depth == PROPERTY_DEPTH {
            self.property = None;
        }
        // A list's entry, directly below the list, ends an item.
        if self.depth == PROPERTY_DEPTH + 2
            && let Some(item) = self.item.take()
            && self.packet.items.len() < VALUE_LIMIT
        {
            self.packet.items.push(item);
        }
        self.depth -= 1;
    }

    fn keep(&mut self, property: Option<Property>, value: &str) {
        if let Some(property) = property
            && self.packet.values.len() < VALUE_LIMIT
        {
            self.packet.values.push(Value {
                property,
                text: value.trim().to_owned(),
                is_default: self.is_default,
            });
        }
    }

    fn set_item_part(&mut self, part: &str, value: &str) {
        let Some(item) = &mut self.item else { return };
        match part {
            "Semantic" => item.semantic = value.trim().to_owned(),
            "Length" => item.length = value.trim().parse().unwrap_or(0),
            _ => {}
        }
    }
}

/// Character references and the five entities of XML; others cannot be declared here.
pub(super) fn push_reference(reference: &quick_xml::events::BytesRef, content: &mut String) {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        content.push(character);
    } else if let Some(text) =
        quick_xml::escape::resolve_predefined_entity(&reference.xml10_content())
    {
        content.push_str(text);
    }
}
