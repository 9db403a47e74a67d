//! `POST /oauth/callback`

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{MOBILE, REFUSED, account, queried, start, with_query};
use crate::support::provider::{CLIENT_ID, CLIENT_SECRET, set_cookies};
use crate::support::{
    Answer, Begun, Credential, Engine, Provider, Server, User, World, assert_invalid,
    assert_refused,
};
use crate::test_on_both;

/// Bytes of a GiB.
const GIB: i64 = 1 << 30;

/// What an app keeps to itself until the end.
const VERIFIER: &str = "a-verifier-that-an-app-made-for-itself-long-enough";

async fn refused(request: RequestBuilder) {
    assert_refused(request, 400, REFUSED).await;
}

fn ada() -> Value {
    json!({"email": "Ada@Example.org", "email_verified": true, "name": "Ada Lovelace"})
}

test_on_both! {
    async fn someone_new_gets_an_account_and_a_session(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let answer = world.sign_in("ada").await;
        assert_eq!(answer.status, 201, "{answer:?}");
        for (property, value) in [
            ("userEmail", json!("ada@example.org")),
            ("name", json!("Ada Lovelace")),
            ("isAdmin", json!(false)),
            ("shouldChangePassword", json!(false)),
        ] {
            assert_eq!(answer.json[property], value, "{property}");
        }
        let cookies = set_cookies(&answer);
        let token = answer.json["accessToken"].as_str().expect("a token").to_owned();
        for (name, value) in [
            ("immich_access_token", token.as_str()),
            ("immich_auth_type", "oauth"),
            ("immich_is_authenticated", "true"),
            ("immich_oauth_state", ""),
            ("immich_oauth_code_verifier", ""),
        ] {
            assert_eq!(cookies[name], value, "{name}");
        }
        for way in [Credential::Bearer(token.clone()), Credential::Cookie(token)] {
            assert_eq!(Answer::of(server.get(way, "/users/me")).await.json["id"], answer.json["userId"]);
        }
        let account = account(server, &answer).await;
        assert_eq!((&account["oauthId"], &account["quotaSizeInBytes"]), (&json!("ada"), &Value::Null));
    }
}

test_on_both! {
    async fn who_comes_again_finds_the_same_account(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let first = account(server, &world.sign_in("ada").await).await;
        // What the provider calls them counts, not their address.
        world.know("ada", json!({"email": "countess@example.org"})).await;
        let second = account(server, &world.sign_in("ada").await).await;
        assert_eq!((&first["id"], &first["email"]), (&second["id"], &second["email"]));
    }
}

test_on_both! {
    async fn claims_give_a_new_account_its_quota_its_label_and_its_role(world: World) {
        let server = &world.server;
        let claims = json!({"email": "ada@example.org", "preferred_username": "ada", "immich_quota": 3, "immich_role": "admin"});
        world.know("ada", claims).await;
        let signed_in = world.sign_in("ada").await;
        assert_eq!(signed_in.json["isAdmin"], true, "{signed_in:?}");
        let first = account(server, &signed_in).await;
        assert_eq!((&first["quotaSizeInBytes"], &first["storageLabel"]), (&json!(3 * GIB), &json!("ada")));
        assert_eq!(first["name"], "ada");

        let claims = json!({"email": "bob@example.org", "preferred_username": "ada", "immich_quota": "much", "immich_role": "owner"});
        world.know("bob", claims).await;
        let signed_in = world.sign_in("bob").await;
        assert_eq!(signed_in.json["isAdmin"], false, "{signed_in:?}");
        let second = account(server, &signed_in).await;
        assert_eq!((&second["quotaSizeInBytes"], &second["storageLabel"]), (&Value::Null, &Value::Null));

        let claims = json!({"email": "eve@example.org", "preferred_username": "../"});
        world.know("eve", claims).await;
        let third = account(server, &world.sign_in("eve").await).await;
        assert_eq!(third["storageLabel"], Value::Null);
    }
}

