//! Asks services for what a model says, as Immich's server asks its own: the first that is there, and the next one when it
//! fails. They are believed to be there, or not to be, for as long as a setting says.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Response, StatusCode};

use super::error::LearningError;
use crate::config::MachineLearningOptions;
use crate::config::system::machine_learning::{
    MachineLearningAvailabilityChecksDto, SystemConfigMachineLearningDto,
};

/// What Immich's server calls the picture that it sends, and says that it is.
const PICTURE_NAME: &str = "blob";
const PICTURE_MIME: &str = "application/octet-stream";

/// What a service is asked about.
#[derive(Debug, Clone)]
pub(crate) enum Payload {
    Picture(Vec<u8>),
    Text(String),
}

pub(super) struct Client {
    http: reqwest::Client,
    /// Whether a service was there when it was last asked, and when that was, by its address.
    health: Mutex<HashMap<String, (bool, Instant)>>,
    max_answer_bytes: usize,
}

impl Client {
    pub(super) fn new(
        options: &MachineLearningOptions,
    ) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(kallitype_client::tls()?)
            .timeout(options.timeout())
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("kallitype/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self {
            http,
            health: Mutex::default(),
            max_answer_bytes: options.learning_max_answer_bytes,
        })
    }

    /// What the first service answers that can.
    ///
    /// # Errors
    /// Why the last one did not.
    pub(super) async fn predict(
        &self,
        config: &SystemConfigMachineLearningDto,
        entries: String,
        payload: Payload,
    ) -> Result<Vec<u8>, LearningError> {
        let mut failure = LearningError::Unavailable("there is no address of one".into());
        for service in config.urls.iter().map(|url| url.trim_end_matches('/')) {
            if !self.is_there(service, config.availability_checks).await {
                let reason = format!("{service} does not answer");
                failure = worse(failure, LearningError::Unavailable(reason));
                continue;
            }
            match self.ask(service, &entries, payload.clone()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    tracing::debug!(service, %error, "the next service is asked");
                    failure = worse(failure, error);
                }
            }
        }
        Err(failure)
    }

    /// Whether a service was there a short while ago, or is now.
    async fn is_there(&self, service: &str, checks: MachineLearningAvailabilityChecksDto) -> bool {
        if !checks.enabled {
            return true;
        }
        let known = self.health().get(service).copied();
        if let Some((is_there, known_at)) = known
            && known_at.elapsed() < milliseconds(checks.interval)
        {
            return is_there;
        }
        let asked = self.http.get(format!("{service}/ping"));
        let asked = asked.timeout(milliseconds(checks.timeout)).send();
        let is_there = asked.await.is_ok_and(|answer| answer.status().is_success());
        if known.is_none_or(|(before, _)| before != is_there) {
            tracing::info!(
                service,
                is_there,
                "a machine learning service was looked for"
            );
        }
        let now = (is_there, Instant::now());
        self.health().insert(service.to_owned(), now);
        is_there
    }

    fn health(&self) -> MutexGuard<'_, HashMap<String, (bool, Instant)>> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn ask(
        &self,
        service: &str,
        entries: &str,
        payload: Payload,
    ) -> Result<Vec<u8>, LearningError> {
        let form = form(entries, payload)?;
        let request = self.http.post(format!("{service}/predict"));
        let answer = request.multipart(form).send().await;
        let read = match answer {
            Ok(answer) if answer.status() == StatusCode::OK => self.read(answer).await,
            Ok(answer) => Err(LearningError::Failed(answer.status().to_string())),
            Err(error) => Err(failure(&error)),
        };
        if let Err(LearningError::Unavailable(_) | LearningError::Failed(_)) = &read {
            // It may be gone: the next one to ask looks first.
            self.health().remove(service);
        }
        read
    }

    async fn read(&self, mut answer: Response) -> Result<Vec<u8>, LearningError> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failure(&error))? {
            if body.len() + chunk.len() > self.max_answer_bytes {
                let reason = format!("more than {} bytes", self.max_answer_bytes);
                return Err(LearningError::Invalid(reason));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn milliseconds(number: f64) -> Duration {
    Duration::from_secs_f64(number / 1000.0)
}

fn form(entries: &str, payload: Payload) -> Result<Form, LearningError> {
    let form = Form::new().text("entries", entries.to_owned());
    Ok(match payload {
        Payload::Text(text) => form.text("text", text),
        Payload::Picture(bytes) => {
            let part = Part::bytes(bytes).file_name(PICTURE_NAME);
            let part = part.mime_str(PICTURE_MIME);
            form.part("image", part.map_err(|error| failure(&error))?)
        }
    })
}

/// One that does not take a connection is not there; one that is too slow, or breaks off, may be for another picture.
fn failure(error: &reqwest::Error) -> LearningError {
    let reason = match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    match error.is_connect() {
        true => LearningError::Unavailable(reason),
        false => LearningError::Failed(reason),
    }
}

/// Of two failures, the one that says more of what was asked.
fn worse(one: LearningError, other: LearningError) -> LearningError {
    match other {
        LearningError::Unavailable(_) if !matches!(one, LearningError::Unavailable(_)) => one,
        _ => other,
    }
}
