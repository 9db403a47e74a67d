//! Reads a `postgres://` address as libpq does, with the parameters on TLS that the driver does not know.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use postgres::config::{Host, SslMode};

use crate::connection::describe;
use crate::{DatabaseError, Result};

/// Where PostgreSQL is, and how it is spoken to.
pub(crate) struct Address {
    pub config: postgres::Config,
    pub tls: TlsOptions,
}

/// What the address says of TLS.
#[derive(Debug, Default)]
pub(crate) struct TlsOptions {
    pub mode: TlsMode,
    /// The certificates to trust; without, those that the system trusts.
    pub root_certificates: Option<PathBuf>,
    /// The certificate to show to the server, with its key.
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
}

/// How far TLS is wanted, in the words of libpq.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum TlsMode {
    Disable,
    /// If the server can; no certificate is looked at.
    #[default]
    Prefer,
    /// Always; no certificate is looked at.
    Require,
    /// Always, with a certificate that an authority vouches for.
    VerifyCa,
    /// The same, and it has to be for the host of the address.
    VerifyFull,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let mut tls = TlsOptions::default();
        let config = without_tls_parameters(url, &mut tls)?;
        let mut config: postgres::Config = config.parse().map_err(|error| {
            refused(format!(
                "postgres://user@host/name is wanted: {}",
                describe(&error)
            ))
        })?;
        // As with libpq, who names certificates to trust wants them to be looked at.
        if tls.mode == TlsMode::Require && tls.root_certificates.is_some() {
            tls.mode = TlsMode::VerifyCa;
        }
        let is_local = |host: &Host| matches!(host, Host::Unix(_));
        if config.get_hosts().iter().all(is_local) && config.get_hostaddrs().is_empty() {
            tls.mode = TlsMode::Disable;
        }
        config.ssl_mode(tls.mode.of_driver());
        Ok(Self { config, tls })
    }
}

/// Takes the parameters on TLS out of an address.
fn without_tls_parameters(url: &str, tls: &mut TlsOptions) -> Result<String> {
    // A question mark before the `@` is one of the password's.
    let host = url.find('@').unwrap_or_default();
    let Some(at) = url[host..].find('?').map(|at| host + at) else {
        return Ok(url.to_owned());
    };
    let mut others = Vec::new();
    for parameter in url[at + 1..].split('&') {
        if !tls.take(parameter)? {
            others.push(parameter);
        }
    }
    Ok(format!("{}?{}", &url[..at], others.join("&")))
}

impl TlsOptions {
    /// Takes a parameter if it is one on TLS.
    fn take(&mut self, parameter: &str) -> Result<bool> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        match name {
            "sslmode" => self.mode = TlsMode::of_name(&value)?,
            "sslrootcert" if value == "system" => self.root_certificates = None,
            "sslrootcert" => self.root_certificates = Some(value.into()),
            "sslcert" => self.certificate = Some(value.into()),
            "sslkey" => self.key = Some(value.into()),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl TlsMode {
    fn of_name(name: &str) -> Result<Self> {
        Ok(match name {
            "disable" => Self::Disable,
            "prefer" => Self::Prefer,
            "require" => Self::Require,
            "verify-ca" => Self::VerifyCa,
            "verify-full" => Self::VerifyFull,
            other => {
                return Err(refused(format!(
                    "sslmode={other} is none of disable, prefer, require, verify-ca and verify-full"
                )));
            }
        })
    }

    /// The part of it that the driver sees to.
    fn of_driver(self) -> SslMode {
        match self {
            Self::Disable => SslMode::Disable,
            Self::Prefer => SslMode::Prefer,
            Self::Require | Self::VerifyCa | Self::VerifyFull => SslMode::Require,
        }
    }
}

fn refused(reason: String) -> DatabaseError {
    DatabaseError::Other(format!("the database address cannot be read: {reason}"))
}
