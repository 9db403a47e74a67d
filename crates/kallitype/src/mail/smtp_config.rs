//! How a mail server is reached.

use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::Mailbox;

use crate::config::system::notifications::SystemConfigSmtpDto;
use crate::config::{MailOptions, Secret, SmtpSecurity};

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
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
    /// Version 2.0 of the API does not ask whether a connection is encrypted from its beginning: at port 465 it is.
    #[must_use]
    pub(crate) fn usual(secure: Option<bool>, port: u16) -> Self {
        match secure.unwrap_or(port == 465) {
            true => Self::Tls,
            false => Self::Opportunistic,
        }
    }
}

/// What is needed to hand mail to a server.
#[derive(Debug, Clone)]
pub(crate) struct SmtpConfig {
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

impl SmtpConfig {
    /// How the mail server in the document of settings is reached. How the connection is encrypted is not said there.
    ///
    /// # Errors
    /// When an address is none that mail can come from.
    pub(crate) fn new(
        smtp: &SystemConfigSmtpDto,
        options: &MailOptions,
    ) -> Result<Self, AddressError> {
        let transport = &smtp.transport;
        let security = match options.security() {
            Some(security) => security.into(),
            None => Security::usual(transport.secure, transport.port),
        };
        let reply_to = Some(&smtp.reply_to).filter(|text| !text.is_empty());
        Ok(Self {
            host: transport.host.clone(),
            port: transport.port,
            security,
            ignore_certificate: transport.ignore_cert,
            username: transport.username.clone(),
            password: transport.password.clone(),
            from: smtp.from.parse()?,
            reply_to: reply_to.map(|text| text.parse()).transpose()?,
            timeout: Duration::from_secs(options.smtp_timeout_seconds),
        })
    }

    /// The domain that mail comes from, as far as it can be written where only ASCII can.
    #[must_use]
    pub(crate) fn domain(&self) -> &str {
        match self.from.email.domain() {
            domain if domain.is_ascii() => domain,
            _ => "kallitype.invalid",
        }
    }
}
