//! Stacks: assets of one owner that belong together. Lists may show one of them for all.
//!
//! A stack keeps two assets or more, its primary among them. What is told of it is less: those of its assets that are
//! shown by themselves, so that nothing comes out through a stack that is in the trash or locked. While its primary is
//! none of them, the first of them stands for it; one asset alone is no stack.

pub(crate) mod automatic;
pub(crate) mod queries;

use std::collections::BTreeSet;

use uuid::Uuid;

use self::queries::Member;
use crate::app::events;
use kallitype_db as db;
use kallitype_db::{Connection, Sql};
use kallitype_web::error::{ApiError, Result};

/// How many assets a stack may have. Each change of one of them counts all.
pub(crate) const MAX_ASSETS: usize = 500;

/// What is told of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stack {
    pub id: Uuid,
    /// The one that stands for the others.
    pub primary: Uuid,
    /// All of them, the primary first.
    pub assets: Vec<Uuid>,
}

impl Stack {
    /// What is told of a stack that has these members, which are in their order.
    fn of(members: &[Member]) -> Option<Self> {
        let assets: Vec<Uuid> = members
            .iter()
            .filter(|member| member.is_shown)
            .map(|member| member.id)
            .collect();
        let (id, primary) = (members.first()?.stack_id, *assets.first()?);
        (assets.len() > 1).then_some(Self {
            id,
            primary,
            assets,
        })
    }
}

/// A stack of a user's.
///
/// # Errors
/// When the database fails.
pub(crate) fn find(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
) -> db::Result<Option<Stack>> {
    let which = Sql::new("stack.id = ").bind(id);
    let which = which.push(" AND stack.owner_id = ").bind(owner);
    Ok(Stack::of(&queries::list_members(connection, which)?))
}

/// The stack that an asset is told to be in.
///
/// # Errors
/// When the database fails.
pub(crate) fn find_of_asset(
    connection: &mut Connection<'_>,
    asset: Uuid,
) -> db::Result<Option<Stack>> {
    let which = Sql::new("stack.id = (SELECT stack_id FROM asset WHERE asset.id = ").bind(asset);
    let members = queries::list_members(connection, which.push(")"))?;
    Ok(Stack::of(&members).filter(|stack| stack.assets.contains(&asset)))
}

/// All stacks of a user.
///
/// # Errors
/// When the database fails.
pub(crate) fn list(connection: &mut Connection<'_>, owner: Uuid) -> db::Result<Vec<Stack>> {
    let which = Sql::new("stack.owner_id = ").bind(owner);
    let members = queries::list_members(connection, which)?;
    let stacks = members.chunk_by(|one, other| one.stack_id == other.stack_id);
    Ok(stacks.filter_map(Stack::of).collect())
}

/// Makes a stack of some assets of a user's, the first of which becomes its primary. They leave the stacks that they were
/// in. A stack whose primary is among them comes along whole.
///
/// # Errors
/// 400 for assets that are not shown by themselves, and for too many.
pub(crate) fn create(
    connection: &mut Connection<'_>,
    owner: Uuid,
    assets: &[Uuid],
    now: i64,
) -> Result<Uuid> {
    // In one order, so that two that stack the same assets do not wait for each other.
    for asset in BTreeSet::from_iter(assets) {
        connection.lock("asset", *asset)?;
    }
    if queries::count_shown(connection, assets)? != assets.len() {
        return Err(ApiError::bad_request(
            "Only what is in the timeline or in the archive can be stacked",
        ));
    }
    let former = queries::list_stacks_of(connection, assets)?;
    let members = list_all(connection, assets, &former)?;
    if members.len() > MAX_ASSETS {
        return Err(ApiError::bad_request(format!(
            "A stack has {MAX_ASSETS} assets at most"
        )));
    }
    let primary = assets.first().copied().unwrap_or_default();
    let id = queries::insert(connection, owner, primary, now)?;
    queries::enter(connection, id, &members, &former, now)?;
    for stack in former {
        settle(connection, stack, now)?;
    }
    tell_changed(connection, owner)?;
    Ok(id)
}

/// Some assets, and those of their stacks whose primaries they are.
fn list_all(
    connection: &mut Connection<'_>,
    assets: &[Uuid],
    stacks: &[Uuid],
) -> db::Result<Vec<Uuid>> {
    let which = Sql::new("stack.id IN LIST(").bind(stacks).push(")");
    let members = queries::list_members(connection, which)?;
    let mut all = BTreeSet::from_iter(assets.iter().copied());
    for stack in members.chunk_by(|one, other| one.stack_id == other.stack_id) {
        if stack
            .first()
            .is_some_and(|first| assets.contains(&first.id))
        {
            all.extend(stack.iter().map(|member| member.id));
        }
    }
    Ok(all.into_iter().collect())
}

/// Makes a stack what a stack has to be after assets have left it: without a primary it gets another one, and with one
/// asset or none it goes.
///
/// # Errors
/// When the database fails.
pub(crate) fn settle(connection: &mut Connection<'_>, id: Uuid, now: i64) -> db::Result<()> {
    connection.lock("stack", id)?;
    let Some((owner, primary)) = queries::find_primary(connection, id)? else {
        return Ok(());
    };
    tell_changed(connection, owner)?;
    let members = queries::list_members(connection, Sql::new("stack.id = ").bind(id))?;
    match &members[..] {
        [] | [_] => dissolve(connection, owner, id, now),
        [first, ..] if members.iter().all(|member| member.id != primary) => {
            queries::set_primary(connection, id, first.id, now)
        }
        _ => Ok(()),
    }
}

/// Takes an asset out of the stack that it is in, if it is in one.
///
/// # Errors
/// When the database fails.
pub(crate) fn leave(connection: &mut Connection<'_>, asset: Uuid, now: i64) -> db::Result<()> {
    match queries::list_stacks_of(connection, &[asset])?.first() {
        Some(stack) => {
            queries::leave(connection, asset, now)?;
            settle(connection, *stack, now)
        }
        None => Ok(()),
    }
}

/// Lets each asset of a stack stand by itself again.
///
/// # Errors
/// When the database fails.
pub(crate) fn dissolve(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
    now: i64,
) -> db::Result<()> {
    tell_changed(connection, owner)?;
    queries::leave_all(connection, id, now)?;
    queries::delete(connection, owner, id, now)
}

/// The same by the user's hand: its assets are not stacked again without being asked.
///
/// # Errors
/// When the database fails.
pub(crate) fn take_apart(
    connection: &mut Connection<'_>,
    owner: Uuid,
    id: Uuid,
    now: i64,
) -> db::Result<()> {
    queries::refuse_all(connection, id, now)?;
    dissolve(connection, owner, id, now)
}

/// Takes an asset out of its stack by the user's hand: it is not stacked again without being asked.
///
/// # Errors
/// When the database fails.
pub(crate) fn take_out(connection: &mut Connection<'_>, asset: Uuid, now: i64) -> db::Result<()> {
    queries::refuse(connection, asset, now)?;
    leave(connection, asset, now)
}

/// Tells the owner's apps that some stack is another one.
///
/// # Errors
/// When the database fails.
pub(crate) fn tell_changed(connection: &mut Connection<'_>, owner: Uuid) -> db::Result<()> {
    events::tell(connection, owner, "on_asset_stack_update", Vec::new())
}
