//! How large the machine is and how busy.

use std::fs;
use std::thread;

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
    pub fn here() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            cpus: thread::available_parallelism().map_or(1, usize::from),
            cpu_model: cpu_model(&cpuinfo),
        }
    }
}

/// How busy it is.
pub fn load_average() -> LoadAverage {
    parse_load_average(&fs::read_to_string("/proc/loadavg").ok()?)
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
}
