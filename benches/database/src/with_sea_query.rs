//! sqlx with its SQL built by sea-query instead of written.

use crate::asset::{Asset, COLUMNS, with_columns};
use crate::target::Target;
use crate::with_sqlx::Sqlx;
use crate::{Contender, Result};
use sea_query::{
    Expr, ExprTrait, InsertStatement, Order, PostgresQueryBuilder, Query, SelectStatement,
    SqliteQueryBuilder,
};
use sea_query_sqlx::SqlxBinder;
use sqlx::{Acquire, AssertSqlSafe};
use uuid::Uuid;

#[derive(Clone)]
pub struct SeaQuery(Sqlx);

impl Contender for SeaQuery {
    async fn open(target: &Target) -> Result<Self> {
        Ok(Self(Sqlx::open(target).await?))
    }

    async fn find(&self, id: Uuid) -> Result<Asset> {
        let query = assets().and_where(Expr::col("id").eq(id)).take();
        Ok(match &self.0 {
            Sqlx::Sqlite { readers, .. } => {
                let (sql, values) = query.build_sqlx(SqliteQueryBuilder);
                sqlx::query_as_with(AssertSqlSafe(sql), values)
                    .fetch_one(readers)
                    .await?
            }
            Sqlx::Postgres(pool) => {
                let (sql, values) = query.build_sqlx(PostgresQueryBuilder);
                sqlx::query_as_with(AssertSqlSafe(sql), values)
                    .fetch_one(pool)
                    .await?
            }
        })
    }

    async fn list(&self, owner: Uuid) -> Result<Vec<Asset>> {
        let query = assets()
            .and_where(Expr::col("owner_id").eq(owner))
            .order_by("local_date_time", Order::Desc)
            .take();
        Ok(match &self.0 {
            Sqlx::Sqlite { readers, .. } => {
                let (sql, values) = query.build_sqlx(SqliteQueryBuilder);
                sqlx::query_as_with(AssertSqlSafe(sql), values)
                    .fetch_all(readers)
                    .await?
            }
            Sqlx::Postgres(pool) => {
                let (sql, values) = query.build_sqlx(PostgresQueryBuilder);
                sqlx::query_as_with(AssertSqlSafe(sql), values)
                    .fetch_all(pool)
                    .await?
            }
        })
    }

    async fn insert(&self, assets: Vec<Asset>) -> Result<()> {
        match &self.0 {
            Sqlx::Postgres(pool) => {
                for asset in assets {
                    let (sql, values) = insertion(asset)?.build_sqlx(PostgresQueryBuilder);
                    sqlx::query_with(AssertSqlSafe(sql), values)
                        .execute(pool)
                        .await?;
                }
            }
            Sqlx::Sqlite { writer, .. } if assets.len() == 1 => {
                for asset in assets {
                    let (sql, values) = insertion(asset)?.build_sqlx(SqliteQueryBuilder);
                    sqlx::query_with(AssertSqlSafe(sql), values)
                        .execute(writer)
                        .await?;
                }
            }
            Sqlx::Sqlite { writer, .. } => {
                let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
                for asset in assets {
                    let mut savepoint = transaction.begin().await?;
                    let (sql, values) = insertion(asset)?.build_sqlx(SqliteQueryBuilder);
                    sqlx::query_with(AssertSqlSafe(sql), values)
                        .execute(&mut *savepoint)
                        .await?;
                    savepoint.commit().await?;
                }
                transaction.commit().await?;
            }
        }
        Ok(())
    }
}

fn assets() -> SelectStatement {
    Query::select().columns(COLUMNS).from("asset").take()
}

fn insertion(asset: Asset) -> Result<InsertStatement> {
    macro_rules! values {
        ($($column:ident),*) => { [$(asset.$column.into()),*] };
    }
    Ok(Query::insert()
        .into_table("asset")
        .columns(COLUMNS)
        .values(with_columns!(values))?
        .take())
}
