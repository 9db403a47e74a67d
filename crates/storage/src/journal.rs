//! The journal: what is needed to make the database again from the files alone.
//!
//! `journal/<time-ordered id>.jsonl`, one file a process, one JSON object a line, only ever appended to.
//! A line holds the present state of an account, an asset, an album, a tag, a stack, a person or a memory, or of a part that
//! changes by itself, or says that it is gone; the line with the greatest `updateId` wins, so repeating one is harmless and the order of lines
//! does not matter.

use std::fmt;
use std::fs::File;
use std::io;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};

use kallitype_db::private;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::{latency, sync_folder};

/// How many waiting appends share one write to the disk at most, and after how many bytes no more join.
const BATCH: usize = 512;
const BATCH_BYTES: usize = 8 << 20;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "type"
)]
pub enum Entry {
    /// The first line of a file: whose journal this is.
    Library { id: Uuid },
    /// An account's present state.
    Account {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// An asset's whole present state, with all its parts: a new one's, or that of one whose journal is written anew.
    /// Earlier versions wrote it for every change.
    Asset {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// An asset's own fields, without its parts.
    AssetFields {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// An album's whole present state, without its assets: each asset says which albums it is in. Written as that of an
    /// asset.
    Album {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// An album's own fields, without its parts.
    AlbumFields {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// A part of the asset or album `id`: the one under `key`. Null says that it is gone.
    Part {
        update_id: Uuid,
        id: Uuid,
        part: PartKind,
        key: String,
        value: Value,
    },
    /// A tag's present state. Those that files bring along may be missing: they come again with the files.
    Tag {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// A stack's present state, without its assets: each asset says which stack it is in.
    Stack {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// A person's present state. Their faces are parts of assets.
    Person {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// What was decided about the server as a whole. The id is the library's.
    Server {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// A memory's present state with its assets, as long as someone made or saved it.
    Memory {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// An external library's present state, without its assets: each asset says which library it is of.
    ExternalLibrary {
        update_id: Uuid,
        id: Uuid,
        state: Map<String, Value>,
    },
    /// An account, asset, album, tag, stack, person, memory or external library that is gone.
    Deleted { update_id: Uuid, id: Uuid },
    /// Every change up to here is in the journal.
    Checkpoint { update_id: Uuid },
}

/// What of an asset or an album changes by itself; most of it they may have many of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PartKind {
    /// An album that an asset is in, by its id: since when, and who put it there.
    Album,
    /// A face on an asset, by its id: where it is, whose it is, and who found it.
    Face,
    /// What the user decided of an asset's facts, such as its description. There is one of them, under an empty key.
    Facts,
    /// What apps keep with an asset, by key.
    Metadata,
    /// What the user decided about a tag of an asset, by its path: true for given, false for taken away.
    Tag,
    /// Someone in an album, by id: what they are there.
    User,
}

/// Why the journal could not be written.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the journal cannot be written: {message}")]
pub struct JournalError {
    message: String,
    /// Whether the disk is full.
    pub is_full: bool,
}

impl JournalError {
    fn closed() -> Self {
        Self {
            message: "its thread has ended".into(),
            is_full: false,
        }
    }
}

impl From<&io::Error> for JournalError {
    fn from(error: &io::Error) -> Self {
        let is_full = matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        );
        Self {
            message: error.to_string(),
            is_full,
        }
    }
}

/// Appends to this process's journal file. Appends that wait together become durable together.
pub struct Journal {
    orders: Mutex<Sender<Order>>,
    folder: PathBuf,
    segment: PathBuf,
}

struct Order {
    lines: Vec<u8>,
    reply: oneshot::Sender<Result<(), JournalError>>,
}

impl Journal {
    /// Begins this process's file in the media folder's journal.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn open(root: &Path, library: Uuid) -> io::Result<Self> {
        let folder = root.join("journal");
        private::create_folder(&folder)?;
        private::close_all(&folder, "")?;
        let segment = folder.join(format!("{}.jsonl", kallitype_db::new_id()));
        let mut file = private_file(&segment)?;
        file.write_all(&to_line(&Entry::Library { id: library })?)?;
        file.sync_all()?;
        sync_folder(&folder)?;
        let (sender, orders) = channel();
        std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || append_batches(file, &orders))?;
        Ok(Self {
            orders: Mutex::new(sender),
            folder,
            segment,
        })
    }

    /// Appends entries and answers when they are durable.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub async fn append(&self, entries: &[Entry]) -> Result<(), JournalError> {
        let mut lines = Vec::new();
        for entry in entries {
            lines.extend(
                to_line(entry).map_err(|error| JournalError::from(&io::Error::from(error)))?,
            );
        }
        let (reply, answer) = oneshot::channel();
        let sent = self
            .orders
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .send(Order { lines, reply });
        sent.map_err(|_| JournalError::closed())?;
        answer.await.unwrap_or_else(|_| Err(JournalError::closed()))
    }

    /// The journal's files of earlier processes, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn earlier(&self) -> io::Result<Vec<PathBuf>> {
        Ok(segments(&self.folder)?
            .into_iter()
            .filter(|path| *path != self.segment)
            .collect())
    }

    /// Removes files whose entries stand in this process's file as well.
    ///
    /// # Errors
    /// When one cannot be removed.
    pub fn forget(&self, files: &[PathBuf]) -> io::Result<()> {
        files.iter().try_for_each(std::fs::remove_file)?;
        sync_folder(&self.folder)
    }
}

/// How far the journal of all processes has come.
///
/// # Errors
/// When a file cannot be read.
pub fn standing(root: &Path) -> io::Result<Standing> {
    let mut standing = Standing::default();
    for segment in segments(&root.join("journal"))? {
        standing.take(&read_end(&segment)?);
    }
    Ok(standing)
}

/// How far a journal has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Every change up to here is in it.
    pub checkpoint: Uuid,
    /// The greatest change id in its last lines.
    pub greatest: Uuid,
}

impl Standing {
    fn take(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.greatest = self.greatest.max(entry.update_id());
            if let Entry::Checkpoint { update_id } = entry {
                self.checkpoint = self.checkpoint.max(*update_id);
            }
        }
    }
}

impl Entry {
    /// The change id that the entry is of.
    #[must_use]
    pub fn update_id(&self) -> Uuid {
        match self {
            Self::Library { .. } => Uuid::nil(),
            Self::Account { update_id, .. }
            | Self::Asset { update_id, .. }
            | Self::AssetFields { update_id, .. }
            | Self::Album { update_id, .. }
            | Self::AlbumFields { update_id, .. }
            | Self::Part { update_id, .. }
            | Self::Tag { update_id, .. }
            | Self::Stack { update_id, .. }
            | Self::Person { update_id, .. }
            | Self::Server { update_id, .. }
            | Self::Memory { update_id, .. }
            | Self::ExternalLibrary { update_id, .. }
            | Self::Deleted { update_id, .. }
            | Self::Checkpoint { update_id } => *update_id,
        }
    }
}

/// Bytes of a file's end that are read first.
const END: u64 = 64 << 10;

/// The last entries of a file, back to its last checkpoint, or all when it has none. Lines that cannot be read are
/// passed over: whether the journal is whole, a rebuild and a check say.
fn read_end(path: &Path) -> io::Result<Vec<Entry>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut wanted = END;
    loop {
        let begin = length.saturating_sub(wanted);
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(begin))?;
        Read::by_ref(&mut file)
            .take(wanted)
            .read_to_end(&mut bytes)?;
        let entries: Vec<Entry> = bytes
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect();
        let is_enough = entries
            .iter()
            .any(|entry| matches!(entry, Entry::Checkpoint { .. }));
        if is_enough || begin == 0 {
            return Ok(entries);
        }
        wanted *= 8;
    }
}

