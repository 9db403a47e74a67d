//! The system calls that a confined process may make.
//!
//! Whatever is not named here is answered as if the kernel did not have it: libraries then do without or take an older
//! call, as they do on older kernels. So a new kernel gives no one anything new.

use std::collections::BTreeMap;
use std::io;

use libc::c_long;
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition,
    SeccompFilter, SeccompRule,
};

/// Who makes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Calls {
    /// This program at work on one file after another: it opens nothing and starts nothing, not even threads.
    Worker,
    /// A program that this one becomes. It opens what Landlock leaves it, and has threads.
    Program,
    /// The same, with graphics hardware.
    ProgramWithDevices,
}

/// What no process does without: its memory, its descriptors, its threads' locks, the time, its own signals and end.
const COMMON: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_getres,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_gettid,
    libc::SYS_gettimeofday,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_ppoll,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_restart_syscall,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_sigaltstack,
    libc::SYS_write,
    libc::SYS_writev,
];

/// A worker is asked, passed its files and answers over one socket, and has no other.
const WORKER: &[c_long] = &[libc::SYS_recvfrom, libc::SYS_recvmsg, libc::SYS_sendto];

/// What programs need to start, and to read and write files.
const PROGRAM: &[c_long] = &[
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_eventfd2,
    libc::SYS_execve,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_fallocate,
    libc::SYS_fdatasync,
    libc::SYS_fstatfs,
    libc::SYS_fsync,
    libc::SYS_ftruncate,
    libc::SYS_getcpu,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getppid,
    libc::SYS_getpriority,
    libc::SYS_getuid,
    libc::SYS_mlock,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_msync,
    libc::SYS_munlock,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_pipe2,
    libc::SYS_pselect6,
    libc::SYS_pwrite64,
    libc::SYS_readlinkat,
    libc::SYS_rseq,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_statfs,
    libc::SYS_statx,
    libc::SYS_sysinfo,
    libc::SYS_times,
    libc::SYS_uname,
];

/// What graphics drivers need besides.
const DEVICES: &[c_long] = &[
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_memfd_create,
];

/// Forms of the above that newer processors never had.
#[cfg(target_arch = "x86_64")]
const OLD_COMMON: &[c_long] = &[libc::SYS_poll, libc::SYS_time];
#[cfg(target_arch = "x86_64")]
const OLD_PROGRAM: &[c_long] = &[
    libc::SYS_access,
    libc::SYS_arch_prctl,
    libc::SYS_dup2,
    libc::SYS_getdents,
    libc::SYS_lstat,
    libc::SYS_open,
    libc::SYS_pipe,
    libc::SYS_readlink,
    libc::SYS_select,
    libc::SYS_stat,
];
#[cfg(not(target_arch = "x86_64"))]
const OLD_COMMON: &[c_long] = &[];
#[cfg(not(target_arch = "x86_64"))]
const OLD_PROGRAM: &[c_long] = &[];

/// What may be done with a descriptor. To have signals sent for it, to whomever, is not among it.
const DESCRIPTOR_COMMANDS: &[i32] = &[
    libc::F_DUPFD,
    libc::F_DUPFD_CLOEXEC,
    libc::F_GETFD,
    libc::F_GETFL,
    libc::F_SETFD,
    libc::F_SETFL,
];

/// Names for threads and for memory.
const OWN_NAMES: &[i32] = &[libc::PR_SET_NAME, libc::PR_SET_VMA];

/// What programs ask of the files that they print to.
const TERMINAL_REQUESTS: &[u64] = &[libc::FIONREAD, libc::TCGETS, libc::TIOCGWINSZ];

/// Requests to any device by which signals would be sent, to whomever.
const SIGNALLING_REQUESTS: &[u64] = &[libc::FIOASYNC, FIOSETOWN, SIOCSPGRP];
const FIOSETOWN: u64 = 0x8901;
const SIOCSPGRP: u64 = 0x8902;

/// Allows these calls to this process for the rest of its life, and no others.
///
/// # Errors
/// When the filter cannot be set.
pub(crate) fn allow_only(calls: Calls) -> io::Result<()> {
    let Ok(architecture) = std::env::consts::ARCH.try_into() else {
        return Ok(());
    };
    let refuse = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let filter = rules(calls)
        .and_then(|rules| SeccompFilter::new(rules, refuse, SeccompAction::Allow, architecture));
    let program: Result<BpfProgram, _> = filter.and_then(TryInto::try_into);
    let program = program.map_err(io::Error::other)?;
    seccompiler::apply_filter(&program).map_err(io::Error::other)
}

