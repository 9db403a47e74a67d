//! The journal keeps up with the database: what a rebuild brings back is what was last.

use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::rebuild::lose_and_rebuild;
use super::state::State;
use crate::support::database::Lock;
use crate::support::user::User;
use crate::support::{Answer, Engine, Picture, Server, eventually};
use crate::test_on_both;

/// The files of the journal, oldest first.
fn segments(server: &Server) -> Vec<PathBuf> {
    let folder = server.options.data.join("journal");
    let entries = std::fs::read_dir(folder).expect("the journal's folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn lines(server: &Server) -> Vec<Value> {
    let files = segments(server);
    let texts = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap());
    let texts: Vec<String> = texts.collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

async fn rename(server: &Server, user: &User, name: &str) {
    let request = server.put(user, "/users/me").json(&json!({"name": name}));
    assert_eq!(Answer::of(request).await.status, 200);
}

/// Sends the whole request to rename the administrator.
fn send_rename(server: &Server, name: &str) -> TcpStream {
    let host = server.address.trim_start_matches("http://").to_owned();
    let body = json!({"name": name}).to_string();
    let mut connection = TcpStream::connect(&host).unwrap();
    write!(
        connection,
        "PUT /api/users/me HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        server.admin.token,
        body.len()
    )
    .unwrap();
    connection
}

/// Sends the whole request and does not wait for the answer, but for a moment.
async fn rename_and_hang_up(server: &Server, name: &str, moment: Duration) {
    let _connection = send_rename(server, name);
    tokio::time::sleep(moment).await;
}

async fn name_after_rebuild(server: &mut Server) -> Value {
    let email = server.admin.email.clone();
    lose_and_rebuild(server);
    server.start_again();
    let user = User::login(server.http(), &server.address, &email).await;
    Answer::of(server.get(&user, "/users/me")).await.json["name"].clone()
}

test_on_both! {
    async fn what_is_acknowledged_is_in_the_journal(server: Server by first_start) {
        let mut server = server;
        for name in ["One", "Two", "Three"] {
            rename(&server, &server.admin, name).await;
            let in_journal = lines(&server).iter().any(|line| line["state"]["name"] == name);
            assert!(in_journal, "{name} was acknowledged first");
        }
        server.crash();
        assert_eq!(name_after_rebuild(&mut server).await, "Three");
    }
}

test_on_both! {
    async fn a_change_that_no_one_journaled_is_next_in_line(server: Server by first_start) {
        let mut server = server;
        // As by a process that died after its commit: the counter has gone on, and nobody has told the journal.
        let counted = match server.options.database_url.as_str() {
            "sqlite" => "UPDATE change_counter SET last = last + 1",
            _ => "SELECT nextval('change_counter')",
        };
        server.execute_sql(counted).await;
        let next = match server.options.database_url.as_str() {
            "sqlite" => {
                "UPDATE account SET name = 'Left behind', \
                 update_id = (SELECT unhex(printf('%016x%016x', last, 1)) FROM change_counter)"
            }
            _ => "UPDATE account SET name = 'Left behind', update_id = next_change_id()",
        };
        assert_eq!(server.execute_sql(next).await, 1);
        server.stop();
        let in_journal = lines(&server).iter().any(|line| line["state"]["name"] == "Left behind");
        assert!(in_journal, "the last checkpoint passed a change");
        assert_eq!(name_after_rebuild(&mut server).await, "Left behind");
    }
}

test_on_both! {
    async fn a_client_that_hangs_up_leaves_nothing_half_told(server: Server by first_start) {
        let mut server = server;
        let before = server.jobs("SELECT name FROM account").await;
        let mut number = 0;
        eventually("a change whose client hung up", async || {
            number += 1;
            let moment = Duration::from_millis(number % 20);
            rename_and_hang_up(&server, &format!("Hung up {number}"), moment).await;
            (server.jobs("SELECT name FROM account").await != before).then_some(())
        })
        .await;
        server.stop();
        let names = server.jobs("SELECT name FROM account").await;
        assert_eq!(name_after_rebuild(&mut server).await, names[0]);
    }
}

/// A stop waits for a change that is under way, though whoever asked for it has gone.
#[tokio::test]
async fn a_stop_waits_for_what_is_being_committed() {
    let mut server = Server::start(Engine::Postgres).await;
    let lock = Lock::on_accounts(&server).await;
    let connection = send_rename(&server, "Renamed at the end");
    server.keeps_waiting("UPDATE account").await;
    drop(connection);
    server.tell_to_stop();
    let host = server.address.trim_start_matches("http://").to_owned();
    eventually("the end of listening", async || {
        TcpStream::connect(&host).is_err().then_some(())
    })
    .await;
    drop(lock);
    server.has_stopped();
    assert_eq!(
        server.texts("SELECT name FROM account".to_owned()).await,
        ["Renamed at the end"]
    );
    assert_eq!(name_after_rebuild(&mut server).await, "Renamed at the end");
}

test_on_both! {
    async fn states_of_a_clock_that_was_ahead_do_not_come_back(server: Server by first_start) {
        let mut server = server;
        rename(&server, &server.admin, "From the future").await;
        server.stop();
        // What an earlier version wrote with its clock a year ahead: ids were made of the time.
        let state = lines(&server)
            .into_iter()
            .rfind(|line| line["state"]["name"] == "From the future")
            .expect("the account's line");
        let mut ahead = state;
        ahead["updateId"] = json!("03000000-0000-4000-8000-000000000000");
        let last = segments(&server).pop().expect("a file");
        let mut file = std::fs::File::options().append(true).open(last).unwrap();
        writeln!(file, "{ahead}").unwrap();
        drop(file);

        server.start_again();
        rename(&server, &server.admin, "From the present").await;
        server.crash();
        assert_eq!(name_after_rebuild(&mut server).await, "From the present");
        // And the rebuilt database goes on from there.
        let admin = User::login(server.http(), &server.address, &server.admin.email).await;
        rename(&server, &admin, "From later").await;
        server.crash();
        assert_eq!(name_after_rebuild(&mut server).await, "From later");
    }
}

/// Bytes of the journal's files.
fn length(server: &Server) -> u64 {
    let sizes = segments(server)
        .into_iter()
        .map(|file| std::fs::metadata(file).unwrap().len());
    sizes.sum()
}

async fn appends_little(server: &Server, what: &str, change: impl Future<Output = ()>) {
    let before = length(server);
    change.await;
    let grown = length(server) - before;
    assert!((1..2500).contains(&grown), "{what}: {grown} bytes");
}

test_on_both! {
    async fn an_append_is_as_long_as_what_changed(server: Server) {
        let owner = &server.admin;
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        server.finish_jobs().await;
        let metadata = format!("/assets/{id}/metadata");
        let keep = async |key: &str, text: &str| {
            let items = json!({"items": [{"key": key, "value": {"x": text}}]});
            assert_eq!(Answer::of(server.put(owner, &metadata).json(&items)).await.status, 200);
        };
        keep("large", &"x".repeat(60_000)).await;
        let albums = 40;
        for _ in 0..albums {
            owner.album(&server, &[id], json!({})).await;
        }
        let paths: Vec<String> = (0..albums).map(|number| format!("{}{number}", "tag".repeat(50))).collect();
        let tags = Answer::of(server.put(owner, "/tags").json(&json!({"tags": paths}))).await.json;
        let tags: Vec<&Value> = tags.as_array().unwrap().iter().map(|tag| &tag["id"]).collect();
        let give = json!({"assetIds": [id], "tagIds": tags});
        assert_eq!(Answer::of(server.put(owner, "/tags/assets").json(&give)).await.status, 200);
        server.finish_jobs().await;

        // What is there takes tens of kilobytes. Each of these changes little.
        let one = format!("/tags/{}/assets", tags[0].as_str().unwrap());
        appends_little(&server, "a tag that goes", async {
            assert_eq!(Answer::of(server.delete(owner, &one).json(&json!({"ids": [id]}))).await.status, 200);
            server.finish_jobs().await;
        })
        .await;
        let described = owner.update(&server, id, json!({"description": "d".repeat(50_000)})).await;
        assert_eq!(described.status, 200);
        server.finish_jobs().await;
        appends_little(&server, "metadata", keep("small", "twenty bytes or so")).await;
        appends_little(&server, "a favourite", async {
            owner.update(&server, id, json!({"isFavorite": true})).await;
        })
        .await;
        appends_little(&server, "an album", async {
            owner.album(&server, &[id], json!({})).await;
        })
        .await;
        appends_little(&server, "metadata that go", async {
            assert_eq!(Answer::of(server.delete(owner, &format!("{metadata}/small"))).await.status, 204);
        })
        .await;
    }
}

test_on_both! {
    async fn what_went_and_came_again_is_there(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let metadata = format!("/assets/{id}/metadata");
        let keep = async |key: &str, text: &str| {
            let items = json!({"items": [{"key": key, "value": {"x": text}}]});
            assert_eq!(Answer::of(server.put(&owner, &metadata).json(&items)).await.status, 200);
        };
        let forget = async |key: &str| {
            assert_eq!(Answer::of(server.delete(&owner, &format!("{metadata}/{key}"))).await.status, 204);
        };
        for key in ["stays", "goes", "comes again"] {
            keep(key, "one").await;
        }
        forget("goes").await;
        forget("comes again").await;
        keep("comes again", "one").await;
        let album = owner.album(&server, &[id], json!({"albumName": "An album"})).await;
        let held = format!("/albums/{}/assets", album["id"].as_str().unwrap());
        for _ in 0..2 {
            assert_eq!(Answer::of(server.delete(&owner, &held).json(&json!({"ids": [id]}))).await.status, 200);
            assert_eq!(Answer::of(server.put(&owner, &held).json(&json!({"ids": [id]}))).await.status, 200);
        }
        server.finish_jobs().await;
        server.stop();
        let before = State::of(&server).await;
        lose_and_rebuild(&mut server);
        server.start_again();
        server.finish_jobs().await;
        server.stop();
        State::of(&server).await.assert_equals(&before, "after a rebuild");
        assert_eq!(before.count("asset_metadata"), 2);
    }
}

test_on_both! {
    async fn whole_states_of_earlier_versions_are_read(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let id = owner.upload(&server, &Picture::jpeg(1)).await;
        let items = json!({"items": [{"key": "forgotten", "value": {}}]});
        let path = format!("/assets/{id}/metadata");
        assert_eq!(Answer::of(server.put(&owner, &path).json(&items)).await.status, 200);
        let album = owner.album(&server, &[], json!({"albumName": "An album"})).await;
        server.stop();
        // Such a line says all that there is: what it does not say is gone. Names were longer, too.
        let mut line = lines(&server).into_iter().find(|line| line["type"] == "asset").expect("the upload's line");
        let long = "x".repeat(3000);
        line["updateId"] = json!("03000000-0000-4000-8000-000000000000");
        line["state"]["deviceAssetId"] = json!(long);
        line["state"]["metadata"] = json!({"kept": {"x": "y".repeat(100_000)}});
        line["state"]["albums"] = json!({album["id"].as_str().unwrap(): 5});
        line["state"]["tags"] = json!(["given"]);
        line["state"]["refusedTags"] = json!(["refused"]);
        let last = segments(&server).pop().expect("a file");
        let mut file = std::fs::File::options().append(true).open(last).unwrap();
        writeln!(file, "{line}").unwrap();
        drop(file);

        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        let asset = owner.asset(&server, id).await;
        assert_eq!((&asset["deviceAssetId"], &asset["tags"][0]["value"]), (&json!(long), &json!("given")));
        let kept = Answer::of(server.get(&owner, &path)).await.json;
        assert_eq!((kept.as_array().unwrap().len(), &kept[0]["key"]), (1, &json!("kept")));
        let path = format!("/albums/{}", album["id"].as_str().unwrap());
        assert_eq!(Answer::of(server.get(&owner, &path)).await.json["assetCount"], 1);
        assert_eq!(server.jobs("SELECT value FROM refused_tag").await, ["refused"]);
    }
}

test_on_both! {
    async fn many_long_texts_are_read_some_at_a_time(server: Server by first_start) {
        let mut server = server;
        let owner = server.admin.clone();
        let mut ids = Vec::new();
        for seed in 0..30 {
            ids.push(owner.upload(&server, &Picture::jpeg(seed)).await);
        }
        // Together they are more than is read at a time.
        let description = "ü\u{1f4f7}".repeat(50_000);
        let changes = json!({"ids": ids, "description": description});
        assert_eq!(Answer::of(server.put(&owner, "/assets").json(&changes)).await.status, 204);
        let album = owner.album(&server, &ids, json!({"albumName": "An album"})).await;
        let path = format!("/albums/{}", album["id"].as_str().unwrap());
        let is_whole = |album: &Value| {
            let assets = album["assets"].as_array().expect("a list");
            let whole = assets.iter().filter(|asset| asset["exifInfo"]["description"] == description);
            assert_eq!((whole.count(), assets.len()), (ids.len(), ids.len()));
        };
        is_whole(&Answer::of(server.get(&owner, &path)).await.json);
        server.crash();
        lose_and_rebuild(&mut server);
        server.start_again();
        let owner = User::login(server.http(), &server.address, &owner.email).await;
        is_whole(&Answer::of(server.get(&owner, &path)).await.json);
    }
}
