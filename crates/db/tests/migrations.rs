//! Every released schema, with a row in each table, comes up to date without losing one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test that meets what it does not expect has failed"
)]

mod engines;

use std::collections::BTreeMap;

use engines::Fresh;
use kallitype_db::Connection;
use uuid::Uuid;

/// The schemas that some version was released with.
const RELEASED: &[i64] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];

/// The newest schema.
const NEWEST: i64 = 29;

/// Tables that have another name by now.
const RENAMED: &[(&str, &str)] = &[
    ("library", "installation"),
    ("doomed_file", "file_deletion"),
];

/// One id for every row, so that all that refer to one refer to one that is there.
const ID: &str = "01a00000-0000-4000-8000-000000000001";

fn fill_sqlite(fresh: &Fresh) -> BTreeMap<String, i64> {
    let connection = rusqlite::Connection::open(&fresh.settings.file).unwrap();
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    // Triggers fold the texts that are written.
    let flags = rusqlite::functions::FunctionFlags::SQLITE_UTF8;
    connection
        .create_scalar_function("fold_text", 1, flags, |arguments| {
            Ok(kallitype_db::fold(&arguments.get::<String>(0)?))
        })
        .unwrap();
    for table in sqlite_tables(&connection) {
        let mut columns = connection
            .prepare(&format!(
                "SELECT name, type FROM pragma_table_info('{table}')"
            ))
            .unwrap();
        let columns: Vec<(String, String)> = columns
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|(_, kind)| match kind.as_str() {
                "UUID" => format!("x'{}'", ID.replace('-', "")),
                "BYTEA" | "BLOB" => "x'00'".to_owned(),
                "TEXT" => "''".to_owned(),
                _ => "1".to_owned(),
            })
            .collect();
        let sql = format!(
            "INSERT OR IGNORE INTO {table} ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        connection
            .execute(&sql, [])
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    count_sqlite(fresh)
}

fn sqlite_tables(connection: &rusqlite::Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
        AND name NOT IN ('migration', 'change_counter') ORDER BY name";
    let mut tables = connection.prepare(sql).unwrap();
    tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect()
}

fn count_sqlite(fresh: &Fresh) -> BTreeMap<String, i64> {
    let connection = rusqlite::Connection::open(&fresh.settings.file).unwrap();
    sqlite_tables(&connection)
        .into_iter()
        .map(|table| {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let rows = connection.query_row(&sql, [], |row| row.get(0)).unwrap();
            (table, rows)
        })
        .collect()
}

fn fill_postgres(fresh: &Fresh) -> BTreeMap<String, i64> {
    let mut client = postgres::Client::connect(&fresh.settings.url, postgres::NoTls).unwrap();
    client
        .batch_execute("SET session_replication_role = replica")
        .unwrap();
    for table in postgres_tables(&mut client) {
        let sql = "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' \
            AND table_name = $1 AND is_generated = 'NEVER'";
        let columns = client.query(sql, &[&table]).unwrap();
        let names: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|row| match row.get::<_, &str>(1) {
                "uuid" => format!("'{ID}'"),
                "bytea" => "'\\x00'".to_owned(),
                "text" => "''".to_owned(),
                "boolean" => "TRUE".to_owned(),
                _ => "1".to_owned(),
            })
            .collect();
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT DO NOTHING",
            names.join(", "),
            values.join(", ")
        );
        client
            .batch_execute(&sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    count_postgres(fresh)
}

fn postgres_tables(client: &mut postgres::Client) -> Vec<String> {
    let sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' \
        AND table_type = 'BASE TABLE' AND table_name <> 'migration' ORDER BY 1";
    client
        .query(sql, &[])
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect()
}

fn count_postgres(fresh: &Fresh) -> BTreeMap<String, i64> {
    let mut client = postgres::Client::connect(&fresh.settings.url, postgres::NoTls).unwrap();
    postgres_tables(&mut client)
        .into_iter()
        .map(|table| {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let rows = client.query_one(&sql, &[]).unwrap().get(0);
            (table, rows)
        })
        .collect()
}

fn comes_up_to_date(
    fresh: fn() -> Fresh,
    fill: fn(&Fresh) -> BTreeMap<String, i64>,
    count: fn(&Fresh) -> BTreeMap<String, i64>,
) {
    for released in RELEASED {
        let fresh = fresh();
        let db = fresh.open();
        let made = db.migrate_to(&fresh.settings, *released).unwrap();
        assert_eq!((made.from, made.to), (0, *released));
        let before = fill(&fresh);
        assert!(before.values().all(|rows| *rows > 0), "{before:?}");
        let migrated = db.migrate(&fresh.settings).unwrap();
        assert_eq!((migrated.from, migrated.to), (*released, NEWEST));
        let after = count(&fresh);
        for (table, rows) in before {
            let renamed = RENAMED.iter().find(|(old, _)| *old == table);
            let table = renamed.map_or(table, |(_, new)| (*new).to_owned());
            assert!(
                after.get(&table).is_some_and(|kept| *kept >= rows),
                "schema {released} lost rows of {table}"
            );
        }
        assert_eq!(db.migrate(&fresh.settings).unwrap().from, NEWEST);
    }
}

#[test]
fn every_released_schema_comes_up_to_date_on_sqlite() {
    comes_up_to_date(Fresh::sqlite, fill_sqlite, count_sqlite);
}

#[test]
fn every_released_schema_comes_up_to_date_on_postgres() {
    comes_up_to_date(Fresh::postgres, fill_postgres, count_postgres);
}

#[test]
fn a_schema_that_was_made_otherwise_is_refused() {
    let fresh = Fresh::sqlite();
    let db = fresh.open();
    db.migrate(&fresh.settings).unwrap();
    let connection = rusqlite::Connection::open(&fresh.settings.file).unwrap();
    connection
        .execute(
            "UPDATE migration SET checksum = 'other' WHERE number = 3",
            [],
        )
        .unwrap();
    let refused = db.migrate(&fresh.settings).unwrap_err().to_string();
    assert!(refused.contains("migration 3"), "{refused}");
    // What an earlier version applied has no checksum, and is given one.
    connection
        .execute("UPDATE migration SET checksum = NULL", [])
        .unwrap();
    db.migrate(&fresh.settings).unwrap();
    let sql = "SELECT COUNT(*) FROM migration WHERE checksum IS NULL";
    let without: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(without, 0);
}

#[test]
fn a_migration_that_breaks_a_reference_is_undone() {
    let fresh = Fresh::sqlite();
    let db = fresh.open();
    db.migrate_to(&fresh.settings, 8).unwrap();
    let connection = rusqlite::Connection::open(&fresh.settings.file).unwrap();
    connection
        .pragma_update(None, "foreign_keys", false)
        .unwrap();
    connection
        .execute("INSERT INTO exif (asset_id, description, edited, update_id) VALUES (x'01', '', '', x'01')", [])
        .unwrap();
    let refused = db.migrate(&fresh.settings).unwrap_err().to_string();
    assert!(refused.contains("exif"), "{refused}");
    let sql = "SELECT MAX(number) FROM migration";
    let schema: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(schema, 8);
}

/// Jobs as schema 9 kept them: the kind, when it is to be run, until when it is leased, and whether it was given up.
const JOBS_BEFORE: &[(&str, &str, &str, &str)] = &[
    ("empty-trash", "LATER", "NULL", "FALSE"),
    ("extract-metadata", "5", "NULL", "FALSE"),
    ("from-tomorrow", "5", "NULL", "FALSE"),
    ("generate-thumbnails", "LATER", "NULL", "FALSE"),
    ("remove-account", "LATER", "NULL", "TRUE"),
    ("send-mail", "5", "NULL", "TRUE"),
    ("transcode-video", "5", "LATER", "FALSE"),
    ("write-sidecar", "5", "6", "FALSE"),
];

/// The same as schema 10 keeps them: the kind, lane, queue and state. No lease outlives the server that is replaced.
const JOBS_AFTER: &[(&str, &str, &str, &str)] = &[
    ("empty-trash", "pictures", "backgroundTask", "scheduled"),
    (
        "extract-metadata",
        "pictures",
        "metadataExtraction",
        "ready",
    ),
    ("from-tomorrow", "pictures", "backgroundTask", "ready"),
    (
        "generate-thumbnails",
        "pictures",
        "thumbnailGeneration",
        "scheduled",
    ),
    ("remove-account", "pictures", "backgroundTask", "failed"),
    ("send-mail", "mail", "notifications", "failed"),
    ("transcode-video", "videos", "videoConversion", "ready"),
    ("write-sidecar", "pictures", "sidecar", "ready"),
];

fn insert_jobs(connection: &mut Connection<'_>) -> kallitype_db::Result<()> {
    let id = connection.random_uuid();
    for (kind, run_at, leased_until, is_dead) in JOBS_BEFORE {
        // The year 2100.
        let later = |time: &str| time.replace("LATER", "4102444800000000");
        let sql = format!(
            "INSERT INTO job (id, kind, subject_id, priority, run_at, leased_until, generation, attempts, is_dead, error, \
             created_at, progress) VALUES ({id}, '{kind}', {id}, 7, {}, {}, 3, 4, {is_dead}, 'why', 9, 50)",
            later(run_at),
            later(leased_until)
        );
        connection.execute(sql.leak(), &[])?;
    }
    Ok(())
}

type Job = (String, String, String, String);

fn list_jobs(connection: &mut Connection<'_>) -> kallitype_db::Result<Vec<Job>> {
    let sql = "SELECT kind, lane, queue, state FROM job WHERE priority = 7 AND generation = 3 AND attempts = 4 \
        AND error = 'why' AND created_at = 9 AND progress = 50 AND leased_until IS NULL AND lease_token IS NULL \
        ORDER BY kind";
    connection.query(sql, &[])
}

fn jobs_of_every_state_come_along(fresh: &Fresh) {
    let db = fresh.open();
    db.migrate_to(&fresh.settings, 9).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(db.write(insert_jobs)).unwrap();
    db.migrate_to(&fresh.settings, 10).unwrap();
    let jobs = runtime.block_on(db.scan(list_jobs)).unwrap();
    let expected = JOBS_AFTER.iter().map(|(kind, lane, queue, state)| {
        <Job>::from([kind, lane, queue, state].map(|text| (*text).to_owned()))
    });
    assert_eq!(jobs, expected.collect::<Vec<_>>());
}

#[test]
fn jobs_of_every_state_come_along_on_sqlite() {
    jobs_of_every_state_come_along(&Fresh::sqlite());
}

#[test]
fn jobs_of_every_state_come_along_on_postgres() {
    jobs_of_every_state_come_along(&Fresh::postgres());
}

const ACCOUNT: &str = "INSERT INTO account (id, email, name, password_hash, is_admin, should_change_password, \
    avatar_color, profile_changed_at, created_at, updated_at, update_id) \
    VALUES ($1, $2, '', '', FALSE, FALSE, 'primary', 0, 0, 0, $1)";
const ASSET: &str = "INSERT INTO asset (id, owner_id, device_asset_id, device_id, type, original_path, original_file_name, \
    file_size, checksum, file_created_at, file_modified_at, local_date_time, visibility, is_favorite, random_key, \
    created_at, updated_at, update_id) \
    VALUES ($1, $1, '', '', 'IMAGE', '', '', 1, $2, 0, 0, 0, 'timeline', FALSE, 0, 0, 0, $1)";
const ALBUM: &str = "INSERT INTO album (id, name, description, is_activity_enabled, sort_order, created_at, updated_at, \
    update_id) VALUES ($1, '', '', TRUE, 'desc', 0, 0, $1)";
const MEMBER: &str = "INSERT INTO album_user (album_id, user_id, role, created_at, update_id) VALUES ($1, $2, $3, 0, $2)";
const HELD: &str =
    "INSERT INTO album_asset (album_id, asset_id, created_at, update_id) VALUES ($1, $2, 0, $2)";

/// An album, its owner, someone else in it and someone who is not, each with a picture in it. The picture has the id of
/// its owner, and the album that of its own.
fn fill_album(
    connection: &mut Connection<'_>,
    people @ [keeper, member, _]: [Uuid; 3],
) -> kallitype_db::Result<()> {
    for id in people {
        connection.execute(ACCOUNT, &[id.into(), id.to_string().into()])?;
        connection.execute(ASSET, &[id.into(), vec![0_u8].into()])?;
    }
    connection.execute(ALBUM, &[keeper.into()])?;
    for (id, role) in [(keeper, "owner"), (member, "viewer")] {
        connection.execute(MEMBER, &[keeper.into(), id.into(), role.into()])?;
    }
    for id in people {
        connection.execute(HELD, &[keeper.into(), id.into()])?;
    }
    Ok(())
}

fn pictures_in_albums_are_someones(fresh: &Fresh) {
    let db = fresh.open();
    db.migrate_to(&fresh.settings, 11).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let people = [1, 2, 3].map(Uuid::from_u128);
    let fill = move |connection: &mut Connection<'_>| fill_album(connection, people);
    runtime.block_on(db.write(fill)).unwrap();
    db.migrate(&fresh.settings).unwrap();
    let list = |connection: &mut Connection<'_>| {
        let sql = "SELECT asset_id, added_by FROM album_asset ORDER BY asset_id";
        connection.query::<(Uuid, Uuid)>(sql, &[])
    };
    let added = runtime.block_on(db.scan(list)).unwrap();
    let [keeper, member, outsider] = people;
    assert_eq!(
        added,
        [(keeper, keeper), (member, member), (outsider, keeper)]
    );
}

