use serde::Deserialize;

use crate::{About, Client, Error, MediaTypes, Result, Version};

#[derive(Deserialize)]
struct Pong {
    res: String,
}

impl Client {
    /// Whether a server answers.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn ping(&self) -> Result<()> {
        let answer: Pong = self.get("/server/ping").await?;
        if answer.res == "pong" {
            Ok(())
        } else {
            Err(Error::Answer(format!("{} is no pong", answer.res)))
        }
    }

    /// The version of the API that the server speaks.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn version(&self) -> Result<Version> {
        self.get("/server/version").await
    }

    /// What the server is made of.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn about(&self) -> Result<About> {
        self.get("/server/about").await
    }

    /// Which files the server takes.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn media_types(&self) -> Result<MediaTypes> {
        self.get("/server/media-types").await
    }
}
