use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;

use postgres::error::SqlState;
use postgres::{Client, NoTls};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

use super::{Answer, Engine, Server, User, eventually};

/// The names of databases that no test needs any more.
static FINISHED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The connection on which databases are made and removed, one after the other.
static CONNECTION: Mutex<Option<Client>> = Mutex::new(None);

/// A new database: empty, or a copy of another one that no one is connected to. Answers its address.
pub fn create_database(template: Option<&str>) -> String {
    let base = std::env::var("KALLITYPE_TEST_POSTGRES")
        .expect("KALLITYPE_TEST_POSTGRES says where to test on PostgreSQL; `make test` starts one and sets it");
    let name = format!("test_{}", Uuid::new_v4().simple());
    // Copying files is half the work of copying their pages one by one.
    let copied = template.map(|url| format!("TEMPLATE {} STRATEGY file_copy", name_in(url)));
    let create = format!("CREATE DATABASE {name} {}", copied.unwrap_or_default());
    let url = format!("{base}/{name}");
    // The client waits in a way that asynchronous threads do not allow.
    let worked = std::thread::spawn(move || {
        let mut connection = CONNECTION.lock().unwrap_or_else(PoisonError::into_inner);
        let client = connection.get_or_insert_with(|| {
            let url = format!("{base}/postgres");
            Client::connect(&url, NoTls).expect("PostgreSQL answers")
        });
        remove_finished(client);
        client
            .batch_execute(&create)
            .expect("a database can be made");
    });
    worked.join().expect("a database was made");
    url
}

/// Has a database removed, some time. Left lying about, the databases of one run would be gigabytes.
pub fn finish_with(url: &str) {
    let mut finished = FINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    finished.push(name_in(url).to_owned());
}

fn remove_finished(client: &mut Client) {
    let mut finished = FINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for name in finished.drain(..) {
        // Whoever was killed may not have been missed yet.
        client
            .batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .expect("a database can be removed");
    }
}

fn name_in(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or_default()
}

/// A connection to the database of a server on PostgreSQL, which is kept for the next question: for each that begins,
/// PostgreSQL begins a process that knows nothing.
#[derive(Clone, Default)]
pub struct Questions(Arc<Mutex<Option<(String, Client)>>>);

impl Questions {
    /// Asks the database at an address: a server may have another one by now. Only threads that may wait may ask.
    pub fn ask<T>(&self, url: &str, ask: impl FnOnce(&mut Client) -> T) -> T {
        let mut kept = self.lock();
        let mut client = match kept.take() {
            Some((known, client)) if known == url && !client.is_closed() => client,
            _ => Client::connect(url, NoTls).expect("PostgreSQL answers"),
        };
        let answer = ask(&mut client);
        *kept = Some((url.to_owned(), client));
        answer
    }

    fn lock(&self) -> MutexGuard<'_, Option<(String, Client)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Questions {
    fn drop(&mut self) {
        if Arc::strong_count(&self.0) > 1 {
            return;
        }
        // It says goodbye, for which it has to wait.
        let client = self.lock().take();
        drop(std::thread::spawn(move || drop(client)).join());
    }
}

/// A transaction in the database of a server on PostgreSQL, which is committed when this is dropped. Its thread has the
/// connection: the client waits in a way that asynchronous threads do not allow.
pub struct Lock {
    held: Option<(mpsc::Sender<Infallible>, JoinHandle<()>)>,
}

impl Lock {
    /// Keeps others out of the accounts.
    pub async fn on_accounts(server: &Server) -> Self {
        Self::by(server, "LOCK TABLE account IN EXCLUSIVE MODE").await
    }

    /// Holds what statements lock.
    pub async fn by(server: &Server, statements: &str) -> Self {
        let begin = format!("BEGIN; {statements}");
        let url = server.options.database_url.clone();
        let (locked, is_locked) = tokio::sync::oneshot::channel();
        let (release, released) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut client = Client::connect(&url, NoTls).expect("PostgreSQL answers");
            client.batch_execute(&begin).expect("a lock");
            locked.send(()).expect("the test waits");
            assert!(released.recv().is_err(), "it is only dropped");
            client.batch_execute("COMMIT").expect("a commit");
        });
        is_locked.await.expect("a lock");
        Self {
            held: Some((release, thread)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some((release, thread)) = self.held.take() {
            drop(release);
            drop(thread.join());
        }
    }
}

impl Server {
    /// Waits until a statement of the server that begins so waits for another's lock.
    pub async fn keeps_waiting(&self, statement: &str) {
        let waiting = format!(
            "SELECT pid::text FROM pg_stat_activity \
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '{statement}%'"
        );
        eventually("a statement that waits", async || {
            (!self.texts(waiting.clone()).await.is_empty()).then_some(())
        })
        .await;
    }