#[tokio::test]
async fn the_claims_names_and_the_usual_quota_are_settings() {
    let world = World::start_with(Engine::Sqlite, |options| {
        options
            .with("oauth-role-claim", "name")
            .with("oauth-storage-label-claim", "immich_role")
            .with("oauth-storage-quota-claim", "nothing")
            .with("oauth-default-quota-gib", 7)
    })
    .await;
    let claims = json!({"email": "ada@example.org", "name": "admin", "immich_role": "label", "immich_quota": 3});
    world.know("ada", claims).await;
    let account = account(&world.server, &world.sign_in("ada").await).await;
    assert_eq!(account["isAdmin"], true);
    assert_eq!(account["storageLabel"], "label");
    assert_eq!(account["quotaSizeInBytes"], 7 * GIB);
}

#[tokio::test]
async fn claims_in_the_token_and_secrets_in_headers_do_too() {
    let settings = json!({"claimsInToken": true, "authMethod": "client_secret_basic"});
    let provider = Provider::start(&settings);
    let description = format!("{}/.well-known/openid-configuration", provider.issuer);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    std::fs::write(&secret, format!("{CLIENT_SECRET}\n")).unwrap();
    let server = Server::start_with(Engine::Sqlite, |options| {
        options
            .with("oauth-issuer-url", description)
            .with("oauth-client-id", CLIENT_ID)
            .with("oauth-client-secret-file", secret.display())
            .with("oauth-token-auth-method", "client_secret_basic")
    })
    .await;
    let world = World { server, provider };
    // A text is no proof, wherever it stands. Who has an account of their own comes in with it all the same.
    world
        .know(
            "eve",
            json!({"email": "admin@example.org", "email_verified": "true"}),
        )
        .await;
    let taking_over = world.sign_in("eve").await;
    assert_eq!(taking_over.json["message"], REFUSED, "{taking_over:?}");
    world
        .know(
            "cognito",
            json!({"email": "cognito@example.org", "email_verified": "true"}),
        )
        .await;
    account(&world.server, &world.sign_in("cognito").await).await;

    world.know("ada", ada()).await;
    let signed_in = world.sign_in("ada").await;
    assert_eq!(
        account(&world.server, &signed_in).await["name"],
        "Ada Lovelace"
    );
}

test_on_both! {
    async fn who_owns_an_address_gets_the_account_that_has_it(world: World) {
        let server = &world.server;
        let bob = User::another(server, "bob@example.org").await;
        for claims in [
            json!({"email": "bob@example.org"}),
            json!({"email": "bob@example.org", "email_verified": false}),
            json!({"email": "bob@example.org", "email_verified": "true"}),
        ] {
            world.know("bob", claims).await;
            let answer = world.sign_in("bob").await;
            assert_eq!((answer.status, &answer.json["message"]), (400, &json!(REFUSED)), "{answer:?}");
        }
        world.know("bob", json!({"email": "bob@example.org", "email_verified": true})).await;
        let found = account(server, &world.sign_in("bob").await).await;
        assert_eq!((&found["id"], &found["oauthId"]), (&json!(bob.id), &json!("bob")));
        // An account that is linked stays with whom it is linked to.
        world.know("eve", json!({"email": "bob@example.org", "email_verified": true})).await;
        let answer = world.sign_in("eve").await;
        assert_eq!((answer.status, &answer.json["message"]), (400, &json!(REFUSED)), "{answer:?}");
    }
}

