//! `kallitype check`: whether every original is still what was uploaded.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio_util::sync::CancellationToken;

use crate::app::checkup::{Finding, Trouble};
use crate::commands::{CommandError, block_on};
use crate::config::Settings;
use crate::integrity::check::Check;
use kallitype_db::Database;

/// # Errors
/// When the library cannot be read at all.
pub fn run(settings: &Settings) -> Result<ExitCode, CommandError> {
    let counts = block_on(check(settings))?;
    let [intact, external, missing, changed, untracked, underived] = counts
        .0
        .each_ref()
        .map(|count| count.load(Ordering::Relaxed));
    println!(
        "{intact} intact, {missing} missing, {changed} changed, {untracked} untracked, {underived} derived files missing; {external} in external libraries, for scans to look at"
    );
    Ok(match missing + changed + untracked + underived {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// How many files were found to be what.
#[derive(Default)]
struct Counts([AtomicUsize; 6]);

impl Counts {
    /// Says what is wrong with a file as soon as it is found.
    fn note(&self, finding: &Finding) {
        let place = match finding {
            Finding::Intact => 0,
            Finding::External => 1,
            Finding::Trouble { trouble, path, .. } => {
                let (place, what) = match trouble {
                    Trouble::Missing => (2, "missing"),
                    Trouble::Changed => (3, "changed"),
                    Trouble::Untracked => (4, "untracked"),
                    Trouble::Underived => (5, "not derived"),
                };
                println!("{what}: {path}");
                place
            }
        };
        self.0[place].fetch_add(1, Ordering::Relaxed);
    }
}

async fn check(settings: &Settings) -> Result<Arc<Counts>, CommandError> {
    let database = settings.database();
    if database.is_embedded() && !database.file.exists() {
        return Err(format!("{} does not exist", database.file.display()).into());
    }
    let db = tokio::task::spawn_blocking(move || Database::open(&database)).await??;
    let counts = Arc::new(Counts::default());
    let counted = counts.clone();
    let check = Check {
        db: db.clone(),
        media: settings.media().to_owned(),
        listener: Arc::new(move |finding| counted.note(&finding)),
        stop: CancellationToken::new(),
    };
    check.run().await?;
    db.close().await;
    Ok(counts)
}
