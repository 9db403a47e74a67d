//! Sections of a switch or a few words.

use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{count, full_text, long_text, section, url, url_or_empty};
use kallitype_web::fields::Fields;
use kallitype_web::{request, wire_enum};

wire_enum! {
    /// How much is logged.
    pub enum LogLevel as "LogLevel" {
        Verbose = "verbose",
        Debug = "debug",
        Log = "log",
        Warn = "warn",
        Error = "error",
        Fatal = "fatal",
    }
}

request! {
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct SystemConfigLoggingDto {
        enabled: bool = required_boolean(),
        level: LogLevel = required_enumeration(),
    }
}

impl Default for SystemConfigLoggingDto {
    fn default() -> Self {
        Self {
            enabled: true,
            level: LogLevel::Log,
        }
    }
}

impl SystemConfigLoggingDto {
    /// What is logged, as `--log` says it.
    #[must_use]
    pub(crate) fn filter(&self) -> &'static str {
        match self.level {
            _ if !self.enabled => "off",
            LogLevel::Verbose => "trace",
            LogLevel::Debug => "debug",
            LogLevel::Log => "info",
            LogLevel::Warn => "warn",
            LogLevel::Error | LogLevel::Fatal => "error",
        }
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigMapDto {
        #[schema(format = "uri")]
        dark_style: String = with(url),
        enabled: bool = required_boolean(),
        #[schema(format = "uri")]
        light_style: String = with(url),
    }
}

impl Default for SystemConfigMapDto {
    fn default() -> Self {
        Self {
            dark_style: "https://tiles.immich.cloud/v1/style/dark.json".into(),
            enabled: true,
            light_style: "https://tiles.immich.cloud/v1/style/light.json".into(),
        }
    }
}

request! {
    #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigMetadataDto {
        faces: SystemConfigFacesDto = with(section),
    }
}

request! {
    /// Whether faces are taken over that other programs have named.
    #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigFacesDto {
        import: bool = required_boolean(),
    }
}

request! {
    /// Whether someone is asked for newer versions. This server asks no one.
    #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigNewVersionCheckDto {
        enabled: bool = required_boolean(),
    }
}

request! {
    /// Whether passwords open a session.
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct SystemConfigPasswordLoginDto {
        enabled: bool = required_boolean(),
    }
}

impl Default for SystemConfigPasswordLoginDto {
    fn default() -> Self {
        Self { enabled: true }
    }
}

request! {
    /// Whether places get their names.
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct SystemConfigReverseGeocodingDto {
        enabled: bool = required_boolean(),
    }
}

impl Default for SystemConfigReverseGeocodingDto {
    fn default() -> Self {
        Self { enabled: true }
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigServerDto {
        #[schema(format = "uri")]
        external_domain: String = with(url_or_empty),
        login_page_message: String = with(long_text),
        public_users: bool = required_boolean(),
    }
}

impl Default for SystemConfigServerDto {
    fn default() -> Self {
        Self {
            external_domain: String::new(),
            login_page_message: String::new(),
            public_users: true,
        }
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigStorageTemplateDto {
        enabled: bool = required_boolean(),
        hash_verification_enabled: bool = required_boolean(),
        template: String = with(full_text),
    }
}

impl Default for SystemConfigStorageTemplateDto {
    fn default() -> Self {
        Self {
            enabled: false,
            hash_verification_enabled: true,
            template: "{{y}}/{{y}}-{{MM}}-{{dd}}/{{filename}}".into(),
        }
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigThemeDto {
        custom_css: String = with(long_text),
    }
}

request! {
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    pub(crate) struct SystemConfigTrashDto {
        /// 0 keeps what is in the trash for ever.
        #[schema(value_type = i32, minimum = 0)]
        days: u32 = with(days),
        enabled: bool = required_boolean(),
    }
}

impl Default for SystemConfigTrashDto {
    fn default() -> Self {
        Self {
            days: 30,
            enabled: true,
        }
    }
}

request! {
    #[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigUserDto {
        #[schema(value_type = i32, minimum = 1)]
        delete_delay: u32 = with(delay),
    }
}

impl Default for SystemConfigUserDto {
    fn default() -> Self {
        Self { delete_delay: 7 }
    }
}

fn days(fields: &Fields<'_>, name: &str) -> u32 {
    count(fields, name, 0)
}

fn delay(fields: &Fields<'_>, name: &str) -> u32 {
    count(fields, name, 1)
}
