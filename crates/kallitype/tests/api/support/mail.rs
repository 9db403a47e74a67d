use std::sync::{Arc, Mutex};

use mailparse::{MailHeaderMap, ParsedMail};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::eventually;
use super::server::Options;

/// A mail server that keeps what it is given, in the order in which it came.
pub struct MailSink {
    pub port: u16,
    shared: Arc<Shared>,
    listening: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    manners: Mutex<Manners>,
    received: Mutex<Vec<Received>>,
    sign_ins: Mutex<Vec<String>>,
}

/// How a mail server behaves.
#[derive(Default, Clone)]
pub struct Manners {
    pub at_the_door: Door,
    /// What it answers to every recipient; `250` when empty.
    pub to_recipients: String,
    /// What it answers to every attempt to sign in, followed by what was sent; `235` when empty.
    pub to_sign_ins: String,
    /// Whether it speaks TLS, and when.
    pub tls: Option<Tls>,
}

/// What a mail server does with whom it does not know yet.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    #[default]
    Greet,
    HangUp,
    SayNothing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    FromTheBeginning,
    AfterStartTls,
}

/// A mail as it came.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
    pub was_encrypted: bool,
}

impl Received {
    pub fn parsed(&self) -> ParsedMail<'_> {
        mailparse::parse_mail(self.data.as_bytes()).expect("a mail that can be read")
    }

    /// The text and the page.
    pub fn parts(&self) -> (String, String) {
        let mail = self.parsed();
        let [text, page] = mail.subparts.as_slice() else {
            panic!("two parts: {}", self.data);
        };
        (
            text.get_body().expect("a text"),
            page.get_body().expect("a page"),
        )
    }

    /// A header, decoded; there has to be exactly one.
    pub fn header(&self, name: &str) -> String {
        let values = self.parsed().headers.get_all_values(name);
        assert_eq!(values.len(), 1, "{name} in {}", self.data);
        values[0].clone()
    }
}

impl MailSink {
    /// One that takes everything.
    pub async fn start() -> Self {
        Self::with(Manners::default()).await
    }

    /// One that behaves in some way.
    pub async fn with(manners: Manners) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            manners: Mutex::new(manners),
            ..Shared::default()
        });
        let listening = tokio::spawn(listen(listener, shared.clone()));
        Self {
            port,
            shared,
            listening,
        }
    }

    /// A port on which no mail server is.
    pub async fn nowhere() -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        listener.local_addr().expect("an address").port()
    }

    /// Behaves otherwise from now on.
    pub fn behave(&self, manners: Manners) {
        *self.shared.manners.lock().unwrap() = manners;
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// What clients signed in with, encoded as it came.
    pub fn sign_ins(&self) -> Vec<String> {
        self.shared.sign_ins.lock().unwrap().clone()
    }

    /// Waits for so many mails.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let received = eventually("the mail", async || {
            let received = self.received();
            (received.len() >= count).then_some(received)
        })
        .await;
        assert_eq!(received.len(), count, "{received:?}");
        received
    }
}

impl Drop for MailSink {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Options {
    /// The same with mail that goes to a port of this machine, unencrypted.
    pub fn mailing_to(self, port: u16) -> Self {
        self.with("smtp-host", "127.0.0.1")
            .with("smtp-port", port)
            .with("smtp-security", "none")
            .with("smtp-from", "Jürgen's photos <photos@example.org>")
            .with("external-url", "https://photos.example.org/")
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        let shared = shared.clone();
        tokio::spawn(async move {
            let manners = shared.manners.lock().unwrap().clone();
            match manners.at_the_door {
                // A client may go away at any time.
                Door::Greet => drop(welcome(stream, &shared, &manners).await),
                Door::HangUp => drop(stream),
                // Until the client has had enough.
                Door::SayNothing => drop(hear(&mut BufStream::new(stream)).await),
            }
        });
    }
}

async fn welcome(stream: TcpStream, shared: &Shared, manners: &Manners) -> std::io::Result<()> {
    if manners.tls == Some(Tls::FromTheBeginning) {
        let stream = acceptor().accept(stream).await?;
        return talk(BufStream::new(stream), shared, manners, "220 sink", true)
            .await
            .map(drop);
    }
    let stream = BufStream::new(stream);
    if let Some(stream) = talk(stream, shared, manners, "220 sink", false).await? {
        let stream = acceptor().accept(stream.into_inner()).await?;
        talk(BufStream::new(stream), shared, manners, "", true).await?;
    }
    Ok(())
}

fn acceptor() -> TlsAcceptor {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = tokio_rustls::rustls::crypto::ring::default_provider();
    let config = ServerConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

/// Speaks as much SMTP as it takes. Answers the stream when the client wants to go on encrypted.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: BufStream<S>,
    shared: &Shared,
    manners: &Manners,
    greeting: &str,
    is_encrypted: bool,
) -> std::io::Result<Option<BufStream<S>>> {
    let offers_tls = manners.tls == Some(Tls::AfterStartTls) && !is_encrypted;
    if !greeting.is_empty() {
        say(&mut stream, greeting).await?;
    }
    let mut mail = Received {
        from: String::new(),
        to: Vec::new(),
        data: String::new(),
        was_encrypted: is_encrypted,
    };
    while let Some(line) = hear(&mut stream).await? {
        let (command, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match command.to_ascii_uppercase().as_str() {
            "EHLO" if offers_tls => "250-sink\r\n250-AUTH PLAIN\r\n250 STARTTLS".into(),
            "EHLO" => "250-sink\r\n250 AUTH PLAIN".into(),
            "STARTTLS" if offers_tls => {
                say(&mut stream, "220 go on").await?;
                return Ok(Some(stream));
            }
            "AUTH" => {
                shared.sign_ins.lock().unwrap().push(rest.to_owned());
                match manners.to_sign_ins.as_str() {
                    "" => "235 welcome".into(),
                    refusal => format!("{refusal} {rest}"),
                }
            }
            "MAIL" => {
                mail.from = rest.to_owned();
                mail.to.clear();
                "250 fine".into()
            }
            "RCPT" if !manners.to_recipients.is_empty() => manners.to_recipients.clone(),
            "RCPT" => {
                mail.to.push(rest.to_owned());
                "250 fine".into()
            }
            "DATA" => {
                say(&mut stream, "354 go on").await?;
                mail.data = hear_data(&mut stream).await?;
                shared.received.lock().unwrap().push(mail.clone());
                "250 taken".into()
            }
            "NOOP" => "250 fine".into(),
            "QUIT" => {
                say(&mut stream, "221 bye").await?;
                break;
            }
            _ => "500 what?".into(),
        };
        say(&mut stream, &answer).await?;
    }
    Ok(None)
}

async fn say<S: AsyncWrite + AsyncRead + Unpin>(
    stream: &mut BufStream<S>,
    answer: &str,
) -> std::io::Result<()> {
    stream.write_all(answer.as_bytes()).await?;
    stream.write_all(b"\r\n").await?;
    stream.flush().await
}

async fn hear<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
) -> std::io::Result<Option<String>> {
    let mut line = String::new();
    let length = stream.read_line(&mut line).await?;
    Ok((length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned()))
}

async fn hear_data<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufStream<S>,
) -> std::io::Result<String> {
    let mut data = String::new();
    while let Some(line) = hear(stream).await? {
        if line == "." {
            break;
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
        data.push_str("\r\n");
    }
    Ok(data)
}
