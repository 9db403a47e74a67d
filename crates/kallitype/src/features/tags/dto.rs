//! The wire of the tags.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::tags::path;
use crate::core::tags::tree::{MAX_DEPTH, MAX_LENGTH};
use kallitype_web::fields::Fields;
use kallitype_web::request;

request! {
    /// A tag to be made. Slashes in its name part it into parents and children.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct TagCreateDto {
        #[schema(
            nullable = false,
            pattern = "^#?([0-9A-F]{3}|[0-9A-F]{4}|[0-9A-F]{6}|[0-9A-F]{8})$"
        )]
        color: Option<String> = nullable_or_absent(color),
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
        color: Option<Option<String>> = nullable(color),
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
    let tidy = path::tidy(written);
    if tidy.is_none() && !written.is_empty() {
        let rule = format!(
            "must be names parted by slashes, at most {MAX_DEPTH} of them and {MAX_LENGTH} characters"
        );
        fields.refuse(property, &rule);
    }
    tidy.unwrap_or_default()
}

/// A colour as style sheets have it, with its `#`; null or nothing for none.
fn color(fields: &Fields<'_>, name: &str) -> Option<String> {
    let text = fields.text_unless_empty(name)?;
    let digits = text.strip_prefix('#').unwrap_or(&text);
    let is_color = matches!(digits.len(), 3 | 4 | 6 | 8)
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_color {
        fields.refuse(name, "must be a hexadecimal color");
    }
    Some(format!("#{digits}"))
}
