use std::net::IpAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Request};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{Credential, Engine, PATIENCE, Server, eventually};

/// Where the server's websocket is, asked for as clients do.
pub const WEBSOCKET: &str = "/api/socket.io/?EIO=4&transport=websocket";

/// An app that is told what happens: it speaks what Socket.IO's clients speak.
pub struct Listener {
    stream: WebSocketStream<TcpStream>,
    /// Whether it says that it is there when it is asked.
    pub answers_pings: bool,
}

/// A server on PostgreSQL that only begins to hear what others do sends away whoever came before: they may have missed
/// something.
async fn wait_until_server_hears(server: &Server) {
    if server.options.engine != Engine::Postgres {
        return;
    }
    eventually("a server that hears", async || {
        (!server.listeners("kallitype_events").await.is_empty()).then_some(())
    })
    .await;
}

/// Headers of a websocket's request.
pub type Headers<'a> = &'a [(&'static str, &'a str)];

impl Listener {
    /// An app of someone's, which has heard what it is told first.
    pub async fn of(server: &Server, who: impl Into<Credential>) -> Self {
        wait_until_server_hears(server).await;
        let (name, value) = header(who.into());
        let mut listener = Self::connect(server, &[(name, &value)]).await;
        listener.hear("on_server_version").await;
        listener
    }

    /// An app that has connected, whoever it is.
    pub async fn connect(server: &Server, headers: Headers<'_>) -> Self {
        let mut listener = Self::open(server, headers).await.expect("a websocket");
        assert!(listener.packet().await.expect("a packet").starts_with("0{"));
        listener.say("40").await;
        let connected = listener.packet().await.expect("a packet");
        assert!(connected.starts_with("40{\"sid\":"), "{connected}");
        listener
    }

    /// A websocket on which nothing was said, or with which status it is refused.
    pub async fn open(server: &Server, headers: Headers<'_>) -> Result<Self, u16> {
        Self::open_at(server, WEBSOCKET, headers, [127, 0, 0, 1].into()).await
    }

    /// The same somewhere else, from an address of this machine.
    pub async fn open_at(
        server: &Server,
        path: &str,
        headers: Headers<'_>,
        from: IpAddr,
    ) -> Result<Self, u16> {
        let host = server.address.strip_prefix("http://").expect("an address");
        let socket = TcpSocket::new_v4().expect("a socket");
        socket
            .bind((from, 0).into())
            .expect("an address of this machine");
        let address = host.parse().expect("an address");
        let stream = socket.connect(address).await.expect("the server listens");
        match client_async(request(host, path, headers), stream).await {
            Ok((stream, _)) => Ok(Self {
                stream,
                answers_pings: true,
            }),
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            // Closed without a word.
            Err(_) => Err(0),
        }
    }

    pub async fn say(&mut self, text: &str) {
        // The server may have closed it meanwhile.
        drop(self.stream.send(Message::text(text)).await);
    }

    pub async fn send(&mut self, message: Message) {
        drop(self.stream.send(message).await);
    }

    /// The next packet that is no ping; `None` when the server has closed the websocket.
    pub async fn packet(&mut self) -> Option<String> {
        let packet = tokio::time::timeout(PATIENCE, self.wait_for_packet()).await;
        packet.expect("a packet or the end")
    }

    async fn wait_for_packet(&mut self) -> Option<String> {
        loop {
            let text = match self.stream.next().await? {
                Ok(Message::Text(text)) => text.to_string(),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => continue,
            };
            match text == "2" {
                true if self.answers_pings => self.say("3").await,
                true => {}
                false => return Some(text),
            }
        }
    }

    /// The next event: its name and its values.
    pub async fn event(&mut self) -> (String, Vec<Value>) {
        let packet = self.packet().await.expect("an event and not the end");
        let event = packet.strip_prefix("42").expect("an event");
        let mut values: Vec<Value> = serde_json::from_str(event).expect("a list");
        let name = values.remove(0).as_str().expect("a name").to_owned();
        (name, values)
    }

    /// The values of the next event, which has to have this name.
    pub async fn hear(&mut self, name: &str) -> Vec<Value> {
        let (heard, values) = self.event().await;
        assert_eq!(heard, name, "{values:?}");
        values
    }

    /// Everything until the server closes the websocket.
    pub async fn rest(&mut self) -> Vec<String> {
        let mut packets = Vec::new();
        while let Some(packet) = self.packet().await {
            packets.push(packet);
        }
        packets
    }
}

fn header(credential: Credential) -> (&'static str, String) {
    match credential {
        Credential::Bearer(token) => ("authorization", format!("Bearer {token}")),
        Credential::Cookie(token) => ("cookie", format!("immich_access_token={token}")),
        Credential::ApiKey(secret) => ("x-api-key", secret),
        other => panic!("{other:?} is no header"),
    }
}

fn request(host: &str, path: &str, headers: Headers<'_>) -> Request<()> {
    let address = format!("ws://{host}{path}");
    let mut request = address.into_client_request().expect("a request");
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).expect("a header");
        request
            .headers_mut()
            .append(HeaderName::from_static(name), value);
    }
    request
}
