//! The wire of searches.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::access::{Caller, Visibility};
use crate::app::search_words::words::WantedWords;
use crate::core::albums::album::AlbumResponseDto;
use crate::core::asset_details::{AssetDetails, AssetResponseDto};
use crate::core::assets::model::AssetType;
use crate::core::choices::AssetOrder;
use crate::features::search::filter::{Filter, Moments, Tags};
use crate::features::search::find::{FoundPage, Search};
use kallitype_web::fields::Fields;
use kallitype_web::version::Wire;
use kallitype_web::{query, request, wire_enum};

/// The longest text that can be looked for, in characters.
pub(crate) const MAX_TEXT: usize = 1000;

/// The largest page, and the ones that are answered when no size is said.
const MAX_SIZE: i64 = 1000;
const SIZE: i64 = 250;
const SMART_SIZE: i64 = 100;

/// Declares a request with the filters that all searches have in common, and more.
macro_rules! search_request {
    (
        $macro:ident!, $attribute:ident, $(#[$meta:meta])* $type:ident,
        lists: $lists:ident, make: $make:ident, { $($more:tt)* }
    ) => {
        $macro! {
            $(#[$meta])*
            #[derive(Debug, Clone)]
            pub(crate) struct $type {
                #[$attribute(value_type = Vec<Uuid>, required = false)]
                album_ids: Vec<Uuid> = with($lists),
                #[$attribute(value_type = Option<String>, nullable = true)]
                city: Option<Option<String>> = with(value),
                #[$attribute(value_type = Option<String>, nullable = true)]
                country: Option<Option<String>> = with(value),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                created_after: Option<i64> = with(date),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                created_before: Option<i64> = with(date),
                #[$attribute(nullable = false)]
                device_id: Option<String> = text_unless_empty(),
                #[$attribute(nullable = false)]
                is_encoded: Option<bool> = boolean(),
                #[$attribute(nullable = false)]
                is_favorite: Option<bool> = boolean(),
                #[$attribute(nullable = false)]
                is_motion: Option<bool> = boolean(),
                #[$attribute(nullable = false)]
                is_not_in_album: Option<bool> = boolean(),
                #[$attribute(nullable = false)]
                is_offline: Option<bool> = boolean(),
                #[$attribute(value_type = Option<String>, nullable = true)]
                lens_model: Option<Option<String>> = with(value),
                #[$attribute(value_type = Option<Uuid>, nullable = true)]
                library_id: Option<Uuid> = nullable_or_absent(Fields::uuid),
                #[$attribute(value_type = String, required = false)]
                make: Option<Option<String>> = with(value),
                #[$attribute(value_type = Option<String>, nullable = true)]
                model: Option<Option<String>> = with(value),
                #[$attribute(value_type = Vec<Uuid>, required = false)]
                person_ids: Vec<Uuid> = with($lists),
                #[$attribute(value_type = f64, minimum = -1, maximum = 5, required = false)]
                rating: Option<i64> = integer(-1, 5),
                #[$attribute(value_type = Option<String>, nullable = true)]
                state: Option<Option<String>> = with(value),
                #[$attribute(value_type = Option<Vec<Uuid>>, nullable = true)]
                tag_ids: Option<Tags> = with($make),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                taken_after: Option<i64> = with(date),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                taken_before: Option<i64> = with(date),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                trashed_after: Option<i64> = with(date),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                trashed_before: Option<i64> = with(date),
                #[$attribute(nullable = false)]
                kind as "type": Option<AssetType> = enumeration(),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                updated_after: Option<i64> = with(date),
                #[$attribute(value_type = String, format = DateTime, required = false)]
                updated_before: Option<i64> = with(date),
                #[$attribute(nullable = false)]
                visibility: Option<Visibility> = enumeration(),
                $($more)*
            }
        }

        /// The filters that all searches have in common.
        impl From<&$type> for Filter {
            fn from(request: &$type) -> Self {
                Self {
                    albums: request.album_ids.clone(),
                    persons: request.person_ids.clone(),
                    tags: request.tag_ids.clone(),
                    is_not_in_album: request.is_not_in_album == Some(true),
                    device_id: request.device_id.clone(),
                    library_id: request.library_id,
                    city: request.city.clone(),
                    state: request.state.clone(),
                    country: request.country.clone(),
                    make: request.make.clone(),
                    model: request.model.clone(),
                    lens_model: request.lens_model.clone(),
                    rating: request.rating,
                    kind: request.kind,
                    is_favorite: request.is_favorite,
                    is_motion: request.is_motion,
                    is_encoded: request.is_encoded,
                    is_offline: request.is_offline,
                    taken: Moments { after: request.taken_after, before: request.taken_before },
                    created: Moments { after: request.created_after, before: request.created_before },
                    updated: Moments { after: request.updated_after, before: request.updated_before },
                    trashed: Moments { after: request.trashed_after, before: request.trashed_before },
                    visibility: request.visibility,
                    ..Self::default()
                }
            }
        }
    };
}

/// Declares a request for a page of assets by what is known of them, and more.
macro_rules! metadata_search_request {
    ($(#[$meta:meta])* $type:ident, { $($more:tt)* }) => {
        search_request! {
            request!, schema,
            $(#[$meta])*
            $type,
            lists: ids, make: tags,
            {
                #[schema(value_type = String, required = false)]
                checksum: Option<Vec<u8>> = with(checksum),
                #[schema(nullable = false)]
                description: Option<String> = with(searched_text),
                #[schema(nullable = false)]
                device_asset_id: Option<String> = text_unless_empty(),
                #[schema(nullable = false)]
                encoded_video_path: Option<String> = text_unless_empty(),
                #[schema(value_type = Uuid, required = false)]
                id: Option<Uuid> = uuid(),
                #[schema(value_type = Option<AssetOrder>, nullable = false, default = json!("desc"))]
                order: AssetOrder = or(AssetOrder::Descending, Fields::enumeration),
                #[schema(nullable = false)]
                original_file_name: Option<String> = with(searched_text),
                #[schema(nullable = false)]
                original_path: Option<String> = with(searched_text),
                #[schema(value_type = f64, minimum = 1, required = false)]
                page: i64 = or(1, page),
                #[schema(nullable = false)]
                preview_path: Option<String> = text(),
                #[schema(value_type = f64, minimum = 1, maximum = 1000, required = false)]
                size: i64 = or(SIZE, size),
                #[schema(nullable = false)]
                thumbnail_path: Option<String> = text(),
                #[schema(nullable = false)]
                with_deleted: Option<bool> = boolean(),
                #[schema(nullable = false)]
                with_exif: Option<bool> = boolean(),
                #[schema(nullable = false)]
                with_people: Option<bool> = boolean(),
                #[schema(nullable = false)]
                with_stacked: Option<bool> = boolean(),
                $($more)*
            }
        }

        impl $type {
            /// What has to hold of what is found, but for what only this request asks for.
            fn known(&self) -> Filter {
                Filter {
                    id: self.id,
                    checksum: self.checksum.clone(),
                    device_asset_id: self.device_asset_id.clone(),
                    encoded_video_path: self.encoded_video_path.clone(),
                    name: self.original_file_name.clone(),
                    description: self.description.clone(),
                    path: self.original_path.clone(),
                    with_deleted: self.with_deleted == Some(true),
                    ..Filter::from(self)
                }
            }

            /// The page that is asked for.
            pub(crate) fn search(&self) -> Search {
                Search {
                    filter: self.filter(),
                    order: self.order,
                    size: self.size,
                    page: self.page,
                    with_people: self.with_people == Some(true),
                }
            }

            /// The page as it is answered.
            pub(crate) fn answer(
                &self,
                found: FoundPage,
                caller: &Caller,
                wire: Wire,
            ) -> SearchResponseDto {
                let with = With {
                    exif: self.with_exif == Some(true),
                    people: self.with_people == Some(true),
                };
                let next = found.has_next.then_some(self.page + 1);
                SearchResponseDto::new(with.present(found.details, caller, wire), next)
            }
        }
    };
}

metadata_search_request! {
    /// What is looked for among what is known of assets.
    #[derive(ToSchema)]
    MetadataSearchDto, {}
}

impl MetadataSearchDto {
    fn filter(&self) -> Filter {
        self.known()
    }
}

metadata_search_request! {
    /// The same, and words.
    #[derive(ToSchema)]
    WordSearchDto,
    {
        #[schema(nullable = false)]
        words: Option<String> = with(searched_text),
    }
}

impl WordSearchDto {
    fn filter(&self) -> Filter {
        Filter {
            words: self.words.as_deref().map(WantedWords::of),
            ..self.known()
        }
    }
}

search_request! {
    request!, schema,
    /// Of what some are drawn.
    #[derive(ToSchema)]
    RandomSearchDto,
    lists: ids, make: tags,
    {
        #[schema(value_type = f64, minimum = 1, maximum = 1000, required = false)]
        size: i64 = or(SIZE, size),
        #[schema(nullable = false)]
        with_deleted: Option<bool> = boolean(),
        #[schema(nullable = false)]
        with_exif: Option<bool> = boolean(),
        #[schema(nullable = false)]
        with_people: Option<bool> = boolean(),
        #[schema(nullable = false)]
        with_stacked: Option<bool> = boolean(),
    }
}

impl RandomSearchDto {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            with_deleted: self.with_deleted == Some(true),
            ..Filter::from(self)
        }
    }
}

search_request! {
    request!, schema,
    /// What is looked for by what pictures show.
    #[derive(ToSchema)]
    SmartSearchDto,
    lists: ids, make: tags,
    {
        #[schema(nullable = false)]
        language: Option<String> = text(),
        #[schema(value_type = f64, minimum = 1, required = false)]
        page: i64 = or(1, page),
        #[schema(nullable = false)]
        query: Option<String> = with(searched_text),
        #[schema(value_type = Uuid, required = false)]
        query_asset_id: Option<Uuid> = uuid(),
        #[schema(value_type = f64, minimum = 1, maximum = 1000, required = false)]
        size: i64 = or(SMART_SIZE, size),
        #[schema(nullable = false)]
        with_deleted: Option<bool> = boolean(),
        #[schema(nullable = false)]
        with_exif: Option<bool> = boolean(),
    }
}

impl SmartSearchDto {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            with_deleted: self.with_deleted == Some(true),
            ..Filter::from(self)
        }
    }
}