#[tokio::test]
async fn strangers_learn_nothing_when_no_accounts_are_made() {
    let world = World::start_with(Engine::Sqlite, |options| {
        options.with("oauth-auto-register", false)
    })
    .await;
    let server = &world.server;
    let mut answers = Vec::new();
    for (who, email) in [
        ("stranger", "none@example.org"),
        ("thief", "admin@example.org"),
    ] {
        world.know(who, json!({"email": email})).await;
        let answer = world.sign_in(who).await;
        answers.push((answer.status, answer.json["message"].clone()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], (400, json!(REFUSED)));
    assert_eq!(world.link(&server.admin, "admin").await.status, 200);
    assert_eq!(world.sign_in("admin").await.status, 201);
}

test_on_both! {
    async fn an_account_needs_an_address(world: World) {
        for claims in [json!({}), json!({"email": "none"}), json!({"email": ""})] {
            world.know("ada", claims).await;
            assert_eq!(world.sign_in("ada").await.json["message"], REFUSED);
        }
    }
}

test_on_both! {
    async fn the_first_account_is_an_administrators(world: World) {
        let server = &world.server;
        server.execute_sql("UPDATE account SET is_admin = FALSE").await;
        world.know("ada", ada()).await;
        let answer = world.sign_in("ada").await;
        assert_eq!(answer.json["message"], "The first account has to be an administrator's", "{answer:?}");
        let mut claims = ada();
        claims["immich_role"] = json!("admin");
        world.know("ada", claims).await;
        assert_eq!(world.sign_in("ada").await.json["isAdmin"], true);
    }
}

test_on_both! {
    async fn an_account_that_is_being_removed_stays_shut(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        assert_eq!(world.sign_in("ada").await.status, 201);
        server.execute_sql("UPDATE account SET status = 'removing', deleted_at = 1 WHERE oauth_id = 'ada'").await;
        assert_eq!(world.sign_in("ada").await.json["message"], REFUSED);
    }
}

test_on_both! {
    async fn no_password_opens_an_account_of_the_providers(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let token = world.sign_in("ada").await.json["accessToken"].as_str().expect("a token").to_owned();
        let way = Credential::Bearer(token);
        assert_eq!(Answer::of(server.get(&way, "/auth/status")).await.json["password"], false);
        for guess in ["guess", " "] {
            let body = json!({"email": "ada@example.org", "password": guess});
            let request = server.post(Credential::None, "/auth/login").json(&body);
            assert_refused(request, 401, "Incorrect email or password").await;
            let change = json!({"password": guess, "newPassword": "long enough"});
            let request = server.post(&way, "/auth/change-password").json(&change);
            assert_refused(request, 400, "Wrong password").await;
        }
        // Whoever has a session has no more with it than before.
        let password = json!({"password": "long enough"});
        let message = "The present password is required: use POST /auth/change-password";
        assert_refused(server.put(&way, "/users/me").json(&password), 400, message).await;
        assert_eq!(Answer::of(server.get(&way, "/auth/status")).await.json["password"], false);
        let me = Answer::of(server.get(&way, "/users/me")).await.id();
        let set = server.put(&server.admin, &format!("/admin/users/{me}")).json(&password);
        assert_eq!(Answer::of(set).await.status, 200);
        let way = Credential::Bearer(world.sign_in("ada").await.json["accessToken"].as_str().expect("a token").to_owned());
        assert_eq!(Answer::of(server.get(&way, "/auth/status")).await.json["password"], true);
    }
}

test_on_both! {
    async fn only_the_browser_that_began_may_finish(world: World) {
        let server = &world.server;
        let (begun, back) = world.visit("ada").await;
        let other = Begun::on(server, "/auth/login").await;
        // An address that another browser was sent back to.
        refused(other.finish(server, &back)).await;
        // The same, with its own state in place of the other's.
        refused(other.finish(server, &with_query(&back, "state", &other.cookies["immich_oauth_state"]))).await;
        let mut without = begun.clone();
        without.cookies.remove("immich_oauth_state");
        assert_refused(without.finish(server, &back), 400, "OAuth state is missing").await;
        refused(begun.finish(server, &with_query(&back, "state", "guessed"))).await;
        world.know("ada", ada()).await;
        assert_eq!(Answer::of(begun.finish(server, &back)).await.status, 201, "none of it did harm");
    }
}

test_on_both! {
    async fn a_state_is_good_for_one_try(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let (begun, back) = world.visit("ada").await;
        assert_eq!(Answer::of(begun.finish(server, &back)).await.status, 201);
        refused(begun.finish(server, &back)).await;
        let (mut tampered, back) = world.visit("ada").await;
        let right = tampered.cookies.insert("immich_oauth_code_verifier".into(), "x".repeat(43)).expect("a verifier");
        refused(tampered.finish(server, &back)).await;
        tampered.cookies.insert("immich_oauth_code_verifier".into(), right);
        refused(tampered.finish(server, &back)).await;
        let (mut forgetful, back) = world.visit("ada").await;
        forgetful.cookies.remove("immich_oauth_code_verifier");
        assert_refused(forgetful.finish(server, &back), 400, "OAuth code verifier is missing").await;
    }
}

test_on_both! {
    async fn two_at_once_are_one(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let (begun, back) = world.visit("ada").await;
        let (first, second) = tokio::join!(
            Answer::of(begun.finish(server, &back)),
            Answer::of(begun.finish(server, &back)),
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 400], "{first:?} {second:?}");
    }
}