/// By a call's number the arguments with which it may be made; none where any may be given.
type Rules = BTreeMap<c_long, Vec<SeccompRule>>;

fn rules(calls: Calls) -> Result<Rules, BackendError> {
    let unconditional: &[&[c_long]] = match calls {
        Calls::Worker => &[COMMON, OLD_COMMON, WORKER],
        Calls::Program => &[COMMON, OLD_COMMON, PROGRAM, OLD_PROGRAM],
        Calls::ProgramWithDevices => &[COMMON, OLD_COMMON, PROGRAM, OLD_PROGRAM, DEVICES],
    };
    let unconditional = unconditional.iter().copied().flatten();
    let mut rules: Rules = unconditional.map(|call| (*call, Vec::new())).collect();
    rules.extend(own_process()?);
    rules.extend(match calls {
        Calls::Worker => reading()?,
        Calls::Program => with_threads(one_of(1, TERMINAL_REQUESTS.iter().copied())?)?,
        Calls::ProgramWithDevices => with_threads(none_of(1, SIGNALLING_REQUESTS)?)?,
    });
    Ok(rules)
}

/// What a process may do to itself and not to others.
fn own_process() -> Result<Rules, BackendError> {
    // A process that runs out of memory ends by a signal to itself, which tells what became of it.
    let own_id = u64::from(std::process::id());
    let commands = DESCRIPTOR_COMMANDS.iter().map(|value| value.unsigned_abs());
    let names = OWN_NAMES.iter().map(|value| value.unsigned_abs());
    Ok(Rules::from([
        (libc::SYS_tgkill, one_of(0, [own_id])?),
        // Of the process that calls.
        (libc::SYS_prlimit64, one_of(0, [0])?),
        (libc::SYS_fcntl, one_of(1, commands.map(u64::from))?),
        (libc::SYS_prctl, one_of(0, names.map(u64::from))?),
    ]))
}

/// Memory for data but not for code, and questions about what is open already.
fn reading() -> Result<Rules, BackendError> {
    let opened = u64::from(libc::AT_EMPTY_PATH.unsigned_abs());
    Ok(Rules::from([
        (libc::SYS_mmap, having(2, PROT_EXEC, 0)?),
        (libc::SYS_mprotect, having(2, PROT_EXEC, 0)?),
        (libc::SYS_newfstatat, one_of(3, [opened])?),
    ]))
}

const PROT_EXEC: u64 = libc::PROT_EXEC.unsigned_abs() as u64;

/// Threads but no other processes. What replaces this call cannot be looked into, and is not there for anyone.
fn with_threads(requests: Vec<SeccompRule>) -> Result<Rules, BackendError> {
    let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
    Ok(Rules::from([
        (libc::SYS_clone, having(0, thread, thread)?),
        (libc::SYS_ioctl, requests),
    ]))
}

/// That an argument is one of these.
fn one_of(
    argument: u8,
    values: impl IntoIterator<Item = u64>,
) -> Result<Vec<SeccompRule>, BackendError> {
    let values = values.into_iter();
    let rules = values.map(|value| {
        let is_it = compare(argument, SeccompCmpOp::Eq, value)?;
        SeccompRule::new(vec![is_it])
    });
    rules.collect()
}

/// That an argument is none of these.
fn none_of(argument: u8, values: &[u64]) -> Result<Vec<SeccompRule>, BackendError> {
    let values = values.iter();
    let others = values.map(|value| compare(argument, SeccompCmpOp::Ne, *value));
    Ok(vec![SeccompRule::new(others.collect::<Result<_, _>>()?)?])
}

/// That of these bits of an argument those are set.
fn having(argument: u8, bits: u64, set: u64) -> Result<Vec<SeccompRule>, BackendError> {
    let condition = compare(argument, SeccompCmpOp::MaskedEq(bits), set)?;
    Ok(vec![SeccompRule::new(vec![condition])?])
}

/// What counts of each of these arguments lies in its lower 32 bits.
fn compare(
    argument: u8,
    operator: SeccompCmpOp,
    value: u64,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}