search_request! {
    request!, schema,
    /// What is counted.
    #[derive(ToSchema)]
    StatisticsSearchDto,
    lists: ids, make: tags,
    {
        #[schema(nullable = false)]
        description: Option<String> = with(searched_text),
    }
}

impl StatisticsSearchDto {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            description: self.description.clone(),
            ..Filter::from(self)
        }
    }
}

search_request! {
    query!, param,
    /// Of what the largest are listed.
    #[derive(IntoParams)]
    LargeAssetsQuery,
    lists: queried_ids, make: queried_tags,
    {
        #[param(value_type = i32, minimum = 0, required = false)]
        min_file_size: i64 = or(0, file_size),
        #[param(value_type = f64, minimum = 1, maximum = 1000, required = false)]
        size: i64 = or(SIZE, size),
        #[param(nullable = false)]
        with_deleted: Option<bool> = boolean(),
        #[param(nullable = false)]
        with_exif: Option<bool> = boolean(),
    }
}

impl LargeAssetsQuery {
    pub(crate) fn filter(&self) -> Filter {
        Filter {
            with_deleted: self.with_deleted == Some(true),
            ..Filter::from(self)
        }
    }
}

/// A value as it is; null and the empty text stand for what is not known.
fn value(fields: &Fields<'_>, name: &str) -> Option<Option<String>> {
    let given = fields.nullable(name, Fields::text)?;
    Some(given.filter(|text| !text.is_empty()))
}

