//! One websocket, from its first packet to its last.

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use uuid::Uuid;

use super::protocol;
use super::protocol::Said;
use super::sockets::{Frame, Seat};
use crate::config::WebsocketOptions;

/// The client went away, or does not take what it is sent.
struct Gone;

/// Tells a client what happens until it goes away or is sent away.
pub(super) async fn tell(
    socket: WebSocket,
    mut seat: Seat,
    options: &WebsocketOptions,
    greeting: Utf8Bytes,
) {
    let (id, cut_off) = (seat.id, seat.cut_off());
    let mut line = Line { socket, options };
    let told = async {
        line.connect(id).await?;
        line.say(greeting).await?;
        line.follow(&mut seat).await
    };
    match cut_off.run_until_cancelled(told).await {
        Some(Ok(())) => tracing::debug!("an app with a websocket was let go"),
        Some(Err(Gone)) => tracing::debug!("an app with a websocket went away"),
        None => tracing::debug!("an app with a websocket did not take what it was sent"),
    }
}

/// Tells a client that it has no valid credential.
pub(super) async fn refuse(socket: WebSocket, options: &WebsocketOptions, reason: Utf8Bytes) {
    let mut line = Line { socket, options };
    let refused = async {
        line.connect(Uuid::new_v4()).await?;
        line.say(reason).await?;
        line.end(protocol::DISCONNECT).await
    };
    if let Err(Gone) = refused.await {
        tracing::debug!("an app without a valid credential went away");
    }
}

struct Line<'a> {
    socket: WebSocket,
    options: &'a WebsocketOptions,
}

impl Line<'_> {
    /// Lets the client connect, which it has to do in time.
    async fn connect(&mut self, id: Uuid) -> Result<(), Gone> {
        self.say(protocol::open(id, self.options)).await?;
        let deadline = Instant::now() + self.options.timeout();
        loop {
            let said = timeout_at(deadline, self.listen())
                .await
                .map_err(|_| Gone)??;
            match said {
                Said::Connect => return self.say(protocol::connected(id)).await,
                Said::ConnectElsewhere(namespace) => {
                    self.say(protocol::not_elsewhere(&namespace)).await?;
                }
                Said::Leave => return Err(Gone),
                Said::Pong | Said::Nothing => {}
            }
        }
    }

    /// Sends what there is to send, and looks now and then whether the client is there.
    async fn follow(&mut self, seat: &mut Seat) -> Result<(), Gone> {
        let mut is_asked = false;
        let mut deadline = Instant::now() + self.options.ping_interval();
        loop {
            tokio::select! {
                frame = seat.next() => match frame {
                    Some(Frame::Text(text)) => {
                        self.say(text.clone()).await?;
                        seat.sent(&text);
                    }
                    Some(Frame::End(text)) => return self.end(text).await,
                    None => return Err(Gone),
                },
                said = self.listen() => match said? {
                    Said::Pong => {
                        if std::mem::take(&mut is_asked) {
                            deadline = Instant::now() + self.options.ping_interval();
                        }
                    }
                    Said::Nothing => {}
                    Said::Leave | Said::Connect | Said::ConnectElsewhere(_) => return Err(Gone),
                },
                () = sleep_until(deadline) => {
                    if is_asked {
                        return Err(Gone);
                    }
                    is_asked = true;
                    deadline = Instant::now() + self.options.timeout();
                    self.say(Utf8Bytes::from_static(protocol::PING)).await?;
                }
            }
        }
    }

    async fn listen(&mut self) -> Result<Said, Gone> {
        match self.socket.recv().await {
            Some(Ok(message)) => Ok(Said::of(&message)),
            Some(Err(_)) | None => Err(Gone),
        }
    }

    async fn say(&mut self, text: Utf8Bytes) -> Result<(), Gone> {
        self.send(Message::Text(text)).await
    }

    /// Says the last thing, and closes.
    async fn end(&mut self, text: &'static str) -> Result<(), Gone> {
        self.say(Utf8Bytes::from_static(text)).await?;
        self.send(Message::Close(None)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        let sent = timeout(self.options.timeout(), self.socket.send(message)).await;
        sent.map_err(|_| Gone)?.map_err(|_| Gone)
    }
}
