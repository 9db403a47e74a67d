//! What the tests are made with: servers, users, pictures, and how to look at an answer.

pub mod answer;
pub mod database;
pub mod door;
pub mod film;
pub mod late_upload;
pub mod learning_service;
pub mod listener;
pub mod mail;
pub mod picture;
pub mod provider;
pub mod reading;
pub mod relay;
pub mod server;
pub mod serving;
pub mod template;
pub mod user;
pub mod world;

pub use answer::{Answer, assert_invalid, assert_refused};
pub use door::Door;
pub use late_upload::LateUpload;
pub use learning_service::{Asked, LearningService, Mode, Seen, plain};
pub use listener::Listener;
pub use mail::MailSink;
pub use picture::{Exif, Picture};
pub use provider::Provider;
pub use reading::Reading;
pub use relay::Relay;
pub use server::{Engine, Server};
pub use serving::assert_served;
pub use template::Template;
pub use user::{Credential, User};
pub use world::{Begun, World};

use std::time::{Duration, Instant};

/// How long something that happens by itself may take, on a machine that is as busy as it can be.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// How long no one asks whether it has happened, at first and at last.
const SHORTEST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);

/// How often something random is tried: `thorough` times where `KALLITYPE_TEST_THOROUGH` is set, as in CI; `quick` times
/// where someone waits for the tests.
pub fn tries(thorough: usize, quick: usize) -> usize {
    match std::env::var_os("KALLITYPE_TEST_THOROUGH") {
        Some(_) => thorough,
        None => quick,
    }
}

/// Asks until the answer is `Some`, and fails the test when it never is.
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, ask).await
}

/// The same for something that may take longer.
pub async fn within<T>(
    timeout: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + timeout;
    let mut pause = SHORTEST_PAUSE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "{what} did not happen in time");
        tokio::time::sleep(pause).await;
        // Whoever asks takes from what is waited for.
        pause = LONGEST_PAUSE.min(pause * 5 / 4);
    }
}

/// Writes a test twice: once for each database. The body gets a fresh [`Server`] that is set up, or whatever else
/// can be started on a database. Servers can be started in other ways than by `start`: `server: Server by first_start`.
#[macro_export]
macro_rules! test_on_both {
    ($(#[$meta:meta])* async fn $name:ident($server:ident: Server) $body:block) => {
        $crate::test_on_both! { $(#[$meta])* async fn $name($server: Server by start) $body }
    };
    ($(#[$meta:meta])* async fn $name:ident($server:ident: Server by $start:ident) $body:block) => {
        $crate::test_on_both! { @twice $(#[$meta])* $name, $server: $crate::support::Server, $start, $body }
    };
    ($(#[$meta:meta])* async fn $name:ident($started:ident: $type:ty) $body:block) => {
        $crate::test_on_both! { @twice $(#[$meta])* $name, $started: $type, start, $body }
    };
    (@twice $(#[$meta:meta])* $name:ident, $started:ident: $type:ty, $start:ident, $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "tests use what they need of their file's imports")]
            use super::*;

            async fn run($started: $type) $body

            #[tokio::test]
            async fn sqlite() {
                run(<$type>::$start($crate::support::Engine::Sqlite).await).await;
            }

            #[tokio::test]
            async fn postgres() {
                run(<$type>::$start($crate::support::Engine::Postgres).await).await;
            }
        }
    };
}