/// A moment, or null for none.
fn date(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.nullable_or_absent(name, Fields::date)
}

/// A text to look for, without the spaces around it; an empty one restricts nothing.
fn searched_text(fields: &Fields<'_>, name: &str) -> Option<String> {
    let text = fields.limited(name, MAX_TEXT, Fields::text)?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn page(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, i64::from(i32::MAX))
}

fn size(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 1, MAX_SIZE)
}

fn file_size(fields: &Fields<'_>, name: &str) -> Option<i64> {
    fields.integer(name, 0, i64::MAX)
}

fn ids(fields: &Fields<'_>, name: &str) -> Vec<Uuid> {
    let ids = fields.optional(name, Fields::distinct_uuids);
    ids.unwrap_or_default()
}

fn queried_ids(fields: &Fields<'_>, name: &str) -> Vec<Uuid> {
    let ids = fields.optional(name, Fields::queried_uuids);
    ids.unwrap_or_default()
}

/// Tags; null is what has none.
fn tags(fields: &Fields<'_>, name: &str) -> Option<Tags> {
    let given = fields.nullable(name, |fields, name| Some(fields.distinct_uuids(name)))?;
    some_tags(given)
}

fn queried_tags(fields: &Fields<'_>, name: &str) -> Option<Tags> {
    some_tags(fields.optional(name, Fields::queried_uuids).map(Some)?)
}

fn some_tags(tags: Option<Vec<Uuid>>) -> Option<Tags> {
    match tags {
        None => Some(Tags::None),
        Some(tags) if tags.is_empty() => None,
        Some(tags) => Some(Tags::All(tags)),
    }
}

