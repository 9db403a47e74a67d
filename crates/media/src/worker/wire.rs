//! What a server and its worker say to each other over their socket.
//!
//! A message is a length (four bytes, little endian), that many bytes of JSON, and the bytes of as many files
//! as the JSON announces. A request comes with the opened file as a passed descriptor.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{CropOptions, Facts, MediaError, RenderOptions, SidecarEdits};

/// The longest JSON of a message and the longest file in an answer, in bytes: more is a broken worker.
const MAX_MESSAGE_BYTES: u32 = 16 << 20;
const MAX_FILE_BYTES: u64 = 256 << 20;

/// The first message: what the worker may use.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Limits {
    pub memory_bytes: u64,
    pub seconds: u64,
}

/// What is to be done with the file that comes along.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    Extract {
        extension: String,
    },
    Render {
        extension: String,
        options: RenderOptions,
    },
    Crop {
        extension: String,
        options: CropOptions,
    },
    /// The file is a sidecar of at most so many bytes.
    ReadSidecar {
        limit: u64,
    },
    RewriteSidecar {
        limit: u64,
        edits: SidecarEdits,
    },
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Response {
    Facts(Box<Facts>),
    /// Followed by thumbnail, preview, thumbhash, fingerprint and perhaps a picture of full size, each of the announced
    /// length. What has no fingerprint has one without bytes.
    Pictures {
        lengths: [u64; 4],
        fullsize: Option<u64>,
        width: u32,
        height: u32,
    },
    /// Followed by a picture of the announced length.
    Picture {
        length: u64,
    },
    /// Followed by a sidecar of the announced length.
    Sidecar {
        length: u64,
    },
    Failed(MediaError),
}

pub(crate) fn send<T: Serialize>(stream: &mut UnixStream, message: &T) -> io::Result<()> {
    stream.write_all(&frame(message)?)
}

/// Sends a request and passes the file along with its first byte.
pub(crate) fn send_with_file(
    stream: &mut UnixStream,
    message: &Request,
    file: &File,
) -> io::Result<()> {
    let bytes = frame(message)?;
    let descriptors = [file.as_fd()];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !control.push(SendAncillaryMessage::ScmRights(&descriptors)) {
        return Err(io::Error::other("no room for a descriptor"));
    }
    let sent = sendmsg(
        &*stream,
        &[IoSlice::new(&bytes)],
        &mut control,
        SendFlags::NOSIGNAL,
    )?;
    stream.write_all(bytes.get(sent..).unwrap_or_default())
}

fn frame<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).map_err(io::Error::other)?;
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

pub(crate) fn receive<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<T> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    receive_rest(stream, length)
}

fn receive_rest<T: DeserializeOwned>(stream: &mut impl Read, length: [u8; 4]) -> io::Result<T> {
    let length = u32::from_le_bytes(length);
    if length > MAX_MESSAGE_BYTES {
        return Err(io::Error::other("a message is too long"));
    }
    let mut json = vec![0; length as usize];
    stream.read_exact(&mut json)?;
    Ok(serde_json::from_slice(&json)?)
}

/// Receives a request and its file; `None` when the server has closed the socket.
pub(crate) fn receive_with_file(stream: &mut UnixStream) -> io::Result<Option<(Request, File)>> {
    let mut length = [0; 4];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(
        &*stream,
        &mut [IoSliceMut::new(&mut length)],
        &mut control,
        RecvFlags::CMSG_CLOEXEC,
    )?
    .bytes;
    if received == 0 {
        return Ok(None);
    }
    let mut file = None;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            file = descriptors.map(File::from).last().or(file);
        }
    }
    stream.read_exact(&mut length[received..])?;
    let file = file.ok_or_else(|| io::Error::other("a request came without its file"))?;
    Ok(Some((receive_rest(stream, length)?, file)))
}

/// Receives a file's bytes after the message that announced them.
pub(crate) fn receive_file(stream: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    if length > MAX_FILE_BYTES {
        return Err(io::Error::other("a picture is too long"));
    }
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
