//! The wire of the tags.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::core::tags::path;
use crate::core::tags::tree::{MAX_DEPTH, MAX_LENGTH};
use kallitype_web::fields::{Fields, FromFields};

/// A tag to be made. Slashes in its name part it into parents and children.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct TagCreateDto {
    #[schema(
        nullable = false,
        pattern = "^#?([0-9A-F]{3}|[0-9A-F]{4}|[0-9A-F]{6}|[0-9A-F]{8})$"
    )]
    pub color: Option<String>,
    pub name: String,
    pub parent_id: Option<Uuid>,
}

impl FromFields for TagCreateDto {
    fn read(fields: &Fields<'_>) -> Self {
        let name = fields.required_text("name");
        Self {
            color: color(fields).flatten(),
            name: path(fields, "name", &name),
            parent_id: fields.nullable("parentId", Fields::uuid).flatten(),
        }
    }
}

/// Paths of tags, to be made if they are not there.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct TagUpsertDto {
    pub tags: Vec<String>,
}

impl FromFields for TagUpsertDto {
    fn read(fields: &Fields<'_>) -> Self {
        let tags = fields.texts("tags");
        Self {
            tags: tags.iter().map(|tag| path(fields, "tags", tag)).collect(),
        }
    }
}

/// What is changed of a tag.
#[derive(Debug, Clone, ToSchema)]
pub(crate) struct TagUpdateDto {
    pub color: Option<String>,
    /// Whether there is a colour in it, be it none.
    #[schema(ignore)]
    pub sets_color: bool,
}

impl FromFields for TagUpdateDto {
    fn read(fields: &Fields<'_>) -> Self {
        let color = color(fields);
        Self {
            sets_color: color.is_some(),
            color: color.flatten(),
        }
    }
}

/// Assets, each to be given each of the tags.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct TagBulkAssetsDto {
    pub asset_ids: Vec<Uuid>,
    pub tag_ids: Vec<Uuid>,
}

impl FromFields for TagBulkAssetsDto {
    fn read(fields: &Fields<'_>) -> Self {
        let (asset_ids, tag_ids) = (fields.uuids("assetIds"), fields.uuids("tagIds"));
        let pairs = asset_ids.len().saturating_mul(tag_ids.len());
        if pairs > fields.max_items() {
            let most = fields.max_items();
            fields.refuse(
                "tagIds",
                &format!("times assetIds must be no more than {most}"),
            );
        }
        Self { asset_ids, tag_ids }
    }
}

/// How many tags were given.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct TagBulkAssetsResponseDto {
    #[schema(value_type = i32)]
    pub count: usize,
}

/// A tidy path, or a broken rule.
fn path(fields: &Fields<'_>, property: &str, written: &str) -> String {
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
fn color(fields: &Fields<'_>) -> Option<Option<String>> {
    fields.nullable("color", |fields, name| {
        let text = fields.text(name)?;
        let digits = text.strip_prefix('#').unwrap_or(&text);
        if text.is_empty() {
            return None;
        }
        let is_color = matches!(digits.len(), 3 | 4 | 6 | 8)
            && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_color {
            fields.refuse(name, "must be a hexadecimal color");
        }
        Some(format!("#{digits}"))
    })
}
