use axum::extract::Query;
use http::Uri;
use serde_json::{Map, Value};

use crate::config::SystemConfigDto;
use crate::core::accounts::preferences::{UserPreferencesResponseDto, UserPreferencesUpdateDto};
use crate::core::accounts::queries::ListFilter;
use crate::core::assets::model::{AssetIdsDto, AssetMetadataUpsertItemDto};
use crate::core::license::{LicenseKeyDto, is_license_key};
use crate::core::notifications::notification::NotificationQuery;
use crate::core::stacks;
use crate::core::tags::path;
use crate::features::activities::dto::{ActivityCreateDto, ActivityQuery};
use crate::features::albums::dto::{
    AddUsersDto, AlbumsAddAssetsDto, CreateAlbumDto, UpdateAlbumDto, UpdateAlbumUserDto,
};
use crate::features::api_keys::dto::{ApiKeyCreateDto, ApiKeyUpdateDto};
use crate::features::assets::dto::{
    AssetBulkDeleteDto, AssetBulkUpdateDto, AssetBulkUploadCheckDto, AssetJobsDto,
    AssetMediaCreateDto, AssetMediaReplaceDto, AssetMetadataUpsertDto, CheckExistingAssetsDto,
    UpdateAssetDto,
};
use crate::features::auth::dto::{
    ChangePasswordDto, LoginCredentialDto, PinCodeChangeDto, PinCodeResetDto, PinCodeSetupDto,
    SessionUnlockDto, SignUpDto,
};
use crate::features::download::dto::DownloadInfoDto;
use crate::features::jobs::dto::{JobCommandDto, JobEntryQuery};
use crate::features::notifications::dto::{
    NotificationCreateDto, NotificationDeleteAllDto, NotificationUpdateAllDto,
    NotificationUpdateDto, TemplateDto,
};
use crate::features::oauth::dto::{OAuthCallbackDto, OAuthConfigDto};
use crate::features::partners::dto::{PartnerCreateDto, PartnerUpdateDto};
use crate::features::sessions::dto::{SessionCreateDto, SessionUpdateDto};
use crate::features::shared_links::dto::{
    SharedLinkCreateDto, SharedLinkEditDto, SharedLinkLoginDto,
};
use crate::features::stacks::dto::StackCreateDto;
use crate::features::tags::dto::{TagBulkAssetsDto, TagCreateDto, TagUpdateDto, TagUpsertDto};
use crate::features::users::admin::dto::{
    UserAdminCreateDto, UserAdminDeleteDto, UserAdminUpdateDto,
};
use crate::features::users::dto::{OnboardingDto, UserUpdateMeDto};
use crate::fuzzing::SETTINGS;
use crate::oidc::profile::Profile;
use kallitype_web::fields::{FromFields, MAX_NAME, parse_email, read};
use kallitype_web::time::{is_on_calendar, parse_zone};

/// Bodies in JSON, and queries, as every operation reads them. What is read keeps to the rules.
pub fn fields(bytes: &[u8]) {
    let Some(object) = body(bytes).or_else(|| query(bytes)) else {
        return;
    };
    check_assets(&object);
    check_uploads(&object);
    check_accounts(&object);
    check_preferences(&object);
    check_others(&object);
    check_tags(&object);
    check_profile(object.clone());
    check_unconstrained(&object);
}

fn body(bytes: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(bytes).ok()
}

fn query(bytes: &[u8]) -> Option<Map<String, Value>> {
    let uri: Uri = format!("/?{}", std::str::from_utf8(bytes).ok()?)
        .parse()
        .ok()?;
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
    let values = pairs.into_iter();
    Some(values.map(|(name, value)| (name, value.into())).collect())
}

fn read_as<T: FromFields>(object: &Map<String, Value>) -> Option<T> {
    read(object, SETTINGS.max_list_items).ok()
}

fn check_assets(object: &Map<String, Value>) {
    if let Some(dto) = read_as::<UpdateAssetDto>(object) {
        check_place(dto.latitude, dto.longitude);
        check_rating(dto.rating);
        assert!(
            dto.date_time_original
                .is_none_or(|date| is_on_calendar(date.moment))
        );
    }
    if let Some(dto) = read_as::<AssetBulkUpdateDto>(object) {
        check_place(dto.latitude, dto.longitude);
        check_rating(dto.rating);
        assert!(dto.ids.len() <= SETTINGS.max_list_items);
        assert!(dto.time_zone.is_none_or(|zone| parse_zone(&zone).is_some()));
        assert!(
            dto.date_time_relative
                .is_none_or(|minutes| minutes.abs() < 1 << 30)
        );
    }
    if let Some(dto) = read_as::<AssetMetadataUpsertDto>(object) {
        check_metadata(&dto.items);
    }
    read_as::<AssetJobsDto>(object);
}

