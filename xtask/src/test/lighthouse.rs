//! Lighthouse on the portal's pages: access for everyone, and good practice.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use status_model::Timestamp;

use super::chromium;
use super::count::Count;
use crate::project::Project;
use crate::stage::{self, Stage};
use crate::tools::{Browser, Checks};
use crate::{portal, process, tools};

/// What has to be perfect, and how it is called.
const CATEGORIES: [&str; 2] = ["accessibility", "best-practices"];

/// How a page is looked at, and the flags for it; a phone is Lighthouse's own choice.
const SCREENS: [(&str, &[&str]); 2] = [("desktop", &["--preset=desktop"]), ("phone", &[])];

/// Demands the best score of every page on every screen.
pub fn run(project: &Project) -> Result<Count> {
    portal::build(project, portal::Effort::Full)?;
    let program = project.build_program("trade-status", super::steps::PROGRAM)?;
    let (browser, checks) = (tools::browser(project)?, tools::checks(project)?);
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let now = Timestamp::from_unix_millis(i64::try_from(now)?);
    let stage = Stage::set(project, &program, now)?;
    let pages = [
        ("home", "/".to_owned()),
        ("session", format!("/sessions/{}", stage::COMPLETED)),
    ];
    let mut count = Count::default();
    for (page, path) in &pages {
        for (screen, flags) in SCREENS {
            let name = format!("{page}-{screen}");
            let look = Look {
                url: stage.url(path),
                report: project.output("lighthouse").join(format!("{name}.json")),
                flags,
            };
            let report = look.run(project, &browser, &checks)?;
            let faults = faults(&report)?;
            if !faults.is_empty() {
                bail!(
                    "Lighthouse on {name}:\n{}\nThe whole report is {}",
                    faults.join("\n"),
                    look.report.display()
                );
            }
            println!("{name}: {} 100", CATEGORIES.join(" and "));
            count.passed += 1;
        }
    }
    println!("test result: ok. {count}");
    Ok(count)
}

/// One run of Lighthouse.
struct Look {
    url: String,
    report: PathBuf,
    flags: &'static [&'static str],
}

impl Look {
    fn run(&self, project: &Project, browser: &Browser, checks: &Checks) -> Result<Value> {
        let directory = self.report.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let mut lighthouse = project.command(&checks.lighthouse);
        lighthouse
            .env("CHROME_PATH", &browser.chromium)
            .arg(&self.url)
            .args(["--quiet", "--output=json", "--no-enable-error-reporting"])
            .arg(format!("--output-path={}", self.report.display()))
            .arg(format!("--only-categories={}", CATEGORIES.join(",")))
            .arg(format!("--chrome-flags={}", chromium::FLAGS.join(" ")))
            // It waits for a page's network to be quiet, and a live page always asks.
            .arg("--max-wait-for-load=8000")
            // How long anything takes is measured by the bench.
            .arg("--throttling-method=provided")
            .args(self.flags);
        let log = project.output("logs").join("lighthouse.log");
        process::run_logged(&mut lighthouse, project.interrupt(), &log)?;
        let report = fs::read_to_string(&self.report)
            .with_context(|| format!("cannot read {}", self.report.display()))?;
        serde_json::from_str(&report).context("Lighthouse's report is no JSON")
    }
}

/// Each audit that costs a category some of its score, in words.
fn faults(report: &Value) -> Result<Vec<String>> {
    if let Some(error) = report["runtimeError"]["message"].as_str() {
        bail!("Lighthouse could not look at the page: {error}");
    }
    let mut faults = Vec::new();
    for category in CATEGORIES {
        let category = &report["categories"][category];
        let score = category["score"]
            .as_f64()
            .context("Lighthouse's report lacks a score")?;
        if score >= 1.0 {
            continue;
        }
        let title = category["title"].as_str().unwrap_or_default();
        faults.push(format!("{title}: {:.0} of 100", score * 100.0));
        let audits = category["auditRefs"].as_array().into_iter().flatten();
        for audit in audits.filter(|audit| audit["weight"].as_f64() > Some(0.0)) {
            let audit = &report["audits"][audit["id"].as_str().unwrap_or_default()];
            if audit["score"].as_f64().is_some_and(|score| score < 1.0) {
                let title = audit["title"].as_str().unwrap_or_default();
                faults.push(format!("  {title}"));
            }
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(accessibility: f64) -> Value {
        json!({
            "categories": {
                "accessibility": {
                    "title": "Accessibility", "score": accessibility,
                    "auditRefs": [
                        { "id": "image-alt", "weight": 10 },
                        { "id": "document-title", "weight": 7 },
                        { "id": "by-hand", "weight": 0 },
                    ],
                },
                "best-practices": { "title": "Best Practices", "score": 1, "auditRefs": [] },
            },
            "audits": {
                "image-alt": { "title": "Images have no text", "score": 0 },
                "document-title": { "title": "There is a title", "score": 1 },
                "by-hand": { "title": "To be looked at", "score": 0 },
            },
        })
    }

    #[test]
    fn what_costs_something_is_named() {
        assert_eq!(faults(&report(1.0)).unwrap(), [""; 0]);
        let expected = ["Accessibility: 87 of 100", "  Images have no text"];
        assert_eq!(faults(&report(0.87)).unwrap(), expected);
    }

    #[test]
    fn a_page_that_was_not_seen_is_no_good_page() {
        let unseen = json!({ "runtimeError": { "message": "no document" } });
        assert!(faults(&unseen).is_err());
        assert!(faults(&json!({ "categories": {} })).is_err());
    }
}
