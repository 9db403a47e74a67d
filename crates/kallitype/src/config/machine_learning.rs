use std::time::Duration;

use clap::{ArgAction, Args};
use url::Url;

use super::fixed::FixedSettings;

/// What pictures show and who is on them, as a service knows that speaks the protocol of `immich-machine-learning`.
#[derive(Debug, Clone, Args)]
pub struct MachineLearningOptions {
    /// Addresses of services that know what pictures show, as in http://127.0.0.1:3003; they are tried in this order.
    /// Without one, nothing is searched by what pictures show, and no faces are found
    #[arg(
        long = "machine-learning-url",
        env = "KALLITYPE_MACHINE_LEARNING_URL",
        value_delimiter = ',',
        value_parser = service_url
    )]
    pub learning_urls: Vec<Url>,

    /// Milliseconds in which a service has to say that it is there, before it is asked for anything [default: 2000]
    #[arg(
        long = "machine-learning-check-timeout-ms",
        env = "KALLITYPE_MACHINE_LEARNING_CHECK_TIMEOUT_MS"
    )]
    pub learning_check_timeout_ms: Option<u64>,

    /// Milliseconds for which it is believed that a service is there or is not [default: 30000]
    #[arg(
        long = "machine-learning-check-interval-ms",
        env = "KALLITYPE_MACHINE_LEARNING_CHECK_INTERVAL_MS"
    )]
    pub learning_check_interval_ms: Option<u64>,

    /// Seconds a service may take for one answer; the first may have to wait for a model that is fetched
    #[arg(
        long = "machine-learning-timeout-seconds",
        env = "KALLITYPE_MACHINE_LEARNING_TIMEOUT_SECONDS",
        default_value_t = 300
    )]
    pub learning_timeout_seconds: u64,

    /// Bytes of one answer of a service's
    #[arg(long = "machine-learning-max-answer-bytes", env = "KALLITYPE_MACHINE_LEARNING_MAX_ANSWER_BYTES",
        default_value_t = 16 << 20)]
    pub learning_max_answer_bytes: usize,

    /// Whether assets are searched by what they show: true or false [default: true]
    #[arg(long = "smart-search", env = "KALLITYPE_SMART_SEARCH", action = ArgAction::Set)]
    pub smart_search: Option<bool>,

    /// The model that says what pictures show. With another one, everything is looked at again [default: ViT-B-32__openai]
    #[arg(long = "smart-search-model", env = "KALLITYPE_SMART_SEARCH_MODEL")]
    pub smart_search_model: Option<String>,

    /// How far apart what two pictures show may be for them to be duplicates, 0.001 to 0.1; 0 compares nothing [default: 0.01]
    #[arg(long = "duplicate-max-distance", env = "KALLITYPE_DUPLICATE_MAX_DISTANCE",
        value_parser = duplicate_distance)]
    pub duplicate_max_distance: Option<f64>,

    /// Whether faces are found and recognised: true or false [default: true]
    #[arg(long = "facial-recognition", env = "KALLITYPE_FACIAL_RECOGNITION",
        action = ArgAction::Set)]
    pub facial_recognition: Option<bool>,

    /// The model that finds and compares faces. With another one, they are looked for again [default: buffalo_l]
    #[arg(
        long = "facial-recognition-model",
        env = "KALLITYPE_FACIAL_RECOGNITION_MODEL"
    )]
    pub facial_recognition_model: Option<String>,

    /// How sure a service has to be that something is a face, 0.1 to 1 [default: 0.7]
    #[arg(long = "facial-recognition-min-score", env = "KALLITYPE_FACIAL_RECOGNITION_MIN_SCORE",
        value_parser = face_score)]
    pub face_min_score: Option<f64>,

    /// How far apart two faces of one person may be, 0.1 to 2 [default: 0.5]
    #[arg(long = "facial-recognition-max-distance", env = "KALLITYPE_FACIAL_RECOGNITION_MAX_DISTANCE", value_parser = face_distance)]
    pub face_max_distance: Option<f64>,

    /// Faces that have to be alike to be a new person's [default: 3]
    #[arg(long = "facial-recognition-min-faces", env = "KALLITYPE_FACIAL_RECOGNITION_MIN_FACES",
        value_parser = clap::value_parser!(u16).range(1..=100))]
    pub face_min_faces: Option<u16>,

    /// Seconds for which what searches compare is kept in memory after the last of them
    #[arg(
        long = "vector-idle-seconds",
        env = "KALLITYPE_VECTOR_IDLE_SECONDS",
        default_value_t = 600
    )]
    pub vector_idle_seconds: u64,
}

