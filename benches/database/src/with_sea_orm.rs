//! SeaORM: entities over sqlx, one connection type for both engines.

use crate::asset::{Asset, Column, Entity};
use crate::target::Target;
use crate::with_sqlx::Sqlx;
use crate::{Contender, Result};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    SqlxPostgresConnector, SqlxSqliteConnector, TransactionTrait,
};
use uuid::Uuid;

#[derive(Clone)]
pub struct SeaOrm {
    readers: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Contender for SeaOrm {
    async fn open(target: &Target) -> Result<Self> {
        // The pools are set up as for sqlx alone.
        Ok(match Sqlx::open(target).await? {
            Sqlx::Sqlite { readers, writer } => Self {
                readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
                writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
            },
            Sqlx::Postgres(pool) => {
                let both = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
                Self {
                    readers: both.clone(),
                    writer: both,
                }
            }
        })
    }

    async fn find(&self, id: Uuid) -> Result<Asset> {
        let found = Entity::find_by_id(id).one(&self.readers).await?;
        found.ok_or_else(|| "there is no such asset".into())
    }

    async fn list(&self, owner: Uuid) -> Result<Vec<Asset>> {
        let newest_first = Entity::find()
            .filter(Column::OwnerId.eq(owner))
            .order_by_desc(Column::LocalDateTime);
        Ok(newest_first.all(&self.readers).await?)
    }

    async fn insert(&self, assets: Vec<Asset>) -> Result<()> {
        if assets.len() == 1 {
            for asset in assets {
                Entity::insert(asset.into_active_model())
                    .exec_without_returning(&self.writer)
                    .await?;
            }
            return Ok(());
        }
        let transaction = self.writer.begin().await?;
        for asset in assets {
            let savepoint = transaction.begin().await?;
            Entity::insert(asset.into_active_model())
                .exec_without_returning(&savepoint)
                .await?;
            savepoint.commit().await?;
        }
        Ok(transaction.commit().await?)
    }
}
