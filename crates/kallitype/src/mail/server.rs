//! The mail server: how it is reached, and how a letter is handed to it.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use uuid::Uuid;

use super::letter::{Content, Reader, one_line};
use super::page;
use crate::config::{MailOptions, Secret, SmtpSecurity};

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    None,
    /// By STARTTLS, if the server offers it.
    Opportunistic,
    /// By STARTTLS, or nothing is sent.
    StartTls,
    /// From its beginning.
    Tls,
}

impl From<SmtpSecurity> for Security {
    fn from(security: SmtpSecurity) -> Self {
        match security {
            SmtpSecurity::None => Self::None,
            SmtpSecurity::Starttls => Self::StartTls,
            SmtpSecurity::Tls => Self::Tls,
        }
    }
}

impl Security {
    fn usual_port(self) -> u16 {
        match self {
            Self::None => smtp::SMTP_PORT,
            Self::Opportunistic | Self::StartTls => smtp::SUBMISSION_PORT,
            Self::Tls => smtp::SUBMISSIONS_PORT,
        }
    }
}

/// What is needed to hand mail to a server.
#[derive(Debug, Clone)]
pub struct Access {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub ignore_certificate: bool,
    pub username: String,
    pub password: Secret,
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    /// How long handing over one mail may take.
    pub timeout: Duration,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct MailServer(Access);

/// Why a mail was not handed over. The texts hold no secrets.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Trying again cannot help: the address is none, or the server does not take mail for it.
    #[error("{0}")]
    Refused(String),
    /// It may go better another time.
    #[error("{0}")]
    Failed(String),
}

/// What is wrong with the settings for mail.
#[derive(Debug, thiserror::Error)]
pub enum MailSettingsError {
    #[error("--smtp-from has to say whom mail comes from")]
    NoSender,
    #[error("the mail server's password cannot be read from {path}: {source}")]
    Password {
        path: String,
        source: std::io::Error,
    },
}

/// The longest answer of a mail server that is passed on, in characters.
const LONGEST_ANSWER: usize = 500;

impl MailServer {
    #[must_use]
    pub fn new(access: Access) -> Self {
        Self(access)
    }

    /// The server that the settings name, if they name one.
    ///
    /// # Errors
    /// When the settings do not say enough.
    pub fn from_settings(options: &MailOptions) -> Result<Option<Self>, MailSettingsError> {
        let Some(host) = options.smtp_host.clone().filter(|_| options.is_on()) else {
            return Ok(None);
        };
        let security = Security::from(options.smtp_security);
        let from = options.smtp_from.clone();
        Ok(Some(Self(Access {
            host,
            port: options.smtp_port.unwrap_or(security.usual_port()),
            security,
            ignore_certificate: options.smtp_ignore_certificate,
            username: options.smtp_username.clone().unwrap_or_default(),
            password: password(options)?,
            from: from.ok_or(MailSettingsError::NoSender)?,
            reply_to: options.smtp_reply_to.clone(),
            timeout: Duration::from_secs(options.smtp_timeout_seconds),
        })))
    }

    /// Hands a letter to the server and answers its `Message-ID`, which is made of `id`: who gets the same letter
    /// twice can tell by it.
    ///
    /// # Errors
    /// When the server cannot be reached or does not take it.
    pub async fn send(
        &self,
        reader: &Reader,
        content: &Content,
        id: Uuid,
    ) -> Result<String, MailError> {
        let message_id = self.message_id(id);
        let message = self.compose(reader, content, &message_id)?;
        let transport = self.transport().await?;
        match tokio::time::timeout(self.0.timeout, transport.send(message)).await {
            Ok(Ok(_)) => Ok(message_id),
            Ok(Err(error)) => Err(self.describe(&error)),
            Err(_) => Err(MailError::Failed(
                "the mail server did not answer in time".into(),
            )),
        }
    }

    fn message_id(&self, id: Uuid) -> String {
        let domain = self.0.from.email.domain();
        let domain = if domain.is_ascii() {
            domain
        } else {
            "kallitype"
        };
        format!("<{id}@{domain}>")
    }

    fn compose(
        &self,
        reader: &Reader,
        content: &Content,
        message_id: &str,
    ) -> Result<Message, MailError> {
        let address = reader.email.parse();
        let address = address.map_err(|_| {
            MailError::Refused("the account's address is none that mail can be sent to".into())
        })?;
        let name = Some(one_line(&reader.name)).filter(|name| !name.trim().is_empty());
        // So that no one's absence is answered to it.
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let access = &self.0;
        Message::builder()
            .message_id(Some(message_id.to_owned()))
            .date_now()
            .from(access.from.clone())
            .reply_to(access.reply_to.clone().unwrap_or(access.from.clone()))
            .to(Mailbox::new(name, address))
            .subject(one_line(&content.subject))
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .multipart(MultiPart::alternative_plain_html(
                page::text(content),
                page::page(content),
            ))
            .map_err(|error| MailError::Refused(error.to_string()))
    }

    async fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
        let access = self.0.clone();
        // The certificates that are trusted are read from the disk.
        let making = tokio::task::spawn_blocking(move || transport(&access));
        let made = making
            .await
            .map_err(|error| MailError::Failed(error.to_string()))?;
        made.map_err(|error| self.describe(&error))
    }

    fn describe(&self, error: &smtp::Error) -> MailError {
        let text: String = self
            .without_secrets(&error.to_string())
            .chars()
            .take(LONGEST_ANSWER)
            .collect();
        // What is wrong with signing in can be put right, and the mail is sent then.
        let is_about_access = error
            .status()
            .is_some_and(|code| code.category == Category::Unspecified3);
        if error.is_permanent() && !is_about_access {
            MailError::Refused(text)
        } else {
            MailError::Failed(text)
        }
    }

    /// A server may say in its answer what it was told.
    fn without_secrets(&self, text: &str) -> String {
        let (name, password) = (&self.0.username, self.0.password.reveal());
        if password.is_empty() {
            return text.to_owned();
        }
        let plain = format!("\0{name}\0{password}");
        [
            BASE64_STANDARD.encode(plain),
            BASE64_STANDARD.encode(password),
            password.to_owned(),
        ]
        .iter()
        .fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
    }
}

fn password(options: &MailOptions) -> Result<Secret, MailSettingsError> {
    let Some(path) = &options.smtp_password_file else {
        let given = options.smtp_password.clone();
        return Ok(given.unwrap_or_else(|| String::new().into()));
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned().into()),
        Err(source) => Err(MailSettingsError::Password {
            path: path.display().to_string(),
            source,
        }),
    }
}

fn transport(access: &Access) -> Result<AsyncSmtpTransport<Tokio1Executor>, smtp::Error> {
    let certificates = || {
        TlsParameters::builder(access.host.clone())
            .dangerous_accept_invalid_certs(access.ignore_certificate)
            .dangerous_accept_invalid_hostnames(access.ignore_certificate)
            .build_rustls()
    };
    let tls = match access.security {
        Security::None => Tls::None,
        Security::Opportunistic => Tls::Opportunistic(certificates()?),
        Security::StartTls => Tls::Required(certificates()?),
        Security::Tls => Tls::Wrapper(certificates()?),
    };
    let name = access.from.email.domain().to_owned();
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(access.host.as_str())
        .port(access.port)
        .tls(tls)
        .timeout(Some(access.timeout))
        .hello_name(ClientId::Domain(name));
    if !access.username.is_empty() || !access.password.reveal().is_empty() {
        let password = access.password.reveal().to_owned();
        builder = builder.credentials(Credentials::new(access.username.clone(), password));
    }
    Ok(builder.build())
}
