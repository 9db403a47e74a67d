//! HEIF and AVIF: pictures as items, described by the tables in a `meta` box.

use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use super::boxes::{self, Boxes};
use super::bytes::Bytes;
use super::{BLOCK_LIMIT, Contents, block};
use crate::ByteRange;

/// The contents of `meta` begin with a version and flags.
const FULL_BOX_HEADER: usize = 4;
const XMP_TYPE: &[u8] = b"application/rdf+xml";
/// More pieces than this no metadata is cut into.
const EXTENT_LIMIT: usize = 64;

/// Whether an `ftyp` brand is one of still pictures in HEIF, whatever codec is inside.
pub(super) fn is_brand(brand: &[u8]) -> bool {
    matches!(
        brand,
        b"heic"
            | b"heix"
            | b"heim"
            | b"heis"
            | b"hevc"
            | b"hevx"
            | b"mif1"
            | b"mif2"
            | b"msf1"
            | b"miaf"
            | b"avif"
            | b"avis"
    )
}

/// Finds the metadata items, the dimensions and the rotation of the primary picture, and the video
/// of a motion photo.
pub(super) fn read(reader: &mut (impl BufRead + Seek), contents: &mut Contents) -> io::Result<()> {
    let mut boxes = Boxes::of_file(reader)?;
    let mut meta = None;
    while let Some(found) = boxes.next(reader)? {
        match &found.kind {
            b"meta" if meta.is_none() => meta = found.read(reader)?,
            b"mpvd" => {
                contents.motion_part = Some(ByteRange {
                    offset: found.content.start,
                    length: found.content.end - found.content.start,
                });
            }
            _ => {}
        }
    }
    let meta = meta.unwrap_or_default();
    let tables = meta.get(FULL_BOX_HEADER..).unwrap_or_default();
    read_properties(tables, contents);
    if items(tables).any(|item| &item.kind == b"av01") {
        // No one turns AVIF as EXIF says; HEIC from some phones is to be turned so.
        contents.orientation = contents.orientation.or(Some(1));
    }
    contents.exif = read_item(tables, reader, |item| &item.kind == b"Exif")?
        .and_then(|item| boxes::exif_block(&item));
    contents.xmp = read_item(tables, reader, |item| {
        &item.kind == b"mime" && item.content_type == XMP_TYPE
    })?;
    Ok(())
}

/// An entry of the table of items.
struct Item<'a> {
    identifier: u32,
    kind: [u8; 4],
    content_type: &'a [u8],
}

fn items(tables: &[u8]) -> impl Iterator<Item = Item<'_>> {
    let mut table = Bytes(boxes::first(tables, b"iinf").unwrap_or_default());
    let version = table.number(4).unwrap_or(0) >> 24;
    let counted = table.take(if version == 0 { 2 } else { 4 });
    let entries = counted.map_or(&[][..], |_| table.0);
    boxes::in_memory(entries).filter_map(|(kind, content)| match &kind {
        b"infe" => item(content),
        _ => None,
    })
}

fn item(content: &[u8]) -> Option<Item<'_>> {
    let mut content = Bytes(content);
    let identifier = match content.number(4)? >> 24 {
        2 => content.u16()?.into(),
        3 => content.u32()?,
        _ => return None,
    };
    let _protection = content.u16()?;
    let kind = content.array()?;
    let _name = content.until_zero();
    let content_type = content.until_zero().unwrap_or(content.0);
    Some(Item {
        identifier,
        kind,
        content_type,
    })
}

/// The bytes of the first item that is wanted.
fn read_item(
    tables: &[u8],
    reader: &mut (impl Read + Seek),
    wanted: impl Fn(&Item) -> bool,
) -> io::Result<Option<Vec<u8>>> {
    let location = items(tables)
        .find(wanted)
        .and_then(|item| location(tables, item.identifier));
    let Some(location) = location else {
        return Ok(None);
    };
    let inner = boxes::first(tables, b"idat").unwrap_or_default();
    let mut bytes = Vec::new();
    for extent in location.extents {
        let room = BLOCK_LIMIT.saturating_sub(bytes.len() as u64);
        let length = extent.end - extent.start;
        if length > room {
            return Ok(None);
        }
        if location.in_tables {
            bytes.extend_from_slice(slice(inner, &extent).unwrap_or_default());
        } else {
            reader.seek(SeekFrom::Start(extent.start))?;
            bytes.extend(block(reader, length)?.unwrap_or_default());
        }
    }
    Ok(Some(bytes))
}

