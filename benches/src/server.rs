//! A server process to be measured.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::functions::FunctionFlags;
use serde_json::{Value, json};

use crate::Result;
use crate::http::{Connection, Load};

/// How long a server is left alone before its idle memory is looked at.
const SETTLE: Duration = Duration::from_secs(5);

/// How often memory is looked at while something runs.
const SAMPLE: Duration = Duration::from_millis(20);

/// In which the kernel counts.
const TICKS_A_SECOND: f64 = 100.0;

/// A running server with one account.
pub(crate) struct Server {
    program: PathBuf,
    data: PathBuf,
    child: Child,
    address: String,
    credential: String,
}

impl Server {
    /// A fresh server in a folder.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Self> {
        Self::start_with(program, data, &[])
    }

    /// The same with some settings.
    pub(crate) fn start_with(program: &Path, data: &Path, settings: &[&str]) -> Result<Self> {
        let (child, address) = spawn(program, data, settings)?;
        let mut server = Self {
            program: program.to_owned(),
            data: data.to_owned(),
            child,
            address,
            credential: String::new(),
        };
        let account =
            json!({"email": "bench@example.org", "name": "Bench", "password": "bench password"})
                .to_string();
        server.post("/api/auth/admin-sign-up", &account)?;
        let session = server.post("/api/auth/login", &account)?;
        let token = session["accessToken"].as_str().ok_or("no token")?;
        server.credential = format!("authorization: Bearer {token}\r\n");
        let key = server.post(
            "/api/api-keys",
            &json!({"name": "bench", "permissions": ["all"]}).to_string(),
        )?;
        let secret = key["secret"].as_str().ok_or("no secret")?;
        server.credential = format!("x-api-key: {secret}\r\n");
        Ok(server)
    }

    fn post(&self, path: &str, body: &str) -> Result<Value> {
        let kind = "content-type: application/json\r\n";
        let answer = self
            .connect()?
            .request("POST", path, kind, body.as_bytes(), 201)?;
        Ok(serde_json::from_slice(&answer)?)
    }

    /// Sends JSON and answers what comes back, null for nothing.
    pub(crate) fn send(
        &self,
        method: &'static str,
        path: &str,
        body: &Value,
        status: u16,
    ) -> Result<Value> {
        let (kind, body) = match body {
            Value::Null => ("", String::new()),
            body => ("content-type: application/json\r\n", body.to_string()),
        };
        let answer = self
            .connect()?
            .request(method, path, kind, body.as_bytes(), status)?;
        match answer.as_slice() {
            [] => Ok(Value::Null),
            json => Ok(serde_json::from_slice(json)?),
        }
    }

    pub(crate) fn connect(&self) -> Result<Connection> {
        Connection::open(&self.address, &self.credential)
    }

    /// Requests to it, over so many connections.
    pub(crate) fn load(&self, connections: usize) -> Load<'_> {
        Load {
            address: &self.address,
            credential: &self.credential,
            connections,
        }
    }

    /// The path below its data of the first file that a folder there has with this ending.
    pub(crate) fn find_file(&self, folder: &str, ending: &str) -> Result<String> {
        let mut folders = vec![self.data.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.to_string_lossy().ends_with(ending) {
                    let below = path.strip_prefix(&self.data)?;
                    return Ok(format!("/{}", below.display()));
                }
            }
        }
        Err(format!("no {ending} in {folder}").into())
    }

    /// Asks until the answer is 200.
    pub(crate) fn wait_for(&self, path: &str) -> Result<()> {
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.connect()?.request("GET", path, "", &[], 200).is_err() {
            if Instant::now() > deadline {
                return Err(format!("{path} never answered").into());
            }
            std::thread::sleep(SAMPLE);
        }
        Ok(())
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A header with the end of its line, of someone who may do everything.
    pub(crate) fn credential(&self) -> &str {
        &self.credential
    }

    /// Proportional memory in MiB, of the server itself.
    pub(crate) fn own_memory(&self) -> Result<f64> {
        pss(self.child.id())
    }

    /// Proportional memory in MiB, of the server and of whatever it has started.
    pub(crate) fn memory(&self) -> Result<f64> {
        let own = self.own_memory()?;
        // A worker may end while it is looked at.
        let workers: f64 = self
            .workers()?
            .into_iter()
            .filter_map(|worker| pss(worker).ok())
            .sum();
        Ok(own + workers)
    }

    /// Waits until no job is left, in any queue.
    pub(crate) fn wait_for_jobs(&self) -> Result<()> {
        let mut connection = self.connect()?;
        loop {
            let answer = connection.request("GET", "/api/jobs", "", &[], 200)?;
            let queues: Value = serde_json::from_slice(&answer)?;
            let queues = queues.as_object().ok_or("no queues")?;
            let left = |queue: &Value| {
                ["active", "waiting", "delayed"]
                    .iter()
                    .filter_map(|state| queue["jobCounts"][state].as_u64())
                    .sum::<u64>()
            };
            if let Some(failed) = queues
                .values()
                .find(|queue| queue["jobCounts"]["failed"].as_u64() > Some(0))
            {
                return Err(format!("a job failed: {failed}").into());
            }
            if queues.values().map(left).sum::<u64>() == 0 {
                return Ok(());
            }
            std::thread::sleep(SAMPLE);
        }
    }

    /// Seconds of a processor that the server has used, and whatever it has started.
    pub(crate) fn processor_seconds(&self) -> Result<f64> {
        let own: u64 = processor_ticks(self.child.id())?.iter().sum();
        // What workers that have ended used is the server's already.
        let workers: u64 = self
            .workers()?
            .into_iter()
            .filter_map(|worker| processor_ticks(worker).ok())
            .map(|[user, system, ..]| user + system)
            .sum();
        Ok((own + workers) as f64 / TICKS_A_SECOND)
    }

    fn workers(&self) -> Result<Vec<u32>> {
        // Each of its threads has children of its own.
        let mut workers = Vec::new();
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let children =
                std::fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
            workers.extend(
                children
                    .split_whitespace()
                    .filter_map(|id| id.parse::<u32>().ok()),
            );
        }
        Ok(workers)
    }

    /// The memory of a server that has nothing to do.
    pub(crate) fn settled_memory(&self) -> Result<f64> {
        std::thread::sleep(SETTLE);
        self.memory()
    }

    /// Runs something; answers what it answered and the server's own greatest memory meanwhile, in MiB.
    pub(crate) fn watch_memory<T: Send>(
        &self,
        work: impl FnOnce() -> T + Send,
    ) -> Result<(T, f64)> {
        self.watch(work, || self.own_memory())
    }

    /// The same, with the memory of whatever it has started.
    pub(crate) fn watch_all_memory<T: Send>(
        &self,
        work: impl FnOnce() -> T + Send,
    ) -> Result<(T, f64)> {
        self.watch(work, || self.memory())
    }

    fn watch<T: Send>(
        &self,
        work: impl FnOnce() -> T + Send,
        memory: impl Fn() -> Result<f64> + Sync + Send,
    ) -> Result<(T, f64)> {
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let mut peak = 0.0_f64;
                while !is_done.load(Ordering::Relaxed) {
                    peak = peak.max(memory().unwrap_or(0.0));
                    std::thread::sleep(SAMPLE);
                }
                peak
            });
            let result = work();
            is_done.store(true, Ordering::Relaxed);
            let peak = watcher.join().map_err(|_| "the watcher panicked")?;
            Ok((result, peak))
        })
    }

    /// Ends the server properly.
    pub(crate) fn stop(&mut self) -> Result<()> {
        Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        self.child.wait()?;
        Ok(())
    }

    pub(crate) fn start_again(&mut self) -> Result<()> {
        (self.child, self.address) = spawn(&self.program, &self.data, &[])?;
        self.connect()?
            .request("GET", "/api/server/ping", "", &[], 200)?;
        Ok(())
    }

    /// The ids of so many assets.
    pub(crate) fn list_ids(&self, count: usize) -> Result<Vec<String>> {
        let connection = rusqlite::Connection::open(self.data.join("kallitype.sqlite"))?;
        let mut statement =
            connection.prepare("SELECT lower(hex(id)) FROM asset ORDER BY id LIMIT ?1")?;
        let ids = statement.query_map([count as i64], |row| row.get(0))?;
        let ids: Vec<String> = ids.collect::<rusqlite::Result<_>>()?;
        let hyphenated = |id: &String| {
            let (a, b, c) = (&id[..8], &id[8..12], &id[12..16]);
            format!("{a}-{b}-{c}-{}-{}", &id[16..20], &id[20..])
        };
        Ok(ids.iter().map(hyphenated).collect())
    }

    /// Puts records of assets into the database of a stopped server; answers some of their checksums.
    pub(crate) fn fill(&self, count: u32) -> Result<Vec<Vec<u8>>> {
        let connection = rusqlite::Connection::open(self.data.join("kallitype.sqlite"))?;
        add_functions(&connection)?;
        connection.execute_batch(&format!(
            "BEGIN;
            WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})
            INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, original_file_name,
                file_size, checksum, file_created_at, file_modified_at, local_date_time, visibility, is_favorite,
                random_key, created_at, updated_at, update_id)
            SELECT randomblob(16), account.id, 'asset ' || n, 'bench', 'IMAGE',
                'upload/bench/' || hex(randomblob(16)) || '.jpg', 'picture ' || n || '.jpg', 200000, randomblob(20),
                n * 1000000000, n, n, 'timeline', FALSE, random(), n, n, unhex(printf('%016x%016x', 1000 + n, n))
            FROM number, account;
            INSERT INTO exif (asset_id, make, model, description, edited, update_id)
            SELECT id, 'Maker', 'Model', '', '', update_id FROM asset;
            COMMIT;"
        ))?;
        let mut statement =
            connection.prepare("SELECT checksum FROM asset ORDER BY random() LIMIT 5000")?;
        let known = statement.query_map([], |row| row.get(0))?;
        Ok(known.collect::<rusqlite::Result<_>>()?)
    }
}

