//! The examples of `docs/writing.md`, run against the real server; then what the API says.
//!
//! Where `TRADE_STATUS_STORE` is set they write there, else into an `SQLite` file of their own.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `server` | the server's program, and a front that can be busy |
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod server;

use std::{
    env,
    path::Path,
    process::{Command, Output},
    time::UNIX_EPOCH,
};

use serde_json::{Value, json};
use server::{Front, Server};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples");

/// An example, in the language that it is written in.
#[derive(Clone, Copy, Debug)]
enum Example {
    Python,
    Curl,
}

impl Example {
    const ALL: [Self; 2] = [Self::Python, Self::Curl];

    /// Runs it to its end.
    fn run(self, api: &str, session_id: &str) -> Output {
        let (program, file) = match self {
            Self::Python => (python(), "report_status.py"),
            Self::Curl => ("sh".to_owned(), "report_status.sh"),
        };
        let output = Command::new(&program)
            .arg(Path::new(EXAMPLES).join(file))
            .args([api, session_id])
            .env("NO_PROXY", "127.0.0.1")
            .output();
        output.unwrap_or_else(|error| panic!("{program} does not start: {error}"))
    }
}

fn python() -> String {
    env::var("PYTHON_WITH_REQUESTS").expect(
        "PYTHON_WITH_REQUESTS names no Python that has requests: `cargo xtask test native` \
         installs one and sets it",
    )
}

/// An id that nobody else has, in a store that outlives the test.
fn session_id(example: Example, what: &str) -> String {
    let now = UNIX_EPOCH.elapsed().unwrap().as_nanos();
    format!("example-{example:?}-{what}-{now}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// That the session went the way that both examples tell of.
fn assert_is_whole(session: &Value) {
    assert_eq!(session["overallStatus"], "completed");
    assert_eq!(session["correlationId"], "corr_example");
    assert_eq!(session["documentId"], "FAB_26933659");
    assert_eq!(session["sourceType"], "BANK");
    assert_eq!(session["warnings"], json!([]));
    for agent in ["pdfAdapter", "tradeExtraction", "tradeMatching"] {
        let agent = &session["agents"][agent];
        assert_eq!(agent["status"], "success");
        let time = |name: &str| agent[name].as_str().unwrap().to_owned();
        assert!(time("startedAt") <= time("completedAt"));
        assert!(agent["duration"].is_number());
        assert_eq!(agent["attempts"], json!([]), "there was one try");
    }
    assert_eq!(
        session["agents"]["exceptionManagement"]["status"],
        "skipped"
    );
    let matching = &session["agents"]["tradeMatching"];
    assert_eq!(matching["matchClassification"], "MATCHED");
    assert_eq!(matching["confidenceScore"], 97.5);
    assert_eq!(matching["tokenUsage"], Value::Null, "not reported");
    assert_eq!(session["totalTokenUsage"]["partial"], true);
    // A start, two reports on each of three agents, an end: each written once.
    assert_eq!(session["version"], 8);
}

#[tokio::test]
async fn an_example_takes_a_session_from_its_start_to_its_end() {
    let server = Server::start();
    for (example, tokens) in [(Example::Python, 18_803), (Example::Curl, 9_268)] {
        let id = session_id(example, "well");
        let run = example.run(&server.url(), &id);
        assert!(run.status.success(), "{example:?}: {}", text(&run.stderr));
        let session = server.status(&id).await;
        assert_is_whole(&session);
        assert_eq!(session["totalTokenUsage"]["totalTokens"], tokens);
    }
}

#[tokio::test]
async fn an_example_tries_again_while_the_server_is_busy() {
    let server = Server::start();
    for example in Example::ALL {
        // The first report is turned away, and so is the one that ends the session; of another one
        // the answer is lost.
        let front = Front::start(server.url()).await;
        let id = session_id(example, "busy");
        let run = tokio::task::spawn_blocking({
            let (url, id) = (front.url(), id.clone());
            move || example.run(&url, &id)
        });
        let run = run.await.unwrap();
        assert!(run.status.success(), "{example:?}: {}", text(&run.stderr));
        assert_is_whole(&server.status(&id).await);
        assert_eq!(front.turned_away(), 3, "{example:?}");
    }
}

#[tokio::test]
async fn an_example_stops_where_a_session_is_final_and_says_why() {
    let server = Server::start();
    for example in Example::ALL {
        let id = session_id(example, "final");
        assert!(example.run(&server.url(), &id).status.success());
        let ended = server.status(&id).await;
        let again = example.run(&server.url(), &id);
        assert!(!again.status.success());
        let said = text(&again.stdout) + &text(&again.stderr);
        assert!(
            said.contains("has already come further than this report says. Nothing was changed."),
            "{example:?}: {said}"
        );
        assert_eq!(server.status(&id).await, ended);
    }
}
