//! What a rebuild has to bring back: every row of every table, but for what is listed here.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Engine, Server};

/// Tables whose rows are not kept, and why. Every other table is compared, also those that are yet to come.
const NOT_KEPT: &[(&str, &str)] = &[
    ("activity", "is to be said anew"),
    ("api_key", "is to be made anew"),
    (
        "asset_fingerprint",
        "is made with the thumbnail; what follows from it stays",
    ),
    ("asset_vector", "is asked for again"),
    ("change_counter", "goes on above what it was"),
    ("face_detection", "is to be begun anew"),
    ("face_vector", "is asked for again"),
    ("file_deletion", "names files that are gone by then"),
    ("job", "is enqueued for everything"),
    ("known_origin", "is to be learned anew"),
    ("library_refusal", "is to be decided anew"),
    ("library_count", "is what a recount finds, here as there"),
    ("learning_model", "is noted at the next start"),
    ("mail", "was sent, or is not worth it any more"),
    ("migration", "says when the tables were made"),
    ("memory_progress", "is to be begun anew"),
    ("notification", "is news of before"),
    ("oauth_flow", "lasts for minutes"),
    ("partner", "is to be made anew"),
    ("paused_queue", "is a decision on jobs that are gone"),
    ("person_count", "is what a recount finds, here as there"),
    ("replaced_file", "is an order for apps, which begin anew"),
    ("schedule_turn", "goes on with the next turn"),
    ("search_number", "counts assets as they come"),
    ("search_text", "is an index of search_asset"),
    ("search_text_config", "is a part of search_text"),
    ("search_text_data", "is a part of search_text"),
    ("search_text_docsize", "is a part of search_text"),
    ("search_text_idx", "is a part of search_text"),
    ("session", "is to be begun anew"),
    ("shared_link", "is to be made anew"),
    ("shared_link_asset", "is to be made anew"),
    ("timeline_count", "is what a recount finds, here as there"),
    ("sync_checkpoint", "ends with its session"),
    ("tombstone", "is of what is gone"),
    ("word_due", "is what a job has left to do"),
    ("word_index", "is compared word by word"),
    ("word_index_config", "is a part of word_index"),
    ("word_index_data", "is a part of word_index"),
    ("word_index_docsize", "is a part of word_index"),
    ("word_index_idx", "is a part of word_index"),
    ("wrong_guess", "lasts for a day"),
];

/// Columns that a rebuild fills otherwise, and why; of one table, or of all.
const CHANGED: &[(&str, &str, &str)] = &[
    ("*", "update_id", "a rebuild is a change"),
    ("*", "updated_at", "a rebuild is a change"),
    ("*", "create_id", "a rebuild is a change"),
    (
        "album_user",
        "created_at",
        "no one asks since when someone is in an album",
    ),
    ("asset", "bare_video_path", "is made when it is asked for"),
    ("asset", "encoded_video_path", "derived files get new names"),
    ("asset", "fullsize_path", "derived files get new names"),
    ("asset", "preview_path", "derived files get new names"),
    ("asset", "random_key", "is drawn anew"),
    ("asset", "thumbnail_path", "derived files get new names"),
    ("exif", "is_dated", "files are looked at again"),
    ("exif", "sidecar_due", "sidecars are looked at again"),
    ("exif", "tags_read", "files are looked at again"),
    ("library_file", "content_hash", "files are read again"),
    ("library_file", "device", "is seen by the next scan"),
    ("library_file", "inode", "is seen by the next scan"),
    (
        "library_file",
        "sidecar_modified_at",
        "is seen by the next scan",
    ),
    ("person", "thumbnail_path", "derived files get new names"),
    (
        "installation",
        "created_at",
        "says when the database was made",
    ),
    ("search_asset", "number", "assets are counted as they come"),
    ("search_words", "place", "has the number"),
];

/// The rows of each table that is compared, as texts in order.
#[derive(Debug, PartialEq, Eq)]
pub struct State(BTreeMap<String, BTreeSet<String>>);

impl State {
    /// Fails when what is kept for the timeline is not what the assets are.
    pub async fn of(server: &Server) -> Self {
        require_right_timeline(server).await;
        require_right_people(server).await;
        require_right_libraries(server).await;
        let mut tables = BTreeMap::new();
        for (table, columns) in kept_columns(server).await {
            let rows = server
                .texts(select(server.options.engine, &table, &columns))
                .await;
            tables.insert(table, rows.into_iter().collect());
        }
        if server.options.engine == Engine::Sqlite {
            tables.insert("word_index".into(), indexed_words(server).await);
        }
        Self(tables)
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        self.0[table].len()
    }

