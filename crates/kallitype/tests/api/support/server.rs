use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use reqwest::{Method, RequestBuilder};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use uuid::Uuid;

use super::database::{Questions, create_database, finish_with};
use super::{Credential, Template, User, eventually};

/// The databases that everything is tested on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Where a server keeps what it keeps, and with which settings it runs.
#[derive(Clone)]
pub struct Options {
    pub engine: Engine,
    pub data: PathBuf,
    pub database_url: String,
    pub arguments: Vec<String>,
    /// The bytes of a disk of its own for `data`; without, it lies where temporary files do.
    pub disk: Option<u64>,
    /// The bytes of a disk of its own for the journal alone.
    pub journal_disk: Option<u64>,
    /// Where everything that the server logs goes; without, the test shows what it warns of.
    pub log: Option<PathBuf>,
    /// Whether a flag says that warnings are logged; without, the settings say what is.
    pub is_told_what_to_log: bool,
    /// Where everything goes that the server prints after its address; without, no one reads it.
    pub output: Option<PathBuf>,
    /// Whether passwords are hashed as they are for everyone else, and not for next to nothing.
    pub strong_passwords: bool,
    /// Words of a command that begins the server as what stands after them; without, it is begun by itself.
    pub begun_by: Vec<String>,
}

impl Options {
    /// A fresh place: an empty folder, and with PostgreSQL an empty database.
    pub fn fresh(engine: Engine, folder: &Path) -> Self {
        let database_url = match engine {
            Engine::Sqlite => "sqlite".into(),
            Engine::Postgres => create_database(None),
        };
        Self::on(engine, folder, database_url)
    }

    /// A place in a folder and a database, whatever is there.
    pub fn on(engine: Engine, folder: &Path, database_url: String) -> Self {
        Self {
            engine,
            data: folder.join("data"),
            database_url,
            arguments: Vec::new(),
            disk: None,
            journal_disk: None,
            log: None,
            is_told_what_to_log: true,
            output: None,
            strong_passwords: false,
            begun_by: Vec::new(),
        }
    }

    /// The same with another setting.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.arguments
            .extend([format!("--{name}"), value.to_string()]);
        self
    }

    /// The same with something on that is off otherwise.
    pub fn with_on(mut self, name: &str) -> Self {
        self.arguments.push(format!("--{name}"));
        self
    }

    /// The same on a disk of its own, of so many bytes, which is gone when the server ends.
    pub fn on_disk_of(self, bytes: u64) -> Self {
        Self {
            disk: Some(bytes),
            ..self
        }
    }

    /// The same with the journal on a disk of its own, of so many bytes, which is gone when the server ends.
    pub fn with_journal_on_disk_of(self, bytes: u64) -> Self {
        Self {
            journal_disk: Some(bytes),
            ..self
        }
    }

    /// The same with passwords that are hashed as they are for everyone else.
    pub fn strong_passwords(self) -> Self {
        Self {
            strong_passwords: true,
            ..self
        }
    }

    /// The same, begun by another command, which becomes what stands after its words.
    pub fn begun_by(self, words: &[&str]) -> Self {
        let begun_by = words.iter().map(|word| (*word).to_owned()).collect();
        Self { begun_by, ..self }
    }

    /// The same with all it can say written into a file beside the data.
    pub fn logged(self) -> Self {
        let log = self.data.with_extension("log");
        Self {
            log: Some(log),
            ..self.with("log", "trace")
        }
    }

    /// The same with all it prints written into a file beside the data.
    pub fn heard(self) -> Self {
        let output = self.data.with_extension("output");
        Self {
            output: Some(output),
            ..self
        }
    }

    /// One of the program's commands on this place.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = program();
        if self.strong_passwords {
            command.env_remove(CHEAP_PASSWORDS);
        }
        command
            .args(words)
            .arg("--data")
            .arg(&self.data)
            .arg("--database-url")
            .arg(&self.database_url);
        command
    }
}

