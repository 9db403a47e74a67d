use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use lettre::message::Mailbox;
use lettre::transport::smtp;

use super::fixed::FixedSettings;
use crate::config::Secret;

/// By which server mail is sent, and when.
#[derive(Debug, Clone, Args)]
pub struct MailOptions {
    /// The server that mail is sent by; without one, none is sent
    #[arg(long, env = "KALLITYPE_SMTP_HOST")]
    pub smtp_host: Option<String>,

    /// Its port [default: 587 with starttls, 465 with tls, 25 with none]
    #[arg(long, env = "KALLITYPE_SMTP_PORT")]
    pub smtp_port: Option<u16>,

    /// The name to sign in with there
    #[arg(long, env = "KALLITYPE_SMTP_USERNAME")]
    pub smtp_username: Option<String>,

    /// The password to sign in with there
    #[arg(long, env = "KALLITYPE_SMTP_PASSWORD", hide_env_values = true)]
    pub smtp_password: Option<Secret>,

    /// A file that holds this password
    #[arg(
        long,
        env = "KALLITYPE_SMTP_PASSWORD_FILE",
        conflicts_with = "smtp_password"
    )]
    pub smtp_password_file: Option<PathBuf>,

    /// How the connection to it is encrypted [default: starttls for --smtp-host]
    #[arg(long, env = "KALLITYPE_SMTP_SECURITY", value_enum)]
    pub smtp_security: Option<SmtpSecurity>,

    /// Whether a certificate is taken that no authority vouches for [default: false]
    #[arg(
        long,
        env = "KALLITYPE_SMTP_IGNORE_CERTIFICATE",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub smtp_ignore_certificate: Option<bool>,

    /// Whom mail comes from, as in Photos <photos@example.org>
    #[arg(long, env = "KALLITYPE_SMTP_FROM")]
    pub smtp_from: Option<Mailbox>,

    /// Whom answers to it go to [default: whom it comes from]
    #[arg(long, env = "KALLITYPE_SMTP_REPLY_TO")]
    pub smtp_reply_to: Option<Mailbox>,

    /// Seconds that handing over one mail may take
    #[arg(long, env = "KALLITYPE_SMTP_TIMEOUT_SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub smtp_timeout_seconds: u64,

    /// Seconds in which everything that is new in an album becomes one mail
    #[arg(
        long,
        env = "KALLITYPE_ALBUM_MAIL_DELAY_SECONDS",
        default_value_t = 300
    )]
    pub album_mail_delay_seconds: u32,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SmtpSecurity {
    /// Not at all.
    None,
    /// After a greeting in the clear.
    Starttls,
    /// From its beginning.
    Tls,
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

impl SmtpSecurity {
    fn usual_port(self) -> u16 {
        match self {
            Self::None => smtp::SMTP_PORT,
            Self::Starttls => smtp::SUBMISSION_PORT,
            Self::Tls => smtp::SUBMISSIONS_PORT,
        }
    }
}

impl MailOptions {
    /// How the connection to the mail server has to be encrypted, if that is said. A server that is named here is trusted
    /// with nothing in the clear, unless that is said.
    #[must_use]
    pub(crate) fn security(&self) -> Option<SmtpSecurity> {
        let usual = self.smtp_host.as_ref().map(|_| SmtpSecurity::Starttls);
        self.smtp_security.or(usual)
    }

    pub(super) fn fix(&self, fixed: &mut FixedSettings<'_>) -> Result<(), MailSettingsError> {
        let host = self.smtp_host.as_deref();
        let is_on = host.map(|host| !host.is_empty());
        if is_on == Some(true) && self.smtp_from.is_none() {
            return Err(MailSettingsError::NoSender);
        }
        fixed.set("notifications.smtp.enabled", "smtp-host", is_on);
        fixed.set("notifications.smtp.transport.host", "smtp-host", host);
        let port = "notifications.smtp.transport.port";
        match (self.smtp_port, self.security()) {
            (None, Some(security)) => fixed.set(port, "smtp-security", Some(security.usual_port())),
            (given, _) => fixed.set(port, "smtp-port", given),
        }
        let username = self.smtp_username.clone();
        fixed.set(
            "notifications.smtp.transport.username",
            "smtp-username",
            username,
        );
        self.fix_password(fixed)?;
        let ignores = self.smtp_ignore_certificate;
        fixed.set(
            "notifications.smtp.transport.ignoreCert",
            "smtp-ignore-certificate",
            ignores,
        );
        let text = |mailbox: &Option<Mailbox>| mailbox.as_ref().map(Mailbox::to_string);
        fixed.set(
            "notifications.smtp.from",
            "smtp-from",
            text(&self.smtp_from),
        );
        fixed.set(
            "notifications.smtp.replyTo",
            "smtp-reply-to",
            text(&self.smtp_reply_to),
        );
        Ok(())
    }

    fn fix_password(&self, fixed: &mut FixedSettings<'_>) -> Result<(), MailSettingsError> {
        let path = "notifications.smtp.transport.password";
        let password = self.smtp_password.as_ref().map(Secret::reveal);
        fixed.set(path, "smtp-password", password);
        let Some(file) = &self.smtp_password_file else {
            return Ok(());
        };
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let password = text.trim_end_matches(['\r', '\n']);
                fixed.set(path, "smtp-password-file", Some(password));
                Ok(())
            }
            Err(source) => Err(MailSettingsError::Password {
                path: file.display().to_string(),
                source,
            }),
        }
    }
}
