//! TLS to PostgreSQL: which certificates are trusted.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::address::{TlsMode, TlsOptions};
use crate::{DatabaseError, Result};

/// By which name PostgreSQL knows its own protocol inside TLS; without it, it refuses `sslnegotiation=direct`.
const PROTOCOL: &[u8] = b"postgresql";

/// TLS as an address wants it.
///
/// # Errors
/// When a file of certificates cannot be read, or there is nothing to trust.
pub(crate) fn connector(options: &TlsOptions) -> Result<MakeRustlsConnect> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Arc::new(Verifier::new(options, &provider)?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match &options.certificate {
        None => config.with_no_client_auth(),
        Some(file) => config
            .with_client_auth_cert(read_certificates(file)?, read_key(options)?)
            .map_err(unusable)?,
    };
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

/// Judges the certificate of a server.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// Without it every server is trusted, as with libpq when nothing is to be verified.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates of the file with those to trust.
    listed: Vec<CertificateDer<'static>>,
    is_name_checked: bool,
}

impl Verifier {
    fn new(options: &TlsOptions, provider: &Arc<CryptoProvider>) -> Result<Self> {
        let mut verifier = Self {
            provider: provider.clone(),
            authorities: None,
            listed: Vec::new(),
            is_name_checked: options.mode == TlsMode::VerifyFull,
        };
        if !matches!(options.mode, TlsMode::VerifyCa | TlsMode::VerifyFull) {
            return Ok(verifier);
        }
        let mut roots = RootCertStore::empty();
        match &options.root_certificates {
            Some(file) => {
                verifier.listed = read_certificates(file)?;
                roots.add_parsable_certificates(verifier.listed.iter().cloned());
            }
            // A certificate that cannot be read is not trusted; the others still are.
            None => {
                roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            }
        }
        let authorities =
            WebPkiServerVerifier::builder_with_provider(roots.into(), provider.clone()).build();
        verifier.authorities = Some(authorities.map_err(unusable)?);
        Ok(verifier)
    }

    /// Whether the only thing against a certificate is that it is its own authority. The file names it, so it is trusted.
    fn is_listed(&self, certificate: &CertificateDer<'_>, error: &Error) -> bool {
        matches!(error, Error::InvalidCertificate(CertificateError::Other(_)))
            && self.listed.contains(certificate)
    }

    fn check_name(
        &self,
        certificate: &CertificateDer<'_>,
        name: &ServerName<'_>,
    ) -> Result<(), Error> {
        match self.is_name_checked {
            true => verify_server_name(&ParsedCertificate::try_from(certificate)?, name),
            false => Ok(()),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(authorities) = &self.authorities else {
            return Ok(ServerCertVerified::assertion());
        };
        let verified =
            authorities.verify_server_cert(certificate, intermediates, name, ocsp_response, now);
        match verified {
            // The name is looked at last, when all else was right.
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.is_name_checked => Ok(ServerCertVerified::assertion()),
            Err(error) if self.is_listed(certificate, &error) => self
                .check_name(certificate, name)
                .map(|()| ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

fn read_certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect);
    read.map_err(|error| unreadable(file, error))
}

fn read_key(options: &TlsOptions) -> Result<PrivateKeyDer<'static>> {
    let Some(file) = &options.key else {
        return Err(unusable("sslcert needs sslkey"));
    };
    PrivateKeyDer::from_pem_file(file).map_err(|error| unreadable(file, error))
}

fn unreadable(file: &Path, error: impl std::fmt::Display) -> DatabaseError {
    unusable(format!("{} cannot be read: {error}", file.display()))
}

fn unusable(reason: impl std::fmt::Display) -> DatabaseError {
    DatabaseError::Other(format!("TLS to PostgreSQL: {reason}"))
}
