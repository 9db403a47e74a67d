//! Giving up everything that a process does not need.
//!
//! A worker's input comes as an open descriptor and its output goes into the socket, so it needs no file, no network
//! and no other process. A program for videos needs its own libraries, one input and one output. Each layer holds
//! without the others: a kernel that lacks one still has the rest.

use std::collections::BTreeMap;
use std::io;

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr};
use rustix::process::{Resource, Rlimit, getrlimit, nice, setrlimit};
use rustix::thread::disable_transparent_huge_pages;
use rustix::time::{ClockId, clock_gettime};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule,
};

use super::wire::Limits;

/// Descriptors a worker may have open: the socket, the standard ones, an input.
const DESCRIPTORS: u64 = 16;

/// The politest priority: answering requests and receiving uploads comes first.
pub(crate) const NICENESS: i32 = 19;

/// What starts another program.
const STARTING: &[libc::c_long] = &[libc::SYS_execve, libc::SYS_execveat];

/// What no decoder has any business calling. They fail as if not permitted.
const FORBIDDEN: &[libc::c_long] = &[
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_kill,
    libc::SYS_mount,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
];

/// Confines this process for the rest of its life.
///
/// # Errors
/// When a limit or the filter of system calls cannot be set. Landlock is taken as far as the kernel has it.
pub(crate) fn confine(limits: &Limits) -> io::Result<()> {
    nice(NICENESS)?;
    limit(Resource::Data, limits.memory_bytes)?;
    limit(Resource::Nofile, DESCRIPTORS)?;
    limit(Resource::Fsize, 0)?;
    limit(Resource::Core, 0)?;
    forbid_files()?;
    forbid_calls(&[STARTING, FORBIDDEN].concat())
}

/// As much of it as a process can take that is about to become another program.
///
/// # Errors
/// When the filter of system calls cannot be set.
pub(crate) fn forbid_calls_but_starting() -> io::Result<()> {
    forbid_calls(FORBIDDEN)
}

/// Takes pages of 2 MiB where they are to be had. The server declines them for itself, and what it starts inherits
/// that; but pictures and films are large, and faster in them. Where the system refuses, work is slower.
pub(crate) fn accept_huge_pages() {
    disable_transparent_huge_pages(false).ok();
}

/// Sets a limit that cannot be raised again.
///
/// # Errors
/// When the system refuses it.
pub(crate) fn limit(resource: Resource, limit: u64) -> io::Result<()> {
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

fn forbid_files() -> io::Result<()> {
    let newest = ABI::V5;
    Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(newest))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(newest)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(io::Error::other)?;
    Ok(())
}

fn forbid_calls(calls: &[libc::c_long]) -> io::Result<()> {
    let Ok(architecture) = std::env::consts::ARCH.try_into() else {
        return Ok(());
    };
    let mut rules: BTreeMap<_, _> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let others = signalling_others().map_err(io::Error::other)?;
    rules.insert(libc::SYS_tgkill, vec![others]);
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, architecture)
        .map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}

/// A process that runs out of memory ends by a signal to itself, which tells what became of it.
fn signalling_others() -> Result<SeccompRule, BackendError> {
    let own = u64::from(std::process::id());
    let is_other = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, own)?;
    SeccompRule::new(vec![is_other])
}
