use super::{Engine, Server};

impl Server {
    /// Runs a statement in the server's database, behind its back; answers how many rows it touched.
    pub async fn execute_sql(&self, sql: &str) -> u64 {
        let (sql, engine) = (sql.to_owned(), self.options.engine);
        let url = self.options.database_url.clone();
        let file = self.options.data.join("kallitype.sqlite");
        let work = move || match engine {
            Engine::Sqlite => {
                let connection = rusqlite::Connection::open(file).expect("the database's file");
                connection.busy_timeout(super::PATIENCE).expect("a timeout");
                connection.execute(&sql, []).expect("a good statement") as u64
            }
            Engine::Postgres => {
                let client = postgres::Client::connect(&url, postgres::NoTls);
                client
                    .expect("PostgreSQL answers")
                    .execute(&sql, &[])
                    .expect("a good statement")
            }
        };
        tokio::task::spawn_blocking(work)
            .await
            .expect("the statement was run")
    }
}