fn slice<'a>(bytes: &'a [u8], range: &Range<u64>) -> Option<&'a [u8]> {
    bytes.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}

/// Where the bytes of an item are.
struct Location {
    /// Counted from the beginning of `idat` in the tables instead of that of the file.
    in_tables: bool,
    extents: Vec<Range<u64>>,
}

/// Looks an item up in the table of locations.
fn location(tables: &[u8], wanted: u32) -> Option<Location> {
    let mut table = Bytes(boxes::first(tables, b"iloc")?);
    let version = table.number(4)? >> 24;
    let sizes = table.u16()?;
    let size = |position: u16| usize::from(sizes >> position & 0xf);
    let (offset_size, length_size, base_size) = (size(12), size(8), size(4));
    let index_size = if version == 0 { 0 } else { size(0) };
    let wide = version == 2;
    let count = table.number(if wide { 4 } else { 2 })?;
    for _ in 0..count {
        let identifier = table.number(if wide { 4 } else { 2 })?;
        let method = if version == 0 { 0 } else { table.u16()? & 0xf };
        let _data_reference = table.u16()?;
        let base = table.number(base_size)?;
        let extent_count = usize::from(table.u16()?);
        let extent_size = index_size + offset_size + length_size;
        let mut extents = Bytes(table.take(extent_count.checked_mul(extent_size)?)?);
        if identifier != u64::from(wanted) {
            continue;
        }
        let read = |_| {
            let _index = extents.number(index_size)?;
            let start = base.checked_add(extents.number(offset_size)?)?;
            Some(start..start.checked_add(extents.number(length_size)?)?)
        };
        // Method 2 takes bytes from another item, which no metadata needs.
        return (method < 2 && extent_count <= EXTENT_LIMIT).then_some(Location {
            in_tables: method == 1,
            extents: (0..extent_count).map_while(read).collect(),
        });
    }
    None
}

/// Reads size and rotation of the primary picture, which may be made of tiles.
fn read_properties(tables: &[u8], contents: &mut Contents) {
    let properties = boxes::first(tables, b"iprp").unwrap_or_default();
    let all = all_properties(properties);
    let used = primary(tables).and_then(|primary| associations(properties, primary));
    let mut turn = Turn::default();
    let mut turned = false;
    for position in used.iter().flat_map(Associations::positions) {
        // Positions count from one; zero means none.
        let Some((kind, content)) = position.checked_sub(1).and_then(|index| all.get(index)) else {
            continue;
        };
        match (kind, *content) {
            (b"ispe", content) => contents.dimensions = dimensions(content),
            (b"irot", &[angle, ..]) => turn = turn.against_the_clock(angle),
            (b"imir", &[axis, ..]) => turn = turn.mirrored(axis),
            _ => continue,
        }
        turned |= kind != b"ispe";
    }
    if turned {
        contents.orientation = Some(turn.orientation());
    }
}

/// Takes the turns of the primary picture out of a file, so that whoever decodes it leaves them to be done. Tells
/// whether there were any.
pub(crate) fn take_turns(file: &mut [u8]) -> bool {
    let places = turn_places(file).unwrap_or_default();
    for place in &places {
        if let Some(association) = file.get_mut(place.clone()) {
            association.fill(0);
        }
    }
    !places.is_empty()
}

/// Where the file says that its primary picture is turned.
fn turn_places(file: &[u8]) -> Option<Vec<Range<usize>>> {
    let tables = tables(file)?;
    let properties = boxes::first(tables, b"iprp")?;
    let all = all_properties(properties);
    let used = associations(properties, primary(tables)?)?;
    let is_turn = |position: usize| {
        let property = position.checked_sub(1).and_then(|index| all.get(index));
        property.is_some_and(|(kind, _)| matches!(kind, b"irot" | b"imir"))
    };
    let start = used.bytes.as_ptr().addr() - file.as_ptr().addr();
    let turns = used
        .positions()
        .enumerate()
        .filter(|&(_, position)| is_turn(position));
    let place = |index| start + index * used.size..start + (index + 1) * used.size;
    Some(turns.map(|(index, _)| place(index)).collect())
}

/// How a picture is put together from tiles of one size, whose last ones may stand over at the right and below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grid {
    /// Tiles side by side.
    pub columns: usize,
    /// The items that are the tiles, row by row.
    pub tiles: Vec<u32>,
    /// Of the picture, in pixels.
    pub width: u32,
    pub height: u32,
}

