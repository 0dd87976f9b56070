//! Hands documents to the orchestrator at a steady pace.

use std::io::Write;
use std::process::ChildStdin;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use super::documents::Documents;

/// How many documents are there at once to begin with.
const AT_ONCE: usize = 4;

/// Between two documents, with agents of real speed. Some four sessions of 174 s overlap then.
const PACE: Duration = Duration::from_secs(48);

/// Feeds until it is dropped; then the orchestrator's input is at its end.
pub struct Feeder {
    _alive: Sender<()>,
}

impl Feeder {
    /// Starts to write the `documents` to `input`, one in each `pace`. A thread of its own, since a
    /// pipe that is full blocks.
    pub fn start(mut input: ChildStdin, mut documents: Documents, pace: Duration) -> Self {
        let (alive, ended) = mpsc::channel::<()>();
        thread::spawn(move || {
            for batch in std::iter::once(AT_ONCE).chain(std::iter::repeat(1)) {
                let lines: String = documents
                    .by_ref()
                    .take(batch)
                    .map(|line| line + "\n")
                    .collect();
                // A broken pipe is the end of the orchestrator, which the demo sees for itself.
                let written = input
                    .write_all(lines.as_bytes())
                    .and_then(|()| input.flush());
                if written.is_err() || ended.recv_timeout(pace) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
            }
        });
        Self { _alive: alive }
    }
}

/// The time between two documents, with agents so many times faster than real ones.
pub fn pace(speed: f64) -> Duration {
    PACE.div_f64(speed)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn the_pace_follows_the_speed() {
        assert_eq!(pace(1.0), Duration::from_secs(48));
        assert_eq!(pace(6.0), Duration::from_secs(8));
    }

    #[test]
    fn some_come_at_once_then_one_at_a_time_until_the_end() {
        let mut cat = Command::new("cat")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let feeder = Feeder::start(cat.stdin.take().unwrap(), Documents::new(5), Duration::MAX);
        drop(feeder);
        let output = cat.wait_with_output().unwrap();
        let expected: Vec<String> = Documents::new(5).take(AT_ONCE).collect();
        assert_eq!(
            String::from_utf8(output.stdout)
                .unwrap()
                .lines()
                .collect::<Vec<_>>(),
            expected
        );
    }
}
