use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Answer, Picture, Server, eventually};

/// The password of every user in the tests.
pub const PASSWORD: &str = "correct horse battery";

/// Someone with an account, signed in.
#[derive(Debug, Clone)]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub token: String,
}

/// The ways in.
#[derive(Debug, Clone)]
pub enum Credential {
    None,
    Bearer(String),
    Cookie(String),
    ApiKey(String),
    LinkKey(String),
    LinkSlug(String),
}

impl Credential {
    pub fn apply(self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::None => request,
            Self::Bearer(token) => request.bearer_auth(token),
            Self::Cookie(token) => request.header("cookie", format!("immich_access_token={token}")),
            Self::ApiKey(secret) => request.header("x-api-key", secret),
            Self::LinkKey(key) => request.query(&[("key", key)]),
            Self::LinkSlug(slug) => request.query(&[("slug", slug)]),
        }
    }
}

impl From<&User> for Credential {
    fn from(user: &User) -> Self {
        Self::Bearer(user.token.clone())
    }
}

impl From<&Credential> for Credential {
    fn from(credential: &Credential) -> Self {
        credential.clone()
    }
}

impl User {
    /// The first user of a server, its administrator.
    pub async fn sign_up(http: &reqwest::Client, address: &str) -> Self {
        let email = "admin@example.org";
        let body = json!({"email": email, "name": "Admin", "password": PASSWORD});
        let request = http
            .post(format!("{address}/api/auth/admin-sign-up"))
            .json(&body);
        let answer = Answer::of(request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Self::login(http, address, email).await
    }

    /// Signs in with the password that everyone has here.
    pub async fn login(http: &reqwest::Client, address: &str, email: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD});
        let answer = Answer::of(http.post(format!("{address}/api/auth/login")).json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Self {
            id: answer.json["userId"]
                .as_str()
                .expect("an id")
                .parse()
                .expect("a UUID"),
            email: email.to_owned(),
            token: answer.json["accessToken"]
                .as_str()
                .expect("a token")
                .to_owned(),
        }
    }

    /// One more user, made by the administrator.
    pub async fn another(server: &Server, email: &str) -> Self {
        let body = json!({"email": email, "name": "Someone", "password": PASSWORD});
        let made = Answer::of(server.post(&server.admin, "/admin/users").json(&body)).await;
        assert_eq!(made.status, 201, "{made:?}");
        Self::login(server.http(), &server.address, email).await
    }

    /// One more user, made on the command line with more arguments for `kallitype admin create-user`.
    pub async fn another_with(server: &Server, email: &str, arguments: &[&str]) -> Self {
        let words = ["create-user", "--email", email, "--name", "Someone"];
        server.run_admin(&[&words, arguments].concat(), PASSWORD);
        Self::login(server.http(), &server.address, email).await
    }

    /// The session as a browser presents it.
    pub fn cookie(&self) -> Credential {
        Credential::Cookie(self.token.clone())
    }

    /// A new API key with these permissions.
    pub async fn api_key(&self, server: &Server, permissions: &[&str]) -> Credential {
        let body = json!({"name": "test", "permissions": permissions});
        let answer = Answer::of(server.post(self, "/api-keys").json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        Credential::ApiKey(answer.json["secret"].as_str().expect("a secret").to_owned())
    }

    /// Uploads a picture; answers its id.
    pub async fn upload(&self, server: &Server, picture: &Picture) -> Uuid {
        let answer = Answer::of(server.post(self, "/assets").multipart(picture.form())).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    }

    /// Uploads a picture and waits until the server has looked into it; answers its id.
    pub async fn upload_and_settle(&self, server: &Server, picture: &Picture) -> Uuid {
        let id = self.upload(server, picture).await;
        self.settle(server, id).await;
        id
    }

    /// Waits until a picture has its facts and its thumbnails.
    pub async fn settle(&self, server: &Server, id: Uuid) {
        eventually("the picture's jobs", async || {
            let asset = self.asset(server, id).await;
            let is_done =
                asset["thumbhash"].is_string() && asset["exifInfo"]["exifImageWidth"].is_number();
            is_done.then_some(())
        })
        .await;
    }

    /// Has what a file says of itself read again.
    pub async fn refresh(&self, server: &Server, id: Uuid) {
        let body = json!({"assetIds": [id], "name": "refresh-metadata"});
        let answer = Answer::of(server.post(self, "/assets/jobs").json(&body)).await;
        assert_eq!(answer.status, 204, "{answer:?}");
        server.finish_jobs().await;
    }

    /// An asset as its owner sees it.
    pub async fn asset(&self, server: &Server, id: Uuid) -> Value {
        let answer = Answer::of(server.get(self, &format!("/assets/{id}"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json
    }

    /// Changes one asset of one's own.
    pub async fn update(&self, server: &Server, id: Uuid, changes: Value) -> Answer {
        Answer::of(server.put(self, &format!("/assets/{id}")).json(&changes)).await
    }

    /// Puts an asset into the trash.
    pub async fn trash(&self, server: &Server, id: Uuid) {
        let request = server
            .request_as(self, Method::DELETE, "/assets")
            .json(&json!({"ids": [id]}));
        assert_eq!(Answer::of(request).await.status, 204);
    }

    /// A link that shows these assets; `settings` are further properties of the request. Answers the whole link.
    pub async fn share(&self, server: &Server, assets: &[Uuid], settings: Value) -> Value {
        let mut body = json!({"type": "INDIVIDUAL", "assetIds": assets});
        for (name, value) in settings.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let answer = Answer::of(server.post(self, "/shared-links").json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json
    }

    /// An album of one's own with these assets; `settings` are further properties of the request. Answers the album.
    pub async fn album(&self, server: &Server, assets: &[Uuid], settings: Value) -> Value {
        let mut body = json!({"albumName": "Holidays", "assetIds": assets});
        for (name, value) in settings.as_object().expect("an object") {
            body[name] = value.clone();
        }
        let answer = Answer::of(server.post(self, "/albums").json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json
    }

    /// The key of a link that shows these assets.
    pub async fn share_key(&self, server: &Server, assets: &[Uuid], settings: Value) -> Credential {
        let link = self.share(server, assets, settings).await;
        Credential::LinkKey(link["key"].as_str().expect("a key").to_owned())
    }

    /// Sets a PIN and opens the locked assets to this session.
    pub async fn unlock(&self, server: &Server) {
        let pin = json!({"pinCode": "123456"});
        assert_eq!(
            Answer::of(server.post(self, "/auth/pin-code").json(&pin))
                .await
                .status,
            204
        );
        assert_eq!(
            Answer::of(server.post(self, "/auth/session/unlock").json(&pin))
                .await
                .status,
            204
        );
    }
}