/// Gives a connection the functions that the triggers of the database use.
fn add_functions(connection: &rusqlite::Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function("fold_text", 1, flags, |arguments| {
        Ok(kallitype_db::fold(&arguments.get::<String>(0)?))
    })?;
    connection.create_scalar_function("clock_micros", 0, flags, |_| Ok(1_i64))?;
    // Records of before the server was started.
    connection.create_scalar_function("next_change_id", 0, flags, |_| Ok(vec![0_u8; 16]))?;
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn spawn(program: &Path, data: &Path, settings: &[&str]) -> Result<(Child, String)> {
    let mut child = Command::new(program)
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log",
            "error",
            "--data",
        ])
        .arg(data)
        .args(settings)
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or("no pipe")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line
        .trim()
        .rsplit("http://")
        .next()
        .unwrap_or_default()
        .to_owned();
    Ok((child, address))
}

/// What a process has used of the processor, itself and through its children that have ended: each in user and in
/// system mode, in ticks.
fn processor_ticks(process: u32) -> Result<[u64; 4]> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = text.rsplit_once(')').ok_or("no name")?;
    let mut ticks = fields.split_whitespace().skip(11).map(str::parse);
    let mut next = || ticks.next().ok_or("too few fields");
    Ok([next()??, next()??, next()??, next()??])
}

/// A process's proportional memory in MiB.
fn pss(process: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Pss:"))
        .ok_or("no Pss")?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes / 1024.0)
}
