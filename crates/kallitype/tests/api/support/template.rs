use std::path::{Path, PathBuf};

use tokio::sync::OnceCell;

use super::database::create_database;
use super::server::{Options, files_below};
use super::{Engine, Server, User};

/// A library whose first user has signed up: made once by a real server, and copied for every test that does not ask
/// for a first start. All copies have one library's id, so a test with two libraries makes at least one of them anew.
pub struct Template {
    /// The first user, with a session that every copy knows.
    pub admin: User,
    database_url: String,
    /// The data folder's files, by their paths below it. They are few and small.
    files: Vec<(PathBuf, Vec<u8>)>,
}

impl Template {
    /// The one for a database.
    pub async fn of(engine: Engine) -> &'static Self {
        static SQLITE: OnceCell<Template> = OnceCell::const_new();
        static POSTGRES: OnceCell<Template> = OnceCell::const_new();
        let template = match engine {
            Engine::Sqlite => &SQLITE,
            Engine::Postgres => &POSTGRES,
        };
        template.get_or_init(|| Self::make(engine)).await
    }

    async fn make(engine: Engine) -> Self {
        let mut server = Server::first_start(engine).await;
        server.stop();
        let data = &server.options.data;
        let read = |path: PathBuf| {
            let bytes = std::fs::read(&path).expect("a readable file");
            let below = path.strip_prefix(data).expect("a path below the folder");
            (below.to_owned(), bytes)
        };
        Self {
            admin: server.admin.clone(),
            // Its server's own is removed with it.
            database_url: copy_database(engine, &server.options.database_url),
            files: files_below(data).into_iter().map(read).collect(),
        }
    }

    /// A copy in a folder, and with PostgreSQL in a database of its own.
    pub fn copy(&self, engine: Engine, folder: &Path) -> Options {
        let database_url = copy_database(engine, &self.database_url);
        let options = Options::on(engine, folder, database_url);
        for (path, bytes) in &self.files {
            let path = options.data.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, bytes).expect("a copy");
        }
        options
    }
}

/// Answers the copy's address. The embedded database is a file in the folder, and copied with it.
fn copy_database(engine: Engine, url: &str) -> String {
    match engine {
        Engine::Sqlite => url.to_owned(),
        Engine::Postgres => create_database(Some(url)),
    }
}