/// What stands on a line of the journal.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    Entry(Entry),
    /// Nothing that can be read.
    Unreadable(UnreadableLine),
}

/// Where something stands in the journal that cannot be read, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableLine {
    path: PathBuf,
    number: u64,
    reason: String,
}

impl fmt::Display for UnreadableLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            number,
            reason,
        } = self;
        write!(formatter, "{}, line {number}: {reason}", path.display())
    }
}

/// Calls `visit` with every line of a media folder's journal. A last line that was cut off is passed over.
///
/// # Errors
/// When a file cannot be opened, or what `visit` answers.
pub fn read_all(root: &Path, visit: &mut dyn FnMut(Line) -> io::Result<()>) -> io::Result<()> {
    segments(&root.join("journal"))?
        .iter()
        .try_for_each(|segment| read_segment(segment, visit))
}

/// Calls `visit` with every line of one file.
///
/// # Errors
/// As [`read_all`].
pub fn read_segment(path: &Path, visit: &mut dyn FnMut(Line) -> io::Result<()>) -> io::Result<()> {
    read_lines(BufReader::new(File::open(path)?), path, visit)
}

/// Calls `visit` with every line that a reader has; `path` is where it reads from.
///
/// # Errors
/// What `visit` answers.
pub fn read_lines(
    mut reader: impl BufRead,
    path: &Path,
    visit: &mut dyn FnMut(Line) -> io::Result<()>,
) -> io::Result<()> {
    let unreadable = |number, error: &dyn fmt::Display| {
        Line::Unreadable(UnreadableLine {
            path: path.to_owned(),
            number,
            reason: error.to_string(),
        })
    };
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => break,
            Ok(_) => {}
            // The disk does not give the rest of this file; the others are there.
            Err(error) => return visit(unreadable(number, &error)),
        }
        match serde_json::from_slice(without_holes(&line)) {
            Ok(entry) => visit(Line::Entry(entry))?,
            Err(_) if !line.ends_with(b"\n") => break,
            Err(error) => visit(unreadable(number, &error))?,
        }
    }
    Ok(())
}

