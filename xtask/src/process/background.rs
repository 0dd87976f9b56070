//! Servers that run beside the task and end with it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command};

use anyhow::{Result, bail};

use super::foreground::{create_log, start};
use super::{last_lines, stop};

/// A child that is ended when this is dropped: by SIGTERM, and by SIGKILL if it does not heed it.
pub struct Background {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Background {
    /// Starts `command`, its output in the file `log`.
    pub fn start(name: &'static str, command: &mut Command, log: &Path) -> Result<Self> {
        let file = create_log(log)?;
        // In a process group of its own the terminal's Ctrl-C reaches us only, and we choose the
        // order in which things end.
        let child = start(
            command
                .process_group(0)
                .stdout(file.try_clone()?)
                .stderr(file),
        )?;
        Ok(Self {
            name,
            child,
            log: log.to_path_buf(),
        })
    }

    /// The child's standard input, once, if it was piped.
    pub fn take_stdin(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// An error with the last lines of its log if the child has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        let Some(status) = self.child.try_wait()? else {
            return Ok(());
        };
        let lines = last_lines(&self.log, 15).unwrap_or_default();
        bail!(
            "{}: ended unexpectedly ({status}). Its last lines (all of them are in {}):\n{lines}",
            self.name,
            self.log.display()
        )
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            // Nothing is left to be done about a child that can't even be killed.
            let _ = stop(&mut self.child);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn it_is_asked_to_end_and_has_time_to() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("log");
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "trap 'echo goodbye; exit 0' TERM; echo ready; while :; do sleep 0.05; done",
        ]);
        let mut child = Background::start("shell", &mut command, &log).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while std::fs::read_to_string(&log).unwrap() != "ready\n" {
            assert!(Instant::now() < deadline, "the shell did not start");
            std::thread::sleep(Duration::from_millis(5));
        }
        child.check().unwrap();
        drop(child);
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "ready\ngoodbye\n");
    }

    #[test]
    fn one_that_ended_by_itself_is_told_with_its_last_words() {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", "read line; echo address in use >&2; exit 1"])
            .stdin(Stdio::piped());
        let mut child =
            Background::start("server", &mut command, &directory.path().join("log")).unwrap();
        child.check().unwrap();
        drop(child.take_stdin());
        let deadline = Instant::now() + Duration::from_secs(10);
        let error = loop {
            if let Err(error) = child.check() {
                break error.to_string();
            }
            assert!(Instant::now() < deadline, "the shell did not end");
        };
        assert!(
            error.starts_with("server: ended unexpectedly (exit status: 1)"),
            "{error}"
        );
        assert!(error.ends_with("address in use"), "{error}");
    }
}
