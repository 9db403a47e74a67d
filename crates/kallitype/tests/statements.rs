//! Every statement that the server can run was run by the tests of the API, on both databases, and is planned as before.
//!
//! Those tests look at each statement's columns and plan where it is run (`crates/db/src/checked.rs`), and refuse what goes
//! through a large table. Here it is made sure that none was forgotten. That can only be said after all tests of the
//! API ran, which `cargo test` does before this one; after some of them, nothing is looked at.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that meets what it does not expect has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

/// What runs statements, with how many arguments: of a connection, or of an `Sql`.
const RUNNERS: &[(&str, &[usize])] = &[
    ("query", &[1, 2]),
    ("query_optional", &[1, 2]),
    ("query_one", &[1, 2]),
    ("query_each", &[2, 3]),
    ("execute", &[1, 2]),
    ("insert_many", &[3]),
    ("insert_changes", &[3]),
    ("update_row", &[4]),
];

/// Files that the tests of the API do not run, and why.
const NOT_RUN: &[(&str, &str)] = &[
    ("core/asset_listing/bench_scale.rs", "is a measurement"),
    ("features/sync/bench_scale.rs", "is a measurement"),
    ("features/timeline/bench_scale.rs", "is a measurement"),
    ("learning/bench_vectors.rs", "is a measurement"),
    ("oidc/fetch.rs", "executes requests, not statements"),
    ("test_database.rs", "is for tests of the crate"),
];

/// What the tests wrote, if all of them ran.
fn statements() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("statements");
    folder.join("whole").exists().then_some(folder)
}

#[test]
fn every_statement_was_run_on_both_databases() {
    let Some(folder) = statements() else {
        return;
    };
    let written = callers();
    assert!(written.len() > 200, "the source was not read");
    for engine in ["sqlite", "postgres"] {
        let run = names(&folder.join(engine).join("callers"));
        let forgotten: Vec<&String> = written
            .iter()
            .filter(|(place, engines)| engines.contains(&engine) && !run.contains(*place))
            .map(|(place, _)| place)
            .collect();
        assert!(forgotten.is_empty(), "not run on {engine}: {forgotten:#?}");
    }
}

/// Where the source runs statements, as the tests note it, and which databases are asked: both, unless a statement says
/// `/* embedded: … */` or `/* PostgreSQL: … */`.
fn callers() -> BTreeMap<String, Engines> {
    let mut files = Vec::new();
    list_files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut files,
    );
    let mut found = BTreeMap::new();
    for file in files {
        let source = std::fs::read_to_string(&file).unwrap();
        let mut callers = Callers::default();
        callers.visit_file(&syn::parse_file(&source).unwrap());
        let below = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
        let name = format!("crates/kallitype/{}", below.display()).replace('/', "+");
        let places = callers.lines.iter();
        found.extend(places.map(|(line, engines)| (format!("{name}:{line}"), *engines)));
    }
    found
}

fn list_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs")
            && !path.ends_with("tests.rs")
            && !NOT_RUN.iter().any(|(name, _)| path.ends_with(name))
        {
            files.push(path);
        }
    }
}

type Engines = &'static [&'static str];

#[derive(Default)]
struct Callers {
    lines: Vec<(usize, Engines)>,
}

impl<'a> Visit<'a> for Callers {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        let is_runner = |(name, arguments): &(&str, &[usize])| {
            call.method == name && arguments.contains(&call.args.len())
        };
        if RUNNERS.iter().any(is_runner) {
            let engines = call.args.first().map_or(BOTH, engines);
            self.lines.push((call.method.span().start().line, engines));
        }
        visit::visit_expr_method_call(self, call);
    }
}

const BOTH: Engines = &["sqlite", "postgres"];

fn engines(argument: &syn::Expr) -> Engines {
    let syn::Expr::Lit(literal) = argument else {
        return BOTH;
    };
    let syn::Lit::Str(text) = &literal.lit else {
        return BOTH;
    };
    match text.value() {
        text if text.contains("/* embedded: ") => &["sqlite"],
        text if text.contains("/* PostgreSQL: ") => &["postgres"],
        _ => BOTH,
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect()
}

/// How SQLite plans every statement that reads or looks for rows. PostgreSQL's plans depend on how much is in the tables.
#[test]
fn statements_are_planned_as_before() {
    let Some(folder) = statements() else {
        return;
    };
    let planned = plans(&folder.join("sqlite"));
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/statements.txt");
    if std::env::var_os("KALLITYPE_TEST_ACCEPT_PLANS").is_some() {
        std::fs::write(&kept, planned.join("\n\n")).unwrap();
    }
    let before = std::fs::read_to_string(&kept).unwrap();
    let before: BTreeSet<&str> = before.split("\n\n").collect();
    let known: BTreeSet<&str> = before.iter().map(|plan| statement_of(plan)).collect();
    // Tests of random operations ask what others do not, another time something else: new statements are no change.
    let changed = planned.iter().map(String::as_str);
    let changed = changed.filter(|plan| known.contains(statement_of(plan)));
    let changed: Vec<&str> = changed.filter(|plan| !before.contains(plan)).collect();
    assert!(
        changed.is_empty(),
        "plans changed; look whether they are right and run this test again with \
         KALLITYPE_TEST_ACCEPT_PLANS=1 to keep them: {changed:#?}"
    );
}

fn statement_of(plan: &str) -> &str {
    plan.split_once('\n')
        .map_or(plan, |(statement, _)| statement)
}

/// Each statement with its plan below it.
fn plans(folder: &Path) -> Vec<String> {
    let mut plans = BTreeSet::new();
    for name in names(folder) {
        let path = folder.join(name);
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let (statement, plan) = text.split_once("\n\n").unwrap();
        let steps = plan.lines().filter(|step| !is_about_rows_given(step));
        let plan: String = steps.map(|step| format!("\n    {step}")).collect();
        if !plan.is_empty() {
            plans.insert(shape(statement) + &plan);
        }
    }
    plans.into_iter().collect()
}

/// How many rows an insert gives differs from one test to the next.
fn is_about_rows_given(step: &str) -> bool {
    step.starts_with("SCAN ")
        && [" CONSTANT ROWS", "-ROW VALUES CLAUSE"]
            .iter()
            .any(|end| step.ends_with(end))
}

/// An insert of many rows as one of one row.
fn with_one_row(statement: &str) -> String {
    let Some((head, values)) = statement.split_once(" VALUES ") else {
        return statement.to_owned();
    };
    let mut depth = 0;
    let end = values.find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth == 0
    });
    let (row, mut rest) = values.split_at(end.map_or(values.len(), |end| end + 1));
    while let Some(after) = rest
        .strip_prefix(", ")
        .and_then(|rest| rest.strip_prefix(row))
    {
        rest = after;
    }
    format!("{head} VALUES {row}{rest}")
}

/// The statement without what does not matter to its plan: which columns it sets, how many rows it gives, and how its
/// parameters are numbered.
fn shape(statement: &str) -> String {
    let statement = with_one_row(statement);
    let set = statement
        .strip_prefix("UPDATE ")
        .and_then(|rest| rest.split_once(" SET "));
    let shape = match set.and_then(|(table, rest)| Some((table, rest.rsplit_once(" WHERE ")?))) {
        Some((table, (_, condition))) => format!("UPDATE {table} SET … WHERE {condition}"),
        None => statement.clone(),
    };
    let mut parts = shape.split('$');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        format!(
            "{text}${}",
            part.trim_start_matches(|digit: char| digit.is_ascii_digit())
        )
    })
}
