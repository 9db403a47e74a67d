//! One budget of memory for all bodies that are read whole, so that many of them do not take what there is.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{ApiError, Result};

/// Who sends a body. Stands in the extensions of a request whose credential was found to be good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Whoever presents a shared link.
    Visitor,
    User,
}

/// The bytes of memory for bodies; clones share them.
#[derive(Debug, Clone)]
pub struct Budget {
    free: Arc<Semaphore>,
    total: usize,
}

impl Budget {
    #[must_use]
    pub fn new(total: usize) -> Self {
        let total = total.min(Semaphore::MAX_PERMITS);
        Self {
            free: Arc::new(Semaphore::new(total)),
            total,
        }
    }

    /// The account of one body. One half of the budget is only for users' bodies.
    #[must_use]
    pub fn charge(&self, is_users: bool) -> Charge {
        Charge {
            budget: self.clone(),
            kept_free: if is_users { 0 } else { self.total / 2 },
            taken: None,
        }
    }
}

/// What one body takes, given back when this is dropped.
#[derive(Debug)]
pub struct Charge {
    budget: Budget,
    kept_free: usize,
    taken: Option<OwnedSemaphorePermit>,
}

impl Charge {
    /// Takes more.
    ///
    /// # Errors
    /// 413 for more than there ever is, 503 for more than there is now.
    pub fn take(&mut self, bytes: usize) -> Result<()> {
        let Budget { free, total } = &self.budget;
        let most = total - self.kept_free;
        let taken = self.taken.as_ref();
        let before = taken.map_or(0, OwnedSemaphorePermit::num_permits);
        let fits = before.saturating_add(bytes) <= most;
        let wanted = u32::try_from(bytes).ok().filter(|_| fits);
        let wanted = wanted.ok_or_else(|| {
            ApiError::too_large(format!("The body takes more than {most} bytes of memory"))
        })?;
        if free.available_permits() < bytes + self.kept_free {
            return Err(busy());
        }
        let more = free
            .clone()
            .try_acquire_many_owned(wanted)
            .map_err(|_| busy())?;
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }
}

fn busy() -> ApiError {
    ApiError::busy("Too many requests are sent at once, try again later")
}

/// What the bodies of a request take until it is answered. Stands in its extensions.
#[derive(Debug, Clone, Default)]
pub struct Held(Arc<Mutex<Vec<Charge>>>);

impl Held {
    pub(crate) fn keep(&self, charge: Charge) {
        let mut charges = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        charges.push(charge);
    }
}
