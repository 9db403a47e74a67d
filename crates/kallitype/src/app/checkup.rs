//! Whether the library is what it was: a check of it that is under way, or the last one since this server began.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::queue::kind::JobKind;
use kallitype_web::time::now;

/// How many paths of each kind are kept, and how many files that can be made again.
const MAX_PATHS: usize = 1000;
const MAX_MENDABLE: usize = 10_000;

/// What can be wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// An original that is gone.
    Missing,
    /// An original whose bytes are not those that were uploaded.
    Changed,
    /// A file that the database does not know.
    Untracked,
    /// A sidecar, derived file, profile image or person's thumbnail that is gone.
    Underived,
}

/// The work that makes a file again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mend {
    pub kind: JobKind,
    pub subject: Uuid,
}

/// What a check comes upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Finding {
    /// An original that is what it was.
    Intact,
    /// An original in an external library, which is looked at by scans.
    External,
    /// A file that is not as it should be, as a path below the media folder.
    Trouble {
        trouble: Trouble,
        path: String,
        mend: Option<Mend>,
    },
}

impl Finding {
    #[must_use]
    pub(crate) fn is_trouble(&self) -> bool {
        matches!(self, Self::Trouble { .. })
    }
}

/// Files with something wrong: how many, and which were the first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Troubles {
    pub count: usize,
    pub paths: Vec<String>,
}

/// How a check went, or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    Running,
    Done,
    Stopped,
    Failed,
}

/// What a check has found so far.
#[derive(Debug, Clone)]
pub(crate) struct CheckReport {
    pub course: Course,
    /// Microseconds UTC.
    pub started_at: i64,
    pub ended_at: Option<i64>,
    /// How many originals there were when it began.
    pub total: i64,
    pub intact: usize,
    pub external: usize,
    pub missing: Troubles,
    pub changed: Troubles,
    pub untracked: Troubles,
    pub underived: Troubles,
    /// The work that would make files again, each once.
    pub mendable: Vec<Mend>,
}

impl CheckReport {
    fn begin(total: i64) -> Self {
        Self {
            course: Course::Running,
            started_at: now(),
            ended_at: None,
            total,
            intact: 0,
            external: 0,
            missing: Troubles::default(),
            changed: Troubles::default(),
            untracked: Troubles::default(),
            underived: Troubles::default(),
            mendable: Vec::new(),
        }
    }

    fn note(&mut self, finding: Finding) {
        let (trouble, path, mend) = match finding {
            Finding::Intact => return self.intact += 1,
            Finding::External => return self.external += 1,
            Finding::Trouble {
                trouble,
                path,
                mend,
            } => (trouble, path, mend),
        };
        let troubles = match trouble {
            Trouble::Missing => &mut self.missing,
            Trouble::Changed => &mut self.changed,
            Trouble::Untracked => &mut self.untracked,
            Trouble::Underived => &mut self.underived,
        };
        troubles.count += 1;
        if troubles.paths.len() < MAX_PATHS {
            troubles.paths.push(path);
        }
        // Files of one asset come one after the other.
        let mend = mend.filter(|mend| self.mendable.last() != Some(mend));
        if self.mendable.len() < MAX_MENDABLE {
            self.mendable.extend(mend);
        }
    }
}

/// The check of this process: one at a time.
#[derive(Debug, Default)]
pub(crate) struct Checkup(Mutex<Option<(CheckReport, CancellationToken)>>);

impl Checkup {
    /// Begins one, unless one is under way; answers what stops it.
    #[must_use]
    pub(crate) fn begin(&self, total: i64) -> Option<CancellationToken> {
        let mut last = self.lock();
        if let Some((report, _)) = last.as_ref()
            && report.course == Course::Running
        {
            return None;
        }
        let stop = CancellationToken::new();
        *last = Some((CheckReport::begin(total), stop.clone()));
        Some(stop)
    }

    pub(crate) fn note(&self, finding: Finding) {
        if let Some((report, _)) = self.lock().as_mut() {
            report.note(finding);
        }
    }

    pub(crate) fn end(&self, course: Course) {
        if let Some((report, _)) = self.lock().as_mut() {
            report.course = course;
            report.ended_at = Some(now());
        }
    }

    /// Has the one that is under way end soon.
    pub(crate) fn stop(&self) {
        if let Some((_, stop)) = self.lock().as_ref() {
            stop.cancel();
        }
    }

    /// What is known, if there was one.
    #[must_use]
    pub(crate) fn report(&self) -> Option<CheckReport> {
        self.lock().as_ref().map(|(report, _)| report.clone())
    }

    /// Forgets work that was begun, unless another check has begun since.
    pub(crate) fn forget_mendable(&self, begun: &[Mend]) {
        if let Some((report, _)) = self.lock().as_mut()
            && report.mendable.starts_with(begun)
        {
            report.mendable.drain(..begun.len());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<(CheckReport, CancellationToken)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
