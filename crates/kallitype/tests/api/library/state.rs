//! What a rebuild has to bring back: every row of every table, but for what is listed here.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Engine, Server};

/// Tables whose rows are not kept, and why. Every other table is compared, also those that are yet to come.
const NOT_KEPT: &[(&str, &str)] = &[
    ("activity", "is to be said anew"),
    ("api_key", "is to be made anew"),
    ("change_counter", "goes on above what it was"),
    ("doomed_file", "names files that are gone by then"),
    ("job", "is enqueued for everything"),
    ("known_origin", "is to be learned anew"),
    ("mail", "was sent, or is not worth it any more"),
    ("migration", "says when the tables were made"),
    ("notification", "is news of before"),
    ("oauth_flow", "lasts for minutes"),
    ("partner", "is to be made anew"),
    ("paused_queue", "is a decision on jobs that are gone"),
    ("session", "is to be begun anew"),
    ("shared_link", "is to be made anew"),
    ("shared_link_asset", "is to be made anew"),
    ("tombstone", "is of what is gone"),
    ("wrong_guess", "lasts for a day"),
];

/// Columns that a rebuild fills otherwise, and why; of one table, or of all.
const CHANGED: &[(&str, &str, &str)] = &[
    ("*", "update_id", "a rebuild is a change"),
    ("*", "updated_at", "a rebuild is a change"),
    (
        "album_user",
        "created_at",
        "no one asks since when someone is in an album",
    ),
    ("asset", "encoded_video_path", "derived files get new names"),
    ("asset", "fullsize_path", "derived files get new names"),
    ("asset", "preview_path", "derived files get new names"),
    ("asset", "random_key", "is drawn anew"),
    ("asset", "thumbnail_path", "derived files get new names"),
    ("exif", "sidecar_due", "sidecars are looked at again"),
    ("exif", "tags_read", "files are looked at again"),
    ("library", "created_at", "says when the database was made"),
];

/// The rows of each table that is compared, as texts in order.
#[derive(Debug, PartialEq, Eq)]
pub struct State(BTreeMap<String, BTreeSet<String>>);

impl State {
    pub async fn of(server: &Server) -> Self {
        let mut tables = BTreeMap::new();
        for (table, columns) in kept_columns(server).await {
            let rows = server
                .texts(select(server.options.engine, &table, &columns))
                .await;
            tables.insert(table, rows.into_iter().collect());
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
    format!("SELECT {} FROM {table}", parts.join(" || ' ' || "))
}

/// Any value as a text.
fn quoted(engine: Engine, column: &str) -> String {
    match engine {
        Engine::Sqlite => format!("quote({column})"),
        Engine::Postgres => format!("COALESCE({column}::text, 'null')"),
    }
}
