use crate::{Client, NewSharedLink, Result, SharedLink};

impl Client {
    /// Shares assets or an album.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn create_shared_link(&self, link: &NewSharedLink) -> Result<SharedLink> {
        self.post("/shared-links", link).await
    }

    /// The account's shared links.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn shared_links(&self) -> Result<Vec<SharedLink>> {
        self.get("/shared-links").await
    }
}
