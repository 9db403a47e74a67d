use uuid::Uuid;

use super::{Answer, Engine, Server, User};

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
