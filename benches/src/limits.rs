//! `make bench-limits`: what is left for everyone else while someone wants all there is.
//!
//! Whoever attacks comes from as many addresses of this machine as there are connections. Meanwhile someone else pings the
//! server, over a new connection each time.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use socket2::{Domain, Socket, Type};

use crate::http::{Body, Connection, large_picture, pictures};
use crate::server::Server;
use crate::{PICTURE_BYTES, PING, Result, median, remove};

/// In MiB, of the server and its workers together.
const MOST_MEMORY: f64 = 256.0;
/// In milliseconds.
const LONGEST_PING: f64 = 100.0;

/// For how long connections are held.
const HOLD: Duration = Duration::from_secs(10);
/// How often those who are slow do something.
const NOW_AND_THEN: Duration = Duration::from_millis(250);
const PING_INTERVAL: Duration = Duration::from_millis(20);
const SAMPLE: Duration = Duration::from_millis(50);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// As many as the server takes.
const CROWD: usize = 1024;
const READERS: usize = 300;
const UPLOADS: usize = 500;
const GUESSES: usize = 64;
const LARGE_BYTES: usize = 64_000_000;
const ENDLESS: usize = 300_000_000;
const FEW: usize = 8;

/// A way to want too much. Answers what became of those who did.
type Attack = fn(&Ground) -> Result<Answers>;

const ATTACKS: [(&str, Attack); 12] = [
    ("1,024 connections without a request", without_request),
    (
        "1,024 requests whose headers come byte by byte",
        slow_headers,
    ),
    ("1,024 bodies to sign in with, held open", held_bodies),
    ("1,024 bodies to sign in with, byte by byte", slow_bodies),
    ("300 uploads, byte by byte", slow_uploads),
    ("300 readers of 64 MB who read nothing", no_readers),
    (
        "300 readers of 64 MB who read a byte now and then",
        slow_readers,
    ),
    ("8 uploads with part headers of 300 MB", endless_headers),
    ("8 JSON bodies of 15 MiB full of numbers", wide_bodies),
    ("8 lists with 50,000 times the same id", repeated_ids),
    ("64 wrong passwords at once", wrong_passwords),
    ("500 uploads at once", uploads_at_once),
];

/// What attacks are made on, and with.
struct Ground {
    server: Server,
    large: String,
    pictures: Vec<Body>,
    /// Every attack has addresses of its own.
    attack: u8,
}

/// Runs the attacks whose names hold a text; whether all goals were met.
pub(crate) fn run(program: &Path, folder: &Path, named: &str) -> Result<bool> {
    raise_descriptor_limit()?;
    remove(folder)?;
    let server = Server::start(program, folder)?;
    let large = server.load(1).upload(&large_picture(LARGE_BYTES)?)?;
    let mut ground = Ground {
        server,
        large,
        pictures: pictures(UPLOADS, PICTURE_BYTES)?,
        attack: 0,
    };
    println!(
        "{:<52} {:>10} {:>10} {:>9} {:>9}  answers",
        "", "server MiB", "with all", "ping ms", "worst"
    );
    let mut all_met = true;
    for (name, attack) in ATTACKS.into_iter().filter(|(name, _)| name.contains(named)) {
        ground.attack += 1;
        let measured = measure(&ground, attack)?;
        measured.print(name);
        all_met &= measured.meets_goals();
        // Jobs that follow belong to it.
        ground.server.wait_for_jobs()?;
    }
    println!("wanted: {MOST_MEMORY:.0} MiB with all, every ping within {LONGEST_PING:.0} ms");
    Ok(all_met)
}

/// Each connection takes one.
fn raise_descriptor_limit() -> Result<()> {
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limit = Rlimit {
        current: maximum,
        maximum,
    };
    Ok(setrlimit(Resource::Nofile, limit)?)
}

/// What was seen during an attack.
struct Measured {
    answers: Answers,
    /// The greatest memory in MiB: of the server, and with its workers.
    server: f64,
    all: f64,
    /// In milliseconds.
    pings: Vec<f64>,
}

impl Measured {
    fn worst_ping(&self) -> f64 {
        self.pings.iter().copied().fold(0.0, f64::max)
    }

    fn meets_goals(&self) -> bool {
        self.answers.are_good && self.all <= MOST_MEMORY && self.worst_ping() <= LONGEST_PING
    }

    fn print(&self, name: &str) {
        println!(
            "{name:<52} {:>10.1} {:>10.1} {:>9.2} {:>9.1}  {}{}",
            self.server,
            self.all,
            median(self.pings.clone()),
            self.worst_ping(),
            self.answers,
            if self.meets_goals() { "" } else { "  MISSED" },
        );
    }
}

