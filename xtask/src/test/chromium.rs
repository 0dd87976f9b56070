//! The browser that the tests run in.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::http;
use crate::process::Background;
use crate::project::Project;
use crate::tools::Browser;

/// How long a call of `ChromeDriver` may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// How Chromium is started by every test: without a screen or a sandbox (which needs rights that
/// containers lack), and without any request of its own.
pub const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Writes the WebDriver capabilities for wasm-bindgen's test runner.
pub fn write_capabilities(project: &Project, browser: &Browser) -> Result<PathBuf> {
    let path = project.output("logs").join("webdriver.json");
    let capabilities =
        json!({ "goog:chromeOptions": { "binary": browser.chromium, "args": FLAGS } });
    fs::create_dir_all(project.output("logs"))
        .and_then(|()| fs::write(&path, capabilities.to_string()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// A ChromeDriver that ends, with all of its browsers, when this is dropped.
pub struct ChromeDriver {
    port: u16,
    _program: Background,
}

impl ChromeDriver {
    /// Starts one on a free port.
    pub fn start(project: &Project, browser: &Browser) -> Result<Self> {
        let port = http::free_port()?;
        let mut command = project.command(&browser.chromedriver);
        command.arg(format!("--port={port}"));
        let mut program = Background::start(
            "ChromeDriver",
            &mut command,
            &project.output("logs").join("chromedriver.log"),
        )?;
        http::wait_until_ready(&mut program, port, "/status", project.interrupt())?;
        Ok(Self {
            port,
            _program: program,
        })
    }

    /// Opens a browser with a profile of its own, and further flags.
    pub fn open(&self, browser: &Browser, flags: &[&str]) -> Result<Page> {
        let arguments: Vec<&str> = FLAGS.iter().chain(flags).copied().collect();
        let options = json!({ "binary": browser.chromium, "args": arguments });
        let capabilities =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let mut page = Page {
            port: self.port,
            path: "/session".to_owned(),
        };
        let session = page.call("POST", "", &capabilities)?;
        let id = session["sessionId"]
            .as_str()
            .context("ChromeDriver has opened a browser without an id")?;
        page.path = format!("/session/{id}");
        Ok(page)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// The one page of a browser; both end with their driver.
pub struct Page {
    port: u16,
    path: String,
}

impl Page {
    /// Opens an address, and waits until it has loaded.
    pub fn go_to(&self, url: &str) -> Result<()> {
        self.call("POST", "/url", &json!({ "url": url }))?;
        Ok(())
    }

    /// What the body of a function gives in the page.
    pub fn evaluate(&self, script: &str) -> Result<Value> {
        let body = json!({ "script": script, "args": [] });
        self.call("POST", "/execute/sync", &body)
    }

    /// A command of Chromium's own protocol.
    pub fn cdp(&self, command: &str, parameters: &Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.call("POST", "/goog/cdp/execute", &body)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let path = format!("{}{path}", self.path);
        let mut answer = http::call(method, self.port, &path, body, PATIENCE)?;
        let value = answer["value"].take();
        if let Some(error) = value["error"].as_str() {
            let message = value["message"].as_str().unwrap_or_default();
            bail!("the browser can't do this: {error}: {message}");
        }
        Ok(value)
    }
}

impl Drop for ChromeDriver {
    fn drop(&mut self) {
        // On this call it ends the browsers of sessions that nobody has ended, which no signal
        // makes it do.
        let _ = http::get(self.port, "/shutdown");
    }
}
