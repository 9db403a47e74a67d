use std::convert::Infallible;
use std::path::{Path, PathBuf};

use reqwest::RequestBuilder;
use reqwest::multipart::Part;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::server::files_below;
use super::{Answer, Credential, Picture, Server, eventually};

/// The bytes that come first.
const BEGINNING: usize = 10;

/// An upload that has begun, and whose last bytes wait.
pub struct LateUpload {
    rest: oneshot::Sender<Infallible>,
    answer: JoinHandle<Answer>,
}

impl LateUpload {
    /// Begins an upload; when this answers, the server has begun to write the file.
    pub async fn begin(
        server: &Server,
        credential: impl Into<Credential>,
        picture: &Picture,
    ) -> Self {
        let request = server.post(credential, "/assets");
        Self::send(server, request, picture, "assetData").await
    }

    /// The same for any request with a picture's form; `part` is what the form calls the file.
    pub async fn send(
        server: &Server,
        request: RequestBuilder,
        picture: &Picture,
        part: &'static str,
    ) -> Self {
        let begun = parts(server);
        let (rest, goes_on) = oneshot::channel();
        let (begin, end) = picture.bytes.split_at(BEGINNING);
        let file = Part::stream_with_length(
            reqwest::Body::wrap_stream(in_two(begin.to_vec(), end.to_vec(), goes_on)),
            picture.bytes.len() as u64,
        );
        let form = picture
            .fields_form()
            .part(part, file.file_name(picture.name.clone()));
        let answer = tokio::spawn(Answer::of(request.multipart(form)));
        eventually("the upload's beginning", async || {
            let mut new = parts(server)
                .into_iter()
                .filter(|part| !begun.contains(part));
            new.any(|part| begins_as(&part, begin)).then_some(())
        })
        .await;
        Self { rest, answer }
    }

    /// Closes the connection instead of sending the rest.
    pub fn hang_up(self) {
        self.answer.abort();
    }

    /// Sends the rest.
    pub async fn finish(self) -> Answer {
        drop(self.rest);
        self.answer.await.expect("an answer")
    }
}

/// Files that are being received or made.
fn parts(server: &Server) -> Vec<PathBuf> {
    let mut incoming = files_below(&server.seen("incoming"));
    incoming.retain(|path| path.extension().is_some_and(|end| end == "part"));
    incoming
}

/// Whether a file has what was sent of a picture, and no more: thumbnails are made beside it.
fn begins_as(part: &Path, begin: &[u8]) -> bool {
    let written = std::fs::read(part).unwrap_or_default();
    !written.is_empty() && begin.starts_with(&written)
}

fn in_two(
    begin: Vec<u8>,
    end: Vec<u8>,
    goes_on: oneshot::Receiver<Infallible>,
) -> impl futures_util::Stream<Item = std::io::Result<Vec<u8>>> {
    use futures_util::{StreamExt, stream};
    let end = stream::once(async move {
        // It never hears anything but that the sender is gone.
        drop(goes_on.await);
        Ok(end)
    });
    stream::once(async move { Ok(begin) }).chain(end)
}
