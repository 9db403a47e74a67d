use std::fs::File;
use std::io::{BufRead, BufReader, Seek};

use crate::container::{self, Format};
use crate::findings::Findings;
use crate::{Facts, MediaError, exif, iptc, motion, xmp};

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
    read_facts(&mut BufReader::new(input), extension)
}

/// As [`extract`], of anything that can be read.
pub(crate) fn read_facts(
    reader: &mut (impl BufRead + Seek),
    extension: &str,
) -> Result<Facts, MediaError> {
    let format = container::recognise(reader, extension)?;
    let contents = container::read(format, reader)?;
    let mut findings = Findings::default();
    for block in contents.exif.into_iter().chain(contents.further_exif) {
        exif::read_into(block, &mut findings);
    }
    for block in contents.flat_exif {
        exif::read_flat_into(block, &mut findings);
    }
    for packet in contents.xmp.into_iter().chain(contents.xmp_extension) {
        xmp::read_into(&packet, &mut findings);
    }
    if let Some(data_sets) = contents.iptc {
        iptc::read_into(&data_sets, &mut findings);
    }
    if let Some(movie) = contents.movie {
        movie.read_into(&mut findings);
    }
    let facts = &mut findings.facts;
    facts.motion_part = match contents.motion_part {
        Some(part) => Some(part),
        None if matches!(format, Format::Jpeg | Format::Heif) => {
            motion::find(reader, format, &findings.motion)?
        }
        None => None,
    };
    if let Some((width, height)) = contents.dimensions {
        (facts.width, facts.height) = (Some(width), Some(height));
    }
    facts.orientation = contents.orientation.or(facts.orientation);
    Ok(findings.into_facts())
}
