//! Every route says who may call it, and holds to it.

use kallitype::route_table;
use kallitype::{Route, Who};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use uuid::Uuid;

use crate::support::{Answer, Credential, Picture, Server, User, assert_refused};
use crate::test_on_both;

/// A request for a route; ids in its path are of nothing.
pub fn request(server: &Server, credential: &Credential, route: &Route) -> RequestBuilder {
    let path = route
        .path
        .replace("{id}", &Uuid::nil().to_string())
        .replace("{key}", "mobile-app")
        .replace("{name}", "welcome")
        .replace("{userId}", "me")
        .replace("{deviceId}", "test");
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    credential.clone().apply(
        server
            .http()
            .request(method, format!("{}{path}", server.address)),
    )
}

/// The permission an API key needs for a route.
fn permission(route: &Route) -> Option<&'static str> {
    match route.who {
        Who::User(permission) | Who::UserOrLink(permission) | Who::Admin(permission) => {
            Some(permission.name())
        }
        Who::Anyone | Who::AnyUser | Who::AnyLink => None,
    }
}

pub fn guarded() -> impl Iterator<Item = Route> {
    route_table()
        .into_iter()
        .filter(|route| route.who != Who::Anyone)
}

#[test]
fn what_anyone_may_call_is_decided_here_too() {
    let mut open: Vec<String> = route_table()
        .into_iter()
        .filter(|route| route.who == Who::Anyone)
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    open.sort();
    let expected = [
        "GET /",
        "GET /.well-known/immich",
        "GET /api/docs",
        "GET /api/docs/api.js",
        "GET /api/docs/pages.css",
        "GET /api/kallitype/ready",
        "GET /api/oauth/mobile-redirect",
        "GET /api/openapi.json",
        "GET /api/server-info/media-types",
        "GET /api/server-info/ping",
        "GET /api/server-info/version",
        "GET /api/server/config",
        "GET /api/server/features",
        "GET /api/server/media-types",
        "GET /api/server/ping",
        "GET /api/server/theme",
        "GET /api/server/version",
        "GET /api/server/version-history",
        "GET /app.webmanifest",
        "GET /app/{*file}",
        "GET /custom.css",
        "GET /icon.svg",
        "GET /notices.txt",
        "GET /s/{slug}",
        "GET /share/{key}",
        "POST /api/auth/admin-sign-up",
        "POST /api/auth/login",
        "POST /api/oauth/authorize",
        "POST /api/oauth/callback",
    ];
    assert_eq!(open, expected);
}

test_on_both! {
    async fn no_guarded_route_answers_without_a_good_credential(server: Server) {
        for route in guarded() {
            for (credential, message) in [
                (Credential::None, "Authentication required"),
                (Credential::Bearer("wrong".into()), "Invalid user token"),
                (Credential::Cookie("wrong".into()), "Invalid user token"),
                (Credential::ApiKey("wrong".into()), "Invalid API key"),
                (Credential::LinkKey("wrong".into()), "Invalid share key"),
                (Credential::LinkSlug("wrong".into()), "Invalid share slug"),
            ] {
                assert_refused(request(&server, &credential, &route), 401, message).await;
            }
        }
    }
}

test_on_both! {
    async fn no_route_answers_an_api_key_without_its_permission(server: Server) {
        // A permission that no route here asks for.
        let key = server.admin.api_key(&server, &["archive.read"]).await;
        for route in guarded() {
            let Some(permission) = permission(&route) else { continue };
            let message = format!("Missing required permission: {permission}");
            assert_refused(request(&server, &key, &route), 403, &message).await;
        }
    }
}

test_on_both! {
    async fn no_route_but_those_for_links_answers_a_link(server: Server) {
        let id = server.admin.upload(&server, &Picture::jpeg(1)).await;
        let link = server.admin.share_key(&server, &[id], json!({})).await;
        for route in guarded() {
            match route.who {
                Who::UserOrLink(_) | Who::AnyLink => {
                    let answer = Answer::of(request(&server, &link, &route)).await;
                    assert_ne!(answer.status, 401, "{route:?} {answer:?}");
                }
                _ => assert_refused(request(&server, &link, &route), 403, "Forbidden").await,
            }
        }
    }
}

test_on_both! {
    async fn no_route_for_administrators_answers_others(server: Server) {
        let other = User::another(&server, "other@example.org").await;
        let admin: Vec<Route> = guarded().filter(|route| matches!(route.who, Who::Admin(_))).collect();
        assert!(!admin.is_empty());
        for route in admin {
            assert_refused(request(&server, &Credential::from(&other), &route), 403, "Forbidden").await;
        }
    }
}

test_on_both! {
    async fn what_is_not_there_is_not_found(server: Server) {
        for (method, path) in [(Method::GET, "/nothing"), (Method::DELETE, "/server/ping"), (Method::PATCH, "/assets")] {
            let message = format!("Cannot {method} /api{path}");
            assert_refused(server.request(method, path), 404, &message).await;
        }
    }
}

test_on_both! {
    async fn an_address_with_a_slash_at_its_end_is_the_same(server: Server) {
        for mut route in guarded() {
            route.path.push('/');
            assert_refused(request(&server, &Credential::None, &route), 401, "Authentication required").await;
        }
        let form = Picture::jpeg(1).form();
        let uploaded = Answer::of(server.post(&server.admin, "/assets/").multipart(form)).await;
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        let id = uploaded.id();
        for path in [format!("/assets/{id}/"), format!("/assets/{id}//"), "/assets/statistics/?isTrashed=false".into()] {
            let answer = Answer::of(server.get(&server.admin, &path)).await;
            assert_eq!(answer.status, 200, "{path} {answer:?}");
        }
        let link = server.admin.share_key(&server, &[id], json!({})).await;
        let answer = Answer::of(server.get(&link, &format!("/assets/{id}/original/"))).await;
        assert_eq!(answer.bytes, Picture::jpeg(1).bytes, "with a query behind it");
        assert_refused(server.get(&server.admin, "/nothing/"), 404, "Cannot GET /api/nothing").await;
    }
}
