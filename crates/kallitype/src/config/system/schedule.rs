//! What comes round at a time of day.

use std::str::FromStr;

use croner::Cron;
use jiff_for_cron::Zoned;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{count, cron, section, text_if};
use kallitype_web::fields::Fields;
use kallitype_web::request;

request! {
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigBackupsDto {
        database: DatabaseBackupConfig = with(section),
    }
}

request! {
    /// Copies of the database.
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct DatabaseBackupConfig {
        enabled: bool = required_boolean(),
        cron_expression: String = with(cron_if_enabled),
        #[schema(value_type = f64, minimum = 1)]
        keep_last_amount: u32 = with(at_least_one),
    }
}

impl Default for DatabaseBackupConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            cron_expression: "0 02 * * *".into(),
            keep_last_amount: 14,
        }
    }
}

request! {
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigLibraryDto {
        scan: SystemConfigLibraryScanDto = with(section),
        watch: SystemConfigLibraryWatchDto = with(section),
    }
}

request! {
    /// When external libraries are looked through.
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigLibraryScanDto {
        enabled: bool = required_boolean(),
        cron_expression: String = with(cron_if_enabled),
    }
}

impl Default for SystemConfigLibraryScanDto {
    fn default() -> Self {
        Self {
            enabled: true,
            cron_expression: "0 0 * * *".into(),
        }
    }
}

request! {
    /// Whether external libraries are watched.
    #[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
    pub(crate) struct SystemConfigLibraryWatchDto {
        enabled: bool = required_boolean(),
    }
}

request! {
    /// What is done at night.
    #[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
    #[serde(rename_all = "camelCase")]
    pub(crate) struct SystemConfigNightlyTasksDto {
        start_time: String = with(time_of_day),
        database_cleanup: bool = required_boolean(),
        missing_thumbnails: bool = required_boolean(),
        cluster_new_faces: bool = required_boolean(),
        generate_memories: bool = required_boolean(),
        sync_quota_usage: bool = required_boolean(),
    }
}

impl Default for SystemConfigNightlyTasksDto {
    fn default() -> Self {
        Self {
            start_time: "00:00".into(),
            database_cleanup: true,
            missing_thumbnails: true,
            cluster_new_faces: true,
            generate_memories: true,
            sync_quota_usage: true,
        }
    }
}

impl SystemConfigNightlyTasksDto {
    /// The start as cron writes it.
    #[must_use]
    pub(crate) fn cron_expression(&self) -> String {
        let (hour, minute) = self.start_time.split_once(':').unwrap_or(("0", "0"));
        format!("{minute} {hour} * * *")
    }
}

/// A cron expression, if there is anything to come round.
fn cron_if_enabled(fields: &Fields<'_>, name: &str) -> String {
    text_if("enabled", fields, name, cron)
}

fn at_least_one(fields: &Fields<'_>, name: &str) -> u32 {
    count(fields, name, 1)
}

/// `HH:mm`.
fn time_of_day(fields: &Fields<'_>, name: &str) -> String {
    let text = fields.raw(name).unwrap_or_default();
    let is_below = |digits: &str, limit: u8| {
        let number = digits.parse::<u8>();
        digits.len() == 2 && !digits.starts_with('+') && number.is_ok_and(|number| number < limit)
    };
    let is_time = |(hour, minute): (&str, &str)| is_below(hour, 24) && is_below(minute, 60);
    if !text.split_once(':').is_some_and(is_time) {
        fields.refuse(name, "must be in HH:mm format");
    }
    text.to_owned()
}

/// A cron expression of five fields, or of six with seconds; `None` when it is none.
pub(super) fn parse(expression: &str) -> Option<Cron> {
    Cron::from_str(expression).ok()
}

/// When a cron expression comes round next on this machine's clock, in microseconds UTC; `None` when it never does.
#[must_use]
pub(crate) fn next_after_now(expression: &str) -> Option<i64> {
    let next = parse(expression)?.find_next_occurrence(&Zoned::now(), false);
    Some(next.ok()?.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_come_round() {
        let now = Zoned::now().timestamp().as_microsecond();
        for expression in ["0 02 * * *", "*/5 * * * *", "0 0 * * 0", "30 0 3 * * *"] {
            assert!(
                next_after_now(expression).is_some_and(|next| next > now),
                "{expression}"
            );
        }
        for expression in ["", "0 0 * *", "61 0 * * *", "every night", "0 0 31 2 *"] {
            assert_eq!(next_after_now(expression), None, "{expression}");
        }
    }
}
