use std::fs::File;
use std::io::BufReader;

use crate::container;
use crate::findings::Findings;
use crate::{Facts, MediaError, exif, iptc, xmp};

/// Reads what a file says about itself, from its headers alone.
///
/// The kind of file is decided by its content. `extension` is a hint for what content cannot tell:
/// most raw formats are TIFF files whose first directory describes a small preview.
///
/// # Errors
/// [`MediaError::Unsupported`] for content of an unknown kind, [`MediaError::Malformed`] for an
/// empty file, [`MediaError::Io`] when reading fails. Damaged metadata is no error: what can be
/// read of it is returned.
pub fn extract(input: File, extension: &str) -> Result<Facts, MediaError> {
    let mut reader = BufReader::new(input);
    let format = container::recognise(&mut reader, extension)?;
    let contents = container::read(format, &mut reader)?;
    let mut findings = Findings::default();
    if let Some(block) = contents.exif {
        exif::read_into(block, &mut findings);
    }
    if let Some(packet) = contents.xmp {
        xmp::read_into(&packet, &mut findings);
    }
    if let Some(data_sets) = contents.iptc {
        iptc::read_into(&data_sets, &mut findings);
    }
    let facts = &mut findings.facts;
    if let Some((width, height)) = contents.dimensions {
        (facts.width, facts.height) = (Some(width), Some(height));
    }
    facts.orientation = contents.orientation.or(facts.orientation);
    Ok(findings.into_facts())
}