    /// Fails with what differs.
    pub fn assert_equals(&self, before: &Self, what: &str) {
        let mut differences = Vec::new();
        for (table, rows) in &self.0 {
            let of_before = &before.0[table];
            let gone = of_before
                .difference(rows)
                .map(|row| format!("- {table}: {row}"));
            let new = rows
                .difference(of_before)
                .map(|row| format!("+ {table}: {row}"));
            let mut rows: Vec<String> = gone.take(8).chain(new.take(8)).collect();
            // What differs of a row stands together: its id comes first.
            rows.sort_by(|one, other| one[1..].cmp(&other[1..]));
            differences.extend(rows);
        }
        assert!(
            differences.is_empty(),
            "{what}:\n{}",
            differences.join("\n")
        );
    }
}

/// Each word of SQLite's index, and the asset that is found by it. PostgreSQL has them in a table, as all else.
async fn indexed_words(server: &Server) -> BTreeSet<String> {
    let file = server.options.data.join("kallitype.sqlite");
    let read = tokio::task::spawn_blocking(move || {
        let connection = rusqlite::Connection::open(file).expect("the database");
        let words =
            "CREATE VIRTUAL TABLE temp.word USING fts5vocab ('main', 'word_index', 'instance')";
        connection.execute_batch(words).expect("an index");
        let sql =
            "SELECT quote(id) || ' ' || term FROM temp.word LEFT JOIN search_words ON place = doc";
        let mut statement = connection.prepare(sql).expect("a query");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("words of assets")
    });
    read.await.expect("the words")
}

/// What triggers keep for the timeline is what would be made anew, and what is counted. Of each stack, one asset counts
/// wherever some of it show up, and stands for all that do.
async fn require_right_timeline(server: &Server) {
    let (kept, made) = match server.options.engine {
        Engine::Sqlite => (
            "SELECT strftime('%Y-%m', month * 86400, 'unixepoch') AS name, * FROM timeline_count",
            "SELECT strftime('%Y-%m', local_date_time / 1000000 - (local_date_time % 1000000 < 0), 'unixepoch') AS name, \
             deleted_at IS NOT NULL AS is_trashed, PRIMARY AS is_primary, * FROM asset",
        ),
        Engine::Postgres => (
            "SELECT to_char(DATE '1970-01-01' + month::INT, 'YYYY-MM') AS name, * FROM timeline_count",
            "SELECT to_char(to_timestamp(floor(local_date_time / 1000000.0)) AT TIME ZONE 'UTC', 'YYYY-MM') AS name, \
             deleted_at IS NOT NULL AS is_trashed, PRIMARY AS is_primary, * FROM asset",
        ),
    };
    let owner = quoted(server.options.engine, "owner_id");
    let lines = |rows: &str, count: &str| {
        format!(
            "SELECT {owner} || ' ' || visibility || ' ' || is_trashed || ' ' || name || ' ' || {count} FROM ({rows}) AS rows \
             GROUP BY owner_id, visibility, is_trashed, name HAVING {count} <> '0 0 0 0'"
        )
    };
    let sum = "CAST(SUM(assets) AS BIGINT) || ' ' || CAST(SUM(favorites) AS BIGINT) || ' ' || \
        CAST(SUM(primaries) AS BIGINT) || ' ' || CAST(SUM(favorite_primaries) AS BIGINT)";
    let count = "COUNT(*) || ' ' || COUNT(CASE WHEN is_favorite THEN 1 END) || ' ' || \
        COUNT(CASE WHEN is_primary THEN 1 END) || ' ' || COUNT(CASE WHEN is_primary AND is_favorite THEN 1 END)";
    let made = made.replace("PRIMARY", &format!("NOT EXISTS ({})", members(IS_BEFORE)));
    let kept: BTreeSet<String> = server.texts(lines(kept, sum)).await.into_iter().collect();
    let counted: BTreeSet<String> = server
        .texts(lines(&made, count))
        .await
        .into_iter()
        .collect();
    assert_eq!(kept, counted, "the counts of the timeline");
    let wanted = match server.options.engine {
        Engine::Sqlite => "timeline",
        Engine::Postgres => {
            "(SELECT made.* FROM asset JOIN exif ON exif.asset_id = asset.id, timeline_row(asset, exif) AS made) AS made"
        }
    };
    let mut columns = kept_columns(server).await["timeline_asset"].clone();
    columns.retain(|column| column != "stack_count");
    let of = |table: &str| format!("SELECT {} FROM {table}", columns.join(", "));
    let (there, wanted) = (of("timeline_asset"), of(wanted));
    for (one, other) in [(&there, &wanted), (&wanted, &there)] {
        let id = quoted(server.options.engine, "id");
        let differing = format!("SELECT {id} FROM ({one} EXCEPT {other}) AS differing");
        assert_eq!(
            server.texts(differing).await,
            Vec::<String>::new(),
            "the timeline's assets"
        );
    }
    require_right_stacks(server).await;
}

