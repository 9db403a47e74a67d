//! A load of requests over plain connections that stay open: the less it costs, the more the server gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use image::{Rgb, RgbImage};
use serde_json::{Value, json};

use crate::Result;

const BOUNDARY: &str = "kallitype-bench-boundary";
const CHUNK: usize = 1 << 20;

/// A file's bytes, held or made as they are needed.
pub(crate) enum Body {
    /// A JPEG followed by its number: what stands after a JPEG's end belongs to the file, but not to the picture.
    Picture {
        jpeg: Arc<[u8]>,
        number: u64,
    },
    Pseudorandom {
        seed: u64,
        length: u64,
    },
}

impl Body {
    fn length(&self) -> u64 {
        match self {
            Self::Picture { jpeg, .. } => jpeg.len() as u64 + 8,
            Self::Pseudorandom { length, .. } => *length,
        }
    }

    /// Hands out the bytes piece by piece.
    pub(crate) fn chunks(&self, take: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        match self {
            Self::Picture { jpeg, number } => {
                take(jpeg)?;
                take(&number.to_le_bytes())
            }
            Self::Pseudorandom { seed, length } => {
                // One chunk, made different every time: making bytes must not be what is measured.
                let mut chunk: Vec<u8> = (0..CHUNK as u64)
                    .map(|byte| (byte * 31 + (byte >> 8) + seed) as u8)
                    .collect();
                let mut left = *length;
                while left > 0 {
                    chunk[..8].copy_from_slice(&left.to_le_bytes());
                    let size = left.min(CHUNK as u64) as usize;
                    take(&chunk[..size])?;
                    left -= size as u64;
                }
                Ok(())
            }
        }
    }
}

/// Distinct JPEGs of about so many bytes.
pub(crate) fn pictures(count: usize, bytes: usize) -> Result<Vec<Body>> {
    let mut picture = Vec::new();
    for side in (200..).step_by(40) {
        picture.clear();
        let noise = RgbImage::from_fn(side, side, |x, y| {
            let mixed = (x / 2 + 7919 * (y / 2)).wrapping_mul(2_654_435_761);
            Rgb([(mixed >> 8) as u8, (mixed >> 16) as u8, (mixed >> 24) as u8])
        });
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut picture, 82);
        noise.write_with_encoder(encoder)?;
        if picture.len() >= bytes {
            break;
        }
    }
    Ok(numbered(&picture, count))
}

/// Distinct JPEGs of 12 megapixels and about 5 MB, as cameras make them: gradients, edges and grain.
pub(crate) fn photographs(count: usize) -> Result<Vec<Body>> {
    let mut state = 1_u32;
    let photograph = RgbImage::from_fn(4000, 3000, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let edge = if (x >> 7 ^ y >> 7) & 1 == 1 { 40 } else { 0 };
        let grain = state >> 27;
        Rgb([x / 20, y / 15, 120]
            .map(|level| (level + edge + grain).saturating_sub(16).min(255) as u8))
    });
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 90);
    photograph.write_with_encoder(encoder)?;
    Ok(numbered(&jpeg, count))
}

/// A JPEG that is followed by so many bytes more.
pub(crate) fn large_picture(bytes: usize) -> Result<Body> {
    let mut jpeg = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new(&mut jpeg);
    RgbImage::new(200, 200).write_with_encoder(encoder)?;
    jpeg.resize(jpeg.len() + bytes, 0);
    Ok(Body::Picture {
        jpeg: jpeg.into(),
        number: 0,
    })
}

fn numbered(jpeg: &[u8], count: usize) -> Vec<Body> {
    let jpeg: Arc<[u8]> = jpeg.into();
    (0..count as u64)
        .map(|number| Body::Picture {
            jpeg: jpeg.clone(),
            number,
        })
        .collect()
}

/// A question about checksums, half of them known.
pub(crate) fn bulk_check(known: &[Vec<u8>], count: usize) -> Vec<u8> {
    let checksum = |number: usize| match known.get(number / 2) {
        Some(checksum) if number.is_multiple_of(2) => hex::encode(checksum),
        _ => format!("{number:040x}"),
    };
    let assets: Vec<Value> = (0..count)
        .map(|number| json!({"id": number.to_string(), "checksum": checksum(number)}))
        .collect();
    json!({"assets": assets}).to_string().into_bytes()
}

/// So many connections to a server at once.
pub(crate) struct Load<'a> {
    pub address: &'a str,
    /// A header, with the end of its line, or nothing.
    pub credential: &'a str,
    pub connections: usize,
}

