//! `GET /kallitype/log`: what this server has logged within the last hour. Kallitype's own.

use axum::Json;
use axum::extract::State;
use tracing::Level;

use super::dto::{LineLevel, LogDto, LogLineDto, LogQuery};
use crate::app::recent_log::LogLine;
use crate::app::state::App;
use kallitype_web::error::Result;
use kallitype_web::fields::{Enumeration, Queried};
use kallitype_web::time::Time;

/// How many lines are answered at most.
const MAX_LINES: usize = 1000;

pub(crate) async fn get_log(
    State(app): State<App>,
    Queried(wanted): Queried<LogQuery>,
) -> Result<Json<LogDto>> {
    let level: Level = wanted.level.unwrap_or(LineLevel::Trace).into();
    let words = wanted.words.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let has_words = |line: &LogLine| {
        let text = format!("{} {}", line.target, line.text).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let (lines, has_more) = app.recent_log.list(MAX_LINES, |line| {
        line.level <= level && (words.is_empty() || has_words(line))
    });
    Ok(Json(LogDto {
        lines: lines.into_iter().map(to_dto).collect(),
        has_more,
        is_kept: app.settings.observation.recent_log_bytes > 0,
    }))
}

fn to_dto(line: LogLine) -> LogLineDto {
    LogLineDto {
        at: Time(line.at),
        level: name_of(line.level),
        target: line.target,
        text: line.text,
    }
}

fn name_of(level: Level) -> &'static str {
    let known = LineLevel::CHOICES.iter().copied();
    let mut named = known.filter(|(_, choice)| Level::from(*choice) == level);
    named.next().map_or("trace", |(name, _)| name)
}