/// Asks a program that was built for tests to hash passwords for next to nothing.
const CHEAP_PASSWORDS: &str = "KALLITYPE_TEST_CHEAP_PASSWORDS";

/// The program, without settings from the environment of whoever runs the tests.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kallitype"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("KALLITYPE_")) {
        command.env_remove(name);
    }
    command.env("KALLITYPE_CONFIG", "/dev/null");
    command.env(CHEAP_PASSWORDS, "1");
    command.env("KALLITYPE_TEST_STATEMENTS", statements());
    command
}

/// The folder that servers write every statement to which they run, with its plan. It begins empty; that all tests ran,
/// so that all statements have to be in it, is noted for `tests/statements.rs`.
fn statements() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("statements");
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => panic!("{error}"),
            _ => std::fs::create_dir_all(&folder).expect("a folder"),
        }
        let is_whole = std::env::args().len() == 1;
        if is_whole {
            std::fs::write(folder.join("whole"), "").expect("a note");
        }
        folder
    });
    &FOLDER
}

/// A running server, with its first user signed up. It ends with the test.
pub struct Server {
    pub options: Options,
    pub admin: User,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    http: reqwest::Client,
    process: Process,
    pub(super) questions: Questions,
    /// Removed at the end. One that runs beside another has none of its own.
    folder: Option<TempDir>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.end();
        if self.options.engine == Engine::Postgres && self.folder.is_some() {
            finish_with(&self.options.database_url);
        }
    }
}

impl Server {
    /// A fresh server with the default settings.
    pub async fn start(engine: Engine) -> Self {
        Self::start_with(engine, |options| options).await
    }

