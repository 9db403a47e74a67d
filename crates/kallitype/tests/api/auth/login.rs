//! `POST /auth/login`

use reqwest::RequestBuilder;
use serde_json::json;

use crate::support::user::PASSWORD;
use crate::support::{Answer, Credential, Engine, Server, User, assert_invalid, assert_refused};
use crate::test_on_both;

const PATH: &str = "/auth/login";
const WRONG: &str = "Incorrect email or password";
const TOO_OFTEN: &str = "Too many wrong passwords, try again later";

fn login(server: &Server, email: &str, password: &str) -> RequestBuilder {
    let body = json!({"email": email, "password": password});
    server.post(Credential::None, PATH).json(&body)
}

fn cookies(answer: &Answer) -> Vec<&str> {
    let lines = answer.headers.get_all("set-cookie").iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}

/// A cookie's name and attributes, in order.
fn sorted(cookie: &str) -> String {
    let mut parts: Vec<&str> = cookie.split("; ").collect();
    parts.sort_unstable();
    parts.join("; ")
}

async fn with(settings: &[(&str, &str)]) -> Server {
    let with = |options, (name, value): &(&str, &str)| {
        crate::support::server::Options::with(options, name, value)
    };
    Server::start_with(Engine::Sqlite, |options| {
        settings.iter().fold(options, with)
    })
    .await
}

