//! The settings that administrators change while the server runs, as the API has them: one document. What it says
//! unless someone decides otherwise are the defaults of its parts.

pub(crate) mod effective;
pub(crate) mod ffmpeg;
pub(crate) mod image;
pub(crate) mod job;
pub(crate) mod machine_learning;
pub(crate) mod notifications;
pub(crate) mod oauth;
pub(crate) mod plain;
mod rules;
pub(crate) mod schedule;
pub(crate) mod storage_template;
pub(crate) mod support;
pub(crate) mod tree;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use ffmpeg::SystemConfigFFmpegDto;
use image::SystemConfigImageDto;
use job::SystemConfigJobDto;
use machine_learning::SystemConfigMachineLearningDto;
use notifications::{SystemConfigNotificationsDto, SystemConfigTemplatesDto};
use oauth::SystemConfigOAuthDto;
use plain::{
    SystemConfigLoggingDto, SystemConfigMapDto, SystemConfigMetadataDto,
    SystemConfigNewVersionCheckDto, SystemConfigPasswordLoginDto, SystemConfigReverseGeocodingDto,
    SystemConfigServerDto, SystemConfigStorageTemplateDto, SystemConfigThemeDto,
    SystemConfigTrashDto, SystemConfigUserDto,
};
use rules::section;
use schedule::{SystemConfigBackupsDto, SystemConfigLibraryDto, SystemConfigNightlyTasksDto};

use kallitype_web::error::Result;
use kallitype_web::{fields, request};

request! {
    /// The whole document.
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigDto {
        backup: SystemConfigBackupsDto = with(section),
        ffmpeg: SystemConfigFFmpegDto = with(section),
        image: SystemConfigImageDto = with(section),
        job: SystemConfigJobDto = with(section),
        library: SystemConfigLibraryDto = with(section),
        logging: SystemConfigLoggingDto = with(section),
        machine_learning: SystemConfigMachineLearningDto = with(section),
        map: SystemConfigMapDto = with(section),
        metadata: SystemConfigMetadataDto = with(section),
        new_version_check: SystemConfigNewVersionCheckDto = with(section),
        nightly_tasks: SystemConfigNightlyTasksDto = with(section),
        notifications: SystemConfigNotificationsDto = with(section),
        oauth: SystemConfigOAuthDto = with(section),
        password_login: SystemConfigPasswordLoginDto = with(section),
        reverse_geocoding: SystemConfigReverseGeocodingDto = with(section),
        server: SystemConfigServerDto = with(section),
        storage_template: SystemConfigStorageTemplateDto = with(section),
        templates: SystemConfigTemplatesDto = with(section),
        theme: SystemConfigThemeDto = with(section),
        trash: SystemConfigTrashDto = with(section),
        user: SystemConfigUserDto = with(section),
    }
}

/// Entries of a list in the document, at most.
const MAX_ITEMS: usize = 1000;

impl SystemConfigDto {
    /// The document that JSON is.
    ///
    /// # Errors
    /// With one sentence for each rule that it breaks.
    pub(crate) fn of_json(value: &Value) -> Result<Self> {
        let nothing = serde_json::Map::new();
        fields::read(value.as_object().unwrap_or(&nothing), MAX_ITEMS)
    }

    /// The document as JSON.
    #[must_use]
    pub(crate) fn to_json(&self) -> Value {
        // Names and plain values are JSON, always.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The address people reach the server under, without a slash at its end; empty when it is not known.
    #[must_use]
    pub(crate) fn site(&self) -> &str {
        self.server.external_domain.trim_end_matches('/')
    }
}