/// The tiles of which an item is made, if it is.
pub(crate) fn grid(file: &[u8], item: u32) -> Option<Grid> {
    let tables = tables(file)?;
    let is_grid = |found: &Item| found.identifier == item && found.kind == *b"grid";
    items(tables).find(is_grid)?;
    let location = location(tables, item)?;
    let place = match location.in_tables {
        true => boxes::first(tables, b"idat")?,
        false => file,
    };
    let mut descriptor = Bytes(slice(place, location.extents.first()?)?);
    let [_version, flags, rows, columns] = descriptor.array()?;
    let (rows, columns) = (usize::from(rows) + 1, usize::from(columns) + 1);
    let side = if flags & 1 == 1 { 4 } else { 2 };
    let mut side = || u32::try_from(descriptor.number(side)?).ok();
    let (width, height) = (side()?, side()?);
    let tiles = derived_from(tables, item)?;
    (tiles.len() == rows * columns).then_some(Grid {
        columns,
        tiles,
        width,
        height,
    })
}

/// The items of which an item is made.
fn derived_from(tables: &[u8], wanted: u32) -> Option<Vec<u32>> {
    let mut table = Bytes(boxes::first(tables, b"iref")?);
    let size = if table.u32()? >> 24 == 0 { 2 } else { 4 };
    let mut references = boxes::in_memory(table.0).filter(|(kind, _)| kind == b"dimg");
    references.find_map(|(_, content)| {
        let mut content = Bytes(content);
        if content.number(size)? != u64::from(wanted) {
            return None;
        }
        let count = content.u16()?;
        let identifier = |_| Some(content.number(size)? as u32);
        (0..count).map(identifier).collect()
    })
}

/// Colours by the code points of ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CodePoints {
    pub primaries: u16,
    pub transfer: u16,
    pub matrix: u16,
    /// Whether black is zero.
    pub is_full_range: bool,
}

/// What is said of an item's colours. It may be said in both ways.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ItemColours {
    /// An ICC profile.
    pub profile: Option<Vec<u8>>,
    pub code_points: Option<CodePoints>,
}

pub(crate) fn colours(file: &[u8], item: u32) -> ItemColours {
    let mut colours = ItemColours::default();
    for (_, content) in properties_of(file, item).filter(|(kind, _)| kind == b"colr") {
        match content.split_first_chunk() {
            Some((b"prof" | b"rICC", profile)) => {
                colours.profile.get_or_insert_with(|| profile.to_vec());
            }
            Some((b"nclx", content)) => {
                colours.code_points = colours.code_points.or_else(|| code_points(content));
            }
            _ => {}
        }
    }
    colours
}

fn code_points(content: &[u8]) -> Option<CodePoints> {
    let mut content = Bytes(content);
    Some(CodePoints {
        primaries: content.u16()?,
        transfer: content.u16()?,
        matrix: content.u16()?,
        is_full_range: content.u8()? & 0x80 != 0,
    })
}

/// Which of the layers of an AV1 picture is meant, of which each shows it better than the one before.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LayerChoice {
    /// The operating point to decode.
    pub operating_point: u8,
    /// The one that is shown; without, the last.
    pub layer: Option<u16>,
}

pub(crate) fn layer_choice(file: &[u8], item: u32) -> LayerChoice {
    /// What stands for no choice.
    const EVERY_LAYER: u16 = 0xffff;
    let mut choice = LayerChoice::default();
    for (kind, content) in properties_of(file, item) {
        match (&kind, content) {
            (b"a1op", &[point, ..]) => choice.operating_point = point & 31,
            (b"lsel", &[high, low, ..]) => {
                let layer = u16::from_be_bytes([high, low]);
                choice.layer = (layer != EVERY_LAYER).then_some(layer);
            }
            _ => {}
        }
    }
    choice
}

/// The properties of an item, in the order they apply.
fn properties_of(file: &[u8], item: u32) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let properties = tables(file)
        .and_then(|tables| boxes::first(tables, b"iprp"))
        .unwrap_or_default();
    let all = all_properties(properties);
    let used = associations(properties, item);
    let positions: Vec<usize> = used.iter().flat_map(Associations::positions).collect();
    let property = move |position: usize| all.get(position.checked_sub(1)?).copied();
    positions.into_iter().filter_map(property)
}

fn tables(file: &[u8]) -> Option<&[u8]> {
    boxes::first(file, b"meta")?.get(FULL_BOX_HEADER..)
}