impl Load<'_> {
    /// Uploads every file once; answers how long it took.
    pub(crate) fn upload_all(&self, files: &[Body]) -> Result<Duration> {
        let next = AtomicUsize::new(0);
        let begun = Instant::now();
        self.on_each_connection(|connection| {
            while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                connection.upload(file, 201)?;
            }
            Ok(0)
        })?;
        Ok(begun.elapsed())
    }

    /// Uploads one file; answers its id.
    pub(crate) fn upload(&self, file: &Body) -> Result<String> {
        let answer = self.connect()?.upload(file, 201)?;
        let answer: Value = serde_json::from_slice(&answer)?;
        Ok(answer["id"]
            .as_str()
            .ok_or("an upload without an id")?
            .to_owned())
    }

    /// Asks for a path again and again; answers how many times a second.
    pub(crate) fn get_for(&self, time: Duration, path: &str) -> Result<f64> {
        let begun = Instant::now();
        let count = self.on_each_connection(|connection| {
            let mut count = 0;
            while begun.elapsed() < time {
                connection.request("GET", path, "", &[], 200)?;
                count += 1;
            }
            Ok(count)
        })?;
        Ok(count as f64 / begun.elapsed().as_secs_f64())
    }

    /// Sends JSON; the answer has to have this status.
    pub(crate) fn send_json(
        &self,
        method: &str,
        path: &str,
        body: &[u8],
        status: u16,
    ) -> Result<Vec<u8>> {
        let kind = "content-type: application/json\r\n";
        let mut connection = self.connect()?;
        connection.request(method, path, kind, body, status)
    }

    fn connect(&self) -> Result<Connection> {
        Connection::open(self.address, self.credential)
    }

    fn on_each_connection(
        &self,
        work: impl Fn(&mut Connection) -> Result<usize> + Sync,
    ) -> Result<usize> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.connections)
                .map(|_| scope.spawn(|| work(&mut self.connect()?)))
                .collect();
            threads.into_iter().try_fold(0, |sum, thread| {
                Ok(sum + thread.join().map_err(|_| "a thread panicked")??)
            })
        })
    }
}

/// One connection that stays open.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    credential: String,
}

impl Connection {
    pub(crate) fn open(address: &str, credential: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self::on(stream, credential))
    }

    /// On a connection that there is.
    pub(crate) fn on(stream: TcpStream, credential: &str) -> Self {
        Self {
            stream: BufReader::new(stream),
            credential: credential.to_owned(),
        }
    }

    /// Sends a request and reads the whole answer, which has to have this status.
    pub(crate) fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
        status: u16,
    ) -> Result<Vec<u8>> {
        let mut request = self.head(method, path, headers, body.len() as u64);
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        self.answer(status)
    }

    fn head(&self, method: &str, path: &str, headers: &str, length: u64) -> Vec<u8> {
        let credential = &self.credential;
        format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n{credential}{headers}content-length: {length}\r\n\r\n").into_bytes()
    }

    pub(crate) fn upload(&mut self, file: &Body, status: u16) -> Result<Vec<u8>> {
        let mut before = String::new();
        for (name, value) in [
            ("deviceAssetId", "bench"),
            ("deviceId", "bench"),
            ("fileCreatedAt", "2024-05-06T07:08:09.000Z"),
            ("fileModifiedAt", "2024-05-06T07:08:09.000Z"),
        ] {
            before.push_str(&format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        before.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"assetData\"; filename=\"bench.jpg\"\r\n\r\n"
        ));
        let after = format!("\r\n--{BOUNDARY}--\r\n");
        let length = before.len() as u64 + file.length() + after.len() as u64;
        let kind = format!("content-type: multipart/form-data; boundary={BOUNDARY}\r\n");
        let mut head = self.head("POST", "/api/assets", &kind, length);
        head.extend_from_slice(before.as_bytes());
        let stream = self.stream.get_mut();
        stream.write_all(&head)?;
        file.chunks(&mut |chunk| Ok(stream.write_all(chunk)?))?;
        stream.write_all(after.as_bytes())?;
        self.answer(status)
    }

    fn answer(&mut self, wanted: u16) -> Result<Vec<u8>> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status: u16 = line.split(' ').nth(1).ok_or("no answer")?.parse()?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or_default();
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse()?;
            }
            is_chunked |= name.eq_ignore_ascii_case("transfer-encoding");
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        if is_chunked {
            body = self.chunks()?;
        }
        if status != wanted {
            return Err(format!("answered {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(body)
    }

    /// A body of which each part is led by its length.
    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim_end(), 16)?;
            let begun = body.len();
            body.resize(begun + length, 0);
            self.stream.read_exact(&mut body[begun..])?;
            self.stream.read_line(&mut line)?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
}
