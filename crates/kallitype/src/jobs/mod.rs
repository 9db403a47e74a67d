//! Durable work: a queue in the database, workers, schedules.

mod bell;

pub use bell::Bell;