test_on_both! {
    async fn the_right_password_begins_a_session(server: Server) {
        let answer = Answer::of(login(&server, "ADMIN@example.org", PASSWORD)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let token = answer.json["accessToken"].as_str().expect("a token").to_owned();
        assert!(token.len() >= 43 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
        for (property, value) in [
            ("userId", json!(server.admin.id)),
            ("userEmail", json!("admin@example.org")),
            ("name", json!("Admin")),
            ("isAdmin", json!(true)),
            ("isOnboarded", json!(false)),
            ("shouldChangePassword", json!(false)),
            ("profileImagePath", json!("")),
        ] {
            assert_eq!(answer.json[property], value, "{property}");
        }
        for way in [Credential::Bearer(token.clone()), Credential::Cookie(token)] {
            assert_eq!(Answer::of(server.get(way, "/users/me")).await.json["id"], json!(server.admin.id));
        }
    }
}

test_on_both! {
    async fn browsers_keep_the_session_where_scripts_do_not_reach(server: Server) {
        let answer = Answer::of(login(&server, &server.admin.email, PASSWORD)).await;
        let token = answer.json["accessToken"].as_str().expect("a token");
        let expected = [
            format!("HttpOnly; Max-Age=34560000; Path=/; SameSite=Lax; immich_access_token={token}"),
            "HttpOnly; Max-Age=34560000; Path=/; SameSite=Lax; immich_auth_type=password".to_owned(),
            "Max-Age=34560000; Path=/; SameSite=Lax; immich_is_authenticated=true".to_owned(),
        ];
        let set: Vec<String> = cookies(&answer).into_iter().map(sorted).collect();
        assert_eq!(set, expected);
    }
}

test_on_both! {
    async fn an_unknown_address_is_answered_as_a_wrong_password_is(server: Server) {
        for (email, password) in [
            ("admin@example.org", "wrong"),
            ("admin@example.org", ""),
            ("nobody@example.org", PASSWORD),
            ("admin@example.org", &"x".repeat(5000)),
        ] {
            let request = login(&server, email, password);
            match password {
                "" => assert_invalid(request, &["password should not be empty"]).await,
                _ => assert_refused(request, 401, WRONG).await,
            }
        }
    }
}

test_on_both! {
    async fn every_rule_is_checked(server: Server) {
        for (body, rules) in [
            (json!({}), vec!["email must be an email", "password must be a string", "password should not be empty"]),
            (json!({"email": "someone", "password": "x"}), vec!["email must be an email"]),
            (json!({"email": "a@example.org", "password": 7}), vec!["password must be a string"]),
            (json!({"email": ["a@example.org"], "password": "x"}), vec!["email must be an email"]),
        ] {
            assert_invalid(server.post(Credential::None, PATH).json(&body), &rules).await;
        }
        let broken = server.post(Credential::None, PATH).header("content-type", "application/json").body("{");
        assert_eq!(Answer::of(broken).await.status, 400);
    }
}

test_on_both! {
    async fn a_password_kept_by_bcrypt_opens_and_is_kept_better_from_then_on(server: Server by start_with_strong_passwords) {
        let imported = "$2b$04$JnWv6tmXlm0S.edG5NXMGOIoP5so5W1mlO.gvIGwjDLiPPxABhLOi";
        let changed = server.execute_sql(&format!("UPDATE account SET password_hash = '{imported}'")).await;
        assert_eq!(changed, 1);
        assert_refused(login(&server, &server.admin.email, "wrong"), 401, WRONG).await;
        assert_eq!(Answer::of(login(&server, &server.admin.email, PASSWORD)).await.status, 201);
        let kept = server.jobs("SELECT password_hash FROM account").await;
        assert!(kept[0].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept:?}");
        assert_eq!(Answer::of(login(&server, &server.admin.email, PASSWORD)).await.status, 201);
    }
}

test_on_both! {
    async fn passwords_are_kept_as_is_advised_and_open_whatever_they_cost(server: Server by start_with_strong_passwords) {
        // On the command line, as in the server.
        User::another(&server, "other@example.org").await;
        let kept = server.jobs("SELECT password_hash FROM account").await;
        let advised = "$argon2id$v=19$m=19456,t=2,p=1$";
        assert!(kept.len() == 2 && kept.iter().all(|hash| hash.starts_with(advised)), "{kept:?}");

        let cheap = Server::start(Engine::Sqlite).await.jobs("SELECT password_hash FROM account").await.remove(0);
        assert!(cheap.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{cheap}");
        let changed = server.execute_sql(&format!("UPDATE account SET password_hash = '{cheap}'")).await;
        assert_eq!(changed, 2);
        assert_refused(login(&server, &server.admin.email, "wrong"), 401, WRONG).await;
        assert_eq!(Answer::of(login(&server, &server.admin.email, PASSWORD)).await.status, 201);
    }
}

test_on_both! {
    async fn whoever_guesses_has_to_wait(server: Server) {
        let email = server.admin.email.as_str();
        for _ in 0..10 {
            assert_refused(login(&server, email, "wrong"), 401, WRONG).await;
        }
        for (email, password) in [(email, "wrong"), (email, PASSWORD), ("nobody@example.org", "wrong")] {
            let answer = Answer::of(login(&server, email, password)).await;
            assert_eq!((answer.status, &answer.json["message"]), (429, &json!(TOO_OFTEN)));
            let wait: u64 = answer.header("retry-after").parse().expect("seconds");
            assert!((1..=301).contains(&wait), "{wait}");
        }
        let me = Answer::of(server.get(&server.admin, "/users/me")).await;
        assert_eq!(me.status, 200, "who is signed in already notices nothing");
    }
}

#[tokio::test]
async fn guesses_sent_together_are_counted_together() {
    // They come while others are being hashed.
    let server = Server::first_start_with(Engine::Sqlite, |options| {
        options.with("login-attempts", 3).strong_passwords()
    })
    .await;
    let guess = |number: usize| {
        let email = server.admin.email.clone();
        Answer::of(login(&server, &email, &format!("guess {number}")))
    };
    let answers = futures_util::future::join_all((0..20).map(guess)).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    assert!(
        (3..=6).contains(&looked_at),
        "{looked_at} of 20 guesses were looked at"
    );
}

#[tokio::test]
async fn waiting_ends() {
    let server = with(&[("login-attempts", "1"), ("login-window-seconds", "5")]).await;
    let email = server.admin.email.as_str();
    assert_refused(login(&server, email, "wrong"), 401, WRONG).await;
    assert_refused(login(&server, email, PASSWORD), 429, TOO_OFTEN).await;
    crate::support::eventually("signing in", async || {
        let answer = Answer::of(login(&server, email, PASSWORD)).await;
        (answer.status == 201).then_some(())
    })
    .await;
}

/// A server behind a proxy, which takes three wrong passwords.
struct Guarded(Server);

impl Guarded {
    async fn start(engine: Engine) -> Self {
        let server = Server::start_with(engine, |options| {
            options
                .with("login-attempts", 3)
                .with("trusted-proxies", "127.0.0.0/8")
        });
        Self(server.await)
    }

    async fn login_from(&self, address: &str, email: &str, password: &str) -> Answer {
        let request = login(&self.0, email, password);
        Answer::of(request.header("x-forwarded-for", address)).await
    }

    /// How a guess at the first user's password is answered that comes from somewhere.
    async fn guess_from(&self, address: &str, password: &str) -> u16 {
        self.login_from(address, &self.0.admin.email, password)
            .await
            .status
    }

    /// Guesses so often from everywhere that no one else may guess any more. Answers the seconds to wait.
    async fn exhaust(&self) -> u64 {
        for number in 0..3 {
            assert_eq!(
                self.guess_from(&format!("203.0.113.{number}"), "wrong")
                    .await,
                401
            );
        }
        self.wait().await
    }

    async fn wait(&self) -> u64 {
        let refused = self
            .login_from("203.0.113.200", &self.0.admin.email, PASSWORD)
            .await;
        assert_eq!(
            (refused.status, &refused.json["message"]),
            (429, &json!(TOO_OFTEN))
        );
        refused.header("retry-after").parse().expect("seconds")
    }
}

test_on_both! {
    async fn no_one_is_kept_out_of_where_they_signed_in_before(guarded: Guarded) {
        let (home, other) = ("198.51.100.1", User::another(&guarded.0, "other@example.org").await);
        assert_eq!(guarded.guess_from(home, PASSWORD).await, 201);
        assert_eq!(guarded.login_from("198.51.100.2", &other.email, PASSWORD).await.status, 201);
        guarded.exhaust().await;
        assert_eq!(guarded.guess_from(home, PASSWORD).await, 201);
        // They are known where they were themselves.
        assert_eq!(guarded.guess_from("198.51.100.2", PASSWORD).await, 429);
        assert_eq!(guarded.login_from("203.0.113.200", &other.email, PASSWORD).await.status, 201);
        // NUL is kept by no database, and changes no address.
        let spelled = format!("{}\0", guarded.0.admin.email);
        assert_eq!(guarded.login_from("203.0.113.201", &spelled, PASSWORD).await.status, 429);
        // Nor may more be guessed there than elsewhere.
        let mut statuses = Vec::new();
        for password in ["wrong", "wrong", "wrong", PASSWORD] {
            statuses.push(guarded.guess_from(home, password).await);
        }
        assert_eq!(statuses, [401, 401, 401, 429]);
    }
}

test_on_both! {
    async fn who_guesses_from_everywhere_waits_longer_each_time(guarded: Guarded) {
        let mut waits = vec![guarded.exhaust().await];
        for number in 10..13 {
            // The time that has to pass.
            let past = guarded.0.execute_sql("UPDATE wrong_guess SET last_at = last_at - 301000000").await;
            assert!(past > 0);
            assert_eq!(guarded.guess_from(&format!("203.0.113.{number}"), "wrong").await, 401);
            waits.push(guarded.wait().await);
        }
        let expected = [5, 10, 20, 40];
        for (wait, expected) in waits.iter().zip(expected) {
            assert!((expected - 4..=expected + 1).contains(wait), "{waits:?}");
        }
        guarded.0.execute_sql("UPDATE wrong_guess SET last_at = last_at - 301000000").await;
        assert_eq!(guarded.guess_from("203.0.113.200", PASSWORD).await, 201);
    }
}

test_on_both! {
    async fn a_start_forgets_no_guess_and_time_does(guarded: Guarded) {
        let mut guarded = guarded;
        guarded.exhaust().await;
        guarded.0.stop();
        guarded.0.start_again();
        guarded.wait().await;
        guarded.0.execute_sql("UPDATE wrong_guess SET forgotten_at = 1").await;
        assert_eq!(guarded.guess_from("203.0.113.0", "wrong").await, 401);
        let left = guarded.0.texts("SELECT key FROM wrong_guess".into()).await;
        assert_eq!(left.len(), 2, "what is forgotten is gone: {left:?}");
    }
}

#[tokio::test]
async fn servers_of_one_library_count_together() {
    let guarded = Guarded::start(Engine::Postgres).await;
    let beside = Guarded(guarded.0.beside(|options| options));
    guarded.exhaust().await;
    beside.wait().await;
    assert_eq!(guarded.guess_from("198.51.100.1", PASSWORD).await, 429);
}

/// The statuses of wrong guesses at accounts that do not exist, one for each forwarded address.
async fn guesses_from(server: &Server, forwarded: &[&[&str]]) -> Vec<u16> {
    let mut statuses = Vec::new();
    for (number, lines) in forwarded.iter().enumerate() {
        let request = login(server, &format!("nobody-{number}@example.org"), "wrong");
        let request = lines.iter().fold(request, |request, line| {
            request.header("x-forwarded-for", *line)
        });
        statuses.push(Answer::of(request).await.status);
    }
    statuses
}

#[tokio::test]
async fn guesses_are_counted_by_the_address_that_a_trusted_proxy_names() {
    let settings = [
        ("login-attempts", "1"),
        ("trusted-proxies", "127.0.0.0/8,192.0.2.9"),
    ];
    let server = with(&settings).await;
    let statuses = guesses_from(
        &server,
        &[
            &["198.51.100.1"],
            &["198.51.100.1"],
            // What a client has written itself changes nothing, whether the proxy adds to its line or below it.
            &["203.0.113.7, 198.51.100.1"],
            &["203.0.113.8", "198.51.100.1"],
            &["203.0.113.9, 198.51.100.1, 192.0.2.9"],
            &["198.51.100.2"],
            &["2001:db8::1"],
            // One customer has 64 bits of addresses.
            &["2001:db8::2:1"],
            &["2001:db8:0:1::1"],
            // Some proxies add the port.
            &["198.51.100.1:50000"],
            &["198.51.100.3:50000"],
            &["203.0.113.7, 198.51.100.3:50001"],
            &["[2001:db8::3]:50000"],
            &["[2001:db8:0:2::1]"],
            &["2001:db8:0:2::2"],
        ],
    )
    .await;
    assert_eq!(
        statuses,
        [
            401, 429, 429, 429, 429, 401, 401, 429, 401, 429, 401, 429, 429, 401, 429
        ]
    );
}

#[tokio::test]
async fn no_one_else_is_believed_about_addresses() {
    let server = with(&[("login-attempts", "1")]).await;
    let statuses = guesses_from(&server, &[&["198.51.100.1"], &["198.51.100.2"]]).await;
    assert_eq!(statuses, [401, 429]);
}

#[tokio::test]
async fn behind_tls_cookies_travel_by_tls_alone() {
    let secure = async |settings: &[(&str, &str)], proto: &str| {
        let server = with(settings).await;
        let request = login(&server, &server.admin.email, PASSWORD);
        let answer = Answer::of(request.header("x-forwarded-proto", proto)).await;
        let marked = cookies(&answer)
            .iter()
            .filter(|line| line.contains("; Secure"))
            .count();
        assert!(marked == 0 || marked == 3, "{marked} of 3 cookies");
        marked == 3
    };
    let proxy = ("trusted-proxies", "127.0.0.1");
    let outside = ("external-url", "https://photos.example.org");
    assert!(secure(&[proxy], "https").await);
    assert!(!secure(&[proxy], "http").await);
    assert!(!secure(&[], "https").await, "anyone may have written it");
    assert!(secure(&[outside], "http").await);
}

test_on_both! {
    async fn passwords_can_be_turned_off_and_are_still_there_afterwards(server: Server) {
        let mut server = server;
        server.stop();
        server.options.arguments.extend(["--password-login".into(), "false".into()]);
        server.start_again();
        let email = server.admin.email.as_str();
        for (email, password) in [(email, PASSWORD), (email, "wrong"), ("nobody@example.org", PASSWORD)] {
            assert_refused(login(&server, email, password), 401, "Password login has been disabled").await;
        }
        let features = Answer::of(server.get(Credential::None, "/server/features")).await;
        assert_eq!(features.json["passwordLogin"], false);
        assert_eq!(Answer::of(server.get(&server.admin, "/users/me")).await.status, 200);
        let another = "another long password";
        server.run_admin(&["reset-password", "--email", email], another);
        server.stop();
        server.options.arguments.truncate(0);
        server.start_again();
        assert_eq!(Answer::of(login(&server, &server.admin.email, another)).await.status, 201);
    }
}

/// How much the processor works for so many wrong passwords.
async fn ticks_for_guesses(server: &Server, email: &str) -> u64 {
    let before = server.processor_ticks();
    for _ in 0..8 {
        assert_eq!(Answer::of(login(server, email, "wrong")).await.status, 401);
    }
    server.processor_ticks() - before
}

/// Work is counted and not time, so that the test does not depend on what else the machine does.
#[tokio::test]
async fn as_much_is_done_for_an_unknown_address_as_for_a_wrong_password() {
    let server = Server::first_start_with(Engine::Sqlite, |options| {
        options
            .with("login-attempts", 1000)
            .with("roles", "api")
            .strong_passwords()
    })
    .await;
    let known = ticks_for_guesses(&server, "admin@example.org").await;
    let unknown = ticks_for_guesses(&server, "nobody@example.org").await;
    assert!(known >= 8, "a wrong password costs something: {known}");
    assert!(
        unknown * 2 > known && known * 2 > unknown,
        "{unknown} beside {known}"
    );
}
