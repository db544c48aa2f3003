//! A limit on the worker's memory, so that a network that does not fit ends in an error instead of
//! a machine that stands still.
//!
//! Linux hands out more memory than there is and stops a process without a word once it is used.
//! With a limit below that, the allocation that goes too far fails at once: the process ends with
//! `memory allocation of 123 bytes failed`, by which the session knows what happened.

use std::fs;

/// Names the most memory that the worker may have beyond what it starts with, in megabytes.
const SETTING: &str = "NETLET_MEMORY";
/// The part of the free memory that a command may take.
const SHARE: f64 = 0.95;

/// Limits the process's memory to what it has and what is free now. Where nothing can be told of
/// that, nothing is limited.
pub(crate) fn limit() {
    let Some(now) = own() else { return };
    let Some(free) = asked().or_else(free) else { return };
    set(now.saturating_add((free as f64 * SHARE) as u64));
}

#[cfg(target_os = "linux")]
fn set(bytes: u64) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Data);
    let current = Some(maximum.map_or(bytes, |maximum| maximum.min(bytes)));
    // A process may always lower its own limit, and raise it again up to the maximum.
    let _ = setrlimit(Resource::Data, Rlimit { current, maximum });
}

/// Other systems refuse by themselves what they do not have.
#[cfg(not(target_os = "linux"))]
fn set(_bytes: u64) {}

fn asked() -> Option<u64> {
    let megabytes: u64 = std::env::var(SETTING).ok()?.trim().parse().ok()?;
    megabytes.checked_mul(1_000_000)
}

/// The memory of this process that the limit counts, in bytes.
fn own() -> Option<u64> {
    kilobytes(&fs::read_to_string("/proc/self/status").ok()?, "VmData:")
}

/// The memory that is free, on the machine and in the group of processes that this one is in.
fn free() -> Option<u64> {
    let machine = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    Some(group().map_or(machine, |group| machine.min(group)))
}

/// What is left to the control group of this process, where it has a limit.
fn group() -> Option<u64> {
    let number = |file: &str| -> Option<u64> {
        fs::read_to_string(format!("/sys/fs/cgroup/{file}")).ok()?.trim().parse().ok()
    };
    let (most, used) = (number("memory.max")?, number("memory.current")?);
    // Pages of files count as used, and make room when they must.
    let files = fs::read_to_string("/sys/fs/cgroup/memory.stat").ok()?;
    let line = files.lines().find_map(|line| line.strip_prefix("inactive_file "));
    let files = line.and_then(|line| line.trim().parse().ok()).unwrap_or(0);
    Some(most.saturating_sub(used.saturating_sub(files)))
}

/// The number of a line such as `MemAvailable:  123 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    number.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_system_are_read() {
        let text = "MemTotal:  100 kB\nMemAvailable:     64 kB\n";
        assert_eq!(kilobytes(text, "MemAvailable:"), Some(65_536));
        assert_eq!(kilobytes(text, "MemFree:"), None);
        assert_eq!(kilobytes("MemFree: many kB", "MemFree:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn something_is_free_and_something_is_used() {
        assert!(free().is_some_and(|bytes| bytes > 1_000_000), "{:?}", free());
        assert!(own().is_some_and(|bytes| bytes > 100_000), "{:?}", own());
    }
}
