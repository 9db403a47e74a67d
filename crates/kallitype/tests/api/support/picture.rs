use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};
use reqwest::multipart::{Form, Part};
use sha1::{Digest, Sha1};

/// A file to upload, and what is said about it.
#[derive(Debug, Clone)]
pub struct Picture {
    pub bytes: Vec<u8>,
    pub name: String,
    /// Further fields of the form; one with an empty value is left out, even if it is there by default.
    pub fields: Vec<(String, String)>,
}

/// What to write into a JPEG's EXIF block.
#[derive(Debug, Clone, Copy, Default)]
pub struct Exif<'a> {
    /// `2024:02:03 04:05:06`
    pub date_time_original: Option<&'a str>,
    /// `+02:00`
    pub offset: Option<&'a str>,
    pub make: Option<&'a str>,
    pub orientation: Option<u16>,
    /// Degrees north and east.
    pub place: Option<(f64, f64)>,
    /// What the picture of a live photo has in common with its video.
    pub content_identifier: Option<&'a str>,
}

impl Picture {
    /// A small JPEG; another seed makes another picture.
    pub fn jpeg(seed: u32) -> Self {
        Self::jpeg_of_size(seed, 64, 48)
    }

    pub fn jpeg_of_size(seed: u32, width: u32, height: u32) -> Self {
        let mut bytes = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        draw(seed, width, height)
            .write_with_encoder(encoder)
            .expect("a JPEG");
        Self::new(bytes, &format!("picture-{seed}.jpg"))
    }

    pub fn jpeg_with_exif(seed: u32, exif: Exif<'_>) -> Self {
        Self::jpeg(seed).with_exif(exif)
    }

    /// The same JPEG with what its camera says of it.
    pub fn with_exif(self, exif: Exif<'_>) -> Self {
        self.with_metadata(&exif.to_bytes())
    }

    /// A small JPEG with an XMP packet: what stands in it as properties of the picture.
    pub fn jpeg_with_xmp(seed: u32, properties: &str) -> Self {
        Self::jpeg(seed).with_xmp(properties)
    }

    /// The same JPEG that says more of itself.
    pub fn with_xmp(self, properties: &str) -> Self {
        let packet = xmp(properties);
        self.with_metadata(&[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat())
    }

    /// The same JPEG with one more block of metadata.
    fn with_metadata(self, block: &[u8]) -> Self {
        let length = u16::try_from(block.len() + 2)
            .expect("a short block")
            .to_be_bytes();
        let (start, rest) = self.bytes.split_at(2);
        let bytes = [start, &[0xFF, 0xE1], &length, block, rest].concat();
        Self { bytes, ..self }
    }

    /// The same with more bytes at the end.
    pub fn followed_by(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend(bytes);
        self
    }

    /// A small PNG.
    pub fn png(seed: u32) -> Self {
        let mut bytes = Cursor::new(Vec::new());
        draw(seed, 32, 32)
            .write_to(&mut bytes, ImageFormat::Png)
            .expect("a PNG");
        Self::new(bytes.into_inner(), &format!("picture-{seed}.png"))
    }

    /// Something with a video's name, which is kept as it is. See [`film`](Self::film) for one that plays.
    pub fn video(seed: u32) -> Self {
        let bytes = format!("not really a film, number {seed}")
            .repeat(100)
            .into_bytes();
        Self::new(bytes, &format!("film-{seed}.mp4"))
    }

    pub fn new(bytes: Vec<u8>, name: &str) -> Self {
        Self {
            bytes,
            name: name.to_owned(),
            fields: Vec::new(),
        }
    }

    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The same with one more field, or another value for one.
    pub fn with(mut self, field: &str, value: &str) -> Self {
        self.fields.push((field.to_owned(), value.to_owned()));
        self
    }

    /// SHA-1 in hexadecimal.
    pub fn checksum(&self) -> String {
        hex::encode(Sha1::digest(&self.bytes))
    }

    /// SHA-1 in base64, as answers have it.
    pub fn checksum_base64(&self) -> String {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(Sha1::digest(&self.bytes))
    }

    /// The multipart body of an upload.
    pub fn form(&self) -> Form {
        let part = Part::bytes(self.bytes.clone()).file_name(self.name.clone());
        self.fields_form().part("assetData", part)
    }

    /// The multipart body without its file.
    pub fn fields_form(&self) -> Form {
        self.all_fields()
            .into_iter()
            .fold(Form::new(), |form, (name, value)| form.text(name, value))
    }

    /// The fields of the form, those among them that are there by default.
    pub fn all_fields(&self) -> Vec<(String, String)> {
        let mut fields = vec![
            ("deviceAssetId".to_owned(), self.name.clone()),
            ("deviceId".to_owned(), "test".to_owned()),
            (
                "fileCreatedAt".to_owned(),
                "2024-05-06T07:08:09.000Z".to_owned(),
            ),
            (
                "fileModifiedAt".to_owned(),
                "2024-05-06T07:08:10.000Z".to_owned(),
            ),
        ];
        for (name, value) in &self.fields {
            fields.retain(|(known, _)| known != name);
            if !value.is_empty() {
                fields.push((name.clone(), value.clone()));
            }
        }
        fields
    }
}

/// An XMP packet with elements that say something of the picture.
pub fn xmp(properties: &str) -> String {
    format!(
        r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
            xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
            xmlns:dc="http://purl.org/dc/elements/1.1/"
            xmlns:xmp="http://ns.adobe.com/xap/1.0/"
            xmlns:exif="http://ns.adobe.com/exif/1.0/"
            xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
            xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
            xmlns:GCamera="http://ns.google.com/photos/1.0/camera/"
            xmlns:Container="http://ns.google.com/photos/1.0/container/"
            xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
            xmlns:GPano="http://ns.google.com/photos/1.0/panorama/"
            >{properties}</rdf:Description></rdf:RDF></x:xmpmeta>"#
    )
}

/// A picture that looks different for every seed.
fn draw(seed: u32, width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let mixed = (x / 4 + 31 * (y / 4) + 977 * seed).wrapping_mul(2_654_435_761);
        let [red, green, blue, _] = mixed.to_le_bytes();
        Rgb([red, green, blue])
    })
}