    /// A fresh server with some settings.
    pub async fn start_with(engine: Engine, settings: impl FnOnce(Options) -> Options) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let template = Template::of(engine).await;
        let options = settings(template.copy(engine, folder.path()));
        let (process, address) = spawn(&options);
        Self {
            options,
            admin: template.admin.clone(),
            address,
            http: client(),
            process,
            questions: Questions::default(),
            folder: Some(folder),
        }
    }

    /// A fresh server that begins with nothing: it makes its database, and someone signs up.
    pub async fn first_start(engine: Engine) -> Self {
        Self::first_start_with(engine, |options| options).await
    }

    /// The same with some settings.
    pub async fn first_start_with(
        engine: Engine,
        settings: impl FnOnce(Options) -> Options,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = settings(Options::fresh(engine, folder.path()));
        let (process, address) = spawn(&options);
        let http = client();
        let admin = User::sign_up(&http, &address).await;
        Self {
            options,
            admin,
            address,
            http,
            process,
            questions: Questions::default(),
            folder: Some(folder),
        }
    }

    /// A fresh server that no one has signed up on. Its administrator is who will do that, and has no session.
    pub fn unclaimed(engine: Engine) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = Options::fresh(engine, folder.path());
        let (process, address) = spawn(&options);
        let admin = User {
            id: Uuid::nil(),
            email: "admin@example.org".into(),
            token: String::new(),
        };
        Self {
            options,
            admin,
            address,
            http: client(),
            process,
            questions: Questions::default(),
            folder: Some(folder),
        }
    }

    /// One more server on the place of this one, which has to be on PostgreSQL and to end later.
    pub fn beside(&self, settings: impl FnOnce(Options) -> Options) -> Self {
        assert_eq!(
            self.options.engine,
            Engine::Postgres,
            "SQLite has one server"
        );
        let options = settings(self.options.clone());
        let (process, address) = spawn(&options);
        Self {
            options,
            admin: self.admin.clone(),
            address,
            http: client(),
            process,
            questions: Questions::default(),
            folder: None,
        }
    }

    /// A fresh server that hashes passwords as every server does that is not tested, from the first one on.
    pub async fn start_with_strong_passwords(engine: Engine) -> Self {
        Self::first_start_with(engine, Options::strong_passwords).await
    }

    /// Ends the server as a power cut would, and starts it again on the same place.
    pub fn crash_and_restart(&mut self) {
        self.crash();
        self.start_again();
    }

    /// Ends the server as a power cut would.
    pub fn crash(&mut self) {
        self.process.0.kill().expect("the server was running");
        self.process.0.wait().expect("the server has ended");
    }

    /// Tells the server to stop.
    pub fn tell_to_stop(&self) {
        self.signal(Signal::TERM);
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process.0), signal).expect("the server was running");
    }

    /// Ends the server properly.
    pub fn stop(&mut self) {
        self.tell_to_stop();
        self.has_stopped();
    }

    /// Waits for the proper end of a server that was told to stop.
    pub fn has_stopped(&mut self) {
        let status = self.process.0.wait().expect("the server has ended");
        assert!(status.success(), "the server ended with {status}");
    }

    /// Starts a server that was stopped.
    pub fn start_again(&mut self) {
        (self.process, self.address) = spawn(&self.options);
    }

    /// Starts a server that was stopped, at the address that it had.
    pub fn start_again_where_it_was(&mut self) {
        let before = self.address.strip_prefix("http://").expect("an address");
        let options = self.options.clone().with("listen", before);
        (self.process, self.address) = spawn(&options);
        // Its connections were to the one before.
        self.http = client();
    }

    /// A folder or file of the data as the server sees it, which may be on a disk of its own.
    pub fn seen(&self, name: &str) -> PathBuf {
        let path = self.options.data.join(name);
        format!("/proc/{}/root{}", self.process_id(), path.display()).into()
    }

    /// The id of the server's process.
    pub fn process_id(&self) -> u32 {
        self.process.0.id()
    }

    /// Runs a command of `kallitype admin` that has to succeed and reads a password.
    pub fn run_admin(&self, words: &[&str], password: &str) {
        let mut child = self
            .options
            .command(&[&["admin"], words].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command can be started");
        let mut stdin = child.stdin.take().expect("a pipe");
        writeln!(stdin, "{password}").expect("the command reads its password");
        drop(stdin);
        let output = child.wait_with_output().expect("the command ends");
        assert!(output.status.success(), "{output:?}");
    }

    /// A request without a credential; `path` begins after `/api`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}/api{path}", self.address))
    }

    /// A request with a credential.
    pub fn request_as(
        &self,
        credential: impl Into<Credential>,
        method: Method,
        path: &str,
    ) -> RequestBuilder {
        credential.into().apply(self.request(method, path))
    }

    pub fn get(&self, credential: impl Into<Credential>, path: &str) -> RequestBuilder {
        self.request_as(credential, Method::GET, path)
    }

    pub fn post(&self, credential: impl Into<Credential>, path: &str) -> RequestBuilder {
        self.request_as(credential, Method::POST, path)
    }

    pub fn put(&self, credential: impl Into<Credential>, path: &str) -> RequestBuilder {
        self.request_as(credential, Method::PUT, path)
    }

    pub fn delete(&self, credential: impl Into<Credential>, path: &str) -> RequestBuilder {
        self.request_as(credential, Method::DELETE, path)
    }

    /// Makes an asset look as if it had been in the trash for some days. The server must not be running.
    pub async fn age_trash(&self, asset: Uuid, days: i64) {
        let moment = jiff::Timestamp::now().as_microsecond() - days * 24 * 60 * 60 * 1_000_000;
        let url = self.options.database_url.clone();
        let file = self.options.data.join("kallitype.sqlite");
        let changed = tokio::task::spawn_blocking(move || match url.as_str() {
            "sqlite" => {
                let connection = super::database::open_sqlite(&file);
                let sql = "UPDATE asset SET deleted_at = ?1 WHERE id = ?2";
                connection.execute(sql, (moment, asset)).expect("an update") as u64
            }
            url => {
                let mut client =
                    postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL answers");
                client
                    .execute(
                        "UPDATE asset SET deleted_at = $1 WHERE id = $2",
                        &[&moment, &asset],
                    )
                    .expect("an update")
            }
        });
        assert_eq!(changed.await.expect("the database was changed"), 1);
    }

    /// Changes the database. The server must not be running.
    pub async fn change(&self, sql: &'static str) {
        let url = self.options.database_url.clone();
        let file = self.options.data.join("kallitype.sqlite");
        let changed = tokio::task::spawn_blocking(move || match url.as_str() {
            "sqlite" => {
                let connection = super::database::open_sqlite(&file);
                connection.execute_batch(sql).expect("an update");
            }
            url => {
                let mut client =
                    postgres::Client::connect(url, postgres::NoTls).expect("PostgreSQL answers");
                client.batch_execute(sql).expect("an update");
            }
        });
        changed.await.expect("the database was changed");
    }

    /// The kinds of the jobs that are not done yet and have not been given up.
    pub async fn waiting_jobs(&self) -> Vec<String> {
        self.jobs("SELECT kind FROM job WHERE state <> 'failed'")
            .await
    }

    /// Waits until nothing is left to be done.
    pub async fn finish_jobs(&self) {
        eventually("the end of all jobs", async || {
            self.waiting_jobs().await.is_empty().then_some(())
        })
        .await;
    }

    /// Why jobs were given up.
    pub async fn job_errors(&self) -> Vec<String> {
        self.jobs("SELECT kind || ': ' || error FROM job WHERE state = 'failed'")
            .await
    }

    /// One text of each row that a query of the queue answers.
    pub async fn jobs(&self, sql: &'static str) -> Vec<String> {
        self.texts(sql.to_owned()).await
    }

    /// One text of each row that a query answers.
    pub async fn texts(&self, sql: String) -> Vec<String> {
        let url = self.options.database_url.clone();
        let file = self.options.data.join("kallitype.sqlite");
        let questions = self.questions.clone();
        let read = tokio::task::spawn_blocking(move || match url.as_str() {
            "sqlite" => {
                let connection = rusqlite::Connection::open(file).expect("the database");
                let mut statement = connection.prepare(&sql).expect("a query");
                let rows = statement.query_map([], |row| row.get(0)).expect("rows");
                rows.collect::<Result<_, _>>().expect("texts")
            }
            url => questions.ask(url, |client| {
                let rows = client.query(&sql, &[]).expect("rows");
                rows.iter().map(|row| row.get(0)).collect()
            }),
        });
        read.await.expect("the queue was read")
    }

    /// How much the processor has worked for the server itself, in ticks of a hundredth of a second.
    pub fn processor_ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process_id()))
            .expect("the server runs");
        // The program's name in brackets may hold anything; after it come the state and ten numbers.
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        ticks
            .map(|ticks| ticks.parse::<u64>().expect("a number"))
            .sum()
    }

    /// The most memory that the server itself has held at a time, in bytes, without the program as it lies on the disk: a test's is
    /// many times as large as a release's.
    pub fn peak_memory(&self) -> u64 {
        let process = self.process_id();
        let (_, peak) = memory_of(process).expect("the server runs");
        let program = kibibytes_of(process, "RssFile:").expect("the server runs");
        peak.saturating_sub(program)
    }

    /// What each process below the server is called, and the most memory that it has held at a time, in bytes.
    pub fn workers_memory(&self) -> Vec<(String, u64)> {
        let server = Some(self.process_id());
        let processes = std::fs::read_dir("/proc").expect("processes");
        let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        ids.filter(|id| parent_of(*id) == server)
            .filter_map(memory_of)
            .collect()
    }

    /// All that it has logged, of a server that is [logged](Options::logged).
    pub fn log(&self) -> String {
        let log = self.options.log.as_ref().expect("a log");
        std::fs::read_to_string(log).expect("a readable log")
    }

    /// All that it has printed after its address, of a server that is [heard](Options::heard).
    pub fn output(&self) -> String {
        let output = self.options.output.as_ref().expect("its output");
        std::fs::read_to_string(output).expect("a readable output")
    }

    /// The HTTP client, for addresses outside `/api`.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Every file below the media folder's `upload`, as paths below the data folder.
    pub fn stored_originals(&self) -> Vec<PathBuf> {
        files_below(&self.options.data.join("upload"))
    }
}

