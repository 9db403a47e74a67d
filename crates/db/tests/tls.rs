//! TLS to PostgreSQL, as libpq understands `sslmode`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use std::path::PathBuf;
use std::sync::Arc;

use engines::{Fresh, run};
use kallitype_db::{Database, DatabaseError, Result};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// What a client sends first when it would like TLS.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// The PostgreSQL of the tests, with someone in front of it who has a certificate.
struct Server {
    fresh: Fresh,
    port: u16,
    folder: tempfile::TempDir,
    _runtime: Runtime,
}

impl Server {
    fn start(certificate: CertificateDer<'static>, key: &KeyPair) -> Self {
        let fresh = Fresh::postgres();
        let config: postgres::Config = fresh.settings.url.parse().unwrap();
        let behind = config.get_ports()[0];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, acceptor.clone(), behind));
            }
        });
        Self {
            fresh,
            port,
            folder: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    /// Writes a certificate to a file for `sslrootcert`.
    fn write(&self, name: &str, pem: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, pem).unwrap();
        path
    }

    fn open(&self, host: &str, parameters: &str) -> Result<Database> {
        let url = &self.fresh.settings.url;
        let name = url.rsplit('/').next().unwrap();
        let mut settings = self.fresh.settings.clone();
        settings.url = format!(
            "postgres://kallitype@{host}:{}/{name}?{parameters}",
            self.port
        );
        Database::open(&settings)
    }
}

async fn relay(mut client: TcpStream, acceptor: TlsAcceptor, behind: u16) {
    let mut request = [0; 8];
    client.read_exact(&mut request).await.unwrap();
    assert_eq!(request, TLS_REQUEST, "a client came without TLS");
    client.write_all(b"S").await.unwrap();
    // Refusing the certificate is the client's right.
    let Ok(mut client) = acceptor.accept(client).await else {
        return;
    };
    let mut server = TcpStream::connect(("127.0.0.1", behind)).await.unwrap();
    drop(copy_bidirectional(&mut client, &mut server).await);
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn require_refused(opened: Result<Database>) {
    let error = opened.map(drop).unwrap_err();
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error}");
    assert!(error.to_string().contains("TLS"), "{error}");
}

fn require_open(opened: Result<Database>) {
    let db = opened.unwrap();
    run(async {
        let one: i64 = db
            .read(|connection| connection.query_one("SELECT CAST(1 AS BIGINT)", &[]))
            .await
            .unwrap();
        assert_eq!(one, 1);
    });
}

#[test]
fn the_certificate_of_an_authority_is_looked_at_as_far_as_is_wanted() {
    let ours = authority("ours");
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &ours).unwrap();
    let server = Server::start(certificate.der().clone(), &key);
    let ours = server.write("ours.pem", &ours.pem());
    let theirs = server.write("theirs.pem", &authority("theirs").pem());
    let (ours, theirs) = (ours.display(), theirs.display());

    require_open(server.open("localhost", ""));
    require_open(server.open("127.0.0.1", "sslmode=require"));
    require_open(server.open(
        "127.0.0.1",
        &format!("sslmode=verify-ca&sslrootcert={ours}"),
    ));
    require_open(server.open(
        "localhost",
        &format!("sslmode=verify-full&sslrootcert={ours}"),
    ));

    // Right, but for another host.
    require_refused(server.open(
        "127.0.0.1",
        &format!("sslmode=verify-full&sslrootcert={ours}"),
    ));
    for mode in ["require", "verify-ca", "verify-full"] {
        require_refused(server.open("localhost", &format!("sslmode={mode}&sslrootcert={theirs}")));
    }
    // The system knows none of the two.
    require_refused(server.open("localhost", "sslmode=verify-ca"));
}

#[test]
fn a_certificate_that_is_its_own_authority_can_be_trusted() {
    let own = authority("own");
    let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let server = Server::start(certificate.der().clone(), &key);
    let itself = server.write("server.pem", &certificate.pem());
    let other = server.write("other.pem", &own.pem());
    let itself = itself.display();

    require_open(server.open(
        "localhost",
        &format!("sslmode=verify-full&sslrootcert={itself}"),
    ));
    require_open(server.open(
        "127.0.0.1",
        &format!("sslmode=verify-ca&sslrootcert={itself}"),
    ));
    require_refused(server.open(
        "127.0.0.1",
        &format!("sslmode=verify-full&sslrootcert={itself}"),
    ));
    require_refused(server.open(
        "localhost",
        &format!("sslmode=verify-ca&sslrootcert={}", other.display()),
    ));
}

#[test]
fn a_server_without_tls_is_spoken_to_only_where_that_is_allowed() {
    let mut fresh = Fresh::postgres();
    let url = fresh.settings.url.clone();
    for mode in ["disable", "prefer"] {
        fresh.settings.url = format!("{url}?sslmode={mode}");
        require_open(Database::open(&fresh.settings));
    }
    for mode in ["require", "verify-ca", "verify-full"] {
        fresh.settings.url = format!("{url}?sslmode={mode}&application_name=kallitype");
        require_refused(Database::open(&fresh.settings));
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let mut fresh = Fresh::sqlite();
    let address = "postgres://someone@127.0.0.1/any";
    for (url, reason) in [
        (format!("{address}?sslmode=sometimes"), "verify-full"),
        (
            format!("{address}?sslmode=verify-ca&sslrootcert=/not/there"),
            "/not/there",
        ),
        (format!("{address}?sslcert=/not/there"), "/not/there"),
        (format!("{address}?colour=blue"), "colour"),
    ] {
        fresh.settings.url = url;
        let error = Database::open(&fresh.settings).map(drop).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn the_password_stands_in_a_file() {
    let mut fresh = Fresh::postgres();
    let file = fresh.settings.file.with_file_name("password");
    fresh.settings.password_file = Some(file.clone());
    let missing = Database::open(&fresh.settings).map(drop).unwrap_err();
    assert!(missing.to_string().contains("password"), "{missing}");
    std::fs::write(&file, "secret\n").unwrap();
    require_open(Ok(fresh.open()));

    fresh.settings.url = fresh.settings.url.replace("kallitype@", "kallitype:other@");
    let both = Database::open(&fresh.settings).map(drop).unwrap_err();
    assert!(both.to_string().contains("as well as"), "{both}");
}
