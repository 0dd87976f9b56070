//! The program `trade-status`, as a process of its own.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};

use super::passed_on;

/// A service that runs until it is stopped or dropped.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    /// Starts it, and waits until it says where it is.
    pub fn start(arguments: &[&str], log: &Path) -> Self {
        let log = File::options().append(true).create(true).open(log).unwrap();
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut first_line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first_line)
            .unwrap();
        let address = first_line
            .split_once("http://")
            .and_then(|(_, rest)| rest.split('/').next()?.parse().ok())
            .unwrap_or_else(|| panic!("trade-status {arguments:?} says {first_line:?}"));
        Self { child, address }
    }

    /// Asks it to end as the system does, and waits until it has; it has to end well.
    pub fn stop(mut self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "it ended with {status}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Runs a command to its end, with this on its standard input.
pub fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let feeding = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    feeding.join().unwrap().unwrap();
    output
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(passed_on("TRADE_STATUS_BIN"));
    command.args(arguments).stdin(Stdio::null());
    command
}
