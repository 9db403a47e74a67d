use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What ends a transaction, as it is sent to PostgreSQL.
const COMMIT: &[u8] = b"COMMIT\0";

/// Stands between a server and PostgreSQL, and can lose the answers to commits, or all connections.
pub struct Relay {
    address: SocketAddr,
    loses_answers: Arc<AtomicBool>,
    is_gone: Arc<AtomicBool>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
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
            is_gone: Arc::default(),
            connections: Arc::default(),
        };
        let loses_answers = relay.loses_answers.clone();
        let is_gone = relay.is_gone.clone();
        let connections = relay.connections.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if is_gone.load(Ordering::SeqCst) {
                    continue;
                }
                let server = TcpStream::connect(&behind).expect("PostgreSQL answers");
                connections.lock().unwrap().push(both(&client));
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

    /// Whether it is as if PostgreSQL had ended.
    pub fn be_gone(&self, is_gone: bool) {
        self.is_gone.store(is_gone, Ordering::SeqCst);
        for connection in self.connections.lock().unwrap().drain(..) {
            // It may be closed already.
            connection.shutdown(Shutdown::Both).ok();
        }
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
