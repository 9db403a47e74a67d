use kallitype::db::{Connection, Database, DatabaseError, DatabaseSettings};

use super::{Engine, Server};

impl Server {
    /// Runs a transaction in the server's database, as another process of the same library would.
    pub async fn transaction<F>(&self, transaction: F)
    where
        F: FnMut(&mut Connection<'_>) -> Result<(), DatabaseError> + Send + 'static,
    {
        let settings = DatabaseSettings {
            url: self.options.database_url.clone(),
            file: self.options.data.join("kallitype.sqlite"),
            snapshots: self.options.data.join("snapshots"),
            max_connections: 1,
        };
        let opening = tokio::task::spawn_blocking(move || Database::open(&settings));
        let db = opening.await.expect("it ends").expect("the database");
        db.write(transaction).await.expect("the transaction");
        db.close().await;
        // PostgreSQL's clients must not be dropped where asynchronous work is done.
        tokio::task::spawn_blocking(move || drop(db))
            .await
            .expect("it ends");
    }

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