/// A SHA-1: 28 characters are base64, others hexadecimal. What is neither is no file's.
fn checksum(fields: &Fields<'_>, name: &str) -> Option<Vec<u8>> {
    let text = fields.text_unless_empty(name)?;
    let bytes = match text.len() {
        28 => STANDARD.decode(&text).ok(),
        _ => hex::decode(&text).ok(),
    };
    Some(bytes.unwrap_or_default())
}

query! {
    /// The beginning of a person's name.
    #[derive(Debug, Clone, IntoParams)]
    pub(crate) struct PersonQuery {
        name: String = limited(MAX_TEXT, Fields::required_text),
        #[param(nullable = false)]
        with_hidden: Option<bool> = boolean(),
    }
}

query! {
    /// A part of a place's name.
    #[derive(Debug, Clone, IntoParams)]
    pub(crate) struct PlacesQuery {
        name: String = limited(MAX_TEXT, Fields::required_text),
    }
}

wire_enum! {
    /// What is suggested.
    pub enum SearchSuggestionType as "SearchSuggestionType" {
        Country = "country",
        State = "state",
        City = "city",
        CameraMake = "camera-make",
        CameraModel = "camera-model",
    }
}

query! {
    /// Which values are suggested.
    #[derive(Debug, Clone, IntoParams)]
    pub(crate) struct SuggestionsQuery {
        #[param(nullable = false)]
        country: Option<String> = text_unless_empty(),
        /// This property was added in v111.0.0
        #[param(nullable = false)]
        include_null: Option<bool> = boolean(),
        #[param(nullable = false)]
        make: Option<String> = text_unless_empty(),
        #[param(nullable = false)]
        model: Option<String> = text_unless_empty(),
        #[param(nullable = false)]
        state: Option<String> = text_unless_empty(),
        kind as "type": SearchSuggestionType = required_enumeration(),
    }
}

/// A page of what was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SearchResponseDto {
    pub albums: SearchAlbumResponseDto,
    pub assets: SearchAssetResponseDto,
}

/// Albums that were found: none are looked for.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct SearchAlbumResponseDto {
    pub count: i32,
    pub facets: Vec<SearchFacetResponseDto>,
    pub items: Vec<AlbumResponseDto>,
    pub total: i32,
}

/// Assets that were found.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchAssetResponseDto {
    /// How many this page has.
    #[schema(value_type = i32)]
    pub count: usize,
    pub facets: Vec<SearchFacetResponseDto>,
    pub items: Vec<AssetResponseDto>,
    /// The number of the next page, if there is one.
    #[schema(required)]
    pub next_page: Option<String>,
    /// How many this page has, too.
    #[schema(value_type = i32)]
    pub total: usize,
}

/// How often values stand in what was found: this is not counted.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchFacetResponseDto {
    pub counts: Vec<SearchFacetCountResponseDto>,
    pub field_name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SearchFacetCountResponseDto {
    pub count: i32,
    pub value: String,
}

impl SearchResponseDto {
    pub(crate) fn new(items: Vec<AssetResponseDto>, next_page: Option<i64>) -> Self {
        let assets = SearchAssetResponseDto {
            count: items.len(),
            facets: Vec::new(),
            next_page: next_page.map(|page| page.to_string()),
            total: items.len(),
            items,
        };
        Self {
            albums: SearchAlbumResponseDto::default(),
            assets,
        }
    }
}

/// What of an asset is answered beside the usual.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct With {
    pub exif: bool,
    pub people: bool,
}

impl With {
    /// Assets as a search answers them.
    pub(crate) fn present(
        self,
        details: Vec<AssetDetails>,
        caller: &Caller,
        wire: Wire,
    ) -> Vec<AssetResponseDto> {
        let details = details.into_iter();
        let present = |details: AssetDetails| {
            let asset = details.present(caller, wire);
            AssetResponseDto {
                exif_info: asset.exif_info.filter(|_| self.exif),
                people: asset.people.filter(|_| self.people),
                unassigned_faces: asset.unassigned_faces.filter(|_| self.people),
                owner: None,
                tags: None,
                ..asset
            }
        };
        details.map(present).collect()
    }
}

/// How many assets were found.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct SearchStatisticsResponseDto {
    #[schema(value_type = i32)]
    pub total: i64,
}

/// What there is to explore of one kind.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SearchExploreResponseDto {
    pub field_name: &'static str,
    pub items: Vec<SearchExploreItem>,
}

/// A value, and an asset that has it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SearchExploreItem {
    pub data: AssetResponseDto,
    pub value: String,
}

/// A town.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct PlacesResponseDto {
    /// The region that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub admin1name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub admin2name: Option<String>,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    pub name: String,
}
