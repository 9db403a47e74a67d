//! Where the contenders run: fresh copies of a filled database, in a file or in a throwaway PostgreSQL cluster.

use crate::Result;
use crate::asset::{Asset, INSERT, SCHEMA, with_columns};
use postgres::NoTls;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A database that one contender opens.
#[derive(Clone)]
pub enum Target {
    Sqlite(PathBuf),
    Postgres(String),
}

/// A PostgreSQL cluster that exists as long as this value.
struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
}

/// The filled databases of both engines; gone when this value is dropped.
pub struct Targets {
    folder: PathBuf,
    cluster: Cluster,
}

impl Targets {
    /// Writes the same assets into both engines.
    pub fn fill(assets: &[Asset]) -> Result<Self> {
        let folder =
            std::env::temp_dir().join(format!("database-comparison-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        let targets = Self {
            folder,
            cluster: Cluster::start()?,
        };
        targets.fill_sqlite(assets)?;
        targets.fill_postgres(assets)?;
        Ok(targets)
    }

    /// A fresh copy for one contender; an earlier copy is overwritten.
    pub fn sqlite(&self) -> Result<Target> {
        let copy = self.folder.join("copy.sqlite");
        for suffix in ["", "-wal", "-shm"] {
            let left = self.folder.join(format!("copy.sqlite{suffix}"));
            if left.exists() {
                std::fs::remove_file(left)?;
            }
        }
        std::fs::copy(self.folder.join("filled.sqlite"), &copy)?;
        std::fs::File::open(&copy)?.sync_all()?;
        Ok(Target::Sqlite(copy))
    }

    /// A fresh copy for one contender; an earlier copy is dropped.
    pub fn postgres(&self) -> Result<Target> {
        let mut admin = postgres::Client::connect(&self.cluster.url("postgres"), NoTls)?;
        admin.batch_execute("DROP DATABASE IF EXISTS copy WITH (FORCE)")?;
        admin.batch_execute("CREATE DATABASE copy TEMPLATE filled")?;
        admin.batch_execute("CHECKPOINT")?;
        Ok(Target::Postgres(self.cluster.url("copy")))
    }

    fn fill_sqlite(&self, assets: &[Asset]) -> Result<()> {
        let mut connection = rusqlite::Connection::open(self.folder.join("filled.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.execute_batch(SCHEMA)?;
        let transaction = connection.transaction()?;
        for asset in assets {
            macro_rules! parameters {
                ($($column:ident),*) => { rusqlite::params![$(asset.$column),*] };
            }
            transaction
                .prepare_cached(INSERT)?
                .execute(with_columns!(parameters))?;
        }
        transaction.commit()?;
        connection.execute_batch("ANALYZE")?;
        connection.close().map_err(|(_, error)| error)?;
        Ok(())
    }

    fn fill_postgres(&self, assets: &[Asset]) -> Result<()> {
        postgres::Client::connect(&self.cluster.url("postgres"), NoTls)?
            .batch_execute("CREATE DATABASE filled")?;
        let mut client = postgres::Client::connect(&self.cluster.url("filled"), NoTls)?;
        client.batch_execute(SCHEMA)?;
        let mut transaction = client.transaction()?;
        let insert = transaction.prepare(INSERT)?;
        for asset in assets {
            macro_rules! parameters {
                ($($column:ident),*) => { &[$(&asset.$column),*] };
            }
            transaction.execute(&insert, with_columns!(parameters))?;
        }
        transaction.commit()?;
        client.batch_execute("VACUUM ANALYZE")?;
        Ok(())
    }
}

impl Drop for Targets {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}

impl Cluster {
    fn start() -> Result<Self> {
        let programs = match std::env::var_os("PG_BIN") {
            Some(programs) => programs.into(),
            None => output(Command::new("pg_config").arg("--bindir"))?.into(),
        };
        let folder = output(unprivileged(Path::new("mktemp"))?.arg("-d"))?.into();
        let cluster = Self { programs, folder };
        let (data, log) = (cluster.folder.join("data"), cluster.folder.join("log"));
        output(
            cluster
                .program("initdb")?
                .args(["-A", "trust", "-U", "postgres", "-D"])
                .arg(&data),
        )?;
        let options = format!(
            "-c listen_addresses= -c unix_socket_directories={}",
            cluster.folder.display()
        );
        // The server would keep a pipe open, so its starter writes to nowhere.
        let mut start = cluster.program("pg_ctl")?;
        start
            .args(["start", "-w", "-D"])
            .arg(&data)
            .arg("-l")
            .arg(&log)
            .args(["-o", &options]);
        if start
            .stdout(std::process::Stdio::null())
            .status()?
            .success()
        {
            Ok(cluster)
        } else {
            Err("PostgreSQL does not start".into())
        }
    }

    fn program(&self, name: &str) -> Result<Command> {
        unprivileged(&self.programs.join(name))
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres:///{database}?host={}&user=postgres",
            self.folder.display()
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data");
        let stopped = self
            .program("pg_ctl")
            .and_then(|mut stop| output(stop.args(["stop", "-m", "immediate", "-D"]).arg(data)));
        if let Err(error) = stopped {
            eprintln!("PostgreSQL is left running: {error}");
        } else if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("{} is left behind: {error}", self.folder.display());
        }
    }
}

/// A program as a user PostgreSQL agrees to run as: it refuses root.
fn unprivileged(program: &Path) -> Result<Command> {
    if std::fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(Command::new(program));
    }
    let mut command = Command::new("runuser");
    command
        .args(["-u", "postgres", "--"])
        .arg(program)
        .current_dir("/");
    Ok(command)
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)).into())
    }
}
