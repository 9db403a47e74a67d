//! The floors of the server: imports go down only. CONTRIBUTING draws them.
//!
//! Every path in every file of `src` is read, in `use` declarations, in code and inside macros. A path that leads up,
//! from a feature to another feature, or upward inside `core` fails the test with both files and the path.

#![allow(
    clippy::unwrap_used,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Item, UseTree};

/// The floors from the top. Modules that share a floor may not use each other.
const FLOORS: &[&[&str]] = &[
    &["main", "lib", "fuzzing"],
    &["commands"],
    &["server"],
    &["features"],
    &["jobs"],
    &["ingest", "integrity"],
    &["core"],
    &["app"],
    &["mail", "oidc", "learning", "access"],
    &["queue"],
    &["config", "places", "test_database"],
];

/// The floors inside `core`, from the top.
const CORE_FLOORS: &[&[&str]] = &[
    &["account_removal"],
    &["asset_removal", "standing"],
    &["links"],
    &["albums", "asset_listing", "libraries", "memories"],
    &["asset_sync"],
    &["asset_details"],
    &["duplicates", "originals", "people", "stacks", "tags"],
    &["assets", "partners"],
    &["begin_session", "installation", "license"],
    &["accounts"],
    &["notifications", "sessions", "tombstones"],
    &["choices", "guesses", "version_check"],
];

/// Crates that only `crates/db` may name.
const DATABASE_CRATES: &[&str] = &["rusqlite", "postgres", "tokio_postgres"];

/// A path of the source, absolute below the crate, with the file that names it.
struct Reference {
    file: PathBuf,
    from: Vec<String>,
    to: Vec<String>,
}

impl Reference {
    fn say(&self, rule: &str) -> String {
        format!(
            "{} names crate::{}: {rule}",
            self.file.display(),
            self.to.join("::")
        )
    }
}

#[test]
fn imports_go_down_only() {
    let references = references_of("src");
    assert!(references.len() > 500, "the source was not read");
    let broken: BTreeSet<String> = references.iter().filter_map(broken_rule).collect();
    assert!(
        broken.is_empty(),
        "{} imports lead up:\n{}",
        broken.len(),
        broken.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
fn no_folder_is_part_of_a_circle() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for reference in references_of("src") {
        let (Some(from), Some(to)) = (reference.from.first(), reference.to.first()) else {
            continue;
        };
        if from != to {
            used.entry(from.clone()).or_default().insert(to.clone());
        }
    }
    for folder in used.keys() {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&String> = used[folder].iter().collect();
        while let Some(next) = waiting.pop() {
            if reached.insert(next) {
                waiting.extend(used.get(next).into_iter().flatten());
            }
        }
        assert!(
            !reached.contains(folder),
            "{folder} uses itself by way of others"
        );
    }
}

#[test]
fn only_the_database_crate_names_an_engine() {
    let crates = manifest().join("..");
    for entry in std::fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path();
        let manifest = folder.join("Cargo.toml");
        if folder.ends_with("db") || !manifest.exists() {
            continue;
        }
        let text = std::fs::read_to_string(&manifest).unwrap();
        let dependencies = text.split("[dev-dependencies]").next().unwrap();
        for name in DATABASE_CRATES {
            let line = format!("\n{} =", name.replace('_', "-"));
            assert!(
                !dependencies.contains(&line),
                "{} depends on {name}",
                manifest.display()
            );
        }
    }
}

/// Whether an asset is locked depends on more than its own row: on the pictures that it is a moving part of.
#[test]
fn only_access_says_what_is_locked() {
    let root = manifest().join("src");
    for file in source_files(&root) {
        let relative = file.strip_prefix(&root).unwrap();
        let source = std::fs::read_to_string(&file).unwrap();
        assert!(
            relative.starts_with("access") || !source.contains("'locked'"),
            "{} decides by itself: use is_locked",
            relative.display()
        );
    }
}

