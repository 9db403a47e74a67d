//! `POST /oauth/link`

use reqwest::Method;
use serde_json::json;

use super::{REFUSED, account};
use crate::support::{Answer, Begun, Credential, Door, User, World, assert_refused};
use crate::test_on_both;

const TAKEN: &str = "This OAuth account has already been linked to another user.";

test_on_both! {
    async fn who_links_an_account_can_sign_in_at_the_provider(world: World) {
        let (server, owner) = (&world.server, &world.server.admin);
        // The provider knows them under another address.
        world.know("ada", json!({"email": "ada@elsewhere.example.org"})).await;
        let linked = world.link(owner, "ada").await;
        assert_eq!(linked.status, 200, "{linked:?}");
        assert_eq!((&linked.json["oauthId"], &linked.json["email"]), (&json!("ada"), &json!(owner.email)));
        assert!(linked.header("set-cookie").contains("immich_oauth_state=;"), "{linked:?}");
        let signed_in = world.sign_in("ada").await;
        assert_eq!(account(server, &signed_in).await["id"], json!(owner.id));
        let again = world.link(owner, "ada").await;
        assert_eq!(again.status, 200, "{again:?}");
    }
}

test_on_both! {
    async fn no_one_links_what_is_someone_elses(world: World) {
        let server = &world.server;
        let other = User::another(server, "other@example.org").await;
        assert_eq!(world.link(&server.admin, "ada").await.status, 200);
        let refused = world.link(&other, "ada").await;
        assert_eq!((refused.status, &refused.json["message"]), (400, &json!(TAKEN)), "{refused:?}");
        let signed_in = world.sign_in("ada").await;
        assert_eq!(account(server, &signed_in).await["id"], json!(server.admin.id));
    }
}

test_on_both! {
    async fn no_one_links_with_what_someone_else_began(world: World) {
        let server = &world.server;
        let attacker = Begun::on(server, "/user-settings").await;
        let back = world.provider.visit(server, &attacker.url, "attacker").await;
        // The victim's browser is made to open the address that the provider gave the attacker.
        let mut victim = Begun::on(server, "/user-settings").await;
        assert_refused(victim.link(server, &server.admin, &back), 400, REFUSED).await;
        victim.cookies.clear();
        let missing = "OAuth state is missing";
        assert_refused(victim.link(server, &server.admin, &back), 400, missing).await;
        let me = Answer::of(server.get(&server.admin, "/users/me")).await;
        assert_eq!(me.json["oauthId"], "");
    }
}

test_on_both! {
    async fn it_needs_someone_who_is_signed_in(world: World) {
        let server = &world.server;
        Door::new(Method::POST, "/oauth/link", "all").assert_closed(server).await;
        let begun = Begun::on(server, "/user-settings").await;
        let back = world.provider.visit(server, &begun.url, "ada").await;
        let request = begun.link(server, Credential::None, &back);
        assert_refused(request, 401, "Authentication required").await;
        let key = server.admin.api_key(server, &["all"]).await;
        let linked = Answer::of(begun.link(server, key, &back)).await;
        assert_eq!(linked.status, 200, "{linked:?}");
    }
}

test_on_both! {
    async fn without_a_provider_it_is_off(server: Server) {
        let request = server.post(&server.admin, "/oauth/link").json(&json!({"url": "app.immich:///oauth-callback"}));
        assert_refused(request, 400, "OAuth is not enabled").await;
    }
}
