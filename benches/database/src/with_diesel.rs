//! diesel: blocking, typed queries; one connection type for both engines through `MultiConnection`.

use crate::asset::Asset;
use crate::pool::{Pool, blocking};
use crate::target::Target;
use crate::{Contender, Result};
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel::deserialize::FromSqlRow;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{self, HasSqlType, SqlType};
use diesel::sqlite::Sqlite;
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

diesel::table! {
    use diesel::sql_types::*;
    use super::IdColumn;

    asset (id) {
        id -> IdColumn,
        owner_id -> IdColumn,
        device_asset_id -> Text,
        device_id -> Text,
        kind -> Text,
        original_path -> Text,
        sidecar_path -> Nullable<Text>,
        thumbnail_path -> Nullable<Text>,
        preview_path -> Nullable<Text>,
        original_file_name -> Text,
        file_size -> BigInt,
        checksum -> Binary,
        thumbhash -> Nullable<Binary>,
        file_created_at -> BigInt,
        file_modified_at -> BigInt,
        local_date_time -> BigInt,
        duration -> Nullable<BigInt>,
        visibility -> Text,
        is_favorite -> Bool,
        deleted_at -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        update_id -> IdColumn,
        make -> Nullable<Text>,
        model -> Nullable<Text>,
        lens_model -> Nullable<Text>,
        f_number -> Nullable<Double>,
        focal_length -> Nullable<Double>,
        iso -> Nullable<BigInt>,
        exposure_time -> Nullable<Text>,
        width -> Nullable<BigInt>,
        height -> Nullable<BigInt>,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        city -> Nullable<Text>,
        state -> Nullable<Text>,
        country -> Nullable<Text>,
        description -> Nullable<Text>,
        rating -> Nullable<BigInt>,
        time_zone -> Nullable<Text>,
    }
}

#[derive(Clone)]
pub enum Diesel {
    Sqlite {
        readers: Arc<Pool<AnyConnection>>,
        writer: Arc<Mutex<AnyConnection>>,
    },
    Postgres(Arc<Pool<AnyConnection>>),
}

impl Contender for Diesel {
    async fn open(target: &Target) -> Result<Self> {
        Ok(match target.clone() {
            Target::Sqlite(path) => {
                let open = move |setting: &str| {
                    let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
                    connection.batch_execute(setting)?;
                    Ok(AnyConnection::Sqlite(connection))
                };
                let writer = open("PRAGMA synchronous = FULL")?;
                let readers = Pool::new(move || open("PRAGMA query_only = true"));
                Self::Sqlite {
                    readers: Arc::new(readers),
                    writer: Arc::new(Mutex::new(writer)),
                }
            }
            Target::Postgres(url) => {
                let open = move || Ok(AnyConnection::Postgres(PgConnection::establish(&url)?));
                Self::Postgres(Arc::new(Pool::new(open)))
            }
        })
    }

    async fn find(&self, id: Uuid) -> Result<Asset> {
        // Not `first`: it binds a LIMIT, and SQLite plans anew whenever one is bound.
        let find = move |connection: &mut AnyConnection| {
            Ok(asset::table.find(Id(id)).get_result(connection)?)
        };
        match self {
            Self::Sqlite { readers, .. } => readers.with(find),
            Self::Postgres(_) => self.on_thread(find).await,
        }
    }

    async fn list(&self, owner: Uuid) -> Result<Vec<Asset>> {
        let newest_first = asset::table
            .filter(asset::owner_id.eq(Id(owner)))
            .order(asset::local_date_time.desc());
        self.on_thread(move |connection| Ok(newest_first.load(connection)?))
            .await
    }

    async fn insert(&self, assets: Vec<Asset>) -> Result<()> {
        let insert = move |connection: &mut AnyConnection| {
            if assets.len() == 1 {
                return insert_all(connection, assets);
            }
            connection.transaction(|connection| {
                let one = |asset| {
                    connection.transaction(|connection| insert_all(connection, vec![asset]))
                };
                assets.into_iter().try_for_each(one)
            })
        };
        match self.clone() {
            Self::Sqlite { writer, .. } => {
                blocking(move || insert(&mut writer.lock().unwrap_or_else(PoisonError::into_inner)))
                    .await
            }
            Self::Postgres(_) => self.on_thread(insert).await,
        }
    }
}

fn insert_all(connection: &mut AnyConnection, assets: Vec<Asset>) -> Result<()> {
    for asset in assets {
        asset.insert_into(asset::table).execute(connection)?;
    }
    Ok(())
}

impl Diesel {
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut AnyConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match self.clone() {
            Self::Sqlite { readers, .. } => blocking(move || readers.with(work)).await,
            Self::Postgres(pool) => {
                let turns = pool.clone();
                let _turn = turns.turns.acquire().await?;
                blocking(move || pool.with(work)).await
            }
        }
    }
}

/// A UUID in both engines: diesel has one for PostgreSQL only, so all that follows is ours to write.
#[derive(Clone, Copy, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = IdColumn)]
pub struct Id(Uuid);

#[derive(Clone, Copy, Debug, SqlType, QueryId)]
#[diesel(postgres_type(name = "uuid"), sqlite_type(name = "Binary"))]
pub struct IdColumn;

impl From<Uuid> for Id {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<Id> for Uuid {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl HasSqlType<IdColumn> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        MultiBackend::lookup_sql_type::<IdColumn>(lookup)
    }
}

impl FromSql<IdColumn, MultiBackend> for Id {
    fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Self, IdColumn>()
    }
}

impl FromSql<IdColumn, Pg> for Id {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<sql_types::Uuid, Pg>::from_sql(bytes).map(Self)
    }
}

impl FromSql<IdColumn, Sqlite> for Id {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(Uuid::from_slice(bytes.read_blob())?))
    }
}

impl ToSql<IdColumn, MultiBackend> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((IdColumn, self));
        Ok(IsNull::No)
    }
}

impl ToSql<IdColumn, Pg> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<sql_types::Uuid, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<IdColumn, Sqlite> for Id {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        ToSql::<sql_types::Binary, Sqlite>::to_sql(self.0.as_bytes().as_slice(), out)
    }
}
