//! Schemathesis: the API's own description, run against it.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result};

use super::count::Count;
use crate::process::Background;
use crate::project::Project;
use crate::{http, tools};

/// The same cases in every run.
const SEED: &str = "1";
/// Cases that are made up for each call and each kind of test: what it takes and what it does not.
const EXAMPLES: &str = "25";

/// Runs all of its checks on every call; anything that an answer does otherwise than it is
/// described is a failure.
pub fn run(project: &Project) -> Result<Count> {
    let program = project.build_program("trade-status", super::steps::PROGRAM)?;
    let python = tools::python(project, &tools::SCHEMATHESIS)?;
    let directory = project.output("schemathesis");
    if directory.exists() {
        fs::remove_dir_all(&directory)
            .with_context(|| format!("cannot remove {}", directory.display()))?;
    }
    fs::create_dir_all(&directory)
        .with_context(|| format!("cannot create {}", directory.display()))?;

    let port = http::free_port()?;
    let mut serve = project.command(program);
    serve
        .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--store"])
        .arg(format!(
            "sqlite:{}",
            directory.join("sessions.db").display()
        ))
        .stdin(Stdio::null());
    let mut server = Background::start("server", &mut serve, &directory.join("server.log"))?;
    http::wait_until_ready(&mut server, port, "/readyz", project.interrupt())?;

    let mut schemathesis = project.command(python);
    schemathesis
        .args(["-m", tools::SCHEMATHESIS.module, "run"])
        .arg(format!("http://127.0.0.1:{port}/api/openapi.json"))
        .args(["--checks", "all", "--max-examples", EXAMPLES])
        .args(["--seed", SEED, "--generation-deterministic"])
        // What it found once is found again by the seed; nothing is kept between runs.
        .args(["--generation-database", "none"])
        .args(["--no-color", "--request-timeout", "40"])
        .current_dir(&directory);
    project.run(&mut schemathesis)?;
    Ok(Count::passed(1))
}
