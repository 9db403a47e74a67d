//! From IPTC's information interchange model, in which news agencies described pictures before XMP, to [`Findings`].

use crate::dates::{self, Source};
use crate::findings::{Findings, fill};
use crate::{photoshop, text};

/// Before each data set.
const DATA_SET_MARKER: u8 = 0x1c;
/// The record that describes a picture.
const APPLICATION_RECORD: u8 = 2;

/// The IPTC data sets among Photoshop's image resources.
pub(crate) fn among_resources(resources: &[u8]) -> Option<&[u8]> {
    photoshop::Resources(resources)
        .find(|resource| resource.identifier == photoshop::IPTC)
        .map(|resource| resource.content)
}

/// Adds what data sets say. What follows a fault is passed over.
pub(crate) fn read_into(data_sets: &[u8], findings: &mut Findings) {
    let (mut created, mut digitized) = ((None, None), (None, None));
    for (number, value) in DataSets(data_sets) {
        let text = text::decode(value);
        match number {
            25 => findings.keywords.add_flat(&text),
            55 => created.0 = Some(text),
            60 => created.1 = Some(text),
            62 => digitized.0 = Some(text),
            63 => digitized.1 = Some(text),
            120 => fill(&mut findings.facts.description, text::description(&text)),
            _ => {}
        }
    }
    for (date, time) in [created, digitized] {
        let date = date.and_then(|date| dates::parse_iptc(&date, time.as_deref()));
        findings.dates.offer(Source::Iptc, date);
    }
}

/// Number and value of the data sets that describe the picture.
struct DataSets<'a>(&'a [u8]);

impl<'a> Iterator for DataSets<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (&[marker, record, number], rest) = self.0.split_first_chunk::<3>()?;
            if marker != DATA_SET_MARKER {
                return None;
            }
            let (length, rest) = rest.split_first_chunk::<2>()?;
            // The highest bit announces a length of more bytes, which no text needs.
            let length = usize::from(u16::from_be_bytes(*length));
            let (value, rest) = rest.split_at_checked(length)?;
            self.0 = rest;
            if record == APPLICATION_RECORD {
                return Some((number, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_set(record: u8, number: u8, value: &[u8]) -> Vec<u8> {
        let length = (value.len() as u16).to_be_bytes();
        [&[DATA_SET_MARKER, record, number], &length[..], value].concat()
    }

    #[test]
    fn reads_data_sets() {
        let data_sets = [
            data_set(1, 90, b"\x1b%G"),
            data_set(2, 120, "Zwei\rZeilen: Köln".as_bytes()),
            data_set(2, 25, b"Rhein"),
            data_set(2, 25, b"Caf\xe9"),
            data_set(2, 55, b"20240229"),
            data_set(2, 60, b"235958+0100"),
            data_set(2, 62, b"20250101"),
        ]
        .concat();
        let mut findings = Findings::default();
        read_into(&data_sets, &mut findings);
        let facts = findings.into_facts();
        assert_eq!(facts.description.as_deref(), Some("Zwei\nZeilen: Köln"));
        assert_eq!(facts.tags.unwrap(), ["Rhein", "Café"]);
        assert_eq!(facts.taken_at, dates::parse("2024-02-29T23:59:58+01:00"));
        for length in 0..data_sets.len() {
            read_into(&data_sets[..length], &mut Findings::default());
        }
    }
}
