//! The program, run as people run it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStderr, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A place to run the program in, whose files go with it.
pub struct Place {
    directory: TempDir,
    /// What the program finds in its environment besides what the tests have in theirs.
    pub environment: Vec<(&'static str, &'static str)>,
    /// What it does not find there although the tests have it.
    pub missing: Vec<&'static str>,
}

/// What a program that has ended left.
pub struct Ended {
    pub code: Option<i32>,
    pub output: String,
    pub notes: String,
}

impl Place {
    pub fn new() -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
            missing: Vec::new(),
        }
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Puts a file there.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    /// Runs the program to its end, with this on its standard input.
    pub fn run(&self, words: &[&str], input: &[u8]) -> Ended {
        let mut child = self.command(words).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that does not read it may have ended already.
        let _ = stdin.write_all(input);
        drop(stdin);
        let ended = child.wait_with_output().unwrap();
        Ended {
            code: ended.status.code(),
            output: String::from_utf8(ended.stdout).unwrap(),
            notes: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    /// Starts a service on a port of its own.
    pub fn start(&self, words: &[&str]) -> Service {
        let mut child = self.command(words).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line
            .split_once("://")
            .and_then(|(_, rest)| rest.split('/').next())
            .unwrap_or_else(|| panic!("{line:?} names no address"))
            .to_owned();
        let log = child.stderr.take();
        Service {
            child,
            address,
            log,
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trade-status"));
        command
            .args(words)
            .current_dir(self.path())
            .env_remove("RUST_LOG")
            .envs(self.environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for name in &self.missing {
            command.env_remove(name);
        }
        command
    }
}

/// A program that runs until it is told to end.
pub struct Service {
    child: Child,
    /// Host and port.
    pub address: String,
    /// Where its log can be read; once that is dropped, nothing can be written to it.
    pub log: Option<ChildStderr>,
}

impl Service {
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it as a service manager does; answers how it ended, and its log.
    pub fn terminate(mut self) -> (ExitStatus, String) {
        let id = Pid::from_child(&self.child);
        kill_process(id, Signal::TERM).unwrap();
        let mut log = String::new();
        if let Some(mut stderr) = self.log.take() {
            stderr.read_to_string(&mut log).unwrap();
        }
        (self.child.wait().unwrap(), log)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It has ended already unless its test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
