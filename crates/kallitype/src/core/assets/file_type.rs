//! The kinds of files that are taken, by the extension of their name.

use crate::core::assets::model::AssetType;

/// What a known extension stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Image,
    Video,
    Sidecar,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileType {
    /// In lower case, without the dot.
    pub extension: &'static str,
    pub kind: FileKind,
    pub mime: &'static str,
}

const fn image(extension: &'static str, mime: &'static str) -> FileType {
    FileType {
        extension,
        kind: FileKind::Image,
        mime,
    }
}

const fn video(extension: &'static str, mime: &'static str) -> FileType {
    FileType {
        extension,
        kind: FileKind::Video,
        mime,
    }
}

/// Every kind of file that is taken.
pub(crate) const FILE_TYPES: &[FileType] = &[
    image("avif", "image/avif"),
    image("gif", "image/gif"),
    image("jpeg", "image/jpeg"),
    image("jpg", "image/jpeg"),
    image("png", "image/png"),
    image("webp", "image/webp"),
    image("bmp", "image/bmp"),
    image("heic", "image/heic"),
    image("heif", "image/heif"),
    image("hif", "image/hif"),
    image("insp", "image/jpeg"),
    image("jp2", "image/jp2"),
    image("jpe", "image/jpeg"),
    image("jxl", "image/jxl"),
    image("svg", "image/svg+xml"),
    image("tif", "image/tiff"),
    image("tiff", "image/tiff"),
    image("3fr", "image/x-hasselblad-3fr"),
    image("ari", "image/x-arriflex-ari"),
    image("arw", "image/x-sony-arw"),
    image("cap", "image/x-phaseone-cap"),
    image("cin", "image/x-phantom-cin"),
    image("cr2", "image/x-canon-cr2"),
    image("cr3", "image/x-canon-cr3"),
    image("crw", "image/x-canon-crw"),
    image("dcr", "image/x-kodak-dcr"),
    image("dng", "image/x-adobe-dng"),
    image("erf", "image/x-epson-erf"),
    image("fff", "image/x-hasselblad-fff"),
    image("iiq", "image/x-phaseone-iiq"),
    image("k25", "image/x-kodak-k25"),
    image("kdc", "image/x-kodak-kdc"),
    image("mrw", "image/x-minolta-mrw"),
    image("nef", "image/x-nikon-nef"),
    image("nrw", "image/x-nikon-nrw"),
    image("orf", "image/x-olympus-orf"),
    image("ori", "image/x-olympus-ori"),
    image("pef", "image/x-pentax-pef"),
    image("psd", "image/vnd.adobe.photoshop"),
    image("raf", "image/x-fuji-raf"),
    image("raw", "image/x-panasonic-raw"),
    image("rw2", "image/x-panasonic-rw2"),
    image("rwl", "image/x-leica-rwl"),
    image("sr2", "image/x-sony-sr2"),
    image("srf", "image/x-sony-srf"),
    image("srw", "image/x-samsung-srw"),
    image("x3f", "image/x-sigma-x3f"),
    video("3gp", "video/3gpp"),
    video("3gpp", "video/3gpp"),
    video("avi", "video/x-msvideo"),
    video("flv", "video/x-flv"),
    video("insv", "video/mp4"),
    video("m2t", "video/mp2t"),
    video("m2ts", "video/mp2t"),
    video("m4v", "video/x-m4v"),
    video("mkv", "video/x-matroska"),
    video("mov", "video/quicktime"),
    video("mp4", "video/mp4"),
    video("mpe", "video/mpeg"),
    video("mpeg", "video/mpeg"),
    video("mpg", "video/mpeg"),
    video("mts", "video/mp2t"),
    video("mxf", "application/mxf"),
    video("vob", "video/mpeg"),
    video("webm", "video/webm"),
    video("wmv", "video/x-ms-wmv"),
    FileType {
        extension: "xmp",
        kind: FileKind::Sidecar,
        mime: "application/xml",
    },
];

impl FileType {
    /// The type of a file by its name; case does not matter.
    #[must_use]
    pub(crate) fn of_name(name: &str) -> Option<&'static Self> {
        let extension = name.rsplit_once('.')?.1;
        FILE_TYPES
            .iter()
            .find(|known| known.extension.eq_ignore_ascii_case(extension))
    }

    /// What an asset of this type is, if it can be one.
    #[must_use]
    pub(crate) fn asset_type(&self) -> Option<AssetType> {
        match self.kind {
            FileKind::Image => Some(AssetType::Image),
            FileKind::Video => Some(AssetType::Video),
            FileKind::Sidecar => None,
        }
    }

    /// Whether it is what a camera's sensor saw, which a picture has yet to be made of.
    #[must_use]
    pub(crate) fn is_raw(&self) -> bool {
        self.mime.starts_with("image/x-")
    }

    /// Whether every browser can show the file as it is.
    #[must_use]
    pub(crate) fn is_web_displayable(&self) -> bool {
        matches!(
            self.extension,
            "avif" | "gif" | "jpeg" | "jpg" | "png" | "webp"
        )
    }
}
