use clap::{Args, ValueEnum};

use super::fixed::FixedSettings;

/// How pictures are made for clients.
#[derive(Debug, Clone, Args)]
pub struct PictureOptions {
    /// Pixels of a thumbnail's short edge [default: 250]
    #[arg(long, env = "KALLITYPE_THUMBNAIL_SIZE", value_parser = clap::value_parser!(u32).range(16..=4096))]
    pub thumbnail_size: Option<u32>,

    /// Format of thumbnails [default: webp]
    #[arg(long, env = "KALLITYPE_THUMBNAIL_FORMAT")]
    pub thumbnail_format: Option<PictureFormat>,

    /// Quality of thumbnails, 1 to 100 [default: 80]
    #[arg(long, env = "KALLITYPE_THUMBNAIL_QUALITY", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub thumbnail_quality: Option<u8>,

    /// Pixels of a preview's long edge [default: 1440]
    #[arg(long, env = "KALLITYPE_PREVIEW_SIZE", value_parser = clap::value_parser!(u32).range(16..=16_383))]
    pub preview_size: Option<u32>,

    /// Format of previews [default: jpeg]
    #[arg(long, env = "KALLITYPE_PREVIEW_FORMAT")]
    pub preview_format: Option<PictureFormat>,

    /// Quality of previews, 1 to 100 [default: 80]
    #[arg(long, env = "KALLITYPE_PREVIEW_QUALITY", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub preview_quality: Option<u8>,

    /// Whether pictures that browsers cannot show get a JPEG of full size: off or unshowable [default: unshowable]
    #[arg(long, env = "KALLITYPE_FULLSIZE")]
    pub fullsize: Option<Fullsize>,

    /// Quality of pictures of full size, 1 to 100; those of raw files are as their cameras made them [default: 85]
    #[arg(long, env = "KALLITYPE_FULLSIZE_QUALITY", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub fullsize_quality: Option<u8>,
}

/// The format of a picture made for clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PictureFormat {
    Jpeg,
    Webp,
}

/// Which pictures are kept in full size in a format that every browser shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fullsize {
    /// None: the preview has to do.
    Off,
    /// Those whose original a browser cannot show, such as HEIC and raw files.
    Unshowable,
}

impl PictureOptions {
    pub(super) fn fix(&self, fixed: &mut FixedSettings<'_>) {
        fixed.set(
            "image.thumbnail.size",
            "thumbnail-size",
            self.thumbnail_size,
        );
        fixed.name(
            "image.thumbnail.format",
            "thumbnail-format",
            self.thumbnail_format,
        );
        fixed.set(
            "image.thumbnail.quality",
            "thumbnail-quality",
            self.thumbnail_quality,
        );
        fixed.set("image.preview.size", "preview-size", self.preview_size);
        fixed.name(
            "image.preview.format",
            "preview-format",
            self.preview_format,
        );
        fixed.set(
            "image.preview.quality",
            "preview-quality",
            self.preview_quality,
        );
        let keeps_fullsize = self.fullsize.map(|kept| kept == Fullsize::Unshowable);
        fixed.set("image.fullsize.enabled", "fullsize", keeps_fullsize);
        fixed.set(
            "image.fullsize.quality",
            "fullsize-quality",
            self.fullsize_quality,
        );
    }
}