/// A condition that another asset of a stack comes before an asset.
const IS_BEFORE: &str = " AND (CASE WHEN other.id = stack.primary_asset_id THEN 0 ELSE 1 END, other.file_created_at, other.id) \
    < (CASE WHEN asset.id = stack.primary_asset_id THEN 0 ELSE 1 END, asset.file_created_at, asset.id)";

/// The assets of an asset's stack that show up where it does, itself among them.
fn members(condition: &str) -> String {
    format!(
        "SELECT other.id FROM stack JOIN asset other ON other.stack_id = stack.id WHERE stack.id = asset.stack_id \
         AND other.visibility = asset.visibility AND (other.deleted_at IS NULL) = (asset.deleted_at IS NULL){condition}"
    )
}

/// Each stack has assets, of one owner, and its primary among them; and what is kept of them is what is counted.
async fn require_right_stacks(server: &Server) {
    let id = quoted(server.options.engine, "stack.id");
    let wrong = format!(
        "SELECT {id} FROM stack LEFT JOIN asset ON asset.stack_id = stack.id GROUP BY stack.id HAVING COUNT(*) < 2 \
         OR COUNT(CASE WHEN asset.id = stack.primary_asset_id THEN 1 END) <> 1 \
         OR COUNT(CASE WHEN asset.owner_id = stack.owner_id THEN 1 END) <> COUNT(*)"
    );
    let none = Vec::<String>::new();
    assert_eq!(server.texts(wrong).await, none, "stacks");
    let wrong = format!(
        "SELECT {} FROM timeline_asset JOIN asset ON asset.id = timeline_asset.id WHERE stack_count <> CASE \
         WHEN asset.stack_id IS NULL THEN 1 WHEN EXISTS ({}) THEN 0 ELSE (SELECT COUNT(*) FROM ({}) AS members) END",
        quoted(server.options.engine, "asset.id"),
        members(IS_BEFORE),
        members("")
    );
    assert_eq!(server.texts(wrong).await, none, "the counts of stacks");
}

/// What triggers keep of libraries is what is counted, and each of their assets has its file.
async fn require_right_libraries(server: &Server) {
    let library = quoted(server.options.engine, "library_id");
    let lines = |count: &str, rows: &str| {
        format!(
            "SELECT {library} || ' ' || type || ' ' || {count} FROM {rows} GROUP BY library_id, type HAVING {count} <> '0 0'"
        )
    };
    let sums = "CAST(SUM(assets) AS BIGINT) || ' ' || CAST(SUM(bytes) AS BIGINT)";
    let kept = server.texts(lines(sums, "library_count")).await;
    let rows =
        "(SELECT * FROM asset WHERE library_id IS NOT NULL AND visibility <> 'hidden') AS held";
    let counted = lines("COUNT(*) || ' ' || CAST(SUM(file_size) AS BIGINT)", rows);
    let counted = server.texts(counted).await;
    let [kept, counted] = [kept, counted].map(BTreeSet::from_iter);
    assert_eq!(kept, counted, "the counts of libraries");
    let id = quoted(server.options.engine, "asset.id");
    let wrong = format!(
        "SELECT {id} FROM asset LEFT JOIN library_file ON asset_id = asset.id WHERE asset.library_id IS NOT NULL \
         AND (path IS NULL OR path <> original_path OR is_offline <> (offline_at IS NOT NULL))"
    );
    assert_eq!(
        server.texts(wrong).await,
        Vec::<String>::new(),
        "files of libraries"
    );
}

