//! What processes use, as the system counts it.

use std::collections::HashMap;

use anyhow::{Context, Result};
use procfs::process::{Process, Stat, all_processes};

/// What a process has used so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// Seconds of CPU time, of the program and of the system for it.
    pub cpu: f64,
    /// Bytes of memory that it has now (`VmRSS`).
    pub memory: f64,
    /// The most that it ever had (`VmHWM`).
    pub peak_memory: f64,
}

/// What the process with this number has used.
///
/// # Errors
/// Where the system does not say, as of a process that has ended.
pub fn usage(id: u32) -> Result<Usage> {
    let said = || {
        let process = Process::new(id.try_into().ok()?).ok()?;
        let status = process.status().ok()?;
        Some(Usage {
            cpu: cpu(&process.stat().ok()?),
            memory: bytes(status.vmrss?),
            peak_memory: bytes(status.vmhwm?),
        })
    };
    said().with_context(|| format!("the system does not say what process {id} uses"))
}

/// Seconds of CPU time that a process, its children and theirs have used, those that live.
///
/// # Errors
/// Where the system does not list its processes.
pub fn cpu_of_family(ancestor: u32) -> Result<f64> {
    let ancestor = i32::try_from(ancestor).context("this is no process's number")?;
    // A process that ends while it is looked at is not in it.
    let all: HashMap<i32, Stat> = all_processes()
        .context("the system does not list its processes")?
        .filter_map(|process| process.and_then(|process| process.stat()).ok())
        .map(|stat| (stat.pid, stat))
        .collect();
    let is_of_family = |stat: &&Stat| {
        let parent = |pid: &i32| all.get(pid).map(|stat| stat.ppid);
        std::iter::successors(Some(stat.pid), parent).any(|pid| pid == ancestor)
    };
    Ok(all.values().filter(is_of_family).map(cpu).sum())
}

#[expect(clippy::cast_precision_loss, reason = "far less than 2^53 ticks")]
fn cpu(stat: &Stat) -> f64 {
    (stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64
}

#[expect(clippy::cast_precision_loss, reason = "far less than 2^53 bytes")]
fn bytes(kib: u64) -> f64 {
    kib as f64 * 1024.0
}

#[cfg(test)]
mod tests {
    use std::process::{Command, id};
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn cpu_time_and_memory_are_read() {
        let usage = usage(id()).unwrap();
        assert!(usage.cpu >= 0.0 && usage.memory > 0.0 && usage.peak_memory >= usage.memory);
    }

    #[test]
    fn a_process_that_is_not_there_uses_nothing_that_is_known() {
        assert!(usage(u32::MAX).is_err());
    }

    #[test]
    fn what_a_child_uses_is_its_familys() {
        let mut child = Command::new("sh")
            .args(["-c", "while :; do :; done"])
            .spawn()
            .unwrap();
        let before = cpu_of_family(id()).unwrap();
        let own = || usage(child.id()).unwrap().cpu;
        let deadline = Instant::now() + Duration::from_mins(1);
        while own() < 0.1 && Instant::now() < deadline {}
        let (own, family) = (own(), cpu_of_family(id()).unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(family - before > 0.0 && family >= own && own >= 0.1);
    }
}
