//! A thin layer of our own over rusqlite and postgres: queries are plain blocking functions, written once.

use crate::asset::{Asset, FIND, INSERT, LIST, with_columns};
use crate::pool::{Pool, blocking};
use crate::target::Target;
use crate::{Contender, Result};
use postgres::types::FromSql;
use postgres::{NoTls, Statement};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

#[derive(Clone)]
pub enum OwnLayer {
    Sqlite {
        readers: Arc<Pool<rusqlite::Connection>>,
        writer: Arc<Mutex<rusqlite::Connection>>,
    },
    Postgres(Arc<Pool<CachedClient>>),
}

pub struct CachedClient {
    client: postgres::Client,
    statements: HashMap<String, Statement>,
}

enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut CachedClient),
}

enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

trait Parameter: rusqlite::ToSql + postgres::types::ToSql + Sync {}
impl<T: rusqlite::ToSql + postgres::types::ToSql + Sync> Parameter for T {}

impl Contender for OwnLayer {
    async fn open(target: &Target) -> Result<Self> {
        Ok(match target.clone() {
            Target::Sqlite(path) => {
                let writer = rusqlite::Connection::open(&path)?;
                writer.pragma_update(None, "synchronous", "FULL")?;
                let open = move || {
                    let reader = rusqlite::Connection::open(&path)?;
                    reader.pragma_update(None, "query_only", true)?;
                    Ok(reader)
                };
                Self::Sqlite {
                    readers: Arc::new(Pool::new(open)),
                    writer: Arc::new(Mutex::new(writer)),
                }
            }
            Target::Postgres(url) => Self::Postgres(Arc::new(Pool::new(move || {
                let client = postgres::Client::connect(&url, NoTls)?;
                Ok(CachedClient {
                    client,
                    statements: HashMap::new(),
                })
            }))),
        })
    }

    async fn find(&self, id: Uuid) -> Result<Asset> {
        let find = move |connection: &mut Connection<'_>| {
            let found = connection.query(FIND, &[&id], asset)?;
            found
                .into_iter()
                .next()
                .ok_or_else(|| "there is no such asset".into())
        };
        match self {
            // A few pages through an index: quicker done here than handed to another thread.
            Self::Sqlite { readers, .. } => {
                readers.with(|reader| find(&mut Connection::Sqlite(reader)))
            }
            Self::Postgres(_) => self.on_thread(find).await,
        }
    }

    async fn list(&self, owner: Uuid) -> Result<Vec<Asset>> {
        self.on_thread(move |connection| connection.query(LIST, &[&owner], asset))
            .await
    }

    async fn insert(&self, assets: Vec<Asset>) -> Result<()> {
        let (begin, savepoint, release, commit) = match assets.len() {
            1 => ("", "", "", ""),
            _ => ("BEGIN IMMEDIATE", "SAVEPOINT one", "RELEASE one", "COMMIT"),
        };
        let insert = move |connection: &mut Connection<'_>| {
            connection.execute(begin, &[])?;
            for asset in assets {
                connection.execute(savepoint, &[])?;
                macro_rules! parameters {
                    ($($column:ident),*) => { &[$(&asset.$column),*] };
                }
                connection.execute(INSERT, with_columns!(parameters))?;
                connection.execute(release, &[])?;
            }
            connection.execute(commit, &[])
        };
        match self.clone() {
            Self::Sqlite { writer, .. } => {
                let locked = move || {
                    let writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
                    insert(&mut Connection::Sqlite(&writer))
                };
                blocking(locked).await
            }
            Self::Postgres(_) => self.on_thread(insert).await,
        }
    }
}

impl OwnLayer {
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self.clone() {
            Self::Sqlite { readers, .. } => {
                blocking(move || readers.with(|reader| work(&mut Connection::Sqlite(reader)))).await
            }
            Self::Postgres(clients) => {
                let pool = clients.clone();
                let _turn = pool.turns.acquire().await?;
                blocking(move || clients.with(|client| work(&mut Connection::Postgres(client))))
                    .await
            }
        }
    }
}

impl Connection<'_> {
    fn query<T>(
        &mut self,
        sql: &str,
        parameters: &[&dyn Parameter],
        convert: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sql.replace('$', "?"))?;
                let mut rows = statement.query(for_sqlite(parameters).as_slice())?;
                let mut converted = Vec::new();
                while let Some(row) = rows.next()? {
                    converted.push(convert(&Row::Sqlite(row))?);
                }
                Ok(converted)
            }
            Self::Postgres(client) => {
                let statement = client.prepare(sql)?;
                let rows = client.client.query(&statement, &for_postgres(parameters))?;
                rows.iter()
                    .map(|row| convert(&Row::Postgres(row)))
                    .collect()
            }
        }
    }

    fn execute(&mut self, sql: &str, parameters: &[&dyn Parameter]) -> Result<()> {
        if sql.is_empty() {
            return Ok(());
        }
        match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&sql.replace('$', "?"))?;
                statement.execute(for_sqlite(parameters).as_slice())?;
            }
            Self::Postgres(client) => {
                let statement = client.prepare(sql)?;
                client
                    .client
                    .execute(&statement, &for_postgres(parameters))?;
            }
        }
        Ok(())
    }
}

impl CachedClient {
    fn prepare(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Row<'_> {
    fn get<T: rusqlite::types::FromSql + for<'a> FromSql<'a>>(&self, column: usize) -> Result<T> {
        match self {
            Self::Sqlite(row) => Ok(row.get(column)?),
            Self::Postgres(row) => Ok(row.try_get(column)?),
        }
    }
}

fn for_sqlite<'a>(parameters: &[&'a dyn Parameter]) -> Vec<&'a dyn rusqlite::ToSql> {
    parameters.iter().map(|&parameter| parameter as _).collect()
}

fn for_postgres<'a>(
    parameters: &[&'a dyn Parameter],
) -> Vec<&'a (dyn postgres::types::ToSql + Sync)> {
    parameters.iter().map(|&parameter| parameter as _).collect()
}

fn asset(row: &Row<'_>) -> Result<Asset> {
    let mut column = 0..;
    let mut next = || column.next().unwrap_or_default();
    macro_rules! by_position {
        ($($column:ident),*) => { Asset { $($column: row.get(next())?),* } };
    }
    Ok(with_columns!(by_position))
}