/// What a process is called, and the most memory that it has held at a time, in bytes; none of one that has ended.
fn memory_of(process: u32) -> Option<(String, u64)> {
    Some((
        state_of(process, "Name:")?,
        kibibytes_of(process, "VmHWM:")?,
    ))
}

/// What the kernel counts of a process in KiB under a name, in bytes.
fn kibibytes_of(process: u32, name: &str) -> Option<u64> {
    let counted = state_of(process, name)?;
    let kibibytes: u64 = counted.trim_end_matches(" kB").parse().ok()?;
    Some(kibibytes << 10)
}

fn parent_of(process: u32) -> Option<u32> {
    state_of(process, "PPid:")?.parse().ok()
}

/// What the kernel says of a process under a name.
fn state_of(process: u32, name: &str) -> Option<String> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(value.trim().to_owned())
}

/// A process that ends with the test, however the test ends.
pub struct Process(pub Child);

impl Process {
    fn end(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files.extend(files_below(&path))
        } else {
            files.push(path)
        }
    }
    files
}

fn client() -> reqwest::Client {
    // Whichever test comes first installs it for all.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("an HTTP client")
}

/// Starts a server and waits until it says where it answers.
fn spawn(options: &Options) -> (Process, String) {
    let mut command = options.command(&["serve", "--listen", "127.0.0.1:0"]);
    if options.is_told_what_to_log {
        command.args(["--log", "warn"]);
    }
    command.args(&options.arguments);
    if let [program, words @ ..] = options.begun_by.as_slice() {
        command = wrapped(&command, program, words);
    }
    if let Some(bytes) = options.disk {
        command = with_disk(&command, &options.data, bytes);
    }
    if let Some(bytes) = options.journal_disk {
        command = with_disk(&command, &options.data.join("journal"), bytes);
    }
    if let Some(log) = &options.log {
        let log = std::fs::File::options().create(true).append(true).open(log);
        command.stderr(log.expect("a file for the log"));
    }
    let (process, line, mut stdout) = start(&mut command);
    let address = line
        .trim()
        .rsplit(' ')
        .next()
        .unwrap_or_default()
        .to_owned();
    assert!(address.starts_with("http://"), "the server did not start");
    if let Some(output) = &options.output {
        let mut output = std::fs::File::create(output).expect("a file for the output");
        std::thread::spawn(move || std::io::copy(&mut stdout, &mut output));
    }
    (process, address)
}

