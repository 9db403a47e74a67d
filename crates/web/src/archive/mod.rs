//! Many files as one ZIP, written while it is sent. Nothing of it is compressed, and no more of it is in memory than a
//! few chunks and the list of its entries, which stands at its end.
//!
//! It is written as far as the client reads: one that does not read holds an open file, and no thread. Its length is not
//! sent, so its end is that of the chunked answer; after an error the connection is cut instead, so that no one takes a
//! part for the whole.

pub mod names;

use std::cell::Cell;
use std::io;
use std::io::Write;

use axum::body::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt, TryFutureExt, TryStreamExt, stream};
use jiff::Timestamp;
use jiff::tz::Offset;
use tracing::Span;
use zip::write::{FullFileOptions, SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::file_readers::{Content, FileReaders, Source};
use crate::time::SECOND;

/// From this many bytes on, an entry is written as ZIP64.
const LARGE: u64 = u32::MAX as u64;

/// The years that an entry's date can be of.
const YEARS: std::ops::RangeInclusive<i16> = 1980..=2107;

/// A file to be put into an archive.
#[derive(Debug, Clone)]
pub struct Entry {
    pub source: Source,
    /// What it is called in the archive; no two may be called the same.
    pub name: String,
    /// Its bytes; a file of another length is not the one that is meant.
    pub size: u64,
    /// When it was made, in microseconds UTC.
    pub moment: i64,
    /// What the wall clock showed then, as if it were UTC.
    pub wall_clock: i64,
}

/// The archive, chunk by chunk. The first file that is missing, or has another length, ends it with an error.
pub fn stream(
    readers: FileReaders,
    entries: impl Stream<Item = io::Result<Entry>> + Send + 'static,
) -> BoxStream<'static, io::Result<Bytes>> {
    // It is read after the request's own future has answered.
    let span = Span::current();
    let mut archive = Archive::new();
    entries
        .map_ok(move |entry| steps(readers.clone(), entry))
        .try_flatten()
        .chain(stream::once(async { Ok(Step::Finish) }))
        .map(move |step| archive.write(step?))
        .inspect_err(move |error| {
            tracing::error!(parent: &span, %error, "an archive could not be written to its end");
        })
        .boxed()
}

/// What is written next.
enum Step {
    Begin(Entry),
    Content(Bytes),
    Finish,
}

