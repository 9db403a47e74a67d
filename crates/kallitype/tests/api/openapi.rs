//! The description of the API is made from the code, and says what Immich 2.0 says.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::support::server::program;
use crate::support::{Answer, Engine, Server};

fn document() -> Value {
    let output = program()
        .args(["openapi", "--api", "2.0"])
        .output()
        .expect("the command ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The names of all schemas that a part of a document refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get("$ref") {
                found.insert(reference.rsplit('/').next().unwrap_or_default().to_owned());
            }
            object.values().for_each(|value| references(value, found));
        }
        _ => {}
    }
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods");
            methods
                .iter()
                .map(move |(method, operation)| (path.clone(), method.clone(), operation.clone()))
        })
        .collect()
}

/// The parts of the API of which everything that Immich has is there.
const WHOLE: [&str; 32] = [
    "API Keys",
    "Activities",
    "Albums",
    "Assets",
    "Auth (admin)",
    "Authentication",
    "Download",
    "Duplicates",
    "Faces",
    "Jobs",
    "Libraries",
    "Map",
    "Memories",
    "Notifications",
    "Notifications (Admin)",
    "OAuth",
    "Partners",
    "People",
    "Search",
    "Server",
    "Sessions",
    "Shared Links",
    "Stacks",
    "Sync",
    "System Config",
    "System Metadata",
    "Tags",
    "Timeline",
    "Trash",
    "Users",
    "Users (admin)",
    "View",
];

fn tagged(document: &Value, tags: &[&str]) -> Vec<(String, String, Value)> {
    let is_wanted = |operation: &Value| tags.iter().any(|tag| operation["tags"][0] == *tag);
    operations(document)
        .into_iter()
        .filter(|(_, _, operation)| is_wanted(operation))
        .collect()
}

#[test]
fn the_document_is_whole_and_holds_all_operations() {
    let document = document();
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    let mut referred = BTreeSet::new();
    references(&document, &mut referred);
    for name in referred {
        assert!(
            schemas.contains_key(&name),
            "{name} is referred to, but not described"
        );
    }
    let ids: Vec<String> = operations(&document)
        .iter()
        .map(|(_, _, operation)| operation["operationId"].to_string())
        .collect();
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        ids.len(),
        "operation ids are distinct"
    );
    for (name, count) in [("Assets", 19), ("Faces", 4), ("People", 11), ("Tags", 9)] {
        assert_eq!(tagged(&document, &[name]).len(), count, "{name}");
    }
}

#[tokio::test]
async fn the_server_gives_out_the_same_document() {
    let server = Server::start(Engine::Sqlite).await;
    assert_eq!(
        Answer::of(server.request(reqwest::Method::GET, "/openapi.json"))
            .await
            .json,
        document()
    );
}

/// What counts of a schema: names, types, what is required and what may be null. Not how it is explained.
fn essence(value: &Value) -> Value {
    match value {
        Value::Array(list) => Value::Array(list.iter().map(essence).collect()),
        Value::Object(object) => {
            let explains =
                |name: &str| ["description", "example", "title", "deprecated"].contains(&name);
            let kept: Map<String, Value> = object
                .iter()
                .filter(|(name, value)| !explains(name) || value.is_object())
                .map(|(name, value)| (name.clone(), essence(value)))
                .collect();
            Value::Object(kept)
        }
        other => other.clone(),
    }
}

fn sorted(mut list: Vec<Value>) -> Vec<Value> {
    list.sort_by_key(Value::to_string);
    list
}

/// Where the document of Immich 2.0.0 lies, `KALLITYPE_TEST_SPEC` says; it is not part of this project.
#[test]
fn schemas_and_operations_are_those_of_immich_2_0() {
    let Ok(path) = std::env::var("KALLITYPE_TEST_SPEC") else {
        return;
    };
    let theirs: Value =
        serde_json::from_slice(&std::fs::read(path).expect("the document")).expect("JSON");
    let ours = document();
    let mut names = BTreeSet::new();
    for (path, method, operation) in tagged(&theirs, &WHOLE) {
        let mine = &ours["paths"][&path][&method];
        for part in [
            "operationId",
            "requestBody",
            "responses",
            "security",
            "tags",
            "x-immich-admin-only",
            "x-immich-permission",
        ] {
            assert_eq!(
                essence(&mine[part]),
                essence(&operation[part]),
                "{method} {path} {part}"
            );
        }
        let parameters = |operation: &Value| {
            sorted(
                operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(essence)
                    .collect(),
            )
        };
        assert_eq!(parameters(mine), parameters(&operation), "{method} {path}");
        references(&operation, &mut names);
    }
    let schemas = &theirs["components"]["schemas"];
    let mut todo: Vec<String> = names.iter().cloned().collect();
    while let Some(name) = todo.pop() {
        let mut inner = BTreeSet::new();
        references(&schemas[&name], &mut inner);
        todo.extend(
            inner
                .into_iter()
                .filter(|inner| names.insert(inner.clone())),
        );
    }
    assert!(names.len() > 25, "the document was understood");
    for name in names {
        let (mut mine, mut their) = (
            essence(&ours["components"]["schemas"][&name]),
            essence(&schemas[&name]),
        );
        for schema in [&mut mine, &mut their] {
            if let Some(Value::Array(required)) = schema.get_mut("required") {
                *required = sorted(std::mem::take(required));
            }
        }
        assert_eq!(mine, their, "{name}");
    }
}
