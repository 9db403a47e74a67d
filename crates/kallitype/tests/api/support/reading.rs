use reqwest::RequestBuilder;
use serde_json::json;
use uuid::Uuid;

use super::{
    Answer, Credential, Picture, Server, User, assert_invalid, assert_refused, eventually,
};

/// An operation that gives out something of one asset, and what holds for all of them.
pub struct Reading {
    /// What follows `/assets/{id}` in its path.
    pub suffix: &'static str,
    pub permission: &'static str,
    /// Something that can be read this way.
    pub sample: fn(u32) -> Picture,
}

impl Reading {
    pub fn request(
        &self,
        server: &Server,
        way: impl Into<Credential>,
        id: impl std::fmt::Display,
    ) -> RequestBuilder {
        server.get(way, &format!("/assets/{id}{}", self.suffix))
    }

    /// Uploads a sample and waits until its owner can read it this way.
    pub async fn upload(&self, server: &Server, owner: &User, seed: u32) -> Uuid {
        let id = owner.upload(server, &(self.sample)(seed)).await;
        eventually("the file to be read", async || {
            let answer = Answer::of(self.request(server, owner, id)).await;
            (answer.status == 200).then_some(())
        })
        .await;
        id
    }

    async fn assert_read(&self, server: &Server, way: impl Into<Credential>, id: Uuid) {
        let way = way.into();
        let answer = Answer::of(self.request(server, &way, id)).await;
        assert_eq!(answer.status, 200, "{way:?} {answer:?}");
    }

    async fn assert_hidden(
        &self,
        server: &Server,
        way: impl Into<Credential>,
        id: impl std::fmt::Display,
    ) {
        let message = format!("Not found or no {} access", self.permission);
        assert_refused(self.request(server, way, id), 400, &message).await;
    }

    pub async fn assert_open_to_every_way_in(&self, server: &Server) {
        let owner = &server.admin;
        let id = self.upload(server, owner, 1).await;
        let link = owner
            .share(server, &[id], json!({"slug": "holidays"}))
            .await;
        let key = link["key"].as_str().expect("a key");
        for way in [
            Credential::from(owner),
            owner.cookie(),
            owner.api_key(server, &[self.permission]).await,
            owner.api_key(server, &["all"]).await,
            Credential::LinkKey(key.into()),
            Credential::LinkSlug("holidays".into()),
        ] {
            self.assert_read(server, &way, id).await;
        }
    }

    pub async fn assert_closed_to_everyone_else(&self, server: &Server) {
        let owner = &server.admin;
        let id = owner.upload(server, &(self.sample)(1)).await;
        let uploader = owner.api_key(server, &["asset.upload"]).await;
        let lacking = format!("Missing required permission: {}", self.permission);
        for (way, status, message) in [
            (Credential::None, 401, "Authentication required"),
            (
                Credential::Bearer("wrong".into()),
                401,
                "Invalid user token",
            ),
            (
                Credential::Cookie("wrong".into()),
                401,
                "Invalid user token",
            ),
            (Credential::ApiKey("wrong".into()), 401, "Invalid API key"),
            (
                Credential::LinkKey("wrong".into()),
                401,
                "Invalid share key",
            ),
            (
                Credential::LinkSlug("wrong".into()),
                401,
                "Invalid share slug",
            ),
            (uploader, 403, &lacking),
        ] {
            assert_refused(self.request(server, &way, id), status, message).await;
        }
        let expired = json!({"expiresAt": "2020-01-01T00:00:00.000Z"});
        let expired = owner.share_key(server, &[id], expired).await;
        let request = self.request(server, &expired, id);
        assert_refused(request, 401, "Invalid share key").await;
    }

    pub async fn assert_the_link_decides(&self, server: &Server) {
        let owner = &server.admin;
        let (shown, kept) = (
            self.upload(server, owner, 1).await,
            self.upload(server, owner, 2).await,
        );
        let link = owner.share_key(server, &[shown], json!({})).await;
        let wrong = Credential::LinkKey("wrong".into());
        let both = |way: &Credential, id| self.request(server, way, id).bearer_auth(&owner.token);
        assert_refused(both(&wrong, shown), 401, "Invalid share key").await;
        let message = format!("Not found or no {} access", self.permission);
        assert_refused(both(&link, kept), 400, &message).await;
        let answer = Answer::of(both(&link, shown)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    pub async fn assert_links_keep_their_password(&self, server: &Server) {
        let owner = &server.admin;
        let id = self.upload(server, owner, 1).await;
        let link = owner
            .share_key(server, &[id], json!({"password": "sesame"}))
            .await;
        let request = || self.request(server, &link, id);
        assert_refused(request(), 401, "Invalid password").await;
        let login = server
            .post(&link, "/shared-links/login")
            .json(&json!({"password": "sesame"}));
        let opened = Answer::of(login).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        let cookie = opened
            .header("set-cookie")
            .split(';')
            .next()
            .expect("a cookie")
            .to_owned();
        let answer = Answer::of(request().header("cookie", &cookie)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let other = owner
            .share_key(server, &[id], json!({"password": "other"}))
            .await;
        let request = self.request(server, &other, id).header("cookie", &cookie);
        assert_refused(request, 401, "Invalid password").await;
    }

    pub async fn assert_limited_to_what_one_may_see(&self, server: &Server) {
        let owner = &server.admin;
        let other = User::another(server, "other@example.org").await;
        let (shown, kept) = (
            self.upload(server, owner, 1).await,
            self.upload(server, owner, 2).await,
        );
        let link = owner.share_key(server, &[shown], json!({})).await;
        self.assert_hidden(server, &other, kept).await;
        self.assert_hidden(server, &link, kept).await;
        self.assert_hidden(server, owner, Uuid::new_v4()).await;
        let key = other.api_key(server, &["all"]).await;
        self.assert_hidden(server, key, kept).await;
        for malformed in ["1", "0123", "%00", "11111111-1111-1111-1111-11111111111g"] {
            let request = self.request(server, owner, malformed);
            assert_invalid(request, &["id must be a UUID"]).await;
        }
        let unusual = [kept.simple().to_string(), kept.urn().to_string()];
        for malformed in unusual {
            let request = self.request(server, owner, malformed);
            assert_invalid(request, &["id must be a UUID"]).await;
        }
        let shouted = self.request(server, owner, kept.to_string().to_uppercase());
        assert_eq!(Answer::of(shouted).await.status, 200);
    }

    pub async fn assert_trash_is_the_owners(&self, server: &Server) {
        let owner = &server.admin;
        let id = self.upload(server, owner, 1).await;
        let link = owner.share_key(server, &[id], json!({})).await;
        owner.trash(server, id).await;
        self.assert_read(server, owner, id).await;
        self.assert_hidden(server, &link, id).await;
    }

    pub async fn assert_locked_needs_the_pin(&self, server: &Server) {
        let owner = &server.admin;
        let id = self.upload(server, owner, 1).await;
        let link = owner.share_key(server, &[id], json!({})).await;
        let key = owner.api_key(server, &["all"]).await;
        let locked = owner
            .update(server, id, json!({"visibility": "locked"}))
            .await;
        assert_eq!(locked.status, 200, "{locked:?}");
        for way in [&Credential::from(owner), &key, &link] {
            self.assert_hidden(server, way, id).await;
        }
        owner.unlock(server).await;
        self.assert_read(server, owner, id).await;
        for way in [&key, &link] {
            self.assert_hidden(server, way, id).await;
        }
        let elsewhere = User::login(server.http(), &server.address, &owner.email).await;
        self.assert_hidden(server, &elsewhere, id).await;
    }
}