test_on_both! {
    async fn what_was_begun_too_long_ago_is_over(world: World) {
        let server = &world.server;
        let (begun, back) = world.visit("ada").await;
        server.execute_sql("UPDATE oauth_flow SET expires_at = 1").await;
        refused(begun.finish(server, &back)).await;
    }
}

test_on_both! {
    async fn a_token_for_another_sign_in_is_not_taken(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let begun = Begun::on(server, "/auth/login").await;
        let elsewhere = with_query(&begun.url, "nonce", "of another sign-in");
        let back = world.provider.visit(server, &elsewhere, "ada").await;
        refused(begun.finish(server, &back)).await;
    }
}

test_on_both! {
    async fn a_code_that_the_provider_did_not_give_is_refused(world: World) {
        let server = &world.server;
        let (begun, back) = world.visit("ada").await;
        refused(begun.finish(server, &with_query(&back, "code", "guessed"))).await;
        let begun = Begun::on(server, "/auth/login").await;
        let state = &begun.cookies["immich_oauth_state"];
        let denied = format!("{}/auth/login?error=access_denied&state={state}", server.address);
        refused(begun.finish(server, &denied)).await;
        // What comes back somewhere else than agreed was meant for someone else.
        let (begun, back) = world.visit("ada").await;
        refused(begun.finish(server, &back.replace("/auth/login", "/user-settings"))).await;
    }
}

#[tokio::test]
async fn tokens_signed_otherwise_are_not_believed() {
    let world = World::start_with(Engine::Sqlite, |options| {
        options.with("oauth-signing-algorithm", "ES256")
    })
    .await;
    world.know("ada", ada()).await;
    assert_eq!(world.sign_in("ada").await.json["message"], REFUSED);
}

#[tokio::test]
async fn tokens_that_have_expired_are_not_believed() {
    let provider = Provider::start(&json!({"minutesLate": 30}));
    let world = World::with(Engine::Sqlite, provider, |options| options).await;
    world.know("ada", ada()).await;
    assert_eq!(world.sign_in("ada").await.json["message"], REFUSED);
}

/// What a phone app sends when it comes back.
fn app_finishes(server: &Server, url: &str, verifier: &str) -> RequestBuilder {
    let body = json!({"url": url, "state": queried(url, "state"), "codeVerifier": verifier});
    server.post(Credential::None, "/oauth/callback").json(&body)
}

/// A phone app goes to the provider and comes back.
async fn app_visits(world: &World, state: &str) -> String {
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    let body = json!({"redirectUri": MOBILE, "state": state, "codeChallenge": challenge});
    let url = Answer::of(start(&world.server, &body)).await.json["url"].clone();
    let url = url.as_str().expect("an address");
    world.provider.visit(&world.server, url, "ada").await
}

