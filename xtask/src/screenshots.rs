//! `cargo xtask screenshots`: pictures of the portal's pages, for the documentation.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Args;
use serde_json::json;
use status_model::Timestamp;

use crate::portal;
use crate::project::Project;
use crate::stage::{self, Stage};
use crate::test::chromium::{ChromeDriver, Page};
use crate::tools;

/// The width of the pictures in CSS pixels; each of those is one pixel.
const WIDTH: u32 = 1280;

/// How long a page may take until it shows what is wanted.
const PATIENCE: Duration = Duration::from_secs(20);

/// Take pictures of the portal's pages
///
/// Builds the portal and the server, starts the server with simulated sessions, opens the pages in
/// Chromium, light and dark, and writes a PNG of each.
#[derive(Args)]
pub struct ScreenshotsArguments {
    /// Where the pictures are written to
    #[arg(long, value_name = "DIR", default_value = "docs")]
    out: PathBuf,
}

/// A page, and how it is known to be drawn.
struct View {
    /// The picture's name; the dark one's ends with `-dark`.
    name: &'static str,
    path: String,
    /// There is an element of this selector.
    sign: &'static str,
}

fn views(theme: &str) -> [View; 5] {
    let session = |name, id, sign| View {
        name,
        path: format!("/sessions/{id}"),
        sign,
    };
    [
        session("session", stage::RUNNING, ".usual"),
        session("session-failed", stage::FAILED, ".fresh-still"),
        session("session-completed", stage::COMPLETED, ".fresh-still"),
        View {
            name: "sessions",
            path: "/".to_owned(),
            sign: ".fresh-live",
        },
        View {
            name: "wall",
            path: format!("/wall?theme={theme}"),
            sign: ".tile",
        },
    ]
}

/// Takes the pictures.
pub fn run(project: &Project, arguments: &ScreenshotsArguments) -> Result<()> {
    portal::build(project, portal::Effort::Full)?;
    println!("Building the server …");
    let line = "--package status-server --bin trade-status";
    let program = project.build_program("trade-status", line)?;
    let browser = tools::browser(project)?;
    let directory = project.root().join(&arguments.out);
    fs::create_dir_all(&directory)
        .with_context(|| format!("cannot create {}", directory.display()))?;

    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let stage = Stage::set(
        project,
        &program,
        Timestamp::from_unix_millis(i64::try_from(now)?),
    )?;
    let driver = ChromeDriver::start(project, &browser)?;
    let page = driver.open(&browser, &["--hide-scrollbars"])?;
    for theme in ["light", "dark"] {
        for view in views(theme) {
            project.interrupt().check()?;
            let name = match theme {
                "dark" => format!("{}-dark.png", view.name),
                _ => format!("{}.png", view.name),
            };
            let path = directory.join(name);
            let picture = picture(&page, &stage, &view, theme)
                .with_context(|| format!("there is no picture of {}", view.path))?;
            write(project, &path, &picture)?;
        }
    }
    Ok(())
}

/// The whole page as a PNG.
fn picture(page: &Page, stage: &Stage, view: &View, theme: &str) -> Result<Vec<u8>> {
    let feature = json!({ "name": "prefers-color-scheme", "value": theme });
    page.cdp(
        "Emulation.setEmulatedMedia",
        &json!({ "features": [feature] }),
    )?;
    set_height(page, 720)?;
    page.go_to(&stage.url(&view.path))?;
    let is_drawn = format!("return !!document.querySelector({})", json!(view.sign));
    let deadline = Instant::now() + PATIENCE;
    while page.evaluate(&is_drawn)? != true {
        if Instant::now() > deadline {
            let seconds = PATIENCE.as_secs();
            bail!("the page shows no {} within {seconds} s", view.sign);
        }
        thread::sleep(Duration::from_millis(50));
    }
    // A picture has no scroll bar to keep room for.
    page.evaluate("document.documentElement.style.scrollbarGutter = 'auto'")?;
    let height =
        page.evaluate("return document.querySelector('main').getBoundingClientRect().bottom")?;
    let height = height.as_f64().context("the page has no height")?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a page's height in pixels"
    )]
    set_height(page, height.ceil() as u32)?;
    let picture = page.cdp("Page.captureScreenshot", &json!({ "format": "png" }))?;
    let picture = picture["data"]
        .as_str()
        .context("Chromium gives no picture")?;
    STANDARD.decode(picture).context("the picture is no base64")
}

fn set_height(page: &Page, height: u32) -> Result<()> {
    let screen =
        json!({ "width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": false });
    page.cdp("Emulation.setDeviceMetricsOverride", &screen)?;
    Ok(())
}

fn write(project: &Project, path: &Path, picture: &[u8]) -> Result<()> {
    fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))?;
    let kilobytes = picture.len().div_ceil(1_000);
    println!("{}: {kilobytes} kB", project.relative(path));
    Ok(())
}
