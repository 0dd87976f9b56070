//! Children that end with us, Ctrl-C included.

mod background;
mod foreground;
mod interrupt;

pub use background::Background;
pub use foreground::{run, run_logged, run_reading};
pub use interrupt::{Interrupt, Interrupted};

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// How often a child is looked at.
const POLL: Duration = Duration::from_millis(20);

/// How long a child may take to end itself after SIGTERM before it is asked again: programs that
/// let their work finish first give it up then.
const GRACE: Duration = Duration::from_secs(3);

/// How long it may take after that.
const PATIENCE: Duration = Duration::from_secs(2);

/// Ends a child: asked twice, then made to.
fn stop(child: &mut Child) -> io::Result<ExitStatus> {
    for patience in [GRACE, PATIENCE] {
        // It may have ended by itself in between; waiting finds that out.
        let _ = kill_process(Pid::from_child(child), Signal::TERM);
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
    }
    child.kill()?;
    child.wait()
}

/// The last `count` lines of a log, as far as they stand in its last 8 KiB.
fn last_lines(log: &Path, count: usize) -> io::Result<String> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(8 * 1024)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(count)..].join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_a_log_are_its_last_lines() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        std::fs::write(
            &log,
            format!("{}\nnext to last\nlast\n", "x".repeat(10_000)),
        )
        .unwrap();
        assert_eq!(last_lines(&log, 2).unwrap(), "next to last\nlast");
        assert_eq!(last_lines(&log, 1).unwrap(), "last");
        std::fs::write(&log, "").unwrap();
        assert_eq!(last_lines(&log, 3).unwrap(), "");
    }
}
