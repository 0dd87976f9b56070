//! Where a server keeps its sessions: a file, or a table on `DynamoDB` Local where `JOURNEYS_STORE`
//! is `dynamodb`.

use std::{
    env,
    path::Path,
    process,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{passed_on, program};

/// The store of one server, as its options name it.
pub struct Store {
    options: Vec<String>,
    /// So many attempts and as many steps, each with times and texts, fit into one session: 400 KB
    /// are the most that a table takes for an item.
    pub most_attempts: u64,
}

impl Store {
    /// A new one, still empty. A file is in that directory; a table goes with `DynamoDB` Local.
    pub fn new(directory: &Path) -> Self {
        match env::var("JOURNEYS_STORE").as_deref() {
            Ok("dynamodb") => Self {
                options: table(),
                most_attempts: 1_500,
            },
            Ok(other) => panic!("JOURNEYS_STORE is {other}, and may only be dynamodb"),
            Err(_) => {
                let path = directory.join("status.db");
                Self {
                    options: vec!["--store".to_owned(), format!("sqlite:{}", path.display())],
                    most_attempts: 5_000,
                }
            }
        }
    }

    /// A command with the options that name the store.
    pub fn with<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        let options = self.options.iter().map(String::as_str);
        arguments.iter().copied().chain(options).collect()
    }
}

/// A table of its own, made as its users make theirs.
fn table() -> Vec<String> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let endpoint = passed_on("DYNAMODB_LOCAL");
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("journey-{}-{n}", process::id());
    let place = ["--region", "eu-central-1", "--endpoint", &endpoint];
    let deploy = ["table", "deploy", "--yes", "--table", &name];
    let output = program::run(&[deploy.as_slice(), &place].concat(), "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {said}", output.status);
    let store = format!("dynamodb:{name}");
    let options = [["--store", &store].as_slice(), &place].concat();
    options.into_iter().map(str::to_owned).collect()
}