/// A line without the zeros that a power cut can leave where nothing was written yet.
fn without_holes(line: &[u8]) -> &[u8] {
    let begin = line.iter().position(|byte| *byte != 0);
    &line[begin.unwrap_or(line.len())..]
}

fn segments(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths: io::Result<Vec<PathBuf>> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths: Vec<PathBuf> = paths?
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        })
        .collect();
    paths.sort();
    Ok(paths)
}

/// The journal holds password hashes, so no one else may read it.
fn private_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options()
        .create_new(true)
        .append(true)
        .mode(0o600)
        .open(path)
}

pub fn to_line(entry: &Entry) -> serde_json::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
}

fn append_batches(mut file: File, orders: &Receiver<Order>) {
    let latency = latency::of("journal");
    while let Ok(first) = orders.recv() {
        let mut lines = first.lines;
        let mut replies = vec![first.reply];
        while replies.len() < BATCH && lines.len() < BATCH_BYTES {
            let Ok(order) = orders.try_recv() else { break };
            lines.extend_from_slice(&order.lines);
            replies.push(order.reply);
        }
        let written = latency::timed(&latency, || append(&mut file, &lines));
        for reply in replies {
            // Whoever asked may have gone away; the lines stay.
            drop(reply.send(written.clone()));
        }
    }
}

/// Writes whole lines, or none: a torn line in the middle would make the rest unreadable.
fn append(file: &mut File, lines: &[u8]) -> Result<(), JournalError> {
    let before = file
        .metadata()
        .map_err(|error| JournalError::from(&error))?
        .len();
    let written = file.write_all(lines).and_then(|()| file.sync_data());
    if let Err(error) = &written {
        tracing::error!(%error, "the journal could not be written");
        if let Err(error) = file.set_len(before) {
            tracing::error!(%error, "the journal could not be cut back");
        }
    }
    written.map_err(|error| JournalError::from(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_come_back_as_they_were() {
        for step in 0..10_000 {
            let latitude = f64::from(step) * 0.017_453_292_519_943_295 - 90.0;
            let state = [("latitude".to_owned(), latitude.into())];
            let entry = Entry::Asset {
                update_id: Uuid::nil(),
                id: Uuid::nil(),
                state: state.into_iter().collect(),
            };
            let mut read = Vec::new();
            let line = to_line(&entry).unwrap();
            read_lines(&line[..], Path::new("journal"), &mut |line| {
                read.push(line);
                Ok(())
            })
            .unwrap();
            assert_eq!(read, [Line::Entry(entry)]);
        }
    }
}