test_on_both! {
    async fn an_app_finishes_with_its_own_secrets(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        let back = app_visits(&world, "first").await;
        assert!(back.starts_with(MOBILE), "{back}");
        assert_eq!(Answer::of(app_finishes(server, &back, VERIFIER)).await.status, 201);
        let back = app_visits(&world, "second").await;
        refused(app_finishes(server, &back, &"x".repeat(43))).await;
        refused(app_finishes(server, &back, VERIFIER)).await;
        let back = app_visits(&world, "third").await;
        let missing = "OAuth code verifier is missing";
        assert_refused(app_finishes(server, &back, ""), 400, missing).await;
    }
}

test_on_both! {
    async fn a_page_elsewhere_cannot_finish_for_a_browser(world: World) {
        let server = &world.server;
        world.know("ada", ada()).await;
        // It knows all that its own browser was given, but cannot make another browser send it as cookies.
        let (begun, back) = world.visit("ada").await;
        let request = app_finishes(server, &back, &begun.cookies["immich_oauth_code_verifier"]);
        assert_refused(request, 400, "OAuth code verifier is missing").await;
        // It can pretend to be an app, but browsers say where it is.
        let back = app_visits(&world, "first").await;
        let from = |origin: &str| app_finishes(server, &back, VERIFIER).header("origin", origin);
        for elsewhere in ["https://evil.example.org", "null"] {
            refused(from(elsewhere)).await;
        }
        assert_eq!(Answer::of(from(&server.address)).await.status, 201);
    }
}

#[tokio::test]
async fn an_app_comes_back_by_another_address_too() {
    let elsewhere = "https://photos.example.org/api/oauth/mobile-redirect";
    let world = World::start_with(Engine::Sqlite, |options| {
        options.with("oauth-mobile-redirect-url", elsewhere)
    })
    .await;
    let server = &world.server;
    world.know("ada", ada()).await;
    let back = app_visits(&world, "first").await;
    let query = back.strip_prefix(elsewhere).expect("the other address");
    let path = format!("/oauth/mobile-redirect{query}");
    let redirected = Answer::of(server.request(reqwest::Method::GET, &path)).await;
    let url = redirected.header("location").to_owned();
    assert!(url.starts_with(MOBILE), "{url}");
    assert_eq!(
        Answer::of(app_finishes(server, &url, VERIFIER))
            .await
            .status,
        201
    );
}

test_on_both! {
    async fn guessing_is_slowed_down(world: World) {
        let server = &world.server;
        let (begun, back) = world.visit("ada").await;
        for _ in 0..10 {
            refused(begun.finish(server, &with_query(&back, "state", "guessed"))).await;
        }
        let message = "Too many wrong passwords, try again later";
        assert_refused(begun.finish(server, &back), 429, message).await;
        User::login(server.http(), &server.address, &server.admin.email).await;
    }
}

test_on_both! {
    async fn a_provider_that_is_gone_is_said_to_be(world: World) {
        let mut world = world;
        let (begun, back) = world.visit("ada").await;
        world.provider.stop();
        let message = "The OAuth provider does not answer as it should";
        assert_refused(begun.finish(&world.server, &back), 503, message).await;
    }
}

test_on_both! {
    async fn every_rule_is_checked(world: World) {
        let server = &world.server;
        for (body, rules) in [
            (json!({}), vec!["url must be a string", "url should not be empty"]),
            (json!({"url": ""}), vec!["url should not be empty"]),
            (json!({"url": MOBILE, "state": 1}), vec!["state must be a string"]),
            (json!({"url": MOBILE, "codeVerifier": {}}), vec!["codeVerifier must be a string"]),
            (json!({"url": "x".repeat(16_385)}), vec!["url must be shorter than or equal to 16384 characters"]),
        ] {
            assert_invalid(server.post(Credential::None, "/oauth/callback").json(&body), &rules).await;
        }
        refused(server.post(Credential::None, "/oauth/callback").json(&json!({"url": "no address"}))).await;
    }
}

test_on_both! {
    async fn without_a_provider_it_is_off(server: Server) {
        let request = server.post(Credential::None, "/oauth/callback").json(&json!({"url": MOBILE}));
        assert_refused(request, 400, "OAuth is not enabled").await;
    }
}
