//! An identity provider: a certified one, in a process of its own.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use super::{Browser, passed_on};

/// What it calls the client, and the secret between the two.
pub const CLIENT: (&str, &str) = ("trade-status", "a secret for tests");

/// The provider, until it is dropped.
pub struct IdentityProvider {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    origin: String,
}

impl IdentityProvider {
    /// Has an address, and answers that it is not there yet.
    pub fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/identity_provider.mjs");
        let mut child = Command::new("node")
            .arg(script)
            .arg(passed_on("IDENTITY_PROVIDER"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let origin = line.trim().rsplit_once(' ').unwrap().1.to_owned();
        assert!(origin.starts_with("http://127.0.0.1:"), "{line:?}");
        Self {
            input: child.stdin.take().unwrap(),
            child,
            output,
            origin,
        }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Signs people in for the server of this origin from now on.
    pub fn serve(&mut self, origin: &str) {
        writeln!(self.input, "{origin}/sign-in/callback {origin}/").unwrap();
        let mut line = String::new();
        while line != "ready\n" {
            line.clear();
            let read = self.output.read_line(&mut line).unwrap();
            assert!(read > 0, "the identity provider has ended");
        }
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

impl Browser {
    /// Says on the provider's page who it is: a name, and the groups that the provider knows it in.
    pub async fn introduce(&self, who: &str) {
        self.fill("input[name=login]", &format!("{who}\n")).await;
    }
}
