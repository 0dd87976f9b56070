//! A Chromium with a fresh profile, driven through `ChromeDriver`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, timeout};

use harness::http::{self, Connection, HttpAddress};
use harness::process::cpu_of_family;

/// How long a call of `ChromeDriver` may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// A page is left alone for so long: whoever asks what it has done delays what it does.
const UNDISTURBED: Duration = Duration::from_secs(3);
/// A browser that uses less of a CPU than this, for so long, has come to rest.
const REST: (f64, Duration) = (0.05, Duration::from_millis(500));
/// Notes what happens in a page; see there.
const OBSERVER: &str = include_str!("observer.js");

/// A running `ChromeDriver`, and how it has to start its browsers.
pub struct WebDriver {
    /// Where it is.
    pub address: HttpAddress,
    /// The browser's program, if it is not to choose by itself.
    pub chromium: Option<PathBuf>,
    /// The browser's flags, separated by spaces.
    pub flags: String,
}

impl WebDriver {
    /// A browser with a profile of its own, come to rest: it is at work for seconds after it can be
    /// spoken to, and a page that is opened meanwhile shares its CPUs with that.
    pub async fn open(&self) -> Result<Page> {
        let mut options = json!({"args": self.flags.split_whitespace().collect::<Vec<_>>()});
        if let Some(chromium) = &self.chromium {
            options["binary"] = json!(chromium);
        }
        let connection = Connection::open(self.address)
            .await
            .with_context(|| format!("ChromeDriver at {} can't be reached", self.address))?;
        let mut page = Page {
            address: self.address,
            connection,
            path: "/session".to_owned(),
            debugger: String::new(),
        };
        let capabilities = json!({
            // `ChromeDriver` would look into the page to see whether it has loaded.
            "capabilities": {"alwaysMatch": {
                "goog:chromeOptions": options,
                "pageLoadStrategy": "none",
            }},
        });
        let session = page.call("POST", "", &capabilities).await?;
        let id = session["sessionId"]
            .as_str()
            .context("ChromeDriver has opened a browser without an id")?;
        page.path = format!("/session/{id}");
        let told = &session["capabilities"];
        let debugger = told["goog:chromeOptions"]["debuggerAddress"].as_str();
        page.debugger = debugger
            .context("ChromeDriver does not say where its browser is")?
            .to_owned();
        let process = told["goog:processID"].as_u64();
        let process = process.and_then(|process| process.try_into().ok());
        let script = json!({ "source": OBSERVER });
        page.cdp("Page.addScriptToEvaluateOnNewDocument", script)
            .await?;
        come_to_rest(process.context("ChromeDriver does not say what its browser's process is")?)
            .await?;
        Ok(page)
    }
}

async fn come_to_rest(process: u32) -> Result<()> {
    let (share, span) = REST;
    let deadline = Instant::now() + PATIENCE;
    let mut before = cpu_of_family(process)?;
    while Instant::now() < deadline {
        sleep(span).await;
        let now = cpu_of_family(process)?;
        // Less than before where one of its processes has ended.
        if (now - before).abs() < share * span.as_secs_f64() {
            return Ok(());
        }
        before = now;
    }
    bail!(
        "the browser does not come to rest within {} s",
        PATIENCE.as_secs()
    );
}

/// When something of a session was on the screen: milliseconds since the navigation's start.
pub struct Seen {
    /// How far each agent is.
    pub states_at: f64,
    /// The page with all that it says of the agents.
    pub agents_at: f64,
}

/// The one page of a browser.
pub struct Page {
    address: HttpAddress,
    connection: Connection,
    path: String,
    debugger: String,
}

impl Page {
    /// Opens an address, and leaves the page alone until its agents are on the screen.
    pub async fn open_session(&mut self, server: HttpAddress, id: &str) -> Result<Seen> {
        self.go_to(server, &format!("/sessions/{id}")).await?;
        let deadline = Instant::now() + PATIENCE;
        sleep(UNDISTURBED).await;
        loop {
            // Where the navigation has not begun, there is no observer either.
            let script = "const { statesAt, agentsAt } = window.bench ?? {}; \
                          return { statesAt, agentsAt };";
            let seen = self.evaluate(script, json!([])).await?;
            let at = |what: &str| seen[what].as_f64();
            if let (Some(states_at), Some(agents_at)) = (at("statesAt"), at("agentsAt")) {
                return Ok(Seen {
                    states_at,
                    agents_at,
                });
            }
            if Instant::now() > deadline {
                bail!("the page shows no agents after {} s", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(500)).await;
        }
    }

    /// Opens an address; does not wait until it has loaded.
    pub async fn go_to(&mut self, server: HttpAddress, path: &str) -> Result<()> {
        let url = json!({"url": format!("{server}{path}")});
        self.call("POST", "/url", &url).await?;
        Ok(())
    }

    /// Where the browser can be spoken to in its own protocol, as in `localhost:9222`.
    pub fn debugger(&self) -> &str {
        &self.debugger
    }

    /// A command of Chromium's own protocol.
    pub async fn cdp(&mut self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({"cmd": command, "params": parameters});
        self.call("POST", "/goog/cdp/execute", &body).await
    }

    /// What the body of a function gives in the page; a promise is waited for.
    pub async fn evaluate(&mut self, script: &str, arguments: Value) -> Result<Value> {
        let body = json!({"script": script, "args": arguments});
        self.call("POST", "/execute/sync", &body).await
    }

    /// Ends the browser.
    pub async fn close(mut self) -> Result<()> {
        self.call("DELETE", "", &json!({})).await?;
        Ok(())
    }

    async fn call(&mut self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let path = format!("{}{path}", self.path);
        let request = http::request(self.address, method, &path, &[], &body.to_string());
        let answer = timeout(PATIENCE, self.connection.exchange(&request))
            .await
            .context("ChromeDriver does not answer")?
            .context("ChromeDriver does not answer")?;
        let body: Value =
            serde_json::from_slice(answer.body).context("ChromeDriver answers no JSON")?;
        let value = &body["value"];
        if answer.status != 200 {
            let message = value["message"].as_str().unwrap_or_default();
            let first_line = message.lines().next().unwrap_or_default();
            bail!("the browser can't do this: {first_line}");
        }
        Ok(value.clone())
    }
}
