//! The examples of `docs/writing.md`, run against the real server with either store; then what the
//! API says.
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
};

use serde_json::{Value, json};
use server::{Front, Server, Store};

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

fn session_id(example: Example, what: &str) -> String {
    format!("example-{example:?}-{what}")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Each example with each store.
fn everywhere() -> impl Iterator<Item = (Store, Example)> {
    let stores = Store::ALL.into_iter();
    stores.flat_map(|store| Example::ALL.map(|example| (store, example)))
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
    for store in Store::ALL {
        let server = Server::start(store);
        for (example, tokens) in [(Example::Python, 18_803), (Example::Curl, 9_268)] {
            let id = session_id(example, "well");
            let run = example.run(&server.url(), &id);
            let said = text(&run.stderr);
            assert!(run.status.success(), "{example:?}, {store:?}: {said}");
            let session = server.status(&id).await;
            assert_is_whole(&session);
            assert_eq!(session["totalTokenUsage"]["totalTokens"], tokens);
        }
    }
}

#[tokio::test]
async fn an_example_tries_again_while_the_server_is_busy() {
    for (store, example) in everywhere() {
        let server = Server::start(store);
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
    for (store, example) in everywhere() {
        let server = Server::start(store);
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