/// What triggers keep of people is what is counted.
async fn require_right_people(server: &Server) {
    let quoted = |column: &str| quoted(server.options.engine, column);
    let shown = "EXISTS (SELECT 1 FROM asset WHERE asset.id = asset_face.asset_id AND asset.visibility = 'timeline' \
        AND asset.deleted_at IS NULL) AND asset_face.deleted_at IS NULL";
    let wrong = [
        format!(
            "SELECT {} FROM asset_face WHERE is_shown <> ({shown})",
            quoted("id")
        ),
        format!(
            "SELECT {} FROM person WHERE faces <> (SELECT COUNT(*) FROM asset_face WHERE person_id = person.id AND {shown})",
            quoted("id")
        ),
        // Whoever has a picture has a face on it that may be shown.
        format!(
            "SELECT {} FROM person WHERE thumbnail_path IS NOT NULL AND NOT EXISTS (SELECT 1 FROM asset_face \
             JOIN asset ON asset.id = asset_face.asset_id WHERE asset_face.id = person.face_id \
             AND asset_face.person_id = person.id AND asset_face.deleted_at IS NULL AND asset.deleted_at IS NULL \
             AND asset.visibility <> 'locked')",
            quoted("id")
        ),
    ];
    for sql in wrong {
        assert_eq!(
            server.texts(sql).await,
            Vec::<String>::new(),
            "what is kept of people"
        );
    }
    let lines = |count: &str, rows: &str| {
        let owner = quoted("owner_id");
        format!(
            "SELECT {owner} || ' ' || is_hidden || ' ' || {count} FROM {rows} GROUP BY owner_id, is_hidden HAVING {count} <> 0"
        )
    };
    let kept = server.texts(lines("SUM(people)", "person_count")).await;
    let counted = lines("COUNT(*)", "(SELECT * FROM person WHERE faces > 0) AS seen");
    let counted = server.texts(counted).await;
    let [kept, counted] = [kept, counted].map(BTreeSet::from_iter);
    assert_eq!(kept, counted, "the counts of people");
}

/// The columns of each table that are compared.
async fn kept_columns(server: &Server) -> BTreeMap<String, Vec<String>> {
    let sql = match server.options.engine {
        Engine::Sqlite => {
            "SELECT m.name || '.' || p.name FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT table_name || '.' || column_name FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for name in server.jobs(sql).await {
        let (table, column) = name.split_once('.').expect("a table's column");
        let is_changed = CHANGED
            .iter()
            .any(|(of, name, _)| *name == column && ["*", table].contains(of));
        let is_kept = NOT_KEPT.iter().all(|(name, _)| *name != table);
        if is_kept && !is_changed {
            tables
                .entry(table.to_owned())
                .or_default()
                .push(column.to_owned());
        }
    }
    assert!(tables.len() > 10, "{tables:?}");
    tables
}

fn select(engine: Engine, table: &str, columns: &[String]) -> String {
    if table == "asset_count" {
        // Writers count in rows of their own; what counts is the sum.
        return "SELECT owner_id_text || ' ' || type || ' ' || visibility || ' ' || is_favorite || ' ' || is_trashed || ' ' || \
            SUM(assets) || ' ' || SUM(bytes) FROM (SELECT *, QUOTED AS owner_id_text FROM asset_count) AS counted \
            GROUP BY owner_id_text, type, visibility, is_favorite, is_trashed HAVING SUM(assets) <> 0 OR SUM(bytes) <> 0"
            .replace("QUOTED", &quoted(engine, "owner_id"));
    }
    let parts: Vec<String> = columns
        .iter()
        .map(|column| format!("'{column}=' || {}", quoted(engine, column)))
        .collect();
    // Memories that the server made by itself, it makes again.
    let which = match table {
        "memory" => " WHERE is_kept = TRUE",
        "memory_asset" => " WHERE memory_id IN (SELECT id FROM memory WHERE is_kept = TRUE)",
        _ => "",
    };
    format!("SELECT {} FROM {table}{which}", parts.join(" || ' ' || "))
}

/// Any value as a text.
fn quoted(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Sqlite => format!("quote({column})"),
        Engine::Postgres => format!("COALESCE({column}::text, 'null')"),
    }
}