#[test]
fn pictures_in_albums_are_someones_on_sqlite() {
    pictures_in_albums_are_someones(&Fresh::sqlite());
}

#[test]
fn pictures_in_albums_are_someones_on_postgres() {
    pictures_in_albums_are_someones(&Fresh::postgres());
}

/// An asset with a value that an app keeps with it, and a tag that was taken away from it.
fn fill_asset(connection: &mut Connection<'_>, id: Uuid) -> kallitype_db::Result<()> {
    connection.execute(ACCOUNT, &[id.into(), "".into()])?;
    connection.execute(ASSET, &[id.into(), vec![0_u8].into()])?;
    let sql = "INSERT INTO exif (asset_id, description, edited, update_id) VALUES ($1, '', '', $1)";
    connection.execute(sql, &[id.into()])?;
    let sql = "INSERT INTO asset_metadata (asset_id, key, value, updated_at, update_id) VALUES ($1, 'ü', '{}', 0, $1)";
    connection.execute(sql, &[id.into()])?;
    let sql = "INSERT INTO refused_tag (asset_id, value) VALUES ($1, 'x')";
    connection.execute(sql, &[id.into()])?;
    Ok(())
}

fn what_is_there_is_measured(fresh: &Fresh) {
    let db = fresh.open();
    db.migrate_to(&fresh.settings, 14).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let id = Uuid::from_u128(1);
    runtime
        .block_on(db.write(move |connection| fill_asset(connection, id)))
        .unwrap();
    db.migrate(&fresh.settings).unwrap();
    let read = |connection: &mut Connection<'_>| {
        let sql = "SELECT asset.metadata_bytes, (SELECT CAST(SUM(bytes) AS BIGINT) FROM asset_count), \
            refused_tag.update_id FROM asset JOIN refused_tag ON refused_tag.asset_id = asset.id";
        connection.query_one::<(i64, i64, Uuid)>(sql, &[])
    };
    // Two bytes of the key, two of the value, and one of the original.
    let measured = runtime.block_on(db.scan(read)).unwrap();
    assert_eq!(measured, (4, 5, id));
}

