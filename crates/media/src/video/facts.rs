use crate::WallClock;

/// What a video is, as far as showing and converting it has to know.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VideoFacts {
    pub duration_milliseconds: Option<u64>,
    /// Pixels as stored, before they are turned.
    pub width: u32,
    pub height: u32,
    /// How much wider than high a stored pixel is shown; 1 unless the file says otherwise.
    pub pixel_aspect: f64,
    /// Degrees clockwise that turn the picture upright: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Names as `ffprobe` has them: `mov,mp4,m4a,3gp,3g2,mj2`, `matroska,webm`.
    pub container: String,
    /// The brand an ISO file begins with, which tells QuickTime from MP4, or the type of a Matroska document, which
    /// tells it from WebM.
    pub brand: String,
    pub video_codec: String,
    pub audio_codec: Option<String>,
    pub pixel_format: String,
    pub colour_transfer: Option<String>,
    pub colour_primaries: Option<String>,
    pub colour_matrix: Option<String>,
    /// Bits a second of everything together.
    pub bit_rate: Option<u64>,
    pub frames_per_second: Option<f64>,
    /// Which streams are the picture and the sound.
    pub video_stream: u32,
    pub audio_stream: Option<u32>,
    /// When it was taken, by the camera's clock or in UTC.
    pub taken_at: Option<WallClock>,
    pub make: Option<String>,
    pub model: Option<String>,
    /// Latitude and longitude in degrees.
    pub place: Option<(f64, f64)>,
}

impl VideoFacts {
    #[must_use]
    pub fn has_audio(&self) -> bool {
        self.audio_stream.is_some()
    }

    /// The rotation as EXIF counts it.
    #[must_use]
    pub fn orientation(&self) -> u16 {
        match self.rotation {
            90 => 6,
            180 => 3,
            270 => 8,
            _ => 1,
        }
    }

    /// Width and height as the video is seen.
    #[must_use]
    pub fn upright_size(&self) -> (u32, u32) {
        let aspect = if self.pixel_aspect.is_finite() && self.pixel_aspect > 0.0 {
            self.pixel_aspect
        } else {
            1.0
        };
        let wide = (f64::from(self.width) * aspect).round();
        let wide = if wide >= 1.0 && wide <= f64::from(u16::MAX) {
            wide as u32
        } else {
            self.width
        };
        match self.rotation {
            90 | 270 => (self.height, wide),
            _ => (wide, self.height),
        }
    }

    /// Whether its brightness goes beyond what ordinary screens and codecs show.
    #[must_use]
    pub fn is_high_dynamic_range(&self) -> bool {
        matches!(
            self.colour_transfer.as_deref(),
            Some("smpte2084" | "arib-std-b67")
        )
    }

    /// Whether every browser of today plays it as it is.
    #[must_use]
    pub fn plays_in_browsers(&self) -> bool {
        let is_webm = self.brand == "webm";
        let is_mp4 = self.container.contains("mp4") && self.brand.trim() != "qt";
        (is_webm || is_mp4) && self.has_common_picture() && self.has_common_sound()
    }

    /// Whether browsers decode the picture, whatever container it comes in: a codec by the profiles that all of them
    /// decode, which their pixels tell. See `docs/formats.md`.
    #[must_use]
    pub fn has_common_picture(&self) -> bool {
        let pixels = self.pixel_format.as_str();
        let is_common = match self.video_codec.as_str() {
            "h264" => matches!(pixels, "yuv420p" | "yuvj420p"),
            "vp8" | "vp9" => matches!(pixels, "yuv420p" | "yuva420p"),
            "av1" => matches!(pixels, "yuv420p" | "yuv420p10le"),
            _ => false,
        };
        is_common && (self.video_codec == "h264" || !self.is_high_dynamic_range())
    }

    /// Whether browsers decode the sound, or there is none.
    #[must_use]
    pub fn has_common_sound(&self) -> bool {
        matches!(
            self.audio_codec.as_deref(),
            None | Some("aac" | "mp3" | "opus" | "vorbis")
        )
    }
}
