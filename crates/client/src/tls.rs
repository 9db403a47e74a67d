use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto};

use crate::{Error, Result};

/// TLS with the certificates that this machine trusts.
pub(crate) fn configuration() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    // A certificate that cannot be read is not trusted; the others still are.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(crypto::ring::default_provider());
    let configuration = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Invalid(format!("no TLS: {error}")))?;
    Ok(configuration
        .with_root_certificates(roots)
        .with_no_client_auth())
}