fn check_place(latitude: Option<f64>, longitude: Option<f64>) {
    assert_eq!(latitude.is_some(), longitude.is_some());
    assert!(latitude.is_none_or(|latitude| latitude.abs() <= 90.0));
    assert!(longitude.is_none_or(|longitude| longitude.abs() <= 180.0));
}

fn check_rating(rating: Option<Option<i64>>) {
    let rating = rating.flatten();
    assert!(rating.is_none_or(|stars| (-1..=5).contains(&stars)));
}

fn check_metadata(items: &[AssetMetadataUpsertItemDto]) {
    assert!(items.len() <= SETTINGS.max_list_items);
    for item in items {
        assert!((1..=MAX_NAME).contains(&item.key.chars().count()));
    }
}

fn check_uploads(object: &Map<String, Value>) {
    if let Some(dto) = read_as::<AssetMediaCreateDto>(object) {
        check_duration(dto.duration);
        check_metadata(&dto.metadata);
        assert!(is_on_calendar(dto.file_created_at) && is_on_calendar(dto.file_modified_at));
        assert!(dto.filename.is_none_or(|name| !name.is_empty()));
    }
    if let Some(dto) = read_as::<AssetMediaReplaceDto>(object) {
        check_duration(dto.duration);
        assert!(is_on_calendar(dto.file_created_at) && is_on_calendar(dto.file_modified_at));
    }
    if let Some(dto) = read_as::<AssetBulkUploadCheckDto>(object) {
        assert!(dto.assets.len() <= SETTINGS.max_list_items);
        for asset in dto.assets {
            assert!(asset.checksum.len() == 20 && !asset.id.is_empty());
        }
    }
    if let Some(dto) = read_as::<CheckExistingAssetsDto>(object) {
        let count = dto.device_asset_ids.len();
        assert!((1..=SETTINGS.max_list_items).contains(&count));
    }
}

/// At most 65,536 hours.
fn check_duration(duration: Option<i64>) {
    let longest = 65_536 * 3600 * 1_000_000 + 65_536 * 60 * 1_000_000;
    assert!(duration.is_none_or(|length| (1..=longest).contains(&length)));
}

fn check_accounts(object: &Map<String, Value>) {
    let created = read_as::<UserAdminCreateDto>(object);
    let updated = read_as::<UserAdminUpdateDto>(object);
    let signed_up = read_as::<SignUpDto>(object).map(|dto| dto.email);
    let signing_in = read_as::<LoginCredentialDto>(object).map(|dto| dto.email);
    let own = read_as::<UserUpdateMeDto>(object).and_then(|dto| dto.email);
    let quota = created.as_ref().and_then(|dto| dto.quota_size_in_bytes);
    assert!(quota.is_none_or(|quota| quota >= 0));
    let emails = [
        created.map(|dto| dto.email),
        updated.and_then(|dto| dto.email),
        signed_up,
        signing_in,
        own,
    ];
    for email in emails.into_iter().flatten() {
        assert_eq!(parse_email(&email), Some(email));
    }
    if let Some(dto) = read_as::<LicenseKeyDto>(object) {
        assert!(is_license_key(&dto.license_key));
    }
    if let Some(dto) = read_as::<PinCodeSetupDto>(object) {
        assert!(dto.pin_code.len() == 6 && dto.pin_code.parse::<u32>().is_ok());
    }
    if let Some(dto) = read_as::<PinCodeChangeDto>(object) {
        assert!(dto.new_pin_code.len() == 6);
    }
}

/// What is kept of preferences can be read again, and means the same.
fn check_preferences(object: &Map<String, Value>) {
    let Some(chosen) = read_as::<UserPreferencesUpdateDto>(object) else {
        return;
    };
    let kept = serde_json::to_string(&chosen).expect("kept preferences");
    let again: UserPreferencesUpdateDto = serde_json::from_str(&kept).expect("what was kept");
    let shown = |chosen: UserPreferencesUpdateDto| {
        serde_json::to_string(&UserPreferencesResponseDto::from(chosen)).expect("an answer")
    };
    assert_eq!(shown(again), shown(chosen));
}

