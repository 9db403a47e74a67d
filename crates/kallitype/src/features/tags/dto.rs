//! The wire of the tags.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::tags::path;
use crate::core::tags::tree::{MAX_DEPTH, MAX_LENGTH};
use kallitype_web::fields::{Fields, MAX_NAME};
use kallitype_web::request;

request! {
    /// A tag to be made. Slashes in its name part it into parents and children.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct TagCreateDto {
        #[schema(
            nullable = false,
            pattern = "^#?([0-9A-F]{3}|[0-9A-F]{4}|[0-9A-F]{6}|[0-9A-F]{8})$"
        )]
        color: Option<String> = nullable_or_absent(Fields::color),
        name: String = with(name),
        parent_id: Option<Uuid> = nullable_or_absent(Fields::uuid),
    }
}

request! {
    /// Paths of tags, to be made if they are not there.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct TagUpsertDto {
        tags: Vec<String> = with(paths),
    }
}

request! {
    /// What is changed of a tag.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct TagUpdateDto {
        // Null takes the colour away.
        #[schema(value_type = Option<String>)]
        color: Option<Option<String>> = nullable(Fields::color),
    }
}

request! {
    /// Assets, each to be given each of the tags.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct TagBulkAssetsDto {
        asset_ids: Vec<Uuid> = distinct_uuids(),
        tag_ids: Vec<Uuid> = with(tag_ids),
    }
}

/// How many tags were given.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct TagBulkAssetsResponseDto {
    #[schema(value_type = i32)]
    pub count: usize,
}

fn name(fields: &Fields<'_>, name: &str) -> String {
    tidy_path(fields, name, &fields.required_text(name))
}

fn paths(fields: &Fields<'_>, name: &str) -> Vec<String> {
    let paths = fields.texts(name);
    paths
        .iter()
        .map(|path| tidy_path(fields, name, path))
        .collect()
}

/// The tags, unless they are too many for the assets: each is to be given to each.
fn tag_ids(fields: &Fields<'_>, name: &str) -> Vec<Uuid> {
    let tags = fields.distinct_uuids(name);
    let (assets, limit) = (fields.count("assetIds"), fields.max_items());
    if tags.len().saturating_mul(assets) > limit {
        let rule = format!("times assetIds must be no more than {limit}");
        fields.refuse(name, &rule);
    }
    tags
}

/// A tidy path, or a broken rule.
fn tidy_path(fields: &Fields<'_>, property: &str, written: &str) -> String {
    let fits = |path: &String| path.split('/').all(|name| name.chars().count() <= MAX_NAME);
    let tidy = path::tidy(written).filter(fits);
    if tidy.is_none() && !written.is_empty() {
        let rule = format!(
            "must be names of at most {MAX_NAME} characters parted by slashes, at most {MAX_DEPTH} of them and \
             {MAX_LENGTH} characters"
        );
        fields.refuse(property, &rule);
    }
    tidy.unwrap_or_default()
}