#[test]
fn what_is_there_is_measured_on_sqlite() {
    what_is_there_is_measured(&Fresh::sqlite());
}

#[test]
fn what_is_there_is_measured_on_postgres() {
    what_is_there_is_measured(&Fresh::postgres());
}

fn assets_stand_for_themselves(fresh: &Fresh) {
    let db = fresh.open();
    db.migrate_to(&fresh.settings, 17).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let id = Uuid::from_u128(1);
    runtime
        .block_on(db.write(move |connection| fill_asset(connection, id)))
        .unwrap();
    db.migrate(&fresh.settings).unwrap();
    let read = |connection: &mut Connection<'_>| {
        let sql = "SELECT assets, primaries, favorite_primaries, stack_count, stack_id \
            FROM timeline_asset JOIN timeline_count ON timeline_count.month = timeline_asset.month";
        connection.query_one::<(i64, i64, i64, i64, Option<Uuid>)>(sql, &[])
    };
    let counted = runtime.block_on(db.scan(read)).unwrap();
    assert_eq!(counted, (1, 1, 0, 1, None));
}

#[test]
fn assets_stand_for_themselves_on_sqlite() {
    assets_stand_for_themselves(&Fresh::sqlite());
}

#[test]
fn assets_stand_for_themselves_on_postgres() {
    assets_stand_for_themselves(&Fresh::postgres());
}
