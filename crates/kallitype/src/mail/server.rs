//! The mail server, and how a letter is handed to it.

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

use crate::mail::letter::{Form, Reader, one_line};
use crate::mail::smtp_config::{Security, SmtpConfig};

/// A mail server.
#[derive(Debug, Clone)]
pub(crate) struct MailServer(SmtpConfig);

/// Why a mail was not handed over. The texts hold no secrets.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    /// Trying again cannot help: the address is none, or the server does not take mail for it.
    #[error("{0}")]
    Refused(String),
    /// It may go better another time.
    #[error("{0}")]
    Failed(String),
}

/// The longest answer of a mail server that is passed on, in characters.
const MAX_ANSWER: usize = 500;

impl MailServer {
    #[must_use]
    pub(crate) fn new(access: SmtpConfig) -> Self {
        Self(access)
    }

    /// Hands a letter to the server and answers its `Message-ID`, which is made of `id`: who gets the same letter
    /// twice can tell by it.
    ///
    /// # Errors
    /// When the server cannot be reached or does not take it.
    pub(crate) async fn send(
        &self,
        reader: &Reader,
        form: &Form,
        id: Uuid,
    ) -> Result<String, MailError> {
        let message_id = format!("<{id}@{}>", self.0.domain());
        let message = self.compose(reader, form, &message_id)?;
        let transport = self.transport().await?;
        match tokio::time::timeout(self.0.timeout, transport.send(message)).await {
            Ok(Ok(_)) => Ok(message_id),
            Ok(Err(error)) => Err(self.describe(&error)),
            Err(_) => Err(MailError::Failed(
                "the mail server did not answer in time".into(),
            )),
        }
    }

    /// Signs in at the server, and sends nothing.
    ///
    /// # Errors
    /// When the server cannot be reached or does not let anyone in.
    pub(crate) async fn try_out(&self) -> Result<(), MailError> {
        let transport = self.transport().await?;
        match tokio::time::timeout(self.0.timeout, transport.test_connection()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err(MailError::Failed("the mail server does not answer".into())),
            Ok(Err(error)) => Err(self.describe(&error)),
            Err(_) => Err(MailError::Failed(
                "the mail server did not answer in time".into(),
            )),
        }
    }

    fn compose(
        &self,
        reader: &Reader,
        form: &Form,
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
            .subject(form.subject.as_str())
            .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
            .multipart(MultiPart::alternative_plain_html(
                form.text.clone(),
                form.page.clone(),
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
            .take(MAX_ANSWER)
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

fn transport(access: &SmtpConfig) -> Result<AsyncSmtpTransport<Tokio1Executor>, smtp::Error> {
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
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(access.host.as_str())
        .port(access.port)
        .tls(tls)
        .timeout(Some(access.timeout))
        .hello_name(ClientId::Domain(access.domain().to_owned()));
    if !access.username.is_empty() || !access.password.reveal().is_empty() {
        let password = access.password.reveal().to_owned();
        builder = builder.credentials(Credentials::new(access.username.clone(), password));
    }
    Ok(builder.build())
}
