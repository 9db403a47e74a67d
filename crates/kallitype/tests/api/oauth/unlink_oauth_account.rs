//! `POST /oauth/unlink` and `POST /admin/auth/unlink-all`

use reqwest::Method;
use serde_json::json;

use super::REFUSED;
use crate::support::{Answer, Door, User, World};
use crate::test_on_both;

test_on_both! {
    async fn the_provider_opens_an_account_no_more(world: World) {
        let (server, owner) = (&world.server, &world.server.admin);
        assert_eq!(world.link(owner, "ada").await.status, 200);
        let answer = Answer::of(server.post(owner, "/oauth/unlink")).await;
        assert_eq!((answer.status, &answer.json["oauthId"]), (200, &json!("")), "{answer:?}");
        let refused = world.sign_in("ada").await;
        assert_eq!((refused.status, &refused.json["message"]), (400, &json!(REFUSED)), "{refused:?}");
        let other = User::another(server, "other@example.org").await;
        assert_eq!(world.link(&other, "ada").await.status, 200);
    }
}

test_on_both! {
    async fn everyone_who_is_signed_in_may_unlink(world: World) {
        let door = Door::new(Method::POST, "/oauth/unlink", "all");
        door.open(&world.server, 200).await;
        door.assert_closed(&world.server).await;
    }
}

test_on_both! {
    async fn an_administrator_unlinks_everyone(world: World) {
        let (server, owner) = (&world.server, &world.server.admin);
        let other = User::another(server, "other@example.org").await;
        for (user, who) in [(owner, "ada"), (&other, "bob")] {
            assert_eq!(world.link(user, who).await.status, 200);
        }
        let door = Door::new(Method::POST, "/admin/auth/unlink-all", "adminAuth.unlinkAll");
        door.open(server, 204).await;
        door.assert_closed(server).await;
        for user in [owner, &other] {
            assert_eq!(Answer::of(server.get(user, "/users/me")).await.json["oauthId"], "");
        }
        for who in ["ada", "bob"] {
            assert_eq!(world.sign_in(who).await.status, 400);
        }
    }
}