/// Starts a server and waits for the first line that it prints; answers also what it prints after that.
pub fn start(command: &mut Command) -> (Process, String, BufReader<ChildStdout>) {
    let child = command
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server can be started");
    let mut process = Process(child);
    let mut stdout = BufReader::new(process.0.stdout.take().expect("a pipe"));
    let mut line = String::new();
    stdout
        .read_line(&mut line)
        .expect("the server says where it answers");
    (process, line, stdout)
}

/// The same command, for which a folder is a disk of so many bytes. What lies in the folder lies on the disk, too.
fn with_disk(command: &Command, folder: &Path, bytes: u64) -> Command {
    const MOUNT: &str = r#"mkdir -p "$1" "$1.beneath" && mount --bind "$1" "$1.beneath" &&
        mount -t tmpfs -o size="$2" tmpfs "$1" && cp -a "$1.beneath/." "$1" && shift 2 && exec "$@""#;
    let words = ["--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"];
    let words = words.map(std::ffi::OsString::from).into_iter();
    let disk = [folder.into(), bytes.to_string().into()];
    let words: Vec<_> = words.chain(disk).collect();
    wrapped(command, "unshare", &words)
}

/// The same command, begun by another one.
fn wrapped(command: &Command, program: &str, words: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    let mut wrapped = Command::new(program);
    wrapped
        .args(words)
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(name, value),
            None => wrapped.env_remove(name),
        };
    }
    wrapped
}
