//! `POST /oauth/authorize`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{MOBILE, queried, start};
use crate::support::provider::set_cookies;
use crate::support::{Answer, Begun, Engine, Server, World, assert_invalid, assert_refused};
use crate::test_on_both;

const NOT_OURS: &str = "The redirect URI is not one of this server's";
const UNAVAILABLE: &str = "The OAuth provider does not answer as it should";

test_on_both! {
    async fn a_browser_is_led_to_the_provider(world: World) {
        let page = format!("{}/auth/login", world.server.address);
        let begun = Begun::on(&world.server, "/auth/login").await;
        assert!(begun.url.starts_with(&world.provider.issuer), "{}", begun.url);
        for (name, value) in [
            ("client_id", "photos"),
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("redirect_uri", &page),
            ("code_challenge_method", "S256"),
            ("state", &begun.cookies["immich_oauth_state"]),
        ] {
            assert_eq!(queried(&begun.url, name), value, "{name}");
        }
        assert_eq!(queried(&begun.url, "code_challenge").len(), 43);
        let again = Begun::on(&world.server, "/auth/login").await;
        for secret in ["state", "nonce", "code_challenge"] {
            let (first, second) = (queried(&begun.url, secret), queried(&again.url, secret));
            assert!(first.len() >= 43 && first != second, "{secret} {first} {second}");
        }
        assert!(!begun.url.contains(&begun.cookies["immich_oauth_code_verifier"]), "{}", begun.url);
    }
}

test_on_both! {
    async fn scripts_do_not_see_what_the_browser_keeps(world: World) {
        let body = json!({"redirectUri": format!("{}/auth/login", world.server.address)});
        let answer = Answer::of(start(&world.server, &body)).await;
        let lines: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap()).collect();
        assert_eq!(lines.len(), 2, "{lines:?}");
        for line in lines {
            assert!(line.starts_with("immich_oauth_"), "{line}");
            let attributes: BTreeSet<&str> = line.split("; ").skip(1).collect();
            assert_eq!(attributes, BTreeSet::from(["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"]), "{line}");
        }
    }
}

test_on_both! {
    async fn an_app_brings_its_own_secrets(world: World) {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        let body = json!({"redirectUri": MOBILE, "state": "of-the-app", "codeChallenge": challenge});
        let answer = Answer::of(start(&world.server, &body)).await;
        let url = answer.json["url"].as_str().expect("an address");
        for (name, value) in [("redirect_uri", MOBILE), ("state", "of-the-app"), ("code_challenge", challenge)] {
            assert_eq!(queried(url, name), value, "{name}");
        }
        assert_eq!(set_cookies(&answer).keys().collect::<Vec<_>>(), ["immich_oauth_state"]);
        assert_refused(start(&world.server, &body), 400, "OAuth state is in use already").await;
    }
}

test_on_both! {
    async fn no_one_is_sent_elsewhere(world: World) {
        let here = &world.server.address;
        for elsewhere in [
            "https://evil.example.org/auth/login".into(),
            format!("{here}.evil.example.org/auth/login"),
            format!("{here}@evil.example.org/auth/login"),
            format!("{here}/auth/login/"),
            format!("{here}/auth/login?next=https://evil.example.org"),
            format!("{here}/auth/login#"),
            format!("{here}/auth/../auth/login"),
            format!("{here}/"),
            "app.immich:///oauth-callback/more".into(),
            "app.immich.evil:///oauth-callback".into(),
            "javascript:alert(1)".into(),
            "/auth/login".into(),
        ] {
            let body = json!({"redirectUri": elsewhere});
            assert_refused(start(&world.server, &body), 400, NOT_OURS).await;
        }
        for here in [format!("{here}/user-settings"), here.replace("http:", "https:") + "/auth/login", MOBILE.into()] {
            assert_eq!(Answer::of(start(&world.server, &json!({"redirectUri": here}))).await.status, 201, "{here}");
        }
    }
}