fn all_properties(properties: &[u8]) -> Vec<([u8; 4], &[u8])> {
    boxes::first(properties, b"ipco")
        .map(|container| boxes::in_memory(container).collect())
        .unwrap_or_default()
}

fn primary(tables: &[u8]) -> Option<u32> {
    let mut table = Bytes(boxes::first(tables, b"pitm")?);
    match table.number(4)? >> 24 {
        0 => table.u16().map(u32::from),
        _ => table.u32(),
    }
}

/// Which properties an item has, in the order they apply.
struct Associations<'a> {
    bytes: &'a [u8],
    /// Bytes of each.
    size: usize,
}

impl Associations<'_> {
    /// The positions among all properties.
    fn positions(&self) -> impl Iterator<Item = usize> {
        // The highest bit says whether the property is essential.
        let mask = if self.size == 2 { 0x7fff } else { 0x7f };
        let read = move |entry: &[u8]| {
            let number = entry
                .iter()
                .fold(0, |number, &byte| number << 8 | usize::from(byte));
            number & mask
        };
        self.bytes.chunks_exact(self.size).map(read)
    }
}

fn associations(properties: &[u8], wanted: u32) -> Option<Associations<'_>> {
    let mut tables = boxes::in_memory(properties).filter(|(kind, _)| kind == b"ipma");
    tables.find_map(|(_, table)| associations_in(table, wanted))
}

fn associations_in(table: &[u8], wanted: u32) -> Option<Associations<'_>> {
    let mut table = Bytes(table);
    let header = table.u32()?;
    let (wide_identifiers, wide_positions) = (header >> 24 != 0, header & 1 == 1);
    for _ in 0..table.u32()? {
        let identifier = table.number(if wide_identifiers { 4 } else { 2 })?;
        let count = usize::from(table.u8()?);
        let size = if wide_positions { 2 } else { 1 };
        let bytes = table.take(count * size)?;
        if identifier == u64::from(wanted) {
            return Some(Associations { bytes, size });
        }
    }
    None
}

/// After a version and flags, width and height.
fn dimensions(content: &[u8]) -> Option<(u32, u32)> {
    let mut content = Bytes(content);
    content.u32()?;
    Some((content.u32()?, content.u32()?))
}

/// A mirroring from left to right, if at all, and then quarter turns with the clock.
#[derive(Debug, Clone, Copy, Default)]
struct Turn {
    mirrored: bool,
    quarters: u8,
}

impl Turn {
    fn against_the_clock(self, angle: u8) -> Self {
        Self {
            quarters: (self.quarters + 4 - (angle & 3)) % 4,
            ..self
        }
    }

    /// Swaps top and bottom (axis 0) or left and right (axis 1).
    fn mirrored(self, axis: u8) -> Self {
        let half = if axis & 1 == 0 { 2 } else { 0 };
        Self {
            mirrored: !self.mirrored,
            quarters: (half + 4 - self.quarters) % 4,
        }
    }

