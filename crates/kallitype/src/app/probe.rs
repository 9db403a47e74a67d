//! A question about the server's surroundings that many may ask, and that is put rarely.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(2);

/// How long an answer is good for.
const FRESH: Duration = Duration::from_secs(1);

/// What was found, or what is wrong.
type Finding = Result<(), String>;

/// Puts a question once a second at most, and not again before it was answered: were a disk to hang, each question
/// would hold a thread for good.
#[derive(Debug, Default)]
pub(crate) struct Probe(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    known: Option<(Instant, Finding)>,
    asked: Option<JoinHandle<Finding>>,
}

impl Probe {
    /// The answer to the question that `ask` puts.
    ///
    /// # Errors
    /// What the question found, or that nothing answered in time.
    pub(crate) async fn find(&self, ask: impl FnOnce() -> JoinHandle<Finding>) -> Finding {
        let mut state = self.0.lock().await;
        if let Some((found_at, finding)) = &state.known
            && found_at.elapsed() < FRESH
        {
            return finding.clone();
        }
        let asked = state.asked.get_or_insert_with(ask);
        let finding = match timeout(TIMEOUT, asked).await {
            Ok(answer) => {
                state.asked = None;
                answer.unwrap_or_else(|stopped| Err(stopped.to_string()))
            }
            Err(_) => Err("nothing answers".into()),
        };
        state.known = Some((Instant::now(), finding.clone()));
        finding
    }
}