fn measure(ground: &Ground, attack: Attack) -> Result<Measured> {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let pinging = scope.spawn(|| ping(ground, &is_over));
        let watching = scope.spawn(|| watch(&ground.server, &is_over));
        let answers = attack(ground);
        is_over.store(true, Ordering::Relaxed);
        let pings = pinging.join().map_err(|_| "the pinger panicked")?;
        let (server, all) = watching.join().map_err(|_| "the watcher panicked")?;
        Ok(Measured {
            answers: answers?,
            server,
            all,
            pings,
        })
    })
}

/// Pings from one address until it is over; answers the milliseconds of each.
fn ping(ground: &Ground, is_over: &AtomicBool) -> Vec<f64> {
    let ping = || {
        let stream = ground.connect_as(Ipv4Addr::new(127, 255, 0, 1))?;
        Connection::on(stream, "").request("GET", PING, "", &[], 200)
    };
    let mut pings = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        pings.push(match ping() {
            Ok(_) => begun.elapsed().as_secs_f64() * 1000.0,
            Err(_) => f64::INFINITY,
        });
        std::thread::sleep(PING_INTERVAL);
    }
    pings
}

fn watch(server: &Server, is_over: &AtomicBool) -> (f64, f64) {
    let (mut most_own, mut most) = (0.0_f64, 0.0_f64);
    while !is_over.load(Ordering::Relaxed) {
        most_own = most_own.max(server.own_memory().unwrap_or(0.0));
        most = most.max(server.memory().unwrap_or(0.0));
        std::thread::sleep(SAMPLE);
    }
    (most_own, most)
}

impl Ground {
    /// A connection from an address of this machine.
    fn connect_as(&self, address: Ipv4Addr) -> Result<TcpStream> {
        let server: SocketAddr = self.server.address().parse()?;
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::new(IpAddr::V4(address), 0).into())?;
        socket.connect(&server.into())?;
        let stream = TcpStream::from(socket);
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(stream)
    }

    /// One of many, each from its own address.
    fn connect(&self, number: usize) -> Result<TcpStream> {
        let [high, low] = u16::try_from(number + 1)?.to_be_bytes();
        self.connect_as(Ipv4Addr::new(127, self.attack, high, low))
    }

    /// So many connections that have sent something.
    fn crowd(&self, count: usize, beginning: &[u8]) -> Result<Vec<TcpStream>> {
        let open = |number| {
            let mut stream = self.connect(number)?;
            // It may have had to make room for the next ones already.
            drop(stream.write_all(beginning));
            Ok(stream)
        };
        (0..count).map(open).collect()
    }

    /// The beginning of a request with the credential of someone who has signed in.
    fn head(&self, line: &str, headers: &str) -> String {
        let credential = self.server.credential();
        format!("{line} HTTP/1.1\r\nhost: bench\r\n{credential}{headers}\r\n")
    }

    /// Does something on so many connections at once, each on a thread; counts what it answers.
    fn at_once(
        &self,
        count: usize,
        act: impl Fn(usize, TcpStream) -> Result<String> + Sync,
    ) -> Result<Answers> {
        let act = &act;
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..count)
                .map(|number| scope.spawn(move || act(number, self.connect(number)?)))
                .collect();
            let mut answers = Answers::default();
            for thread in threads {
                let done = thread.join().map_err(|_| "a thread panicked")?;
                answers.count(done.unwrap_or_else(|error| error.to_string()));
            }
            Ok(answers)
        })
    }
}

/// What was answered, and how often.
struct Answers {
    counts: BTreeMap<String, usize>,
    are_good: bool,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            counts: BTreeMap::new(),
            are_good: true,
        }
    }
}

impl Answers {
    fn count(&mut self, answer: String) {
        *self.counts.entry(answer).or_default() += 1;
    }

    /// What has come on connections by now.
    fn so_far(streams: Vec<TcpStream>) -> Result<Self> {
        let mut answers = Self::default();
        for mut stream in streams {
            stream.set_nonblocking(true)?;
            let mut beginning = [0; 64];
            answers.count(match stream.read(&mut beginning) {
                Ok(0) => "closed".to_owned(),
                Ok(length) => status(&beginning[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => "kept waiting".to_owned(),
                Err(_) => "closed".to_owned(),
            });
        }
        Ok(answers)
    }
}

impl std::fmt::Display for Answers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = self.counts.iter();
        let counts: Vec<String> = counts
            .map(|(answer, count)| format!("{count} {answer}"))
            .collect();
        formatter.write_str(&counts.join(", "))
    }
}

/// The status that an answer begins with.
fn status(answer: &[u8]) -> String {
    let status = answer.get(9..12).unwrap_or(b"no status");
    String::from_utf8_lossy(status).into_owned()
}

/// Sends something and reads how the answer begins.
fn ask(mut stream: TcpStream, request: &[u8]) -> Result<String> {
    // Refused early, the rest may not be taken any more.
    drop(stream.write_all(request));
    let mut beginning = [0; 64];
    let length = stream.read(&mut beginning)?;
    Ok(match length {
        0 => "closed".to_owned(),
        length => status(&beginning[..length]),
    })
}

