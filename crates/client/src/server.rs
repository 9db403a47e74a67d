//! What a server says of itself, and accounts, as far as it takes to get in.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{Client, Result, Secret};

/// The version of the API that a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Version {
    pub major: u64,
    pub minor: u64,
    pub patch: u64,
}

/// The extensions of the files a server takes, with their dot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct MediaTypes {
    pub image: Vec<String>,
    pub video: Vec<String>,
    pub sidecar: Vec<String>,
}

/// A session, just begun.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// For [`Credential::Bearer`](crate::Credential::Bearer) and [`Credential::Cookie`](crate::Credential::Cookie).
    pub access_token: Secret,
    pub user_id: Uuid,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub is_admin: bool,
}

/// A new API key's secret, shown once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NewApiKey {
    /// For [`Credential::ApiKey`](crate::Credential::ApiKey).
    pub secret: Secret,
}

impl Client {
    /// Asks whether a server is there.
    ///
    /// # Errors
    /// As every call.
    pub async fn ping(&self) -> Result<()> {
        self.call::<Value>(Method::GET, &["server", "ping"], None::<&()>)
            .await
            .map(drop)
    }

    /// Which version of the API the server speaks.
    ///
    /// # Errors
    /// As every call.
    pub async fn version(&self) -> Result<Version> {
        self.call(Method::GET, &["server", "version"], None::<&()>)
            .await
    }

    /// Which files the server takes.
    ///
    /// # Errors
    /// As every call.
    pub async fn media_types(&self) -> Result<MediaTypes> {
        self.call(Method::GET, &["server", "media-types"], None::<&()>)
            .await
    }

    /// Makes the first account, the administrator's.
    ///
    /// # Errors
    /// As every call; 400 when there is one already.
    pub async fn sign_up(&self, email: &str, name: &str, password: &str) -> Result<User> {
        let body = json!({"email": email, "name": name, "password": password});
        self.call(Method::POST, &["auth", "admin-sign-up"], Some(&body))
            .await
    }

    /// Begins a session.
    ///
    /// # Errors
    /// As every call; 401 for a wrong address or password.
    pub async fn login(&self, email: &str, password: &str) -> Result<Login> {
        let body = json!({"email": email, "password": password});
        self.call(Method::POST, &["auth", "login"], Some(&body))
            .await
    }

    /// Who calls. Needs the permission `user.read`.
    ///
    /// # Errors
    /// As every call.
    pub async fn me(&self) -> Result<User> {
        self.call(Method::GET, &["users", "me"], None::<&()>).await
    }

    /// Makes an API key with these permissions, such as `asset.upload`; `all` is every one. Needs the permission
    /// `apiKey.create`.
    ///
    /// # Errors
    /// As every call.
    pub async fn create_api_key(&self, name: &str, permissions: &[&str]) -> Result<NewApiKey> {
        let body = json!({"name": name, "permissions": permissions});
        self.call(Method::POST, &["api-keys"], Some(&body)).await
    }
}
