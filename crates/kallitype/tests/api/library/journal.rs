//! The journal keeps up with the database: what a rebuild brings back is what was last.

use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};

use super::rebuild::lose_and_rebuild;
use crate::support::database::Lock;
use crate::support::user::User;
use crate::support::{Answer, Engine, Server, eventually};
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
    eventually("a change that waits", async || {
        let waiting = "SELECT pid::text FROM pg_stat_activity \
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        (!server.texts(waiting.to_owned()).await.is_empty()).then_some(())
    })
    .await;
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