#[tokio::test]
async fn the_address_in_the_settings_is_good_too() {
    let external = "https://photos.example.org";
    let world = World::start_with(Engine::Sqlite, |options| {
        options
            .with("external-url", external)
            .with("oauth-scope", "openid groups")
    })
    .await;
    let page = format!("{external}/auth/login");
    let answer = Answer::of(start(&world.server, &json!({"redirectUri": page}))).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    let url = answer.json["url"].as_str().expect("an address");
    assert_eq!(queried(url, "redirect_uri"), page);
    assert_eq!(queried(url, "scope"), "openid groups");
    assert!(
        answer.header("set-cookie").contains("; Secure"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_provider_that_refuses_the_apps_address_gets_another() {
    let elsewhere = "https://photos.example.org/api/oauth/mobile-redirect";
    let world = World::start_with(Engine::Sqlite, |options| {
        options.with("oauth-mobile-redirect-url", elsewhere)
    })
    .await;
    for spelling in [
        MOBILE,
        "app.immich://oauth-callback",
        "app.immich:/oauth-callback",
    ] {
        let begun = Begun::with(&world.server, &json!({"redirectUri": spelling})).await;
        assert_eq!(queried(&begun.url, "redirect_uri"), elsewhere);
    }
}

#[tokio::test]
async fn only_so_many_may_be_begun_from_one_address() {
    let world =
        World::start_with(Engine::Sqlite, |options| options.with("oauth-max-flows", 2)).await;
    let (server, body) = (&world.server, json!({"redirectUri": MOBILE}));
    for _ in 0..2 {
        assert_eq!(Answer::of(start(server, &body)).await.status, 201);
    }
    let message = "Too many sign-ins were begun and not finished, try again later";
    assert_refused(start(server, &body), 429, message).await;
    server
        .execute_sql("UPDATE oauth_flow SET expires_at = 0")
        .await;
    assert_eq!(Answer::of(start(server, &body)).await.status, 201);
}

test_on_both! {
    async fn every_rule_is_checked(world: World) {
        let server = &world.server;
        for (property, value, rules) in [
            ("redirectUri", Value::Null, vec!["redirectUri must be a string", "redirectUri should not be empty"]),
            ("redirectUri", json!(""), vec!["redirectUri should not be empty"]),
            ("state", json!(1), vec!["state must be a string"]),
            ("state", json!("x".repeat(513)), vec!["state must be shorter than or equal to 512 characters"]),
            ("codeChallenge", json!([]), vec!["codeChallenge must be a string"]),
        ] {
            let mut body = json!({"redirectUri": MOBILE});
            body[property] = value;
            assert_invalid(start(server, &body), &rules).await;
        }
        for state in ["a\nb", "a; Domain=example.org", "a b", "ä"] {
            let body = json!({"redirectUri": MOBILE, "state": state});
            let rule = "state must be letters, digits and signs that cookies can hold";
            assert_invalid(start(server, &body), &[rule]).await;
        }
    }
}

test_on_both! {
    async fn without_a_provider_it_is_off(server: Server) {
        let body = json!({"redirectUri": MOBILE});
        assert_refused(start(&server, &body), 400, "OAuth is not enabled").await;
    }
}

test_on_both! {
    async fn a_provider_that_is_gone_is_said_to_be(world: World) {
        let mut world = world;
        world.provider.stop();
        let body = json!({"redirectUri": MOBILE});
        assert_refused(start(&world.server, &body), 503, UNAVAILABLE).await;
    }
}

/// Something that is no provider: it answers every request with the same bytes, and then says nothing more.
async fn impostor(answer: String) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                connection.write_all(answer.as_bytes()).await?;
                // Until the other side gives up.
                connection.read_to_end(&mut Vec::new()).await
            });
        }
    });
    address
}

async fn start_at_impostor(address: String) -> Answer {
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("oauth-issuer-url", address)
            .with("oauth-client-id", "photos")
            .with("oauth-timeout-seconds", 2)
            .with("oauth-max-answer-bytes", 65_536)
    })
    .await;
    Answer::of(start(&server, &json!({"redirectUri": MOBILE}))).await
}

#[tokio::test]
async fn what_is_no_provider_is_not_trusted_with_time_memory_or_directions() {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    for answer in [
        // Far more than is asked for.
        format!("{head}\r\n{}", " ".repeat(1 << 20)),
        // Nothing, for ever.
        String::new(),
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".into(),
        // Not what a provider says.
        format!("{head}Content-Length: 2\r\n\r\n{{}}"),
    ] {
        let answered = start_at_impostor(impostor(answer).await).await;
        assert_eq!(answered.status, 503, "{answered:?}");
        assert_eq!(answered.json["message"], UNAVAILABLE, "{answered:?}");
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let issuer = "--oauth-issuer-url=http://127.0.0.1:1";
    for (arguments, said) in [
        (vec![issuer], "--oauth-client-id"),
        (
            vec!["--oauth-issuer-url=nothing", "--oauth-client-id=x"],
            "--oauth-issuer-url",
        ),
        (
            vec![
                issuer,
                "--oauth-client-id=x",
                "--oauth-client-secret-file=/nothing/there",
            ],
            "/nothing/there",
        ),
        (
            vec!["--oauth-signing-algorithm=none"],
            "none is not the name of an algorithm",
        ),
    ] {
        let mut command = crate::support::server::program();
        command.arg("serve").arg("--data").arg(folder.path());
        let output = command
            .args(["--listen", "127.0.0.1:0"])
            .args(&arguments)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && text.contains(said),
            "{arguments:?}: {text}"
        );
    }
}
