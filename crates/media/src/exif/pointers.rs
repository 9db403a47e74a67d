//! Entries that lead to further directories, of kinds that they should not be of.

/// Those of exposure and of place.
const POINTERS: [u16; 2] = [0x8769, 0x8825];
const SHORT: u16 = 3;
const SIGNED_SHORT: u16 = 8;
/// Four bytes: what pointers should be.
const LONG: u16 = 4;
const SIGNED_LONG: u16 = 9;
const DIRECTORY: u16 = 13;

/// Makes the pointers of a block's first directory what its reader follows.
pub(super) fn usual(mut block: Vec<u8>) -> Vec<u8> {
    let is_little = block.starts_with(b"II");
    let short = |bytes: [u8; 2]| match is_little {
        true => u16::from_le_bytes(bytes),
        false => u16::from_be_bytes(bytes),
    };
    let long = |number: u32| match is_little {
        true => number.to_le_bytes(),
        false => number.to_be_bytes(),
    };
    let short_bytes = |number: u16| match is_little {
        true => number.to_le_bytes(),
        false => number.to_be_bytes(),
    };
    let Some(first) = block
        .get(4..8)
        .and_then(|bytes| bytes.first_chunk().copied())
    else {
        return block;
    };
    let first = match is_little {
        true => u32::from_le_bytes(first),
        false => u32::from_be_bytes(first),
    } as usize;
    let count = block
        .get(first..)
        .and_then(|rest| rest.first_chunk().copied());
    let entries = block
        .get_mut(first + 2..)
        .unwrap_or_default()
        .as_chunks_mut::<12>()
        .0;
    for entry in entries.iter_mut().take(count.map_or(0, short).into()) {
        let [t0, t1, k0, k1, _, _, _, _, v0, v1, ..] = *entry;
        let kind = short([k0, k1]);
        if !POINTERS.contains(&short([t0, t1])) {
            continue;
        }
        if matches!(kind, SHORT | SIGNED_SHORT) {
            entry[8..].copy_from_slice(&long(short([v0, v1]).into()));
        }
        if matches!(kind, SHORT | SIGNED_SHORT | SIGNED_LONG | DIRECTORY) {
            entry[2..4].copy_from_slice(&short_bytes(LONG));
        }
    }
    block
}
