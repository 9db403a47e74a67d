use std::fs::{File, FileTimes};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use rustix::fs::{MemfdFlags, memfd_create};

use crate::fuzzing::header_lines;
use crate::fuzzing::upload::RUNTIME;
use kallitype_web::file_readers::FileReaders;
use kallitype_web::files::{CachePolicy, MAX_RANGES, Served, Wanted, serve, wanted};

/// How long reading it may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The length of the file that is given out.
const LENGTH: usize = 1000;

/// Conditions and ranges of a request for a file. The first eight bytes are how long another file says it is.
pub fn ranges(bytes: &[u8]) {
    let Some((length, lines)) = bytes.split_first_chunk() else {
        return;
    };
    let headers = header_lines(lines);
    check_wanted(&headers, u64::from_le_bytes(*length));
    check_answer(&headers);
}

fn check_wanted(headers: &HeaderMap, length: u64) {
    match wanted(headers, length) {
        Wanted::Whole => {}
        Wanted::Nothing => assert!(headers.contains_key(header::RANGE)),
        Wanted::Parts(parts) => {
            assert!((1..=MAX_RANGES).contains(&parts.len()));
            let mut left = length;
            for part in parts {
                assert!(part.start < part.end && part.end <= length, "{part:?}");
                left = left
                    .checked_sub(part.end - part.start)
                    .expect("no more than there is");
            }
        }
    }
}

/// Of a file that is there, every answer is what its headers say.
fn check_answer(request: &HeaderMap) {
    let content: Vec<u8> = (0..LENGTH).map(|position| position as u8).collect();
    let file = file_of(&content);
    let served = Served {
        source: PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())).into(),
        name: "picture.jpg",
        mime: "image/jpeg",
        tag: "tag",
        cache: CachePolicy::OneDay,
    };
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let readers = FileReaders::new(Path::new("/proc/self/fd"), 1, TIMEOUT);
            let answer = serve(&readers, request, served).await.expect("an answer");
            let answer = answer.expect("a file that is there");
            check_body(request, answer, &content).await;
        });
    });
}

fn file_of(content: &[u8]) -> File {
    let memory = memfd_create("fuzzed", MemfdFlags::CLOEXEC).expect("a file in memory");
    let mut file = File::from(memory);
    file.write_all(content).expect("a written file");
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    file.set_times(FileTimes::new().set_modified(moment))
        .expect("a dated file");
    file
}

async fn check_body(request: &HeaderMap, answer: Response, content: &[u8]) {
    let (parts, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX)
        .await
        .expect("a whole body");
    let said = |name| parts.headers.get(name).map(|value| value.to_str().unwrap());
    if let Some(length) = said(header::CONTENT_LENGTH) {
        assert_eq!(length, body.len().to_string());
    }
    match parts.status {
        StatusCode::OK => assert_eq!(body, content),
        StatusCode::NOT_MODIFIED => {
            let known = [header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE];
            assert!(body.is_empty() && known.iter().any(|name| request.contains_key(name)));
        }
        StatusCode::RANGE_NOT_SATISFIABLE => {
            let range = format!("bytes */{LENGTH}");
            assert_eq!(said(header::CONTENT_RANGE), Some(range.as_str()));
        }
        StatusCode::PARTIAL_CONTENT => {
            check_asked(request);
            check_parts(
                said(header::CONTENT_TYPE),
                said(header::CONTENT_RANGE),
                &body,
                content,
            );
        }
        other => panic!("{other}"),
    }
}

/// Only what is surely understood is answered in part.
fn check_asked(request: &HeaderMap) {
    let asked = request.get(header::RANGE).unwrap().to_str().unwrap();
    let list = asked.strip_prefix("bytes=").unwrap();
    let is_known = |character: char| character.is_ascii_digit() || "-, \t".contains(character);
    assert!(list.chars().all(is_known), "{asked}");
}

fn check_parts(kind: Option<&str>, range: Option<&str>, body: &Bytes, content: &[u8]) {
    if let Some(range) = range {
        assert_eq!(body, part(range, content));
        return;
    }
    let boundary = kind
        .unwrap()
        .strip_prefix("multipart/byteranges; boundary=");
    let delimiter = format!("\r\n--{}\r\n", boundary.unwrap());
    let mut rest = &body[..];
    while let Some(after) = rest.strip_prefix(delimiter.as_bytes()) {
        let end = after.windows(4).position(|end| end == b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&after[..end]).unwrap();
        let expected = part(head.split_once("Content-Range: ").unwrap().1, content);
        rest = after[end + 4..].strip_prefix(expected).unwrap();
    }
    assert_eq!(
        rest,
        format!("\r\n--{}--\r\n", boundary.unwrap()).as_bytes()
    );
}

/// The bytes that a `Content-Range` names.
fn part<'a>(range: &str, content: &'a [u8]) -> &'a [u8] {
    let range = range.strip_prefix("bytes ").unwrap();
    let (range, length) = range.split_once('/').unwrap();
    assert_eq!(length, content.len().to_string());
    let (first, last) = range.split_once('-').unwrap();
    &content[first.parse().unwrap()..=last.parse().unwrap()]
}