impl MachineLearningOptions {
    pub(super) fn fix(&self, fixed: &mut FixedSettings<'_>) {
        let urls: Vec<String> = self.learning_urls.iter().map(Url::to_string).collect();
        let urls = (!urls.is_empty()).then_some(urls);
        let url = "machine-learning-url";
        fixed.set(
            "machineLearning.enabled",
            url,
            urls.is_some().then_some(true),
        );
        fixed.set("machineLearning.urls", url, urls);
        fixed.set(
            "machineLearning.availabilityChecks.timeout",
            "machine-learning-check-timeout-ms",
            self.learning_check_timeout_ms,
        );
        fixed.set(
            "machineLearning.availabilityChecks.interval",
            "machine-learning-check-interval-ms",
            self.learning_check_interval_ms,
        );
        fixed.set(
            "machineLearning.clip.enabled",
            "smart-search",
            self.smart_search,
        );
        fixed.set(
            "machineLearning.clip.modelName",
            "smart-search-model",
            self.smart_search_model.clone(),
        );
        let distance = self.duplicate_max_distance;
        fixed.set(
            "machineLearning.duplicateDetection.enabled",
            "duplicate-max-distance",
            distance.map(|distance| distance > 0.0),
        );
        fixed.set(
            "machineLearning.duplicateDetection.maxDistance",
            "duplicate-max-distance",
            distance.filter(|distance| *distance > 0.0),
        );
        self.fix_faces(fixed);
    }

    fn fix_faces(&self, fixed: &mut FixedSettings<'_>) {
        fixed.set(
            "machineLearning.facialRecognition.enabled",
            "facial-recognition",
            self.facial_recognition,
        );
        fixed.set(
            "machineLearning.facialRecognition.modelName",
            "facial-recognition-model",
            self.facial_recognition_model.clone(),
        );
        fixed.set(
            "machineLearning.facialRecognition.minScore",
            "facial-recognition-min-score",
            self.face_min_score,
        );
        fixed.set(
            "machineLearning.facialRecognition.maxDistance",
            "facial-recognition-max-distance",
            self.face_max_distance,
        );
        fixed.set(
            "machineLearning.facialRecognition.minFaces",
            "facial-recognition-min-faces",
            self.face_min_faces,
        );
    }

    #[must_use]
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.learning_timeout_seconds)
    }

    #[must_use]
    pub(crate) fn vector_idle(&self) -> Duration {
        Duration::from_secs(self.vector_idle_seconds)
    }
}

/// An address that can be asked over HTTP.
fn service_url(text: &str) -> Result<Url, String> {
    let url: Url = text.parse().map_err(|error| format!("{text}: {error}"))?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        _ => Err(format!("{text} is no address as in http://127.0.0.1:3003")),
    }
}

/// None, or as far as the document has it.
fn duplicate_distance(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(0.0) => Ok(0.0),
        _ => number_within(text, 0.001, 0.1),
    }
}

fn face_score(text: &str) -> Result<f64, String> {
    number_within(text, 0.1, 1.0)
}

fn face_distance(text: &str) -> Result<f64, String> {
    number_within(text, 0.1, 2.0)
}

fn number_within(text: &str, min: f64, max: f64) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(format!("{text} is no number from {min} to {max}")),
    }
}