/// Sends a byte on every connection now and then, as long as connections are held.
fn trickle(mut streams: Vec<TcpStream>) -> Result<Answers> {
    let begun = Instant::now();
    while begun.elapsed() < HOLD {
        for stream in &mut streams {
            // Those that were closed are counted in the end.
            drop(stream.write(b"x"));
        }
        std::thread::sleep(NOW_AND_THEN);
    }
    Answers::so_far(streams)
}

fn without_request(ground: &Ground) -> Result<Answers> {
    let streams = ground.crowd(CROWD, b"")?;
    std::thread::sleep(HOLD);
    Answers::so_far(streams)
}

fn slow_headers(ground: &Ground) -> Result<Answers> {
    trickle(ground.crowd(CROWD, format!("GET {PING} HTTP/1.1\r\nx-slow: ").as_bytes())?)
}

/// The beginning of a request to sign in, whose body has so many bytes already.
fn login(bytes: usize) -> String {
    let begun = "x".repeat(bytes);
    format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: bench\r\ncontent-length: 65000\r\n\r\n{{\"more\":\"{begun}"
    )
}

fn held_bodies(ground: &Ground) -> Result<Answers> {
    let streams = ground.crowd(CROWD, login(60_000).as_bytes())?;
    std::thread::sleep(HOLD);
    Answers::so_far(streams)
}

fn slow_bodies(ground: &Ground) -> Result<Answers> {
    trickle(ground.crowd(CROWD, login(0).as_bytes())?)
}

/// The beginning of an upload, up to its first part.
fn upload(ground: &Ground) -> String {
    let headers = "content-type: multipart/form-data; boundary=x\r\ncontent-length: 1000000000\r\n";
    ground.head("POST /api/assets", headers)
        + "--x\r\ncontent-disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n"
}

fn slow_uploads(ground: &Ground) -> Result<Answers> {
    let beginning = upload(ground) + "\r\n";
    trickle(ground.crowd(READERS, beginning.as_bytes())?)
}

fn readers(ground: &Ground) -> Result<Vec<TcpStream>> {
    let line = format!("GET /api/assets/{}/original", ground.large);
    ground.crowd(READERS, ground.head(&line, "").as_bytes())
}

fn no_readers(ground: &Ground) -> Result<Answers> {
    let streams = readers(ground)?;
    std::thread::sleep(HOLD);
    Answers::so_far(streams)
}

fn slow_readers(ground: &Ground) -> Result<Answers> {
    let mut streams = readers(ground)?;
    let mut answers = Answers::default();
    for stream in &mut streams {
        let mut beginning = [0; 64];
        let length = stream.read(&mut beginning)?;
        answers.count(status(&beginning[..length]));
    }
    let begun = Instant::now();
    while begun.elapsed() < HOLD {
        for stream in &mut streams {
            // Those that were closed have nothing more to read.
            drop(stream.read(&mut [0]));
        }
        std::thread::sleep(NOW_AND_THEN);
    }
    Ok(answers)
}

fn endless_headers(ground: &Ground) -> Result<Answers> {
    let beginning = upload(ground) + "x-endless: ";
    let line = [b'y'; 64 << 10];
    ground.at_once(FEW, |_, mut stream| {
        stream.write_all(beginning.as_bytes())?;
        for _ in 0..ENDLESS / line.len() {
            if stream.write_all(&line).is_err() {
                break;
            }
        }
        ask(stream, b"")
    })
}

/// A JSON body, sent to change one's own name or what else has a path.
fn send_json(ground: &Ground, line: &str, body: &str) -> Result<Answers> {
    let headers = format!(
        "content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    let request = ground.head(line, &headers) + body;
    ground.at_once(FEW, |_, stream| ask(stream, request.as_bytes()))
}

fn wide_bodies(ground: &Ground) -> Result<Answers> {
    let numbers = "0,".repeat(15 << 19);
    send_json(
        ground,
        "PUT /api/users/me",
        &format!("{{\"more\":[{numbers}0]}}"),
    )
}

fn repeated_ids(ground: &Ground) -> Result<Answers> {
    let ids = vec![ground.large.as_str(); 50_000];
    let body = json!({"ids": ids, "isFavorite": true}).to_string();
    send_json(ground, "PUT /api/assets", &body)
}

fn wrong_passwords(ground: &Ground) -> Result<Answers> {
    let body = json!({"email": "bench@example.org", "password": "wrong"}).to_string();
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    ground.at_once(GUESSES, |_, stream| {
        ask(stream, (head.clone() + &body).as_bytes())
    })
}

fn uploads_at_once(ground: &Ground) -> Result<Answers> {
    let mut answers = ground.at_once(UPLOADS, |number, stream| {
        let mut connection = Connection::on(stream, ground.server.credential());
        connection.upload(&ground.pictures[number], 201)?;
        Ok("201".to_owned())
    })?;
    answers.are_good = answers.counts.get("201") == Some(&UPLOADS);
    ground.server.wait_for_jobs()?;
    Ok(answers)
}