    /// As EXIF counts.
    fn orientation(self) -> u16 {
        let orientations = match self.mirrored {
            false => [1, 6, 3, 8],
            true => [2, 7, 4, 5],
        };
        orientations[usize::from(self.quarters % 4)]
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::boxes::tests::wrap;
    use super::*;

    fn full(kind: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
        wrap(kind, &[&[version, 0, 0, 0], content].concat())
    }

    fn size(width: u32, height: u32) -> Vec<u8> {
        full(
            b"ispe",
            0,
            &[width.to_be_bytes(), height.to_be_bytes()].concat(),
        )
    }

    /// A file whose primary item 7 has the given properties and whose items 8 and 9, in `idat`,
    /// are EXIF and XMP; a larger picture and a tile stand beside them.
    fn file(transformations: &[Vec<u8>]) -> Vec<u8> {
        let mut properties = [size(512, 512), size(9000, 9000), size(400, 300)].concat();
        properties.extend(transformations.concat());
        let mut used = vec![3];
        used.extend((0..transformations.len()).map(|index| 0x80 | (index as u8 + 4)));
        let mut associations = vec![0, 0, 0, 2, 0, 1, 1, 1, 0, 7, used.len() as u8];
        associations.extend(used);
        let item = |identifier: u8, kind: &[u8; 4], rest: &[u8]| {
            full(
                b"infe",
                2,
                &[&[0, identifier, 0, 0][..], kind, rest].concat(),
            )
        };
        let infos = [
            vec![0, 3],
            item(7, b"grid", b"\0"),
            item(8, b"Exif", b"\0"),
            item(9, b"mime", b"\0application/rdf+xml\0"),
        ]
        .concat();
        // Offsets and lengths of a byte do not exist; of four bytes, without base, in idat.
        let locations = [
            &[0x44, 0x00, 0, 2][..],
            &[0, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 12],
            &[0, 9, 0, 1, 0, 0, 0, 1, 0, 0, 0, 12, 0, 0, 0, 3],
        ]
        .concat();
        let tables = [
            full(b"pitm", 0, &[0, 7]),
            full(b"iinf", 0, &infos),
            full(b"iloc", 1, &locations),
            wrap(b"idat", b"\0\0\0\x02..Block!xmp"),
            wrap(
                b"iprp",
                &[wrap(b"ipco", &properties), full(b"ipma", 0, &associations)].concat(),
            ),
        ]
        .concat();
        [
            wrap(b"ftyp", b"heic"),
            full(b"meta", 0, &tables),
            wrap(b"mpvd", b"video"),
        ]
        .concat()
    }

    fn contents(bytes: &[u8]) -> Contents {
        let mut contents = Contents::default();
        read(&mut Cursor::new(bytes), &mut contents).unwrap();
        contents
    }

    #[test]
    fn reads_the_primary_picture() {
        let bytes = file(&[]);
        let found = contents(&bytes);
        assert_eq!(found.dimensions, Some((400, 300)));
        assert_eq!(found.orientation, None);
        assert_eq!(found.exif.as_deref(), Some(&b"Block!"[..]));
        assert_eq!(found.xmp.as_deref(), Some(&b"xmp"[..]));
        let video = found.motion_part.unwrap();
        let start = usize::try_from(video.offset).unwrap();
        assert_eq!(&bytes[start..], b"video");
        assert_eq!(video.length, 5);
    }

    #[test]
    fn turns_as_the_file_says() {
        let rotation = |angle: u8| wrap(b"irot", &[angle]);
        let mirror = |axis: u8| wrap(b"imir", &[axis]);
        for (transformations, expected) in [
            (vec![rotation(0)], 1),
            (vec![mirror(1)], 2),
            (vec![rotation(2)], 3),
            (vec![mirror(0)], 4),
            (vec![rotation(3)], 6),
            (vec![rotation(1)], 8),
            (vec![mirror(1), rotation(1)], 5),
            (vec![mirror(1), rotation(3)], 7),
            (vec![rotation(3), mirror(1)], 5),
            (vec![mirror(1), mirror(1)], 1),
        ] {
            let found = contents(&file(&transformations));
            assert_eq!(found.orientation, Some(expected), "{transformations:?}");
        }
    }

    #[test]
    fn pieces_are_no_more_together_than_one_may_be() {
        let entry = |extents: &[(u64, u64)]| {
            let mut bytes = vec![0, 9, 0, 1, 0, 0, 0, extents.len() as u8];
            for (start, length) in extents {
                bytes.extend([start.to_be_bytes(), length.to_be_bytes()].concat());
            }
            [&[0x88, 0x00, 0, 1], &bytes[..]].concat()
        };
        let read = |extents: &[(u64, u64)]| {
            let info = full(b"infe", 2, b"\0\x09\0\0mime\0application/rdf+xml\0");
            let tables = [
                full(b"iinf", 0, &[&[0, 1], &info[..]].concat()),
                full(b"iloc", 1, &entry(extents)),
                wrap(b"idat", &[7; 3]),
            ];
            contents(&full(b"meta", 0, &tables.concat())).xmp
        };
        assert_eq!(read(&[(0, 3), (1, 2)]), Some(vec![7; 5]));
        assert_eq!(read(&[(0, 3), (0, u64::MAX)]), None);
        assert_eq!(read(&[(0, 3), (0, BLOCK_LIMIT)]), None);
    }

    #[test]
    fn survives_cuts_and_changes() {
        let bytes = file(&[wrap(b"irot", &[1])]);
        for position in 0..bytes.len() {
            let mut contents = Contents::default();
            read(&mut Cursor::new(&bytes[..position]), &mut contents).ok();
            for byte in [0, 1, 0x7f, 0xff] {
                let mut changed = bytes.clone();
                changed[position] = byte;
                read(&mut Cursor::new(changed), &mut contents).ok();
            }
        }
    }
}
