use reqwest::Method;
use serde_json::{Value, json};

use crate::{ApiKey, Client, Login, NewApiKey, Result, User};

impl Client {
    /// Makes the first account, an administrator's.
    ///
    /// # Errors
    /// As [`Client::call`]; 400 when there is an administrator already.
    pub async fn sign_up(&self, email: &str, name: &str, password: &str) -> Result<User> {
        let body = json!({"email": email, "name": name, "password": password});
        self.post("/auth/admin-sign-up", &body).await
    }

    /// Begins a session; its token is for [`Client::with_token`].
    ///
    /// # Errors
    /// As [`Client::call`]; 401 when address or password are wrong.
    pub async fn login(&self, email: &str, password: &str) -> Result<Login> {
        let body = json!({"email": email, "password": password});
        self.post("/auth/login", &body).await
    }

    /// Ends this client's session.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn logout(&self) -> Result<()> {
        self.call::<Value>(Method::POST, "/auth/logout", None::<&()>)
            .await
            .map(drop)
    }

    /// Whose credential this client has.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn me(&self) -> Result<User> {
        self.get("/users/me").await
    }

    /// Makes an API key with these permissions, such as `asset.upload`; `all` is every one.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn create_api_key(&self, name: &str, permissions: &[&str]) -> Result<NewApiKey> {
        let body = json!({"name": name, "permissions": permissions});
        self.post("/api-keys", &body).await
    }

    /// The account's API keys.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>> {
        self.get("/api-keys").await
    }
}
