use std::sync::{Mutex, PoisonError};

use uuid::{Builder, ContextV7, Timestamp, Uuid, Version};

static CONTEXT: Mutex<Option<ContextV7>> = Mutex::new(None);

/// The id of a new row or file: a UUID that sorts after every one this process made before.
///
/// It is made as version 7 says, of the time and a counter, but marked as version 4: clients made from the
/// description of API 3 refuse ids of any other version. "What changed since" is not asked by it but by
/// [change ids](crate::change).
#[must_use]
pub fn new_id() -> Uuid {
    let mut context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner);
    let context = context.get_or_insert_with(ContextV7::new);
    let ordered = Uuid::new_v7(Timestamp::now(&*context));
    Builder::from_bytes(ordered.into_bytes())
        .with_version(Version::Random)
        .into_uuid()
}
