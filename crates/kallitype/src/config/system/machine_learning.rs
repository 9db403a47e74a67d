//! The service that recognises what pictures show.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{Array, ArrayBuilder, SchemaFormat, Type};
use utoipa::openapi::{Object, ObjectBuilder};

use super::rules::{count, decimal, full_text, is_url, section};
use kallitype_web::fields::Fields;
use kallitype_web::request;

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigMachineLearningDto {
        enabled: bool = required_boolean(),
        #[schema(schema_with = urls_schema)]
        urls: Vec<String> = with(urls),
        availability_checks: MachineLearningAvailabilityChecksDto = with(section),
        clip: CLIPConfig = with(section),
        duplicate_detection: DuplicateDetectionConfig = with(section),
        facial_recognition: FacialRecognitionConfig = with(section),
    }
}

impl Default for SystemConfigMachineLearningDto {
    fn default() -> Self {
        Self {
            enabled: false,
            urls: vec!["http://immich-machine-learning:3003".into()],
            availability_checks: MachineLearningAvailabilityChecksDto::default(),
            clip: CLIPConfig::default(),
            duplicate_detection: DuplicateDetectionConfig::default(),
            facial_recognition: FacialRecognitionConfig::default(),
        }
    }
}

impl SystemConfigMachineLearningDto {
    /// Whether assets are searched by what they show.
    #[must_use]
    pub(crate) fn has_smart_search(&self) -> bool {
        self.enabled && self.clip.enabled
    }

    /// Whether faces are found and recognised.
    #[must_use]
    pub(crate) fn has_facial_recognition(&self) -> bool {
        self.enabled && self.facial_recognition.enabled
    }

    /// How far apart what two pictures show may be for them to be duplicates; `None` when that is not compared.
    #[must_use]
    pub(crate) fn duplicate_distance(&self) -> Option<f64> {
        let is_compared = self.has_smart_search() && self.duplicate_detection.enabled;
        is_compared.then_some(self.duplicate_detection.max_distance)
    }
}

request! {
    /// How it is found out whether the service is there. Times are milliseconds.
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct MachineLearningAvailabilityChecksDto {
        enabled: bool = required_boolean(),
        interval: f64 = with(milliseconds),
        timeout: f64 = with(milliseconds),
    }
}

impl Default for MachineLearningAvailabilityChecksDto {
    fn default() -> Self {
        Self {
            enabled: true,
            interval: 30_000.0,
            timeout: 2000.0,
        }
    }
}

request! {
    /// The model that compares words and pictures.
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct CLIPConfig {
        enabled: bool = required_boolean(),
        model_name: String = with(full_text),
    }
}

impl Default for CLIPConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            model_name: "ViT-B-32__openai".into(),
        }
    }
}

request! {
    /// How alike duplicates are.
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct DuplicateDetectionConfig {
        enabled: bool = required_boolean(),
        #[schema(minimum = 0.001, maximum = 0.1, extensions(("x-keep-format" = json!(true))))]
        max_distance: f64 = with(duplicate_distance),
    }
}

impl Default for DuplicateDetectionConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            max_distance: 0.01,
        }
    }
}

request! {
    /// How faces are found, and taken for the same person's.
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct FacialRecognitionConfig {
        enabled: bool = required_boolean(),
        model_name: String = with(full_text),
        #[schema(minimum = 0.1, maximum = 1, extensions(("x-keep-format" = json!(true))))]
        min_score: f64 = with(score),
        #[schema(value_type = i32, minimum = 1)]
        min_faces: u32 = with(at_least_one),
        #[schema(minimum = 0.1, maximum = 2, extensions(("x-keep-format" = json!(true))))]
        max_distance: f64 = with(face_distance),
    }
}

impl Default for FacialRecognitionConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            model_name: "buffalo_l".into(),
            min_score: 0.7,
            min_faces: 3,
            max_distance: 0.5,
        }
    }
}

/// The longest time that can be set, in milliseconds: a day.
const MAX_MILLISECONDS: f64 = 86_400_000.0;

fn milliseconds(fields: &Fields<'_>, name: &str) -> f64 {
    decimal(fields, name, 0.0, MAX_MILLISECONDS)
}

fn duplicate_distance(fields: &Fields<'_>, name: &str) -> f64 {
    decimal(fields, name, 0.001, 0.1)
}

fn score(fields: &Fields<'_>, name: &str) -> f64 {
    decimal(fields, name, 0.1, 1.0)
}

fn face_distance(fields: &Fields<'_>, name: &str) -> f64 {
    decimal(fields, name, 0.1, 2.0)
}

fn at_least_one(fields: &Fields<'_>, name: &str) -> u32 {
    count(fields, name, 1)
}

/// Addresses, of which the first that answers is asked. They have to be sound while the service is used.
fn urls(fields: &Fields<'_>, name: &str) -> Vec<String> {
    let urls = fields.non_empty_strings(name);
    if !fields.is_off("enabled") && !urls.iter().all(|url| is_url(url)) {
        fields.refuse_each(name, "must be a URL address");
    }
    urls
}

fn urls_schema() -> Array {
    let item: Object = ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom("uri".into())))
        .build();
    ArrayBuilder::new()
        .items(item)
        .min_items(Some(1))
        .extensions(Some(
            Extensions::builder().add("x-list-format", "uri").build(),
        ))
        .build()
}
