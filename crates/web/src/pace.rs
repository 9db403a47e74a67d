//! How fast a client sends or takes bytes, on the average.

use std::time::Duration;

use tokio::time::Instant;

/// What is expected of a client that is waited for: everything that is left, or at least so many bytes of it, in this time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub time: Duration,
    pub bytes: u64,
}

impl Expected {
    pub(crate) fn new(time: Duration, bytes_per_second: u64) -> Self {
        Self {
            time,
            bytes: bytes_per_second.saturating_mul(time.as_secs()),
        }
    }
}

/// The time for which a client was waited for, and what it moved meanwhile. Both begin anew when it moved what is
/// expected: so it may pause, and be fast before or after that. Time in which the server has enough to do does not count.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    since: Option<Instant>,
    waited: Duration,
    moved: u64,
}

impl Pace {
    /// The client is waited for from now on, if it was not already. Answers when that will be for long enough, if nothing
    /// comes.
    pub(crate) fn wait(&mut self, now: Instant, expected: Expected) -> Instant {
        let since = *self.since.get_or_insert(now);
        since + expected.time.saturating_sub(self.waited)
    }

    /// The client moved bytes at some moment, and is not waited for since.
    pub(crate) fn go_on(&mut self, moment: Instant, bytes: usize, expected: Expected) {
        self.waited = self.waited(moment);
        self.since = None;
        self.moved = self.moved.saturating_add(bytes as u64);
        if self.moved >= expected.bytes {
            *self = Self::default();
        }
    }

    /// For how long the client that is waited for was until now.
    pub(crate) fn waiting(&self, now: Instant) -> Option<Duration> {
        self.since.map(|_| self.waited(now))
    }

    fn waited(&self, moment: Instant) -> Duration {
        let now = self
            .since
            .map(|since| moment.saturating_duration_since(since));
        self.waited + now.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected = Expected {
        time: Duration::from_secs(60),
        bytes: 60 << 10,
    };

    fn after(begun: Instant, seconds: u64) -> Instant {
        begun + Duration::from_secs(seconds)
    }

    #[test]
    fn a_byte_now_and_then_gains_no_time() {
        let begun = Instant::now();
        let mut pace = Pace::default();
        for second in 0..59 {
            pace.wait(after(begun, second), EXPECTED);
            pace.go_on(after(begun, second + 1), 1, EXPECTED);
        }
        for second in [59, 62] {
            let deadline = pace.wait(after(begun, second), EXPECTED);
            assert_eq!(deadline, after(begun, 60));
        }
    }

    #[test]
    fn pauses_are_made_up_for() {
        let begun = Instant::now();
        let mut pace = Pace::default();
        for minute in 0..10 {
            let now = after(begun, 60 * minute);
            assert_eq!(pace.wait(now, EXPECTED), after(now, 60));
            pace.go_on(after(now, 50), 60 << 10, EXPECTED);
        }
    }

    #[test]
    fn what_the_server_takes_for_itself_does_not_count() {
        let begun = Instant::now();
        let mut pace = Pace::default();
        pace.wait(begun, EXPECTED);
        pace.go_on(after(begun, 10), 1, EXPECTED);
        // It looks for more only then.
        let late = after(begun, 1000);
        assert_eq!(pace.waiting(late), None);
        assert_eq!(pace.wait(late, EXPECTED), after(late, 50));
    }
}