/// An entry and its content.
fn steps(readers: FileReaders, entry: Entry) -> impl Stream<Item = io::Result<Step>> + Send {
    let path = entry.source.path().to_owned();
    let opening = async move {
        let opened = readers.open(entry.source.clone()).await?;
        if opened.metadata.len() != entry.size {
            return Err(io::Error::other("its length has changed"));
        }
        let content = match opened.content {
            Content::Small(bytes) => stream::once(async move { Ok(bytes) }).boxed(),
            Content::Large(file) => readers.read(file, 0..entry.size).boxed(),
        };
        let begin = stream::once(async move { Ok(Step::Begin(entry)) });
        Ok(begin.chain(content.map_ok(Step::Content)))
    };
    opening
        .try_flatten_stream()
        .map_err(move |error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

/// What was written and not sent yet.
#[derive(Default)]
struct Written(Cell<Vec<u8>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.get_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An archive that is being written; nothing is left of one that is finished.
struct Archive(Option<ZipWriter<StreamWriter<Written>>>);

impl Archive {
    fn new() -> Self {
        Self(Some(ZipWriter::new_stream(Written::default())))
    }

    /// Takes a step; answers what is to be sent.
    fn write(&mut self, step: Step) -> io::Result<Bytes> {
        let Some(mut zip) = self.0.take() else {
            return Ok(Bytes::new());
        };
        match step {
            Step::Begin(entry) => zip.start_file(&*entry.name, options(&entry)?)?,
            Step::Content(bytes) => zip.write_all(&bytes)?,
            Step::Finish => {
                let written = zip.finish()?.into_inner();
                return Ok(written.0.into_inner().into());
            }
        }
        let written = zip.get_ref().map(|writer| writer.get_ref().0.take());
        self.0 = Some(zip);
        Ok(written.unwrap_or_default().into())
    }
}

/// What an entry says of its file. Beside the wall clock, which is what the format has always had, it names the moment:
/// programs that know of it show the moment by their own clocks.
fn options(entry: &Entry) -> io::Result<FullFileOptions<'static, 'static>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(entry.size >= LARGE)
        .last_modified_time(date(entry.wall_clock)?);
    // Seconds before 1970 are negative, though the library counts them without a sign.
    match i32::try_from(entry.moment.div_euclid(SECOND)) {
        Ok(seconds) => {
            Ok(options.with_extended_timestamp(Some(seconds.cast_unsigned()), None, None)?)
        }
        Err(_) => Ok(options.into_full_options()),
    }
}

/// What the wall clock showed; the nearest that can be written, if it showed a year that cannot.
fn date(wall_clock: i64) -> io::Result<DateTime> {
    let moment = Timestamp::from_microsecond(wall_clock).map_err(io::Error::other)?;
    let wall = Offset::UTC.to_datetime(moment);
    let written = match wall.year() {
        year if year < *YEARS.start() => DateTime::from_date_and_time(1980, 1, 1, 0, 0, 0),
        year if year > *YEARS.end() => DateTime::from_date_and_time(2107, 12, 31, 23, 59, 58),
        year => DateTime::from_date_and_time(
            year.unsigned_abs(),
            wall.month().unsigned_abs(),
            wall.day().unsigned_abs(),
            wall.hour().unsigned_abs(),
            wall.minute().unsigned_abs(),
            wall.second().unsigned_abs(),
        ),
    };
    written.map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{Cursor, Read};
    use std::os::unix::fs::FileExt;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use zip::ZipArchive;

    use super::*;

    fn readers() -> FileReaders {
        FileReaders::new(Path::new("/"), 2, Duration::from_secs(60))
    }

    fn entry(path: PathBuf, name: &str, size: u64) -> Entry {
        Entry {
            source: path.into(),
            name: name.to_owned(),
            size,
            moment: 0,
            wall_clock: 0,
        }
    }

    fn archive(entries: Vec<Entry>) -> BoxStream<'static, io::Result<Bytes>> {
        stream(readers(), stream::iter(entries.into_iter().map(Ok)))
    }

    async fn whole(entries: Vec<Entry>) -> io::Result<Vec<u8>> {
        let chunks: Vec<Bytes> = archive(entries).try_collect().await?;
        Ok(chunks.concat())
    }

    /// A file of zeroes that takes no room.
    fn sparse(folder: &Path, length: u64) -> PathBuf {
        let path = folder.join(length.to_string());
        File::create(&path).unwrap().set_len(length).unwrap();
        path
    }

    #[tokio::test]
    async fn what_was_put_in_comes_out() {
        let folder = tempfile::tempdir().unwrap();
        let (small, large) = (folder.path().join("small"), folder.path().join("large"));
        let long: Vec<u8> = (0..1_500_000_u32).map(|it| it.to_le_bytes()[0]).collect();
        std::fs::write(&small, b"few").unwrap();
        std::fs::write(&large, &long).unwrap();
        let entries = vec![
            entry(small, "klein.txt", 3),
            entry(large, "größer.bin", long.len() as u64),
            entry(sparse(folder.path(), 0), "leer", 0),
        ];
        let bytes = whole(entries).await.unwrap();
        let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
        for (name, content) in [
            ("klein.txt", &b"few"[..]),
            ("größer.bin", &long),
            ("leer", b""),
        ] {
            let mut file = zip.by_name(name).unwrap();
            assert_eq!(file.compression(), CompressionMethod::Stored);
            let mut read = Vec::new();
            file.read_to_end(&mut read).unwrap();
            assert_eq!(read, content, "{name}");
        }
    }

    #[tokio::test]
    async fn nothing_is_an_archive_too() {
        let bytes = whole(Vec::new()).await.unwrap();
        assert!(ZipArchive::new(Cursor::new(bytes)).unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_file_that_is_not_as_it_was_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let good = sparse(folder.path(), 10);
        for bad in [
            entry(folder.path().join("missing"), "bad", 1),
            entry(good.clone(), "bad", 9),
            entry(good.clone(), "bad", 11),
        ] {
            let entries = vec![entry(good.clone(), "good", 10), bad];
            assert!(whole(entries).await.is_err());
        }
    }

    /// Only the ends of the archive are kept, which say everything of what is between them.
    #[tokio::test]
    async fn a_large_file_and_what_stands_behind_it_are_zip64() {
        const KEPT: usize = 1000;
        let folder = tempfile::tempdir().unwrap();
        let size = (1 << 32) + 5;
        let entries = vec![
            entry(sparse(folder.path(), size), "large", size),
            entry(sparse(folder.path(), 7), "behind", 7),
        ];
        let mut chunks = archive(entries);
        let head = chunks.next().await.unwrap().unwrap();
        let (mut length, mut tail) = (head.len() as u64, Vec::new());
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.unwrap();
            length += chunk.len() as u64;
            tail.extend_from_slice(&chunk);
            tail.drain(..tail.len().saturating_sub(KEPT));
        }
        let mut file = File::open(sparse(folder.path(), length)).unwrap();
        let path = folder.path().join(length.to_string());
        let written = File::options().write(true).open(path).unwrap();
        written.write_all_at(&head, 0).unwrap();
        written.write_all_at(&tail, length - KEPT as u64).unwrap();
        let mut zip = ZipArchive::new(&mut file).unwrap();
        assert_eq!(zip.by_index_raw(0).unwrap().size(), size);
        let behind = zip.by_index_raw(1).unwrap();
        assert_eq!(
            (behind.name().unwrap(), behind.size()),
            ("behind".into(), 7)
        );
        assert!(behind.header_start() > size);
    }

    #[test]
    fn dates_are_those_of_the_wall_clock_within_what_can_be_written() {
        let shown = |text: &str| {
            let date = date(crate::time::parse_date(text).unwrap()).unwrap();
            format!(
                "{}-{}-{} {}:{}:{}",
                date.year(),
                date.month(),
                date.day(),
                date.hour(),
                date.minute(),
                date.second()
            )
        };
        assert_eq!(shown("2024-05-06T07:08:10Z"), "2024-5-6 7:8:10");
        assert_eq!(shown("1955-11-05T06:15:00Z"), "1980-1-1 0:0:0");
        assert_eq!(shown("2108-01-01T00:00:00Z"), "2107-12-31 23:59:58");
    }
}
