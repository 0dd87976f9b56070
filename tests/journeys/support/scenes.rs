//! Every page in every state that is drawn.

use serde_json::{Value, json};

use super::{Browser, Proxy, Server, Spoiled, eventually, server::now};

/// A page in one of its states.
pub struct Scene {
    pub name: &'static str,
    url: String,
    /// It is there when this selector's first element has this text in it.
    sign: (&'static str, &'static str),
}

impl Scene {
    fn new(name: &'static str, url: String, css: &'static str, text: &'static str) -> Self {
        let sign = (css, text);
        Self { name, url, sign }
    }

    /// Opens it, and waits until it is drawn.
    pub async fn open(&self, browser: &Browser) {
        browser.open(&self.url).await;
        let (css, text) = self.sign;
        browser.shows(css, text).await;
        let visible = "
            const element = document.querySelector(arguments[0]);
            return element?.checkVisibility({ visibilityProperty: true })";
        let is_visible = async || browser.script(visible, &[json!(css)]).await == true;
        eventually(
            async || is_visible().await.then_some(()),
            async || format!("{css} is seen ({})", self.name),
        )
        .await;
    }
}

/// All of them, with what stands behind them.
pub struct Scenes {
    _servers: [Server; 2],
    _proxies: [Proxy; 3],
    all: Vec<Scene>,
}

impl Scenes {
    pub async fn set() -> Self {
        let (empty, server) = (Server::start(), Server::start());
        fill(&server).await;
        let slow = Proxy::before(&server).await;
        let (gone, refused) = (Proxy::before(&server).await, Proxy::before(&server).await);
        slow.spoil(Spoiled::Endless);
        gone.spoil(Spoiled::Error(503, None));
        refused.spoil(Spoiled::Error(401, None));
        let servers = Servers {
            empty: &empty,
            filled: &server,
            slow: &slow,
            gone: &gone,
            refused: &refused,
        };
        let mut all = servers.of_the_portal();
        all.extend(servers.of_the_other_programs());
        Self {
            _servers: [empty, server],
            _proxies: [slow, gone, refused],
            all,
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Scene> {
        self.all.iter()
    }

    pub fn named(&self, name: &str) -> &Scene {
        let found = self.all().find(|scene| scene.name == name);
        found.unwrap_or_else(|| panic!("there is no scene {name}"))
    }
}

/// What the scenes are asked from.
struct Servers<'a> {
    empty: &'a Server,
    filled: &'a Server,
    /// Answers nothing.
    slow: &'a Proxy,
    /// Answers that its table is gone.
    gone: &'a Proxy,
    /// Answers that it wants a viewer to sign in.
    refused: &'a Proxy,
}

impl Servers<'_> {
    fn of_the_portal(&self) -> Vec<Scene> {
        vec![
            Scene::new(
                "home, empty",
                self.empty.url("/"),
                "main",
                "No sessions yet",
            ),
            Scene::new("home", self.filled.url("/"), "tbody", "FAB_1.pdf"),
            Scene::new(
                "home, nothing found",
                self.filled.url("/?q=nowhere"),
                "main",
                "Wait for a session with this id",
            ),
            Scene::new("home, loading", self.slow.url("/"), ".late", "Loading"),
            Scene::new(
                "home, unreachable",
                self.gone.url("/"),
                ".fresh-gone",
                "Disconnected since",
            ),
            Scene::new(
                "session, loading",
                self.slow.url("/sessions/s-done"),
                ".late",
                "Loading",
            ),
            Scene::new(
                "session, running",
                self.filled.url("/sessions/s-runs"),
                ".fresh-live",
                "Live",
            ),
            Scene::new(
                "session, failed",
                self.filled.url("/sessions/s-fail"),
                ".fresh-still",
                "Final",
            ),
            Scene::new(
                "session, completed",
                self.filled.url("/sessions/s-done"),
                ".fresh-still",
                "Final",
            ),
            Scene::new(
                "session, partly read",
                self.filled.url("/sessions/s-part"),
                ".fresh-still",
                "Final",
            ),
            Scene::new(
                "session, not found",
                self.filled.url("/sessions/s-none"),
                ".message h1",
                "Not there yet",
            ),
            Scene::new(
                "session, invalid",
                self.filled.url("/sessions/a%20b"),
                ".message h1",
                "Not a session id",
            ),
            Scene::new(
                "session, unreachable",
                self.gone.url("/sessions/s-done"),
                ".message h1",
                "can't be reached",
            ),
            Scene::new(
                "session, signed out",
                self.refused.url("/sessions/s-done"),
                ".message h1",
                "Not signed in",
            ),
            Scene::new(
                "no such page",
                self.filled.url("/nowhere"),
                ".message h1",
                "No such page",
            ),
        ]
    }

