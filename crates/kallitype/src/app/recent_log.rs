//! What was logged within the last hour, in memory, for administrators who see no other log. It has what the log has,
//! but for the access log.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use kallitype_web::time::now;

/// How long a line is kept, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// Bytes of one line at most.
const MAX_LINE: usize = 8192;

/// What a line takes beside its text.
const OVERHEAD: usize = 64;

/// A line of the log.
#[derive(Debug, Clone)]
pub(crate) struct LogLine {
    /// Microseconds UTC.
    pub at: i64,
    pub level: Level,
    pub target: &'static str,
    /// What is said, with its fields behind it.
    pub text: String,
}

/// The last lines, of so many bytes at most; clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct RecentLog {
    max_bytes: usize,
    lines: Arc<Mutex<Lines>>,
}

#[derive(Debug, Default)]
struct Lines {
    kept: VecDeque<LogLine>,
    bytes: usize,
    /// Whether lines of this hour had to go to make room.
    is_cut: bool,
}

impl Lines {
    fn drop_oldest(&mut self) {
        if let Some(line) = self.kept.pop_front() {
            self.bytes -= line.text.len() + OVERHEAD;
        }
    }

    fn forget_before(&mut self, moment: i64) {
        while self.kept.front().is_some_and(|line| line.at < moment) {
            self.drop_oldest();
            self.is_cut = false;
        }
    }
}

impl RecentLog {
    #[must_use]
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            lines: Arc::default(),
        }
    }

    /// The lines of the last hour that `wants` takes, the newest first, and whether there were more.
    #[must_use]
    pub(crate) fn list(
        &self,
        limit: usize,
        wants: impl Fn(&LogLine) -> bool,
    ) -> (Vec<LogLine>, bool) {
        let mut lines = self.lock();
        lines.forget_before(now() - HOUR);
        let mut wanted = lines.kept.iter().rev().filter(|line| wants(line)).cloned();
        let found: Vec<LogLine> = wanted.by_ref().take(limit).collect();
        let has_more = wanted.next().is_some();
        (found, has_more || lines.is_cut)
    }

    fn note(&self, line: LogLine) {
        let mut lines = self.lock();
        lines.forget_before(line.at - HOUR);
        lines.bytes += line.text.len() + OVERHEAD;
        lines.kept.push_back(line);
        while lines.bytes > self.max_bytes {
            lines.drop_oldest();
            lines.is_cut = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps what is logged, but for one target.
pub(crate) struct KeepLog {
    log: RecentLog,
    passed_over: &'static str,
}

impl KeepLog {
    #[must_use]
    pub(crate) fn new(log: RecentLog, passed_over: &'static str) -> Self {
        Self { log, passed_over }
    }
}

/// What is said of everything within a span, such as the name of its request.
struct Around(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for KeepLog {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id).filter(|_| self.log.max_bytes > 0) {
            let mut text = Text::default();
            attributes.record(&mut text);
            span.extensions_mut().insert(Around(text.fields));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if self.log.max_bytes == 0 || metadata.target() == self.passed_over {
            return;
        }
        let mut text = Text::default();
        event.record(&mut text);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(Around(fields)) = span.extensions().get() {
                text.fields.push_str(fields);
            }
        }
        self.log.note(LogLine {
            at: now(),
            level: *metadata.level(),
            target: metadata.target(),
            text: text.finish(),
        });
    }
}

/// The text of an event while it is gathered.
#[derive(Default)]
struct Text {
    message: String,
    fields: String,
}

impl Text {
    fn finish(self) -> String {
        let mut text = self.message + &self.fields;
        if text.len() > MAX_LINE {
            let end = (0..=MAX_LINE).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(end.unwrap_or_default());
            text.push('…');
        }
        text
    }
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => self.fields.push_str(&format!(" {name}={value:?}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(at: i64, text: &str) -> LogLine {
        LogLine {
            at,
            level: Level::WARN,
            target: "test",
            text: text.into(),
        }
    }

    fn texts(log: &RecentLog) -> (Vec<String>, bool) {
        let (lines, has_more) = log.list(10, |_| true);
        (lines.into_iter().map(|line| line.text).collect(), has_more)
    }

    #[test]
    fn the_newest_lines_of_an_hour_are_kept_within_their_bytes() {
        let log = RecentLog::new(3 * OVERHEAD + 8);
        log.note(line(now() - HOUR - 1, "old"));
        log.note(line(now(), "one"));
        assert_eq!(texts(&log), (vec!["one".to_owned()], false));
        for text in ["two", "tri", "for"] {
            log.note(line(now(), text));
        }
        assert_eq!(
            texts(&log),
            (vec!["for".to_owned(), "tri".to_owned()], true)
        );
        let (lines, has_more) = log.list(1, |line| line.text != "for");
        assert_eq!((lines.len(), has_more), (1, true));
        assert_eq!(lines[0].text, "tri");
    }

    #[test]
    fn a_long_line_is_cut_between_letters() {
        let text = Text {
            message: "ä".repeat(MAX_LINE),
            fields: String::new(),
        };
        let text = text.finish();
        assert!(text.len() <= MAX_LINE + '…'.len_utf8());
        assert!(text.ends_with("ä…"));
    }
}
