//! The parts of a stream, of which each is read in pieces.

use std::collections::VecDeque;

use uuid::Uuid;

use super::ack::Ack;
use super::dto::SyncEntityType as Entity;
use super::page::{Lines, PAGE_BYTES, push_bare};
use super::sources;
use super::sources::{Range, Read};
use kallitype_db::{Connection, Result, change};

/// How many rows are read with one statement: at first, and of short and of long rows.
const ROWS: i64 = 1000;
const MOST_ROWS: i64 = 5000;
const FEWEST_ROWS: i64 = 50;

/// How many changes there may be of which an app is not told.
const MANY_CHANGES: i64 = 10_000;

/// Who reads, and what goes for all that is read for them.
#[derive(Debug)]
pub(super) struct Reader {
    pub user: Uuid,
    pub session: Uuid,
    /// All changes up to here are decided.
    pub through: Uuid,
    /// The same, as it is acknowledged: with the time.
    pub horizon: Uuid,
    /// When the stream began, in microseconds UTC.
    pub began: i64,
}

/// Whose rows a type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// The user's, or everyone's.
    Own,
    /// Of those who share their timeline with the user.
    Partners,
    /// Of the albums that the user is in.
    Albums,
}

impl Whose {
    /// Whose they are, each with the change by which the user was let in.
    fn list(self, connection: &mut Connection<'_>, reader: &Reader) -> Result<Vec<(Uuid, Uuid)>> {
        match self {
            Self::Own => Ok(Vec::new()),
            Self::Partners => sources::list_partners(connection, reader.user, reader.through),
            Self::Albums => sources::list_albums(connection, reader.user, reader.through),
        }
    }

    /// Those of them that may have had rows before the user was let in.
    pub(super) fn list_entered(
        self,
        connection: &mut Connection<'_>,
        reader: &Reader,
    ) -> Result<Vec<(Uuid, Uuid)>> {
        match self {
            Self::Albums => sources::list_shared_albums(connection, reader.user, reader.through),
            Self::Own | Self::Partners => self.list(connection, reader),
        }
    }
}

#[derive(Debug)]
pub(super) enum Stage {
    Rows(Rows),
    Backfill(Backfill),
}

impl Stage {
    /// Reads some of it; answers whether that was all.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn read(
        &mut self,
        connection: &mut Connection<'_>,
        reader: &Reader,
        text: &mut Vec<u8>,
    ) -> Result<bool> {
        match self {
            Self::Rows(rows) => rows.read(connection, reader, text),
            Self::Backfill(backfill) => backfill.read(connection, reader, text),
        }
    }
}

/// The lines of a page: of the first stages, each until it has ended.
///
/// # Errors
/// When the database fails.
pub(super) fn read_page(
    connection: &mut Connection<'_>,
    reader: &Reader,
    stages: &mut VecDeque<Stage>,
) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    while text.len() < PAGE_BYTES
        && let Some(stage) = stages.front_mut()
    {
        if stage.read(connection, reader, &mut text)? {
            stages.pop_front();
        }
    }
    if stages.is_empty() {
        let ack = Ack::change(Entity::SyncCompleteV1, reader.horizon);
        push_bare(&mut text, Entity::SyncCompleteV1, ack);
    }
    Ok(text)
}

/// How many rows are read with one statement, by how long they are.
fn fitting_rows(lines: &Lines<'_>) -> i64 {
    let bytes = i64::try_from(lines.bytes()).unwrap_or(i64::MAX);
    let average = bytes / lines.count.max(1);
    (PAGE_BYTES as i64 / average.max(1)).clamp(FEWEST_ROWS, MOST_ROWS)
}

/// Rows that changed.
#[derive(Debug)]
pub(super) struct Rows {
    entity: Entity,
    read: Read,
    whose: Whose,
    after: Uuid,
    limit: i64,
    reads_on: bool,
    sent: Uuid,
    settles: Option<Entity>,
    /// Only of those whom the user was let in by lately: all that is gone of theirs, which moves no acknowledgement.
    entered: Option<(Vec<Uuid>, Uuid)>,
}

impl Rows {
    pub(super) fn new(entity: Entity, read: Read, whose: Whose, after: Uuid) -> Self {
        Self {
            entity,
            read,
            whose,
            after,
            limit: ROWS,
            reads_on: false,
            sent: Uuid::nil(),
            settles: None,
            entered: None,
        }
    }

    /// All that is gone of those whom the user was let in by lately: they may have been before, and the app then has rows of
    /// theirs that went meanwhile.
    pub(super) fn of_entered(self, entered: Vec<Uuid>) -> Self {
        Self {
            after: Uuid::nil(),
            entered: Some((entered, self.after)),
            ..self
        }
    }

    /// The same, and what changed after the stream began, too, since others refer to it.
    pub(super) fn reading_on(self, reads_on: bool) -> Self {
        Self { reads_on, ..self }
    }

    /// Only of assets of albums that were sent up to this change.
    pub(super) fn of_sent(self, sent: Uuid) -> Self {
        Self { sent, ..self }
    }

    /// The app has everything of the other type once it has the first of these.
    pub(super) fn settling(self, settles: Option<Entity>) -> Self {
        Self { settles, ..self }
    }

