//! What every call of the programs begins with.

use std::ffi::OsString;
use std::path::Path;

/// The containers that can be uploaded, as demuxers are called. Playlists and lists of files are none.
const CONTAINERS: &str =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,mxf";

/// The only ways by which a program may open anything.
const PROTOCOLS: &str = "file,pipe,fd";

/// What makes a path a path, whatever it looks like.
pub(super) const FILE: &str = "file:";

/// A list of arguments in the making.
#[derive(Debug, Default)]
pub(super) struct Arguments(Vec<OsString>);

impl Arguments {
    pub(super) fn ffprobe() -> Self {
        Self::default().all(&["-v", "error", "-hide_banner"])
    }

    pub(super) fn ffmpeg() -> Self {
        Self::default().all(&["-nostdin", "-hide_banner", "-v", "error", "-nostats", "-y"])
    }

    pub(super) fn all(mut self, words: &[&str]) -> Self {
        self.0.extend(words.iter().map(OsString::from));
        self
    }

    pub(super) fn pair(mut self, name: &str, value: impl ToString) -> Self {
        self.0.push(name.into());
        self.0.push(value.to_string().into());
        self
    }

    /// The input; what was said before it is about reading it.
    pub(super) fn input(mut self, path: &Path) -> Self {
        self = self.pair("-protocol_whitelist", PROTOCOLS);
        self = self.pair("-format_whitelist", CONTAINERS);
        self.0.push("-i".into());
        self.0.push(as_file(path));
        self
    }

    /// The output, in a format that does not depend on its name.
    pub(super) fn output(mut self, format: &str, path: &Path) -> Vec<OsString> {
        self = self.pair("-f", format);
        self.0.push(as_file(path));
        self.0
    }

    pub(super) fn finish(self) -> Vec<OsString> {
        self.0
    }
}

fn as_file(path: &Path) -> OsString {
    let mut text = OsString::from(FILE);
    text.push(path);
    text
}