impl Exif<'_> {
    /// An `Exif` block: a TIFF with one directory, a second one for the date, and a third one for the place.
    fn to_bytes(self) -> Vec<u8> {
        let mut first = Directory::default();
        first.text(0x010F, self.make);
        first.short(0x0112, self.orientation);
        let mut second = Directory::default();
        second.text(0x9003, self.date_time_original);
        second.text(0x9011, self.offset);
        if let Some(identifier) = self.content_identifier {
            second.bytes(0x927C, apple_note(identifier));
        }
        let mut third = Directory::default();
        if let Some((latitude, longitude)) = self.place {
            third.text(1, Some(if latitude < 0.0 { "S" } else { "N" }));
            third.degrees(2, latitude);
            third.text(3, Some(if longitude < 0.0 { "W" } else { "E" }));
            third.degrees(4, longitude);
        }
        let offset = |length: usize| u32::try_from(length).expect("a short block");
        let start = 8;
        let second_start = start + first.length() + 2 * 12;
        let third_start = second_start + second.length();
        first.long(0x8769, offset(second_start));
        first.long(0x8825, offset(third_start));
        let mut bytes = b"Exif\0\0MM\0*\0\0\0\x08".to_vec();
        bytes.extend(first.to_bytes(start));
        bytes.extend(second.to_bytes(second_start));
        bytes.extend(third.to_bytes(third_start));
        bytes
    }
}

/// What Apple's cameras note for themselves: a directory whose offsets count from the beginning of the note.
fn apple_note(identifier: &str) -> Vec<u8> {
    let mut directory = Directory::default();
    directory.text(0x0011, Some(identifier));
    let mut note = b"Apple iOS\0\0\x01MM".to_vec();
    note.extend(directory.to_bytes(note.len()));
    note
}

#[derive(Default)]
struct Directory {
    entries: Vec<(u16, u16, u32, Vec<u8>)>,
}

impl Directory {
    fn text(&mut self, tag: u16, text: Option<&str>) {
        if let Some(text) = text {
            let bytes = [text.as_bytes(), b"\0"].concat();
            let count = u32::try_from(bytes.len()).expect("a short text");
            self.entries.push((tag, 2, count, bytes));
        }
    }

    fn short(&mut self, tag: u16, value: Option<u16>) {
        if let Some(value) = value {
            self.entries.push((tag, 3, 1, value.to_be_bytes().to_vec()));
        }
    }

    fn long(&mut self, tag: u16, value: u32) {
        self.entries.push((tag, 4, 1, value.to_be_bytes().to_vec()));
    }

    fn bytes(&mut self, tag: u16, bytes: Vec<u8>) {
        let count = u32::try_from(bytes.len()).expect("a short block");
        self.entries.push((tag, 7, count, bytes));
    }

    /// Degrees as a fraction, and no minutes and seconds.
    fn degrees(&mut self, tag: u16, degrees: f64) {
        let parts = [(degrees.abs() * 1e6) as u32, 1_000_000, 0, 1, 0, 1];
        let bytes = parts.into_iter().flat_map(u32::to_be_bytes).collect();
        self.entries.push((tag, 5, 3, bytes));
    }

    fn length(&self) -> usize {
        let outside: usize = self
            .entries
            .iter()
            .map(|entry| entry.3.len())
            .filter(|length| *length > 4)
            .sum();
        2 + 12 * self.entries.len() + 4 + outside
    }

    fn to_bytes(&self, start: usize) -> Vec<u8> {
        let count = u16::try_from(self.entries.len()).expect("few entries");
        let mut bytes = count.to_be_bytes().to_vec();
        let mut outside: Vec<u8> = Vec::new();
        let outside_start = start + 2 + 12 * self.entries.len() + 4;
        for (tag, kind, count, value) in &self.entries {
            bytes.extend(tag.to_be_bytes());
            bytes.extend(kind.to_be_bytes());
            bytes.extend(count.to_be_bytes());
            if value.len() > 4 {
                let at = u32::try_from(outside_start + outside.len()).expect("a short block");
                bytes.extend(at.to_be_bytes());
                outside.extend(value);
            } else {
                let mut padded = value.clone();
                padded.resize(4, 0);
                bytes.extend(padded);
            }
        }
        bytes.extend([0; 4]);
        bytes.extend(outside);
        bytes
    }
}