    fn read(
        &mut self,
        connection: &mut Connection<'_>,
        reader: &Reader,
        text: &mut Vec<u8>,
    ) -> Result<bool> {
        // Who they are is looked up for each piece: the user may have been shut out meanwhile.
        let of = self.whose.list(connection, reader)?.into_iter();
        let is_wanted = |of: &Uuid| {
            let entered = self.entered.as_ref();
            entered.is_none_or(|(entered, _)| entered.contains(of))
        };
        let of: Vec<Uuid> = of.map(|(_, of)| of).filter(is_wanted).collect();
        if of.is_empty() && self.whose != Whose::Own {
            return Ok(true);
        }
        let range = Range {
            user: reader.user,
            of,
            after: self.after,
            through: self
                .entered
                .as_ref()
                .map_or(reader.through, |(_, reached)| *reached),
            began: self.reads_on.then_some(reader.began),
            sent: self.sent,
            limit: self.limit,
        };
        let start = text.len();
        let mut lines = Lines::of(text, self.entity, None, reader.horizon);
        if let Some((_, reached)) = &self.entered {
            lines.acknowledge_from(*reached);
        }
        (self.read)(connection, &range, &mut lines)?;
        let is_all = lines.count < self.limit && !lines.is_cut;
        self.limit = fitting_rows(&lines);
        let Some(last) = lines.last else {
            self.pass_over(reader, text);
            return Ok(true);
        };
        self.after = last;
        if let Some(settled) = self.settles.take() {
            let rest = text.split_off(start);
            let ack = Ack::change(settled, reader.horizon);
            push_bare(text, Entity::SyncAckV1, ack);
            text.extend(rest);
        }
        Ok(is_all)
    }
}

impl Rows {
    /// Has an app acknowledge that there is nothing for it among many changes of others, so that they are not looked at
    /// again and again.
    fn pass_over(&self, reader: &Reader, text: &mut Vec<u8>) {
        let changes = change::counter_of(reader.through) - change::counter_of(self.after);
        let is_of_others = self.whose != Whose::Own && self.entered.is_none();
        if is_of_others && !self.after.is_nil() && changes > MANY_CHANGES {
            let ack = Ack::change(self.entity, reader.horizon);
            push_bare(text, Entity::SyncAckV1, ack);
        }
    }
}

/// All rows of what the user was let into since, as far as the app has those of others.
#[derive(Debug)]
pub(super) struct Backfill {
    entity: Entity,
    read: Read,
    whose: Whose,
    /// What is left, each with the change by which the user was let in.
    entered: VecDeque<(Uuid, Uuid)>,
    after: Uuid,
    through: Uuid,
    limit: i64,
}

impl Backfill {
    /// Those whose rows are left to be sent.
    pub(super) fn left(&self) -> Vec<Uuid> {
        self.entered.iter().map(|(_, of)| *of).collect()
    }

    /// What is left, after what the app has: all up to one that it was let into, and that one as far as it says.
    pub(super) fn new(
        (entity, read): (Entity, Read),
        (whose, entered): (Whose, Vec<(Uuid, Uuid)>),
        through: Uuid,
        (at, reached): (Uuid, Option<Uuid>),
    ) -> Self {
        let is_left =
            |(since, _): &(Uuid, Uuid)| *since > at || (*since == at && reached.is_some());
        let entered: VecDeque<_> = entered.into_iter().filter(is_left).collect();
        let goes_on = entered.front().is_some_and(|(since, _)| *since == at);
        Self {
            entity,
            read,
            whose,
            entered,
            after: reached.filter(|_| goes_on).unwrap_or_default(),
            through,
            limit: ROWS,
        }
    }

    fn read(
        &mut self,
        connection: &mut Connection<'_>,
        reader: &Reader,
        text: &mut Vec<u8>,
    ) -> Result<bool> {
        let Some((since, of)) = self.entered.front().copied() else {
            return Ok(true);
        };
        let is_in = self.whose.list(connection, reader)?.contains(&(since, of));
        if is_in && !self.read_of(connection, reader, (since, of), text)? {
            return Ok(false);
        }
        let ack = Ack::backfilled(self.entity, since);
        push_bare(text, Entity::SyncAckV1, ack);
        self.entered.pop_front();
        self.after = Uuid::nil();
        Ok(self.entered.is_empty())
    }

    fn read_of(
        &mut self,
        connection: &mut Connection<'_>,
        reader: &Reader,
        (since, of): (Uuid, Uuid),
        text: &mut Vec<u8>,
    ) -> Result<bool> {
        let range = Range {
            user: reader.user,
            of: vec![of],
            after: self.after,
            through: self.through,
            began: None,
            sent: Uuid::nil(),
            limit: self.limit,
        };
        let mut lines = Lines::of(text, self.entity, Some(since), reader.horizon);
        (self.read)(connection, &range, &mut lines)?;
        self.after = lines.last.unwrap_or(self.after);
        let is_all = lines.count < self.limit && !lines.is_cut;
        self.limit = fitting_rows(&lines);
        Ok(is_all)
    }
}
