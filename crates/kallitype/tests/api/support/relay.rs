use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What ends a transaction, as it is sent to PostgreSQL.
const COMMIT: &[u8] = b"COMMIT\0";

/// Stands between a server and PostgreSQL, and can lose the answers to commits.
pub struct Relay {
    address: SocketAddr,
    loses_answers: Arc<AtomicBool>,
}

impl Relay {
    /// In front of the PostgreSQL at this address, `postgres://user@host:port/name`.
    pub fn start(url: &str) -> Self {
        let (_, behind) = url.split_once('@').expect("a user");
        let (behind, _) = behind.split_once('/').expect("a name");
        let behind = behind.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let relay = Self {
            address: listener.local_addr().expect("an address"),
            loses_answers: Arc::default(),
        };
        let loses_answers = relay.loses_answers.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(&behind).expect("PostgreSQL answers");
                pass(client, server, &loses_answers);
            }
        });
        relay
    }

    /// The same database, through the relay.
    pub fn url(&self, url: &str) -> String {
        let (before, behind) = url.split_once('@').expect("a user");
        let (_, name) = behind.split_once('/').expect("a name");
        format!("{before}@{}/{name}", self.address)
    }

    /// Whether connections break after a commit is done and before anyone hears of it.
    pub fn lose_answers(&self, loses: bool) {
        self.loses_answers.store(loses, Ordering::SeqCst);
    }
}

/// Passes on what both say, until one of them is done or an answer is to be lost.
fn pass(client: TcpStream, server: TcpStream, loses_answers: &Arc<AtomicBool>) {
    let is_last = Arc::new(AtomicBool::new(false));
    let (said, answered) = (is_last.clone(), is_last);
    let loses_answers = loses_answers.clone();
    let (from, to) = (both(&client), both(&server));
    std::thread::spawn(move || {
        copy(from, to, |bytes| {
            let commits = bytes.windows(COMMIT.len()).any(|part| part == COMMIT);
            if commits && loses_answers.load(Ordering::SeqCst) {
                said.store(true, Ordering::SeqCst);
            }
            true
        });
    });
    std::thread::spawn(move || copy(server, client, |_| !answered.load(Ordering::SeqCst)));
}

fn both(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("another handle")
}

/// Copies for as long as `goes_on` says so of what was read, and then closes both.
fn copy(mut from: TcpStream, mut to: TcpStream, goes_on: impl Fn(&[u8]) -> bool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if !goes_on(&buffer[..length]) || to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    // Either may be closed already.
    from.shutdown(Shutdown::Both).ok();
    to.shutdown(Shutdown::Both).ok();
}