fn check_tags(object: &Map<String, Value>) {
    let created = read_as::<TagCreateDto>(object);
    if let Some(dto) = &created {
        assert_eq!(path::tidy(&dto.name).as_ref(), Some(&dto.name));
    }
    if let Some(dto) = read_as::<TagUpsertDto>(object) {
        for tag in dto.tags {
            assert_eq!(path::tidy(&tag), Some(tag));
        }
    }
    let updated = read_as::<TagUpdateDto>(object).and_then(|dto| dto.color.flatten());
    for color in [created.and_then(|dto| dto.color), updated]
        .into_iter()
        .flatten()
    {
        let digits = color.strip_prefix('#').expect("a colour with its sign");
        assert!(u32::from_str_radix(digits, 16).is_ok(), "{color}");
    }
    if let Some(dto) = read_as::<TagBulkAssetsDto>(object) {
        assert!(dto.asset_ids.len() * dto.tag_ids.len() <= SETTINGS.max_list_items);
    }
}

fn check_others(object: &Map<String, Value>) {
    if let Some(dto) = read_as::<JobEntryQuery>(object) {
        assert!(dto.page >= 1 && dto.size >= 1);
        assert!(dto.page.checked_mul(dto.size).is_some());
    }
    for dates in [
        read_as::<SharedLinkCreateDto>(object).and_then(|dto| dto.expires_at),
        read_as::<SharedLinkEditDto>(object).and_then(|dto| dto.expires_at.flatten()),
        read_as::<NotificationCreateDto>(object).and_then(|dto| dto.read_at),
        read_as::<NotificationUpdateDto>(object).and_then(|dto| dto.read_at.flatten()),
    ] {
        assert!(dates.is_none_or(is_on_calendar));
    }
    let begun = read_as::<OAuthConfigDto>(object);
    for secret in begun
        .into_iter()
        .flat_map(|dto| [dto.state, dto.code_challenge])
    {
        let line = secret.map(|secret| kallitype_web::cookies::set("name", &secret, true, false));
        assert!(line.is_none_or(|line| line.is_ok()));
    }
    if let Some(dto) = read_as::<StackCreateDto>(object) {
        assert!((2..=stacks::MAX_ASSETS).contains(&dto.asset_ids.len()));
    }
    if let Some(dto) = read_as::<AddUsersDto>(object) {
        assert!(!dto.album_users.is_empty());
    }
    if let Some(dto) = read_as::<ApiKeyCreateDto>(object) {
        assert!(!dto.permissions.is_empty());
    }
}

/// What a provider says of someone.
fn check_profile(claims: Map<String, Value>) {
    let profile = Profile::new("subject".into(), claims);
    assert!((1..=255).contains(&profile.name().chars().count()));
    assert!(profile.quota_bytes("quota").is_none_or(|bytes| bytes >= 0));
    assert!(profile.email().is_none_or(|email| email.contains('@')));
    let label = profile.storage_label("label");
    assert!(label.is_none_or(|label| !label.is_empty()));
}

/// Readers that promise nothing beyond their types.
fn check_unconstrained(object: &Map<String, Value>) {
    read_as::<ActivityCreateDto>(object);
    read_as::<ActivityQuery>(object);
    read_as::<AlbumsAddAssetsDto>(object);
    read_as::<ApiKeyUpdateDto>(object);
    read_as::<AssetBulkDeleteDto>(object);
    read_as::<AssetIdsDto>(object);
    read_as::<ChangePasswordDto>(object);
    read_as::<CreateAlbumDto>(object);
    read_as::<DownloadInfoDto>(object);
    read_as::<JobCommandDto>(object);
    read_as::<ListFilter>(object);
    read_as::<NotificationDeleteAllDto>(object);
    read_as::<NotificationQuery>(object);
    read_as::<NotificationUpdateAllDto>(object);
    read_as::<OAuthCallbackDto>(object);
    read_as::<OnboardingDto>(object);
    read_as::<PartnerCreateDto>(object);
    read_as::<PartnerUpdateDto>(object);
    read_as::<PinCodeResetDto>(object);
    read_as::<SessionCreateDto>(object);
    read_as::<SessionUnlockDto>(object);
    read_as::<SessionUpdateDto>(object);
    read_as::<SharedLinkLoginDto>(object);
    if let Some(config) = read_as::<SystemConfigDto>(object) {
        let json = config.to_json();
        assert_eq!(SystemConfigDto::of_json(&json).unwrap().to_json(), json);
    }
    read_as::<TemplateDto>(object);
    read_as::<UpdateAlbumDto>(object);
    read_as::<UpdateAlbumUserDto>(object);
    read_as::<UserAdminDeleteDto>(object);
}
