//! What pictures show and whose faces are on them, as far as a model knows: the service that is asked, and the vectors that
//! it answers with. What is alike has vectors that point the same way.

pub(crate) mod array;
#[cfg(test)]
mod bench_vectors;
pub(crate) mod client;
pub(crate) mod error;
pub(crate) mod protocol;
pub(crate) mod queries;
mod texts;
pub(crate) mod vector;
pub(crate) mod vectors;

use std::sync::Arc;

use self::client::{Client, Payload};
use self::error::LearningError;
use self::protocol::DetectedFaces;
use self::texts::Texts;
use self::vector::Vector;
use self::vectors::Vectors;
use crate::config::MachineLearningOptions;
use crate::config::system::machine_learning::SystemConfigMachineLearningDto;

/// What there is to ask, and what was learned from it.
pub(crate) struct Learning {
    client: Client,
    texts: Texts,
    /// The vectors that are in memory.
    pub vectors: Vectors,
}

impl Learning {
    /// # Errors
    /// When no TLS can be had on this machine.
    pub(crate) fn new(
        options: &MachineLearningOptions,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            client: Client::new(options)?,
            texts: Texts::default(),
            vectors: Vectors::new(options.vector_idle()),
        })
    }

    /// What a picture shows.
    ///
    /// # Errors
    /// When no service answers, or none that can be believed.
    pub(crate) async fn encode_picture(
        &self,
        config: &SystemConfigMachineLearningDto,
        picture: Vec<u8>,
    ) -> Result<Vector, LearningError> {
        let entries = protocol::visual(&config.clip.model_name);
        let answer = self
            .client
            .predict(config, entries, Payload::Picture(picture));
        protocol::read_clip(&answer.await?)
    }

    /// What a text says, in a language that its words may be of.
    ///
    /// # Errors
    /// As [`encode_picture`](Self::encode_picture).
    pub(crate) async fn encode_text(
        &self,
        config: &SystemConfigMachineLearningDto,
        text: &str,
        language: Option<&str>,
    ) -> Result<Arc<Vector>, LearningError> {
        let entries = protocol::textual(&config.clip.model_name, language);
        if let Some(known) = self.texts.find(&entries, text) {
            return Ok(known);
        }
        let payload = Payload::Text(text.to_owned());
        let answer = self
            .client
            .predict(config, entries.clone(), payload)
            .await?;
        let vector = Arc::new(protocol::read_clip(&answer)?);
        self.texts.remember(entries, text, &vector);
        Ok(vector)
    }

    /// The faces in a picture.
    ///
    /// # Errors
    /// As [`encode_picture`](Self::encode_picture).
    pub(crate) async fn detect_faces(
        &self,
        config: &SystemConfigMachineLearningDto,
        picture: Vec<u8>,
    ) -> Result<DetectedFaces, LearningError> {
        let faces = &config.facial_recognition;
        let entries = protocol::faces(&faces.model_name, faces.min_score);
        let answer = self
            .client
            .predict(config, entries, Payload::Picture(picture));
        protocol::read_faces(&answer.await?)
    }
}
