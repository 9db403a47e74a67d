//! Lines, as they are written: one JSON object each, ended by a line feed.

use serde::Serialize;
use uuid::Uuid;

use super::ack::Ack;
use super::dto::SyncEntityType;
use kallitype_db::{DatabaseError, Result};

/// How many bytes are gathered before they are sent.
pub(super) const PAGE_BYTES: usize = 1 << 20;

/// The lines of one type that are read at once.
pub(super) struct Lines<'a> {
    text: &'a mut Vec<u8>,
    start: usize,
    entity: SyncEntityType,
    /// What is sent back for a change, but for its id.
    ack: String,
    /// The least and the greatest change id that may be acknowledged.
    floor: Uuid,
    horizon: Uuid,
    pub count: i64,
    pub last: Option<Uuid>,
    /// Whether rows were left out, for they were too long to be gathered with the others.
    pub is_cut: bool,
}

impl<'a> Lines<'a> {
    /// Lines of a type, of what a user was let into at some change if it has to be sent later than others.
    pub(super) fn of(
        text: &'a mut Vec<u8>,
        entity: SyncEntityType,
        parent: Option<Uuid>,
        horizon: Uuid,
    ) -> Self {
        let name = entity.name();
        let ack = match parent {
            Some(parent) => format!("{name}|{parent}|"),
            None => format!("{name}|"),
        };
        Self {
            start: text.len(),
            text,
            entity,
            ack,
            floor: Uuid::nil(),
            horizon,
            count: 0,
            last: None,
            is_cut: false,
        }
    }

    /// Lets no acknowledgement fall behind what the app has.
    pub(super) fn acknowledge_from(&mut self, floor: Uuid) {
        self.floor = floor;
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len() - self.start
    }

    /// Adds a line about a row that changed.
    ///
    /// # Errors
    /// When it is no JSON.
    pub(super) fn push(&mut self, change: Uuid, data: &impl Serialize) -> Result<()> {
        self.is_cut |= self.bytes() >= 2 * PAGE_BYTES;
        if self.is_cut {
            return Ok(());
        }
        let mut id = Uuid::encode_buffer();
        let id = change
            .clamp(self.floor, self.horizon.max(self.floor))
            .hyphenated()
            .encode_lower(&mut id);
        begin(self.text, self.entity);
        let written = serde_json::to_writer(&mut *self.text, data);
        written.map_err(|error| DatabaseError::Other(error.to_string()))?;
        end(self.text, &[&self.ack, id]);
        self.count += 1;
        self.last = Some(change);
        Ok(())
    }
}

/// Adds a line that says nothing but what is to be sent back.
pub(super) fn push_bare(text: &mut Vec<u8>, entity: SyncEntityType, ack: Ack) {
    begin(text, entity);
    text.extend(b"{}");
    end(text, &[&ack.to_string()]);
}

fn begin(text: &mut Vec<u8>, entity: SyncEntityType) {
    text.extend(b"{\"type\":\"");
    text.extend(entity.name().as_bytes());
    text.extend(b"\",\"data\":");
}

fn end(text: &mut Vec<u8>, ack: &[&str]) {
    text.extend(b",\"ack\":\"");
    for part in ack {
        text.extend(part.as_bytes());
    }
    text.extend(b"\"}\n");
}
