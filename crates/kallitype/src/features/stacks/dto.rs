//! The wire of the stacks, and their answers, in which the assets are streamed.

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::Caller;
use crate::app::state::App;
use crate::core::asset_details::AssetResponseDto;
use crate::core::asset_listing;
use crate::core::stacks::{MAX_ASSETS, Stack};
use kallitype_web::fields::Fields;
use kallitype_web::stream::Json;
use kallitype_web::version::Wire;
use kallitype_web::{query, request, stream};

request! {
    /// Assets that are to become a stack.
    #[derive(Debug, Clone, ToSchema)]
    pub(crate) struct StackCreateDto {
        /// The first of them becomes its primary.
        #[schema(min_items = 2)]
        asset_ids: Vec<Uuid> = with(asset_ids),
    }
}

request! {
    /// What is changed of a stack.
    #[derive(Debug, Clone, Copy, ToSchema)]
    pub(crate) struct StackUpdateDto {
        #[schema(nullable = false)]
        primary_asset_id: Option<Uuid> = nullable_or_absent(Fields::uuid),
    }
}

query! {
    /// Which stacks are wanted.
    #[derive(Debug, Clone, Copy, IntoParams)]
    pub(crate) struct StackQuery {
        #[param(nullable = false)]
        primary_asset_id: Option<Uuid> = uuid(),
    }
}

/// Different assets, enough for a stack and not too many.
fn asset_ids(fields: &Fields<'_>, name: &str) -> Vec<Uuid> {
    let ids = fields.distinct_uuids(name);
    if ids.len() < 2 && fields.has(name) {
        fields.refuse(name, "must contain at least 2 elements");
    }
    if ids.len() > MAX_ASSETS {
        let rule = format!("must contain no more than {MAX_ASSETS} elements");
        fields.refuse(name, &rule);
    }
    ids
}

/// A stack with its assets, the primary first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StackResponseDto {
    pub assets: Vec<AssetResponseDto>,
    #[schema(value_type = String)]
    pub id: Uuid,
    #[schema(value_type = String)]
    pub primary_asset_id: Uuid,
}

/// A stack as its owner is shown it.
pub(crate) fn stream_stack(app: &App, caller: &Caller, wire: Wire, stack: &Stack) -> Json {
    let dto = StackResponseDto {
        assets: Vec::new(),
        id: stack.id,
        primary_asset_id: stack.primary,
    };
    let assets = asset_listing::stream(app, caller, wire, &stack.assets);
    stream::object(&dto, "assets", assets).unwrap_or_else(stream::failed)
}
