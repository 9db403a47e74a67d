//! Giving up everything that a process does not need.
//!
//! A worker's input comes as an open descriptor and its output goes into the socket, so it needs no file, no network
//! and no other process. A program for videos needs its own libraries, one input and one output. Each layer holds
//! without the others: a kernel that lacks one still has the rest.

use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError,
    Scope,
};
use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, disable_transparent_huge_pages, set_capabilities,
};
use rustix::time::{ClockId, clock_gettime};

use super::calls::{Calls, allow_only};
use super::wire::Limits;

/// The newest rules of Landlock that are asked for; kernels enforce those that they have.
pub(crate) const NEWEST: ABI = ABI::V6;

/// Descriptors a worker may have open: the socket, the standard ones, an input.
const DESCRIPTORS: u64 = 16;

/// The lowest priority: answering requests and receiving uploads comes first.
pub(crate) const NICENESS: i32 = 19;

/// Confines this process for the rest of its life.
///
/// # Errors
/// When a limit or the filter of system calls cannot be set. Landlock is taken as far as the kernel has it.
pub(crate) fn confine(limits: &Limits) -> io::Result<()> {
    nice(NICENESS)?;
    limit(Resource::Data, limits.memory_bytes)?;
    limit(Resource::Nofile, DESCRIPTORS)?;
    limit(Resource::Nproc, 0)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Core, 0)?;
    let nothing = landlock().and_then(Ruleset::create);
    let enforced = nothing.and_then(landlock::RulesetCreated::restrict_self);
    enforced.map_err(io::Error::other)?;
    keep_capabilities(CapabilitySet::empty())?;
    allow_only(Calls::Worker)
}

/// Rules that know of no file, no port and no process outside yet.
pub(crate) fn landlock() -> Result<Ruleset, RulesetError> {
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))
}

/// Gives up what an administrator's process may do beyond others, such as raising its own limits.
///
/// # Errors
/// When the system refuses it.
pub(crate) fn keep_capabilities(kept: CapabilitySet) -> io::Result<()> {
    let present = capabilities(None)?;
    set_capabilities(
        None,
        CapabilitySets {
            effective: present.effective & kept,
            permitted: present.permitted & kept,
            inheritable: CapabilitySet::empty(),
        },
    )?;
    Ok(())
}

/// Takes pages of 2 MiB where they are to be had. The server declines them for itself, and what it starts inherits
/// that; but pictures and films are large, and faster in them. Where the system refuses, work is slower.
pub(crate) fn accept_huge_pages() {
    disable_transparent_huge_pages(false).ok();
}

/// Sets a limit that cannot be raised again, unless there is a lower one.
///
/// # Errors
/// When the system refuses it.
pub(crate) fn limit(resource: Resource, limit: u64) -> io::Result<()> {
    let present = getrlimit(resource).maximum;
    let limit = present.map_or(limit, |present| present.min(limit));
    setrlimit(
        resource,
        Rlimit {
            current: Some(limit),
            maximum: Some(limit),
        },
    )?;
    Ok(())
}

/// Ends the process by the kernel's hand when the next file takes too much time, even if no one is left to do it.
///
/// # Errors
/// When the limit cannot be set.
pub(crate) fn allow_processor_time(seconds: u64) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let maximum = getrlimit(Resource::Cpu).maximum;
    setrlimit(
        Resource::Cpu,
        Rlimit {
            current: Some(used + seconds + 1),
            maximum,
        },
    )?;
    Ok(())
}
