use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};
use lettre::message::Mailbox;

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

    /// How the connection to it is encrypted
    #[arg(
        long,
        env = "KALLITYPE_SMTP_SECURITY",
        value_enum,
        default_value = "starttls"
    )]
    pub smtp_security: SmtpSecurity,

    /// Whether a certificate is taken that no authority vouches for
    #[arg(
        long,
        env = "KALLITYPE_SMTP_IGNORE_CERTIFICATE",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_value_t = false,
        default_missing_value = "true"
    )]
    pub smtp_ignore_certificate: bool,

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

impl MailOptions {
    /// Whether mail is sent at all.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.smtp_host
            .as_deref()
            .is_some_and(|host| !host.is_empty())
    }
}
