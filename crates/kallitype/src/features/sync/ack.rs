//! Acknowledgements: what a line asks to be sent back, and up to where the app has everything then. To apps they are
//! texts without a meaning.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::dto::SyncEntityType;
use kallitype_web::error::{ApiError, Result};
use kallitype_web::fields::{Enumeration, parse_uuid};

/// Up to where an app has the lines of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ack {
    pub entity: SyncEntityType,
    pub reached: Reached,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// All up to a change id.
    Change(Uuid),
    /// What had to be sent later than others of what someone was let into, by the change id of that: up to a change
    /// id, or all of it.
    Backfill(Uuid, Option<Uuid>),
    /// Nothing: the app has begun anew.
    Reset,
}

const COMPLETE: &str = "complete";
const RESET: &str = "reset";

impl Ack {
    pub(super) fn change(entity: SyncEntityType, change: Uuid) -> Self {
        let reached = Reached::Change(change);
        Self { entity, reached }
    }

    pub(super) fn backfilled(entity: SyncEntityType, parent: Uuid) -> Self {
        let reached = Reached::Backfill(parent, None);
        Self { entity, reached }
    }

    pub(super) fn reset() -> Self {
        Self {
            entity: SyncEntityType::SyncResetV1,
            reached: Reached::Reset,
        }
    }
}

impl fmt::Display for Ack {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.entity.name();
        match self.reached {
            Reached::Change(change) => write!(text, "{name}|{change}"),
            Reached::Backfill(parent, Some(change)) => write!(text, "{name}|{parent}|{change}"),
            Reached::Backfill(parent, None) => write!(text, "{name}|{parent}|{COMPLETE}"),
            Reached::Reset => write!(text, "{name}|{RESET}"),
        }
    }
}

impl FromStr for Ack {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self> {
        let mut parts = text.split('|');
        let name = parts.next().unwrap_or_default();
        let entity = SyncEntityType::from_name(name)
            .ok_or_else(|| ApiError::bad_request(format!("Invalid ack type: {name}")))?;
        let rest: Vec<&str> = parts.collect();
        let reached = match (entity, rest.as_slice()) {
            (SyncEntityType::SyncResetV1, [RESET]) => Some(Reached::Reset),
            (entity, [parent, COMPLETE]) if entity.is_backfill() => {
                parse_uuid(parent).map(|parent| Reached::Backfill(parent, None))
            }
            (entity, [parent, change]) if entity.is_backfill() => {
                let ids = parse_uuid(parent).zip(parse_uuid(change));
                ids.map(|(parent, change)| Reached::Backfill(parent, Some(change)))
            }
            (entity, [change]) if entity.is_followed() => parse_uuid(change).map(Reached::Change),
            _ => None,
        };
        let reached =
            reached.ok_or_else(|| ApiError::bad_request(format!("Invalid ack of {name}")))?;
        Ok(Self { entity, reached })
    }
}
