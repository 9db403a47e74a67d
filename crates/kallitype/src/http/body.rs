//! Request bodies: bounded in size, and not waited for for ever.

use axum::body::{Body, Bytes};
use futures_util::{Stream, StreamExt};
use std::time::Duration;

use super::error::{ApiError, Result};

/// The body's chunks; one that does not come within `patience` ends the stream with an error.
pub fn chunks(
    body: Body,
    patience: Duration,
) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    futures_util::stream::unfold(Some(body.into_data_stream()), move |stream| async move {
        let mut stream = stream?;
        match tokio::time::timeout(patience, stream.next()).await {
            Ok(Some(Ok(chunk))) => Some((Ok(chunk), Some(stream))),
            Ok(Some(Err(_))) => Some((Err(ApiError::bad_request("The request was cut off")), None)),
            Ok(None) => None,
            Err(_) => Some((
                Err(ApiError::timed_out(
                    "The request's body stood still for too long",
                )),
                None,
            )),
        }
    })
}

/// The whole body, if it is no longer than `most` bytes.
///
/// # Errors
/// 413 when it is longer, 400 when it is cut off, 408 when it stands still.
pub async fn read_to_end(body: Body, most: usize, patience: Duration) -> Result<Vec<u8>> {
    let mut stream = std::pin::pin!(chunks(body, patience));
    let mut bytes = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > most {
            return Err(ApiError::too_large(format!(
                "The body is longer than {most} bytes"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
