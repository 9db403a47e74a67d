//! The files of an asset under a second name, until the record says which name they have.

use std::fs::File;
use std::io;
use std::io::Read;

use sha1::{Digest, Sha1};

use crate::core::originals::names::Names;
use crate::core::originals::queries::{OriginalRow, Paths};
use kallitype_storage::{CopyRules, Placed, Storage, StorageKey, Twin};

/// How often a name is looked for that someone else takes in the same moment.
const TRIES: usize = 20;

/// Bytes that are hashed at once.
const CHUNK: usize = 1 << 17;

/// What holds for files that have to be copied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CopyPolicy {
    /// Whether each copy is read again and compared.
    pub verifies: bool,
    /// Bytes that are to stay free on the disk.
    pub keep_free: u64,
}

/// Files that have a second name, of which no record is made yet.
pub(crate) struct Relocated {
    pub files: Vec<Placed>,
    pub twins: Vec<Twin>,
    pub old: Paths,
    pub new: Paths,
}

/// Gives an original, and the sidecar beside it, the first free name.
///
/// # Errors
/// When the path is too long, or the disk is full or fails. Nothing is left then.
pub(crate) fn relocate(
    storage: &Storage,
    asset: &OriginalRow,
    names: &Names,
    policy: CopyPolicy,
) -> io::Result<Relocated> {
    for _ in 1..TRIES {
        match relocate_to(storage, asset, &first_free(storage, names)?, policy) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            done => return done,
        }
    }
    relocate_to(storage, asset, &first_free(storage, names)?, policy)
}

fn relocate_to(
    storage: &Storage,
    asset: &OriginalRow,
    key: &StorageKey,
    policy: CopyPolicy,
) -> io::Result<Relocated> {
    let parse = |path: &str| {
        StorageKey::parse(path).ok_or_else(|| io::Error::other("a file of the server's has no key"))
    };
    let old = Paths {
        original: asset.original_path.clone(),
        sidecar: asset.sidecar_path.clone(),
    };
    let original = parse(&old.original)?;
    let copy_of = |from: &StorageKey, to: StorageKey, checksum: &[u8]| {
        let rules = CopyRules {
            keep_free: policy.keep_free,
            verify: &|copy| match policy.verifies {
                true => require(&hash(copy)?, checksum),
                false => Ok(()),
            },
        };
        storage.relocate(asset.id, from, to, &rules)
    };
    let made = copy_of(&original, key.clone(), &asset.checksum)?;
    let mut all = vec![made];
    let mut new = Paths {
        original: key.to_string(),
        sidecar: None,
    };
    if let Some(sidecar) = &old.sidecar {
        new.sidecar = Some(key.sidecar().to_string());
        let sidecar = parse(sidecar)?;
        match storage.open_file(&sidecar) {
            // What is gone needs no name, and is found to be gone under the new one.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            file => all.push(copy_of(&sidecar, key.sidecar(), &hash(file?)?)?),
        }
    }
    let (files, twins) = all.into_iter().unzip();
    Ok(Relocated {
        files,
        twins,
        old,
        new,
    })
}

impl Relocated {
    /// Whether all names still lead to what they led to. A name that cannot be looked at does not.
    pub(crate) fn are_unchanged(twins: &[Twin]) -> bool {
        twins.iter().all(|twin| {
            twin.is_unchanged().unwrap_or_else(|error| {
                tracing::warn!(%error, "a file that was to be moved cannot be looked at");
                false
            })
        })
    }
}

/// The first name that neither a file has nor, with `.xmp` at its end, a sidecar. Where many have numbers, not all of them
/// are looked at: the first that is found after one that is taken is as good.
fn first_free(storage: &Storage, names: &Names) -> io::Result<StorageKey> {
    let key = |number: u32| {
        let too_long = || io::Error::new(io::ErrorKind::InvalidFilename, "the path is too long");
        names.key(number).ok_or_else(too_long)
    };
    let is_free = |number: u32| Ok::<_, io::Error>(has_no_file(storage, &key(number)?));
    if is_free(0)? {
        return key(0);
    }
    let (mut taken, mut free) = (0, 1);
    while !is_free(free)? {
        (taken, free) = (free, free.saturating_mul(2));
    }
    while free - taken > 1 {
        let middle = taken + (free - taken) / 2;
        match is_free(middle)? {
            true => free = middle,
            false => taken = middle,
        }
    }
    key(free)
}

fn has_no_file(storage: &Storage, key: &StorageKey) -> bool {
    // A link that leads nowhere has the name, too.
    let is_there = |key: &StorageKey| storage.path(key).symlink_metadata().is_ok();
    !is_there(key) && !is_there(&key.sidecar())
}

fn hash(mut file: File) -> io::Result<Vec<u8>> {
    let mut hash = Sha1::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hash.finalize().to_vec()),
            read => hash.update(&chunk[..read]),
        }
    }
}

fn require(found: &[u8], checksum: &[u8]) -> io::Result<()> {
    match found == checksum {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a copy is not what was uploaded, so the file stays where it is",
        )),
    }
}
