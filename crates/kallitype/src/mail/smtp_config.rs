//! How a mail server is reached.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp;

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

/// What is wrong with the settings for mail.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailSettingsError {
    #[error("--smtp-from has to say whom mail comes from")]
    NoSender,
    #[error("the mail server's password cannot be read from {path}: {source}")]
    Password {
        path: String,
        source: std::io::Error,
    },
}

impl SmtpConfig {
    /// What the settings say of a mail server, if they name one.
    ///
    /// # Errors
    /// When they do not say enough.
    pub(crate) fn from_settings(options: &MailOptions) -> Result<Option<Self>, MailSettingsError> {
        let Some(host) = options.smtp_host.clone().filter(|_| options.is_on()) else {
            return Ok(None);
        };
        let security = Security::from(options.smtp_security);
        let from = options.smtp_from.clone();
        Ok(Some(Self {
            host,
            port: options.smtp_port.unwrap_or(security.usual_port()),
            security,
            ignore_certificate: options.smtp_ignore_certificate,
            username: options.smtp_username.clone().unwrap_or_default(),
            password: password(options)?,
            from: from.ok_or(MailSettingsError::NoSender)?,
            reply_to: options.smtp_reply_to.clone(),
            timeout: Duration::from_secs(options.smtp_timeout_seconds),
        }))
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

fn password(options: &MailOptions) -> Result<Secret, MailSettingsError> {
    let Some(path) = &options.smtp_password_file else {
        return Ok(options.smtp_password.clone().unwrap_or_default());
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text.trim_end_matches(['\r', '\n']).to_owned().into()),
        Err(source) => Err(MailSettingsError::Password {
            path: path.display().to_string(),
            source,
        }),
    }
}
