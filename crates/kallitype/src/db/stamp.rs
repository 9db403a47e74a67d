use std::sync::{Mutex, PoisonError};
use uuid::{ContextV7, Timestamp, Uuid};

static CONTEXT: Mutex<Option<ContextV7>> = Mutex::new(None);

/// A new UUIDv7 that sorts after every one this process made before.
///
/// Every row that clients synchronise carries one as its `update_id`, so that "what changed since"
/// is a walk along an index. The same generator makes the ids of new rows.
#[must_use]
pub fn update_id() -> Uuid {
    let mut context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let context = context.get_or_insert_with(ContextV7::new);
    Uuid::new_v7(Timestamp::now(&*context))
}
