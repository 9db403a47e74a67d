//! The wire of external libraries.

use std::collections::HashSet;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::libraries::exclusions::Exclusions;
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;

/// How many import paths, or patterns, a library may have, and the characters of each.
const MAX_TEXTS: usize = 128;
const MAX_CHARACTERS: usize = 4096;

request! {
    /// A library to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct CreateLibraryDto {
        #[schema(value_type = Option<BTreeSet<String>>, nullable = false, max_items = 128)]
        exclusion_patterns: Option<Vec<String>> = optional(patterns),
        #[schema(value_type = Option<BTreeSet<String>>, nullable = false, max_items = 128)]
        import_paths: Option<Vec<String>> = optional(texts),
        #[schema(nullable = false)]
        name: Option<String> = optional(name),
        owner_id: Uuid = required_uuid(),
    }
}

request! {
    /// What is to change of a library.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct UpdateLibraryDto {
        #[schema(value_type = Option<BTreeSet<String>>, nullable = false, max_items = 128)]
        exclusion_patterns: Option<Vec<String>> = optional(patterns),
        #[schema(value_type = Option<BTreeSet<String>>, nullable = false, max_items = 128)]
        import_paths: Option<Vec<String>> = optional(texts),
        #[schema(nullable = false)]
        name: Option<String> = optional(name),
    }
}

request! {
    /// What may become a library's.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct ValidateLibraryDto {
        #[schema(value_type = Option<BTreeSet<String>>, nullable = false, max_items = 128)]
        exclusion_patterns: Option<Vec<String>> = optional(patterns),
        #[schema(value_type = Option<BTreeSet<String>>, nullable = false, max_items = 128)]
        import_paths: Option<Vec<String>> = optional(texts),
    }
}

fn name(fields: &Fields<'_>, name: &str) -> String {
    fields.limited(name, MAX_NAME, Fields::required_text)
}

/// Different texts, none of them empty.
fn texts(fields: &Fields<'_>, name: &str) -> Vec<String> {
    let texts = fields.texts(name);
    let mut seen = HashSet::new();
    if !texts.iter().all(|text| seen.insert(text)) {
        fields.refuse(name, "All elements must be unique");
    }
    if texts.len() > MAX_TEXTS {
        let rule = format!("must contain no more than {MAX_TEXTS} elements");
        fields.refuse(name, &rule);
    }
    let is_long = |text: &String| text.chars().nth(MAX_CHARACTERS).is_some();
    if texts.iter().any(is_long) {
        let rule = format!("must have elements of no more than {MAX_CHARACTERS} characters");
        fields.refuse(name, &rule);
    }
    texts
}

fn patterns(fields: &Fields<'_>, name: &str) -> Vec<String> {
    let patterns = texts(fields, name);
    if let Err(error) = Exclusions::new(&patterns) {
        fields.refuse(name, &format!("must be patterns of paths: {error}"));
    }
    patterns
}

/// What is to be said of what was asked about.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidateLibraryResponseDto {
    #[schema(required = false)]
    pub import_paths: Vec<ValidateLibraryImportPathResponseDto>,
}

/// Whether a library can have an import path, and why not.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ValidateLibraryImportPathResponseDto {
    pub import_path: String,
    #[schema(default = false)]
    pub is_valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
}

/// What a library holds.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LibraryStatsResponseDto {
    #[schema(value_type = i32, default = 0)]
    pub photos: i64,
    #[schema(value_type = i32, default = 0)]
    pub total: i64,
    /// Bytes.
    #[schema(default = 0)]
    pub usage: i64,
    #[schema(value_type = i32, default = 0)]
    pub videos: i64,
}