    /// Waits until no one is connected to the database any more: what a server that was killed had begun to commit may
    /// still be committed.
    pub async fn is_abandoned(&self) {
        if self.options.engine == Engine::Sqlite {
            return;
        }
        let others = "SELECT pid::text FROM pg_stat_activity \
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        eventually("the end of all connections", async || {
            self.texts(others.to_owned()).await.is_empty().then_some(())
        })
        .await;
    }

    /// The processes of PostgreSQL on whose connections servers hear what is told on a channel.
    pub async fn listeners(&self, channel: &str) -> Vec<String> {
        let sql = format!(
            "SELECT pid::text FROM pg_stat_activity \
             WHERE query = 'LISTEN {channel}' AND state = 'idle' AND datname = current_database()"
        );
        self.texts(sql).await
    }

    /// Runs a statement in the server's database, behind its back; answers how many rows it touched.
    pub async fn execute_sql(&self, sql: &str) -> u64 {
        let (sql, engine) = (sql.to_owned(), self.options.engine);
        let url = self.options.database_url.clone();
        let file = self.options.data.join("kallitype.sqlite");
        let questions = self.questions.clone();
        let work = move || match engine {
            Engine::Sqlite => {
                let connection = open_sqlite(&file);
                connection.execute(&sql, []).expect("a good statement") as u64
            }
            // Of two that wait for each other, PostgreSQL ends one. The server begins its own again, too.
            Engine::Postgres => questions.ask(&url, |client| {
                loop {
                    match client.execute(&sql, &[]) {
                        Err(error) if error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED) => {}
                        done => return done.expect("a good statement"),
                    }
                }
            }),
        };
        tokio::task::spawn_blocking(work)
            .await
            .expect("the statement was run")
    }

    /// Gives a user so many copies of one of their assets, as if each had been uploaded by the device `copies`;
    /// answers their ids.
    pub async fn multiply(&self, owner: &User, count: usize) -> Vec<Uuid> {
        let (series, id, checksum, text) = match self.options.engine {
            Engine::Sqlite => (
                "json_each('[' || rtrim(replace(hex(zeroblob(COUNT)), '00', '0,'), ',') || ']')",
                "randomblob(16)",
                "randomblob(20)",
                "lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4) \
                 || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))",
            ),
            Engine::Postgres => (
                "generate_series(1, COUNT)",
                "gen_random_uuid()",
                "decode(md5(random()::text), 'hex')",
                "id::text",
            ),
        };
        let series = series.replace("COUNT", &count.to_string());
        let copies = self
            .execute_sql(&format!(
                "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, original_file_name, \
                 file_size, checksum, file_created_at, file_modified_at, local_date_time, visibility, is_favorite, \
                 random_key, created_at, updated_at, update_id) \
                 SELECT {id}, owner_id, '', 'copies', one.type, original_path, original_file_name, file_size, {checksum}, \
                 file_created_at, file_modified_at, local_date_time, visibility, is_favorite, random_key, created_at, \
                 updated_at, update_id FROM (SELECT * FROM asset LIMIT 1) AS one, {series} AS series"
            ))
            .await;
        assert_eq!(copies, count as u64);
        self.execute_sql(
            "INSERT INTO exif (asset_id, description, edited, update_id) \
             SELECT id, '', '', update_id FROM asset WHERE device_id = 'copies'",
        )
        .await;
        self.execute_sql(&format!(
            "UPDATE asset SET device_asset_id = {text} WHERE device_id = 'copies'"
        ))
        .await;
        let listed = Answer::of(self.get(owner, "/assets/device/copies")).await;
        let ids = listed.json.as_array().expect("a list").iter();
        ids.map(|id| id.as_str().expect("a text").parse().expect("a UUID"))
            .collect()
    }
}

/// Opens the embedded database's file, with the functions that its triggers use. What they note has the last change id that
/// the server gave out.
pub fn open_sqlite(file: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(file).expect("the database's file");
    connection.busy_timeout(super::PATIENCE).expect("a timeout");
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
    let counter: i64 = connection
        .query_row("SELECT last FROM change_counter", [], |row| row.get(0))
        .expect("a number");
    let now = || jiff::Timestamp::now().as_microsecond();
    let last = AtomicI64::new(now());
    let functions = [
        connection.create_scalar_function("fold_text", 1, flags, |arguments| {
            Ok(kallitype_db::fold(&arguments.get::<String>(0)?))
        }),
        connection.create_scalar_function("clock_micros", 0, flags, move |_| Ok(now())),
        connection.create_scalar_function("next_change_id", 0, flags, move |_| {
            let time = last.fetch_add(1, Ordering::Relaxed);
            let id = Uuid::from_u64_pair(counter.unsigned_abs(), time.unsigned_abs());
            Ok(id.as_bytes().to_vec())
        }),
    ];
    functions
        .into_iter()
        .for_each(|made| made.expect("a function"));
    connection
}
