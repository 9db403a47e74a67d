//! The wire of what administrators look after.

use serde::Serialize;
use utoipa::IntoParams;

use crate::app::checkup::{CheckReport, Course, Troubles};
use kallitype_web::fields::Fields;
use kallitype_web::time::Time;
use kallitype_web::{query, wire_enum};

wire_enum! {
    /// How grave a line of the log is, the gravest first.
    pub enum LineLevel as "LineLevel" {
        Error = "error",
        Warn = "warn",
        Info = "info",
        Debug = "debug",
        Trace = "trace",
    }
}

impl From<LineLevel> for tracing::Level {
    fn from(level: LineLevel) -> Self {
        match level {
            LineLevel::Error => Self::ERROR,
            LineLevel::Warn => Self::WARN,
            LineLevel::Info => Self::INFO,
            LineLevel::Debug => Self::DEBUG,
            LineLevel::Trace => Self::TRACE,
        }
    }
}

/// Characters that can be searched for at most.
const MAX_WORDS: usize = 200;

query! {
    /// Which lines of the log are asked for.
    #[derive(Debug, Clone, IntoParams)]
    pub(crate) struct LogQuery {
        /// Those that are as grave, or graver.
        #[param(nullable = false)]
        level: Option<LineLevel> = enumeration(),
        /// Words that are all in it, in whatever case.
        #[param(required = false)]
        words: String = with(words),
    }
}

fn words(fields: &Fields<'_>, name: &str) -> String {
    match fields.has(name) {
        true => fields.limited(name, MAX_WORDS, Fields::string),
        false => String::new(),
    }
}

/// The newest lines of the log.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogDto {
    pub lines: Vec<LogLineDto>,
    /// Whether there were more within the last hour.
    pub has_more: bool,
    /// Whether any lines are kept at all.
    pub is_kept: bool,
}

/// A line of the log.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct LogLineDto {
    pub at: Time,
    pub level: &'static str,
    /// The part of the server that says it.
    pub target: &'static str,
    pub text: String,
}

/// What came in, by months.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct UploadsDto {
    /// The earliest first; those in which nothing came are left out.
    pub months: Vec<MonthDto>,
}

/// What came in within a month, as far as it is still there.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct MonthDto {
    /// As in `2024-05`, in UTC.
    pub month: String,
    pub photos: i64,
    pub videos: i64,
    /// Of both, and of what belongs to them.
    pub bytes: i64,
}

/// A check of the library.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntegrityDto {
    pub state: &'static str,
    pub started_at: Option<Time>,
    pub ended_at: Option<Time>,
    /// Originals looked at so far, and how many there were at its beginning.
    pub checked: i64,
    pub total: i64,
    pub intact: i64,
    /// Those in external libraries, which are looked at by scans.
    pub external: i64,
    pub missing: TroublesDto,
    pub changed: TroublesDto,
    pub untracked: TroublesDto,
    pub underived: TroublesDto,
    /// How much work would make files again that can be.
    pub mendable: i64,
}

/// Files with something wrong, of which the first are listed.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct TroublesDto {
    pub count: i64,
    pub paths: Vec<String>,
}

impl From<Troubles> for TroublesDto {
    fn from(troubles: Troubles) -> Self {
        Self {
            count: whole(troubles.count),
            paths: troubles.paths,
        }
    }
}

impl IntegrityDto {
    /// Of the last check, if there was one.
    #[must_use]
    pub(crate) fn of(report: Option<CheckReport>) -> Self {
        let Some(report) = report else {
            return Self::never();
        };
        let looked_at = [
            report.intact,
            report.external,
            report.missing.count,
            report.changed.count,
        ];
        Self {
            state: name(report.course),
            started_at: Some(Time(report.started_at)),
            ended_at: report.ended_at.map(Time),
            checked: looked_at.into_iter().map(whole).sum(),
            total: report.total,
            intact: whole(report.intact),
            external: whole(report.external),
            missing: report.missing.into(),
            changed: report.changed.into(),
            untracked: report.untracked.into(),
            underived: report.underived.into(),
            mendable: whole(report.mendable.len()),
        }
    }

    fn never() -> Self {
        Self {
            state: "never",
            started_at: None,
            ended_at: None,
            checked: 0,
            total: 0,
            intact: 0,
            external: 0,
            missing: TroublesDto::default(),
            changed: TroublesDto::default(),
            untracked: TroublesDto::default(),
            underived: TroublesDto::default(),
            mendable: 0,
        }
    }
}

fn name(course: Course) -> &'static str {
    match course {
        Course::Running => "running",
        Course::Done => "done",
        Course::Stopped => "stopped",
        Course::Failed => "failed",
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// How much work was begun.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MendedDto {
    pub begun: usize,
}