    fn of_the_other_programs(&self) -> Vec<Scene> {
        vec![
            Scene::new("wall", self.filled.url("/wall"), ".tile-title", "FAB_1.pdf"),
            Scene::new(
                "wall, empty",
                self.empty.url("/wall"),
                ".empty b",
                "Nothing in the last hour",
            ),
            Scene::new("wall, unreachable", self.gone.url("/wall"), ".alarm", ""),
            Scene::new(
                "comparison",
                self.filled.url("/compare?of=s-done&with=s-fail"),
                ".compare-fresh .fresh-still ~ .fresh-still",
                "Final",
            ),
            Scene::new(
                "account, none",
                self.filled.url("/account"),
                ".account-name",
                "No account",
            ),
            Scene::new(
                "account, loading",
                self.slow.url("/account"),
                ".late",
                "Loading",
            ),
            Scene::new(
                "account, unreachable",
                self.gone.url("/account"),
                ".message h1",
                "can't be reached",
            ),
            Scene::new(
                "account, signed out",
                self.refused.url("/account"),
                ".message h1",
                "Not signed in",
            ),
            Scene::new(
                "comparison of nothing",
                self.filled.url("/compare"),
                ".message h1",
                "Nothing to compare",
            ),
        ]
    }
}

/// One session of each kind.
async fn fill(server: &Server) {
    let usage = json!({ "inputTokens": 13212, "outputTokens": 957, "totalTokens": 14169 });
    let done = json!({ "status": "success", "activity": "Complete", "tokenUsage": usage });
    for id in ["s-runs", "s-fail", "s-done"] {
        server.begin(id, "FAB_1.pdf").await;
        let begun = json!({ "status": "in-progress" });
        server.report(id, "pdfAdapter", begun).await;
        server.report(id, "pdfAdapter", done.clone()).await;
    }
    let runs = json!({ "status": "in-progress", "activity": "Extracting structured trade data" });
    server
        .report("s-runs", "tradeExtraction", runs.clone())
        .await;

    server.report("s-fail", "tradeExtraction", runs).await;
    let failed = json!({
        "status": "error", "error": format!("HTTP 429: throttled\n{}", "at extract.rs:1\n".repeat(40)),
        "errorType": "ThrottlingException", "tokenUsage": usage,
    });
    server.report("s-fail", "tradeExtraction", failed).await;
    server.finalize("s-fail", "failed").await;

    for agent in ["tradeExtraction", "tradeMatching"] {
        server.report("s-done", agent, done.clone()).await;
    }
    let skipped = json!({ "status": "skipped" });
    server
        .report("s-done", "exceptionManagement", skipped)
        .await;
    server.finalize("s-done", "completed").await;
    server.import(&[partly_readable()]).await;
}

/// An item of another writer: completed with a failed agent, a state that nobody knows, times that
/// nobody can read.
fn partly_readable() -> Value {
    let text = |text: &str| json!({ "S": text });
    let agent =
        |status: &str| json!({ "M": { "status": text(status), "startedAt": text("soon") } });
    json!({
        "sessionId": text("s-part"),
        "documentId": text("FAB_2.pdf"),
        "overallStatus": text("completed"),
        "createdAt": text(&now().to_string()),
        "lastUpdated": text(&now().to_string()),
        "pdfAdapter": agent("error"),
        "tradeExtraction": agent("warning"),
        "tradeMatching": agent("on-hold"),
    })
}
