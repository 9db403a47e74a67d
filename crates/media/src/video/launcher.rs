//! The way from the server to a program it did not write: its own binary, started again, gives up what the program
//! does not need and then becomes it.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use landlock::{
    AccessFs, BitFlags, PathBeneath, PathFd, Ruleset, RulesetCreated, RulesetCreatedAttr,
    RulesetError, path_beneath_rules,
};
use rustix::process::{Resource, Signal, nice, set_parent_process_death_signal};
use rustix::thread::CapabilitySet;
use serde::{Deserialize, Serialize};

use crate::worker::calls::{Calls, allow_only};
use crate::worker::confine;

/// The exit code that says that the program was not even started.
pub(super) const NOT_STARTED: u8 = 125;

/// Where programs and their libraries live, and the little they read of the machine. What is not there is left out.
const PROGRAM_FOLDERS: &[&str] = &[
    "/usr",
    "/bin",
    "/lib",
    "/lib64",
    "/opt",
    "/nix/store",
    "/etc/ld.so.cache",
    "/sys/devices/system",
];

/// What graphics drivers read and write besides.
const DEVICE_FOLDERS: &[&str] = &["/dev", "/sys", "/proc", "/etc"];

/// Descriptors a program may have open: videos need a handful.
const DESCRIPTORS: u64 = 64;

/// Threads and processes that the server's account may have, for a program to start a thread.
const THREADS: u64 = 4096;

/// What an administrator's process may do beyond others and keeps: opening files of other accounts, where Landlock
/// lets it.
const CAPABILITIES: CapabilitySet =
    CapabilitySet::DAC_OVERRIDE.union(CapabilitySet::DAC_READ_SEARCH);

/// Address space that a program and its libraries take before they do anything.
const PROGRAM_BYTES: u64 = 2 << 30;

/// What a program may use.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Confinement {
    pub memory_bytes: u64,
    pub processor_seconds: u64,
    /// Bytes of a file it writes.
    pub file_bytes: u64,
    pub readable: Vec<PathBuf>,
    /// Files that exist already; it cannot make others.
    pub writable: Vec<PathBuf>,
    /// Whether it may use graphics hardware.
    pub devices: bool,
}

/// Confines this process and becomes the program: `CONFINEMENT PROGRAM ARGUMENT…`. Returns only when that fails.
#[must_use]
pub fn run_launcher(words: &[OsString]) -> ExitCode {
    let Err(error) = launch(words);
    eprintln!("media launcher: {error}");
    ExitCode::from(NOT_STARTED)
}

fn launch(words: &[OsString]) -> io::Result<std::convert::Infallible> {
    let [confinement, program, arguments @ ..] = words else {
        return Err(io::Error::other("there is no program to start"));
    };
    let confinement: Confinement =
        serde_json::from_slice(confinement.as_encoded_bytes()).map_err(io::Error::other)?;
    confine(&confinement, PathBuf::from(program))?;
    Err(Command::new(program).args(arguments).env_clear().exec())
}

fn confine(confinement: &Confinement, program: PathBuf) -> io::Result<()> {
    confine::keep_capabilities(CAPABILITIES)?;
    // Whatever ends the server ends what works for it.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    nice(confine::NICENESS)?;
    confine::accept_huge_pages();
    limit_resources(confinement)?;
    limit_files(confinement, program).map_err(io::Error::other)?;
    allow_only(match confinement.devices {
        true => Calls::ProgramWithDevices,
        false => Calls::Program,
    })
}

fn limit_resources(confinement: &Confinement) -> io::Result<()> {
    confine::limit(Resource::Data, confinement.memory_bytes)?;
    // Drivers map the whole memory of a graphics card, and more, into the address space.
    if !confinement.devices {
        let address_space = confinement.memory_bytes.saturating_add(PROGRAM_BYTES);
        confine::limit(Resource::As, address_space)?;
    }
    confine::limit(Resource::Cpu, confinement.processor_seconds)?;
    confine::limit(Resource::Fsize, confinement.file_bytes)?;
    confine::limit(Resource::Nofile, DESCRIPTORS)?;
    confine::limit(Resource::Nproc, THREADS)?;
    confine::limit(Resource::Core, 0)
}

fn limit_files(confinement: &Confinement, program: PathBuf) -> Result<(), RulesetError> {
    let running = AccessFs::from_read(confine::NEWEST);
    let writing = AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::Truncate;
    let devices = writing | AccessFs::ReadDir | AccessFs::IoctlDev;
    let rules = confine::landlock().and_then(Ruleset::create)?;
    let rules = rules
        .add_rules(path_beneath_rules(PROGRAM_FOLDERS, running))?
        .add_rules(path_beneath_rules([program], running))?;
    let rules = allow(rules, &confinement.readable, AccessFs::ReadFile.into())?;
    let mut rules = allow(rules, &confinement.writable, writing)?;
    if confinement.devices {
        rules = rules.add_rules(path_beneath_rules(DEVICE_FOLDERS, devices))?;
    }
    rules.restrict_self()?;
    Ok(())
}

/// Allows access to files that have to be there.
fn allow(
    mut rules: RulesetCreated,
    paths: &[PathBuf],
    access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, RulesetError> {
    for path in paths {
        if let Ok(file) = PathFd::new(path) {
            rules = rules.add_rule(PathBeneath::new(file, access))?;
        }
    }
    Ok(rules)
}
