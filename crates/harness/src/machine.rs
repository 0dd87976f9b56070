//! How large the machine is and how busy.

use std::fs;
use std::thread;

use anyhow::{Context, Result, bail};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;

/// The load averages of the last 1, 5 and 15 minutes; nothing where the system does not say.
pub type LoadAverage = Option<[f64; 3]>;

/// The machine that was measured on.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// CPUs that this process may use.
    pub cpus: usize,
    /// Their name.
    pub cpu_model: Option<String>,
}

impl Machine {
    /// This one.
    #[must_use]
    pub fn here() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            cpus: thread::available_parallelism().map_or(1, usize::from),
            cpu_model: cpu_model(&cpuinfo),
        }
    }
}

/// How busy it is.
#[must_use]
pub fn load_average() -> LoadAverage {
    parse_load_average(&fs::read_to_string("/proc/loadavg").ok()?)
}

/// What the CPUs have spent their time on since the machine's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CpuTime {
    total: u64,
    stolen: u64,
}

impl CpuTime {
    /// Until now; nothing where the system does not say.
    #[must_use]
    pub fn now() -> Option<Self> {
        parse_cpu_time(&fs::read_to_string("/proc/stat").ok()?)
    }

    /// The part, from 0 to 1, of the time since then that a virtual machine's host gave to others
    /// instead: what takes longer for it shows in no load average.
    #[expect(clippy::cast_precision_loss, reason = "far less than 2^53 ticks")]
    #[must_use]
    pub fn stolen_since(self, earlier: Self) -> f64 {
        let total = self.total.saturating_sub(earlier.total).max(1);
        self.stolen.saturating_sub(earlier.stolen) as f64 / total as f64
    }
}

/// Each connection needs an open file here and one in the server, which inherits the limit.
///
/// # Errors
/// Where the system does not allow so many.
pub fn allow_open_files(needed: u64) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|maximum| maximum < needed) {
        bail!(
            "the system allows a process fewer than {needed} open files; raise the hard limit \
             (ulimit -Hn)"
        );
    }
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, raised).context("the limit of open files can't be raised")
}

/// The first line of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal; what
/// follows is part of user and nice.
fn parse_cpu_time(text: &str) -> Option<CpuTime> {
    let numbers = text.lines().next()?.strip_prefix("cpu ")?;
    let numbers = numbers.split_whitespace().take(8).map(str::parse);
    let times: Vec<u64> = numbers.collect::<Result<_, _>>().ok()?;
    Some(CpuTime {
        total: times.iter().sum(),
        stolen: *times.get(7)?,
    })
}

fn cpu_model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo
        .lines()
        .find(|line| line.starts_with("model name"))?;
    let (_, name) = line.split_once(':')?;
    Some(name.trim().to_owned())
}

fn parse_load_average(text: &str) -> LoadAverage {
    let mut numbers = text.split_whitespace().map(str::parse);
    let mut next = || numbers.next()?.ok();
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_files_are_read() {
        assert_eq!(
            parse_load_average("0.52 1.25 3.00 2/345 6789\n"),
            Some([0.52, 1.25, 3.0])
        );
        assert_eq!(parse_load_average("0.52"), None);
        assert_eq!(
            cpu_model("processor\t: 0\nmodel name\t: A CPU @ 2 GHz\n").as_deref(),
            Some("A CPU @ 2 GHz")
        );
        assert_eq!(cpu_model(""), None);
    }

    #[test]
    fn stolen_time_is_a_part_of_all() {
        let time = |text| parse_cpu_time(text).unwrap();
        let earlier = time("cpu  10 0 10 70 0 0 0 10 5 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
        let later = time("cpu  20 0 20 130 0 0 0 30 9 0\n");
        assert!((later.stolen_since(earlier) - 0.2).abs() < 1e-9);
        assert!(later.stolen_since(later).abs() < 1e-9);
        assert_eq!(parse_cpu_time("cpu  1 2 3\n"), None);
    }
}
