//! Commands that are run to their end.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Interrupt, POLL, last_lines, stop};

/// How long a pipe is drained after its program's end; a grandchild may hold it open for ever.
const DRAIN: Duration = Duration::from_millis(500);

/// Runs `command`, its output shown, to its end; an exit code other than 0 is an error.
pub fn run(command: &mut Command, interrupt: &Interrupt) -> Result<()> {
    let mut child = start(command)?;
    let status = wait(&mut child, interrupt, || Ok(()))?;
    succeeded(command, status)
}

/// Like [`run`], with its standard output given to `sink` as it comes.
pub fn run_reading(
    command: &mut Command,
    interrupt: &Interrupt,
    mut sink: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<()> {
    let mut child = start(command.stdout(Stdio::piped()))?;
    let chunks = child.stdout.take().map(read_to_channel);
    let status = wait(&mut child, interrupt, || {
        for chunk in chunks.iter().flat_map(Receiver::try_iter) {
            sink(&chunk)?;
        }
        Ok(())
    })?;
    let deadline = Instant::now() + DRAIN;
    while let Some(chunks) = &chunks {
        match chunks.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(chunk) => sink(&chunk)?,
            Err(RecvTimeoutError::Disconnected | RecvTimeoutError::Timeout) => break,
        }
    }
    succeeded(command, status)
}

/// Like [`run`], with all output in the file `log`: on a terminal its last line is shown beside a
/// clock, and its last lines are part of the error.
pub fn run_logged(command: &mut Command, interrupt: &Interrupt, log: &Path) -> Result<()> {
    let file = create_log(log)?;
    let mut child = start(
        command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file),
    )?;
    // Hidden by itself where standard error is no terminal.
    let spinner = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(
        "  {spinner} {elapsed}  {wide_msg:.dim}",
    )?);
    let mut due = Instant::now();
    let status = wait(&mut child, interrupt, || {
        if Instant::now() >= due {
            due = Instant::now() + Duration::from_millis(200);
            if let Ok(line) = last_lines(log, 1) {
                spinner.set_message(line.trim().to_owned());
            }
            spinner.tick();
        }
        Ok(())
    });
    spinner.finish_and_clear();
    succeeded(command, status?).map_err(|error| {
        let lines = last_lines(log, 15).unwrap_or_default();
        let log = log.display();
        anyhow!("{error}. Its last lines (all of them are in {log}):\n{lines}")
    })
}

/// An empty log, with the directory that it needs.
pub(super) fn create_log(log: &Path) -> Result<File> {
    if let Some(directory) = log.parent() {
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
    }
    File::create(log).with_context(|| format!("cannot write the log {}", log.display()))
}

/// Starts `command`; a program that is not there is named.
pub(super) fn start(command: &mut Command) -> Result<Child> {
    command
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))
}

/// Waits for a child's end, calling `meanwhile` again and again. An interrupt, or an error of
/// `meanwhile`, ends the child.
fn wait(
    child: &mut Child,
    interrupt: &Interrupt,
    mut meanwhile: impl FnMut() -> io::Result<()>,
) -> Result<ExitStatus> {
    loop {
        let goes_on = meanwhile()
            .map_err(anyhow::Error::from)
            .and(interrupt.check().map_err(Into::into));
        if let Err(reason) = goes_on {
            stop(child)?;
            return Err(reason);
        }
        if let Some(status) = child.try_wait()? {
            // Ctrl-C reaches the child as well; that it failed then says nothing.
            interrupt.check()?;
            return Ok(status);
        }
        thread::sleep(POLL);
    }
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_name()
        .unwrap_or(command.get_program());
    let mut words = vec![program.to_string_lossy().into_owned()];
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        words.push(
            if argument.contains([' ', '*', '\'']) || argument.is_empty() {
                format!("'{argument}'")
            } else {
                argument.into_owned()
            },
        );
    }
    words.join(" ")
}

fn read_to_channel(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 8192];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if sender.send(buffer[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Interrupted;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn an_exit_code_is_an_error_that_names_the_command() {
        assert!(run(&mut shell("exit 0"), &Interrupt::never()).is_ok());
        let error = run(&mut shell("exit 3"), &Interrupt::never()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`sh -c 'exit 3'` failed (exit status: 3)"
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let error = run(
            &mut Command::new("no-such-program-anywhere"),
            &Interrupt::never(),
        )
        .unwrap_err();
        assert_eq!(error.to_string(), "cannot start no-such-program-anywhere");
    }

    #[test]
    fn an_interrupt_ends_the_child_and_is_told_from_a_failure() {
        let start = Instant::now();
        let error = run(&mut shell("exec sleep 60"), &Interrupt::raised()).unwrap_err();
        assert!(error.is::<Interrupted>());
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "took {:?}",
            start.elapsed()
        );
    }

    #[test]
    fn standard_output_arrives_whole() {
        let mut output = Vec::new();
        let result = run_reading(
            &mut shell("for i in 1 2 3; do echo line $i; done"),
            &Interrupt::never(),
            |bytes| {
                output.extend_from_slice(bytes);
                Ok(())
            },
        );
        result.unwrap();
        assert_eq!(output, b"line 1\nline 2\nline 3\n");
    }

    #[test]
    fn a_grandchild_that_holds_the_pipe_does_not_hold_us() {
        let start = Instant::now();
        run_reading(&mut shell("sleep 20 & exit 0"), &Interrupt::never(), |_| {
            Ok(())
        })
        .unwrap();
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "took {:?}",
            start.elapsed()
        );
    }

    #[test]
    fn a_failed_command_shows_the_end_of_its_log_and_where_the_log_is() {
        let directory = tempfile::tempdir().unwrap();
        let log = directory.path().join("logs/build.log");
        let error = run_logged(
            &mut shell("echo out; echo why >&2; exit 1"),
            &Interrupt::never(),
            &log,
        )
        .unwrap_err();
        let text = format!("{error:#}");
        assert!(text.ends_with("logs/build.log):\nout\nwhy"), "{text}");
    }
}
