//! sqlx: asynchronous, SQL as text. Every engine is a type of its own, so each call stands here twice.

use crate::asset::{Asset, FIND, INSERT, LIST, with_columns};
use crate::target::Target;
use crate::{CONNECTIONS, Contender, Result};
use sqlx::postgres::{PgArguments, PgPoolOptions, Postgres};
use sqlx::query::Query;
use sqlx::sqlite::{
    Sqlite, SqliteArguments, SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Acquire, PgPool, SqlitePool};
use uuid::Uuid;

#[derive(Clone)]
pub enum Sqlx {
    Sqlite {
        readers: SqlitePool,
        writer: SqlitePool,
    },
    Postgres(PgPool),
}

impl Contender for Sqlx {
    async fn open(target: &Target) -> Result<Self> {
        Ok(match target {
            Target::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .synchronous(SqliteSynchronous::Full);
                let pool = |connections| {
                    SqlitePoolOptions::new()
                        .max_connections(connections)
                        .test_before_acquire(false)
                };
                Self::Sqlite {
                    readers: pool(CONNECTIONS as u32)
                        .connect_with(options.clone())
                        .await?,
                    writer: pool(1).connect_with(options).await?,
                }
            }
            Target::Postgres(url) => {
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS as u32)
                    .test_before_acquire(false);
                Self::Postgres(pool.connect(url).await?)
            }
        })
    }

    async fn find(&self, id: Uuid) -> Result<Asset> {
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                sqlx::query_as(FIND).bind(id).fetch_one(readers).await?
            }
            Self::Postgres(pool) => sqlx::query_as(FIND).bind(id).fetch_one(pool).await?,
        })
    }

    async fn list(&self, owner: Uuid) -> Result<Vec<Asset>> {
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                sqlx::query_as(LIST).bind(owner).fetch_all(readers).await?
            }
            Self::Postgres(pool) => sqlx::query_as(LIST).bind(owner).fetch_all(pool).await?,
        })
    }

    async fn insert(&self, assets: Vec<Asset>) -> Result<()> {
        match (self, assets.as_slice()) {
            (Self::Postgres(pool), assets) => {
                for asset in assets {
                    for_postgres(asset).execute(pool).await?;
                }
            }
            (Self::Sqlite { writer, .. }, [asset]) => {
                for_sqlite(asset).execute(writer).await?;
            }
            (Self::Sqlite { writer, .. }, assets) => {
                let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
                for asset in assets {
                    let mut savepoint = transaction.begin().await?;
                    for_sqlite(asset).execute(&mut *savepoint).await?;
                    savepoint.commit().await?;
                }
                transaction.commit().await?;
            }
        }
        Ok(())
    }
}

macro_rules! bind {
    ($($column:ident),*) => {
        fn for_sqlite(asset: &Asset) -> Query<'_, Sqlite, SqliteArguments> {
            sqlx::query(INSERT)$(.bind(&asset.$column))*
        }

        fn for_postgres(asset: &Asset) -> Query<'_, Postgres, PgArguments> {
            sqlx::query(INSERT)$(.bind(&asset.$column))*
        }
    };
}
with_columns!(bind);
