//! An app with a database of its own: it takes what it is told, refuses what refers to something that it does not have, and
//! says up to where it has everything.

use std::collections::BTreeMap;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value, json};

use super::{ALL, Line, ack, stream};
use crate::support::{Credential, Server};

/// A table's rows by their keys.
type Table = BTreeMap<String, Value>;

#[derive(Debug, Clone)]
pub struct App {
    pub way: Credential,
    tables: BTreeMap<&'static str, Table>,
}

/// Lines that tell of rows: of which table, what makes their key, and by which names they refer to which tables.
type Told = (
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

const ROWS: &[Told] = &[
    (&["UserV1"], "user", &["id"], &[]),
    (&["AuthUserV1"], "auth user", &["id"], &[]),
    (
        &["UserMetadataV1"],
        "user metadata",
        &["userId", "key"],
        &[("userId", "user")],
    ),
    (
        &["PartnerV1"],
        "partner",
        &["sharedById", "sharedWithId"],
        &[("sharedById", "user"), ("sharedWithId", "user")],
    ),
    (
        &[
            "AssetV1",
            "PartnerAssetV1",
            "PartnerAssetBackfillV1",
            "AlbumAssetCreateV1",
            "AlbumAssetUpdateV1",
            "AlbumAssetBackfillV1",
        ],
        "asset",
        &["id"],
        &[("ownerId", "user")],
    ),
    (
        &[
            "AssetExifV1",
            "PartnerAssetExifV1",
            "PartnerAssetExifBackfillV1",
            "AlbumAssetExifCreateV1",
            "AlbumAssetExifUpdateV1",
            "AlbumAssetExifBackfillV1",
        ],
        "exif",
        &["assetId"],
        &[("assetId", "asset")],
    ),
    (
        &["AssetMetadataV1"],
        "asset metadata",
        &["assetId", "key"],
        &[("assetId", "asset")],
    ),
    (
        &["StackV1", "PartnerStackV1", "PartnerStackBackfillV1"],
        "stack",
        &["id"],
        &[("ownerId", "user")],
    ),
    (
        &["AlbumV1"],
        "album",
        &["id"],
        &[("ownerId", "user"), ("thumbnailAssetId", "asset")],
    ),
    (
        &["AlbumUserV1", "AlbumUserBackfillV1"],
        "album user",
        &["albumId", "userId"],
        &[("albumId", "album"), ("userId", "user")],
    ),
    (
        &["AlbumToAssetV1", "AlbumToAssetBackfillV1"],
        "album asset",
        &["albumId", "assetId"],
        &[("albumId", "album"), ("assetId", "asset")],
    ),
    (&["MemoryV1"], "memory", &["id"], &[("ownerId", "user")]),
    (
        &["MemoryToAssetV1"],
        "memory asset",
        &["memoryId", "assetId"],
        &[("memoryId", "memory"), ("assetId", "asset")],
    ),
    (&["PersonV1"], "person", &["id"], &[("ownerId", "user")]),
    (
        &["AssetFaceV1"],
        "face",
        &["id"],
        &[("assetId", "asset"), ("personId", "person")],
    ),
];

/// For each line that tells that a row is gone: its table, and the names in it that make the key.
const GONE: &[(&[&str], &str, &[&str])] = &[
    (&["UserDeleteV1"], "user", &["userId"]),
    (
        &["UserMetadataDeleteV1"],
        "user metadata",
        &["userId", "key"],
    ),
    (
        &["PartnerDeleteV1"],
        "partner",
        &["sharedById", "sharedWithId"],
    ),
    (
        &["AssetDeleteV1", "PartnerAssetDeleteV1"],
        "asset",
        &["assetId"],
    ),
    (
        &["AssetMetadataDeleteV1"],
        "asset metadata",
        &["assetId", "key"],
    ),
    (
        &["StackDeleteV1", "PartnerStackDeleteV1"],
        "stack",
        &["stackId"],
    ),
    (&["AlbumDeleteV1"], "album", &["albumId"]),
    (&["AlbumUserDeleteV1"], "album user", &["albumId", "userId"]),
    (
        &["AlbumToAssetDeleteV1"],
        "album asset",
        &["albumId", "assetId"],
    ),
    (&["MemoryDeleteV1"], "memory", &["memoryId"]),
    (
        &["MemoryToAssetDeleteV1"],
        "memory asset",
        &["memoryId", "assetId"],
    ),
    (&["PersonDeleteV1"], "person", &["personId"]),
    (&["AssetFaceDeleteV1"], "face", &["assetFaceId"]),
];

fn key(data: &Value, names: &[&str]) -> String {
    let parts = names
        .iter()
        .map(|name| data[*name].as_str().expect("a part of a key"));
    parts.collect::<Vec<_>>().join(" ")
}

impl App {
    pub fn new(way: impl Into<Credential>) -> Self {
        Self {
            way: way.into(),
            tables: BTreeMap::new(),
        }
    }

    pub fn table(&self, name: &str) -> Table {
        self.tables.get(name).cloned().unwrap_or_default()
    }

    /// Takes everything there is to be told.
    pub async fn catch_up(&mut self, server: &Server) {
        let lines = stream(server, &self.way, &ALL).await;
        self.take(server, &lines, None).await;
    }

    /// Takes a part of what there is, as if it was cut off then: before it was said that it is there, or after.
    pub async fn be_cut_off(&mut self, server: &Server, random: &mut StdRng) {
        let lines = stream(server, &self.way, &ALL).await;
        let taken = random.random_range(0..=lines.len());
        let unsaid = random.random_range(0..=1);
        self.take(server, &lines[..taken], Some(unsaid)).await;
    }

    /// Takes lines, one run of a type after the other. Of the last runs it is not said that they are there, if so.
    async fn take(&mut self, server: &Server, lines: &[Line], unsaid: Option<usize>) {
        let runs: Vec<&[Line]> = lines
            .chunk_by(|one, other| one.kind == other.kind)
            .collect();
        let said = runs.len() - unsaid.unwrap_or(0).min(runs.len());
        for (number, run) in runs.iter().enumerate() {
            for line in *run {
                self.apply(line);
            }
            if number < said {
                let last = run.last().expect("a line").ack.clone();
                ack(server, &self.way, &[last]).await;
            }
        }
    }

    fn apply(&mut self, line: &Line) {
        let is_of = |kinds: &&[&str]| kinds.contains(&line.kind.as_str());
        if let Some((_, table, names, parents)) = ROWS.iter().find(|(kinds, ..)| is_of(kinds)) {
            return self.put(line, table, key(&line.data, names), parents);
        }
        if let Some((_, table, names)) = GONE.iter().find(|(kinds, ..)| is_of(kinds)) {
            return self.remove(table, &key(&line.data, names));
        }
        let known = ["SyncAckV1", "SyncCompleteV1"];
        assert!(known.contains(&line.kind.as_str()), "{line:?}");
        assert_eq!(line.data, json!({}));
    }

    fn put(
        &mut self,
        line: &Line,
        table: &'static str,
        key: String,
        parents: &[(&str, &'static str)],
    ) {
        for (name, parent) in parents {
            if let Some(id) = line.data[*name].as_str() {
                let is_there = self
                    .tables
                    .get(parent)
                    .is_some_and(|rows| rows.contains_key(id));
                assert!(is_there, "no {parent} for {line:?}");
            }
        }
        let rows = self.tables.entry(table).or_default();
        if table == "asset" {
            let same = |of: &Value| {
                (
                    of["ownerId"].clone(),
                    of["checksum"].clone(),
                    of["libraryId"].clone(),
                )
            };
            let other = rows
                .iter()
                .find(|(id, row)| **id != key && same(row) == same(&line.data));
            assert!(other.is_none(), "{line:?} beside {other:?}");
        }
        rows.insert(key, line.data.clone());
    }

    /// Removes a row with all that refer to it.
    fn remove(&mut self, table: &'static str, id: &str) {
        let Some(rows) = self.tables.get_mut(table) else {
            return;
        };
        if rows.remove(id).is_none() {
            return;
        }
        for (_, of, names, parents) in ROWS {
            for (name, _) in parents.iter().filter(|(_, parent)| *parent == table) {
                let refers = |row: &Value| row[*name] == json!(id);
                if ["thumbnailAssetId", "personId"].contains(name) {
                    let rows = self.tables.entry(of).or_default().values_mut();
                    rows.filter(|row| refers(row))
                        .for_each(|row| row[*name] = Value::Null);
                    continue;
                }
                let rows = self.table(of);
                let gone = rows.values().filter(|row| refers(row));
                let gone: Vec<String> = gone.map(|row| key(row, names)).collect();
                gone.iter().for_each(|id| self.remove(of, id));
            }
        }
    }

    /// What the app shows: of others' assets those of partners and those in albums. The others it keeps and does not show.
    pub fn shown(&self) -> BTreeMap<&'static str, Table> {
        let me = self
            .table("auth user")
            .keys()
            .next()
            .cloned()
            .expect("a user");
        let of_partner = |owner: &Value| {
            self.table("partner")
                .contains_key(&format!("{} {me}", owner.as_str().expect("an id")))
        };
        let in_albums = self.table("album asset");
        let is_in_album = |id: &str| in_albums.values().any(|row| row["assetId"] == json!(id));
        // What a partner archived may be here since it was in an album.
        let is_partners = |asset: &Value| {
            of_partner(&asset["ownerId"]) && asset["visibility"] != json!("archive")
        };
        let is_shown = |asset: &Value| {
            let id = asset["id"].as_str().expect("an id");
            asset["ownerId"] == json!(me) || is_partners(asset) || is_in_album(id)
        };
        let mut shown = self.tables.clone();
        let mut assets = self.table("asset");
        assets.retain(|_, asset| is_shown(asset));
        let mut exifs = self.table("exif");
        exifs.retain(|id, _| assets.contains_key(id));
        let mut stacks = self.table("stack");
        stacks.retain(|_, stack| stack["ownerId"] == json!(me) || of_partner(&stack["ownerId"]));
        // A cover that is not in its album any more is not shown.
        for (album, row) in shown.entry("album").or_default() {
            let cover = row["thumbnailAssetId"].as_str().unwrap_or_default();
            if !in_albums.contains_key(&format!("{album} {cover}")) {
                row["thumbnailAssetId"] = Value::Null;
            }
        }
        // Sidecars, which count too, are written when no one looks.
        for row in shown.entry("auth user").or_default().values_mut() {
            row["quotaUsageInBytes"] = Value::Null;
        }
        shown.insert("asset", assets);
        shown.insert("exif", exifs);
        shown.insert("stack", stacks);
        shown.retain(|_, rows| !rows.is_empty());
        shown
    }
}