#[test]
fn a_reference_upward_is_found_wherever_it_stands() {
    let source = "
        use crate::{app::App, features::{albums::{dto::Album, queries}, tags as labels}};
        mod inner { use super::super::neighbour::thing; }
        fn go() { let x = crate::server::router::router; println!(\"{}\", crate::jobs::COUNT); }
        impl From<super::Local> for u8 { fn from(_: super::Local) -> Self { 1 } }
    ";
    let module = ["core".to_owned(), "tags".to_owned(), "path".to_owned()];
    let found: BTreeSet<String> = references_in(source, &module)
        .into_iter()
        .map(|path| path.join("::"))
        .collect();
    for path in [
        "app::App",
        "features::albums::dto::Album",
        "features::albums::queries",
        "features::tags",
        "core::tags::neighbour::thing",
        "server::router::router",
        "jobs::COUNT",
        "core::tags::Local",
    ] {
        assert!(found.contains(path), "{path} was not found in {found:?}");
    }
}

fn broken_rule(reference: &Reference) -> Option<String> {
    let from = reference.from.first()?;
    let to = reference.to.first()?;
    let (above, below) = (floor(FLOORS, from)?, floor(FLOORS, to)?);
    if above > below || (above == below && from != to) {
        return Some(reference.say(&format!("{from} stands below it")));
    }
    let (from_part, to_part) = (reference.from.get(1)?, reference.to.get(1)?);
    if from != to || from_part == to_part {
        return None;
    }
    match from.as_str() {
        "features" => Some(reference.say("a feature imports no other feature")),
        "core" => {
            let above = floor(CORE_FLOORS, from_part)?;
            let below = floor(CORE_FLOORS, to_part)?;
            (above >= below).then(|| reference.say(&format!("core::{from_part} stands below it")))
        }
        _ => None,
    }
}

/// How far down a module stands; what is on no floor is a name in the crate's root, such as a macro.
fn floor(floors: &[&[&str]], module: &str) -> Option<usize> {
    floors.iter().position(|floor| floor.contains(&module))
}

#[test]
fn every_module_stands_on_a_floor() {
    for (folder, floors) in [("src", FLOORS), ("src/core", CORE_FLOORS)] {
        for entry in std::fs::read_dir(manifest().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(
                name == "mod" || floor(floors, &name).is_some(),
                "{} stands on no floor",
                path.display()
            );
        }
    }
}

fn manifest() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn references_of(folder: &str) -> Vec<Reference> {
    let root = manifest().join(folder);
    let mut references = Vec::new();
    for file in source_files(&root) {
        let relative = file.strip_prefix(&root).unwrap().to_owned();
        let module = module_of(&relative);
        let source = std::fs::read_to_string(&file).unwrap();
        for to in references_in(&source, &module) {
            references.push(Reference {
                file: relative.clone(),
                from: module.clone(),
                to,
            });
        }
    }
    references
}

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// `core/tags/mod.rs` is `core::tags`.
fn module_of(file: &Path) -> Vec<String> {
    let parts = file.with_extension("");
    let mut module: Vec<String> = parts
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if module.last().is_some_and(|last| last == "mod") {
        module.pop();
    }
    module
}

/// Every path below the crate that a file names, absolute.
fn references_in(source: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut reader = PathReader {
        module: module.to_vec(),
        found: Vec::new(),
    };
    reader.visit_file(&syn::parse_file(source).unwrap());
    reader.found
}

struct PathReader {
    module: Vec<String>,
    found: Vec<Vec<String>>,
}

impl PathReader {
    fn add(&mut self, path: &[String]) {
        let Some(first) = path.first() else { return };
        let absolute = match first.as_str() {
            "crate" => path[1..].to_vec(),
            "self" => [&self.module, &path[1..]].concat(),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                let Some(kept) = self.module.len().checked_sub(up) else {
                    return;
                };
                [&self.module[..kept], &path[up..]].concat()
            }
            _ => return,
        };
        if !absolute.is_empty() {
            self.found.push(absolute);
        }
    }

    fn add_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(path.ident.to_string()), &path.tree),
            UseTree::Name(name) => self.add(&with(name.ident.to_string())),
            UseTree::Rename(rename) => self.add(&with(rename.ident.to_string())),
            UseTree::Glob(_) => self.add(before),
            UseTree::Group(group) => group
                .items
                .iter()
                .for_each(|tree| self.add_tree(before, tree)),
        }
    }

    /// Inside a macro there are only tokens: a path is names with `::` between them.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    if colons != 2 {
                        self.add(&std::mem::take(&mut path));
                    }
                    path.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.add(&std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        self.add(&path);
    }
}

impl<'ast> Visit<'ast> for PathReader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(inner) if inner.content.is_some() => {
                self.module.push(inner.ident.to_string());
                visit::visit_item(self, item);
                self.module.pop();
            }
            _ => visit::visit_item(self, item),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        self.add(&names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        self.add_tokens(invocation.tokens.clone());
        visit::visit_macro(self, invocation);
    }
}
