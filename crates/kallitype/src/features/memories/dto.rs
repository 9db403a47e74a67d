//! The wire of the memories.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::core::asset_details::AssetResponseDto;
use crate::core::memories::memory::{Memory, MemoryChanges, MemoryFilter, MemoryType};
use kallitype_web::fields::Fields;
use kallitype_web::query;
use kallitype_web::request;
use kallitype_web::time::Time;

/// The last year that dates can be written for.
const LAST_YEAR: i64 = 9999;

request! {
    /// What a memory of a day in an earlier year is about.
    #[derive(Debug, Clone, Serialize, ToSchema)]
    pub(crate) struct OnThisDayDto {
        #[schema(value_type = f64, minimum = 1)]
        year: i64 = with(year),
    }
}

fn year(fields: &Fields<'_>, name: &str) -> i64 {
    if !fields.has(name) {
        fields.refuse(name, "must be an integer number");
    }
    fields.integer(name, 1, LAST_YEAR).unwrap_or(1)
}

request! {
    /// A memory to be made.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct MemoryCreateDto {
        #[schema(required = false)]
        asset_ids: Vec<Uuid> = or(Vec::new(), asset_ids),
        data: OnThisDayDto = with(on_this_day),
        #[schema(nullable = false)]
        is_saved: Option<bool> = boolean(),
        #[schema(value_type = String, format = DateTime)]
        memory_at: i64 = required_date(),
        #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
        seen_at: Option<i64> = date(),
        kind as "type": MemoryType = required_enumeration(),
        #[schema(ignore)]
        show_at: Option<i64> = date(),
        #[schema(ignore)]
        hide_at: Option<i64> = date(),
    }
}

fn asset_ids(fields: &Fields<'_>, name: &str) -> Option<Vec<Uuid>> {
    fields.optional(name, Fields::distinct_uuids)
}

fn on_this_day(fields: &Fields<'_>, name: &str) -> OnThisDayDto {
    if !fields.has(name) {
        fields.refuse(name, "must be an object");
    }
    fields.nested(name).unwrap_or(OnThisDayDto { year: 1 })
}

request! {
    /// What is to change of a memory.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct MemoryUpdateDto {
        #[schema(nullable = false)]
        is_saved: Option<bool> = boolean(),
        #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
        memory_at: Option<i64> = date(),
        #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
        seen_at: Option<i64> = date(),
    }
}

impl MemoryUpdateDto {
    #[must_use]
    pub(crate) fn changes(&self) -> MemoryChanges {
        MemoryChanges {
            is_saved: self.is_saved,
            memory_at: self.memory_at,
            seen_at: self.seen_at,
        }
    }
}

query! {
    /// Which memories are asked for.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct MemoryQuery {
        #[param(value_type = Option<String>, format = DateTime, nullable = false)]
        shown_at as "for": Option<i64> = date(),
        #[param(nullable = false)]
        is_saved: Option<bool> = boolean(),
        #[param(nullable = false)]
        is_trashed: Option<bool> = boolean(),
        #[param(nullable = false)]
        kind as "type": Option<MemoryType> = enumeration(),
    }
}

impl MemoryQuery {
    /// What is to be looked for; none for what is in the trash, where no memory is.
    #[must_use]
    pub(crate) fn filter(&self) -> Option<MemoryFilter> {
        let filter = MemoryFilter {
            kind: self.kind,
            is_saved: self.is_saved,
            shown_at: self.shown_at,
        };
        (self.is_trashed != Some(true)).then_some(filter)
    }
}

/// A memory.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MemoryResponseDto {
    pub assets: Vec<AssetResponseDto>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    pub data: OnThisDayDto,
    /// Never there: memories that are deleted are gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub deleted_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub hide_at: Option<Time>,
    #[schema(value_type = String)]
    pub id: Uuid,
    pub is_saved: bool,
    #[schema(value_type = String, format = DateTime)]
    pub memory_at: Time,
    #[schema(value_type = String)]
    pub owner_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub seen_at: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub show_at: Option<Time>,
    #[serde(rename = "type")]
    pub kind: MemoryType,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
}

impl MemoryResponseDto {
    #[must_use]
    pub(crate) fn new(memory: Memory, assets: Vec<AssetResponseDto>) -> Self {
        Self {
            assets,
            created_at: memory.created_at,
            data: OnThisDayDto { year: memory.year },
            deleted_at: None,
            hide_at: memory.hide_at,
            id: memory.id,
            is_saved: memory.is_saved,
            memory_at: memory.memory_at,
            owner_id: memory.owner_id,
            seen_at: memory.seen_at,
            show_at: memory.show_at,
            kind: memory.kind,
            updated_at: memory.updated_at,
        }
    }
}

/// How many memories there are.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct MemoryStatisticsResponseDto {
    #[schema(value_type = i32)]
    pub total: i64,
}
