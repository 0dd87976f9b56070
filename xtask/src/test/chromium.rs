//! The browser that the tests run in.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::json;

use crate::http;
use crate::process::Background;
use crate::project::Project;
use crate::tools::Browser;

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

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for ChromeDriver {
    fn drop(&mut self) {
        // On this call it ends the browsers of sessions that nobody has ended, which no signal
        // makes it do.
        let _ = http::get(self.port, "/shutdown");
    }
}
