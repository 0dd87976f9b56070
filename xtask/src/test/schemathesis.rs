//! Schemathesis: the API's own description, run against it, by every role and by nobody.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::count::Count;
use super::steps::PROGRAM;
use crate::process::Background;
use crate::project::Project;
use crate::{http, tools};

/// How the checks are set up, and what they leave out.
const SETTINGS: &str = "xtask/src/test/schemathesis";
/// The description, as the server has it inside.
const DESCRIPTION: &str = "crates/status-server/src/api/openapi.json";
/// So many cases are made up for each call, beside those that follow from its description; what a
/// caller may do is tried six times.
const EXAMPLES: &str = "10";
/// How many times faster than real ones the agents are.
const SPEED: &str = "1000";
/// The roles. Operators come first and leave sessions for the others to find.
const ROLES: [&str; 4] = ["operator", "writer", "viewer", "display"];

/// Lets everybody who may come call whatever is described. An answer that is not described, or that
/// takes or refuses what the description says otherwise, is a failure.
pub fn run(project: &Project) -> Result<Count> {
    let scene = Scene::new(project)?;
    let mut count = 0;
    let mut look = |who: &str, api: &Api, token: Option<&str>| {
        println!("\n{who}");
        count += 1;
        scene.look(who, api, token)
    };

    let open = scene.serve("open", &[])?;
    look("everybody, without access control", &open, None)?;
    drop(open);

    let access = scene.directory.join("access.db");
    let access = access.to_str().context("the directory is not UTF-8")?;
    let tokens = ROLES.map(|role| scene.token(access, role));
    let guarded = scene.serve("guarded", &["--access", access])?;
    for (role, token) in ROLES.into_iter().zip(tokens) {
        look(role, &guarded, Some(&token?))?;
    }
    look("nobody", &guarded, None)?;
    Ok(Count::passed(count))
}

/// What the runs share.
struct Scene<'a> {
    project: &'a Project,
    program: PathBuf,
    python: PathBuf,
    directory: PathBuf,
}

/// A server, and the agents that it sends documents to.
struct Api {
    port: u16,
    is_guarded: bool,
    _server: Background,
    _agents: Background,
}

impl<'a> Scene<'a> {
    fn new(project: &'a Project) -> Result<Self> {
        let program = project.build_program("trade-status", PROGRAM)?;
        let python = tools::python(project, &tools::SCHEMATHESIS)?;
        let directory = project.output("schemathesis");
        if directory.exists() {
            fs::remove_dir_all(&directory)
                .with_context(|| format!("cannot remove {}", directory.display()))?;
        }
        fs::create_dir_all(&directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        Ok(Self {
            project,
            program,
            python,
            directory,
        })
    }

    fn serve(&self, name: &str, options: &[&str]) -> Result<Api> {
        let (port, agents_port) = (http::free_port()?, http::free_port()?);
        let mut simulate = self.project.command(&self.program);
        simulate
            .args(["simulate", "--speed", SPEED, "--listen"])
            .arg(format!("127.0.0.1:{agents_port}"))
            .stdin(Stdio::null());
        let log = self.directory.join(format!("{name}-agents.log"));
        let agents = Background::start("agents", &mut simulate, &log)?;

        let store = self.directory.join(format!("{name}.db"));
        let mut serve = self.project.command(&self.program);
        serve
            .args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--store"])
            .arg(format!("sqlite:{}", store.display()))
            .args(["--orchestrate", "--agents"])
            .arg(format!("http://127.0.0.1:{agents_port}"))
            // Nothing changes while somebody waits here, and one viewer makes all the requests:
            // waits and rates have tests of their own.
            .args(["--max-waiting", "0"])
            .args(["--viewer-rate", "100000", "--viewer-burst", "100000"])
            .args(options)
            .stdin(Stdio::null());
        let log = self.directory.join(format!("{name}-server.log"));
        let mut server = Background::start("server", &mut serve, &log)?;
        http::wait_until_ready(&mut server, port, "/readyz", self.project.interrupt())?;
        Ok(Api {
            port,
            is_guarded: !options.is_empty(),
            _server: server,
            _agents: agents,
        })
    }

    /// A token for a role, which is its name too.
    fn token(&self, access: &str, role: &str) -> Result<String> {
        let mut create = self.project.command(&self.program);
        create
            .args(["token", "create", "--json", "--access", access])
            .args(["--name", role, "--role", role]);
        let output = create.output().context("cannot run trade-status")?;
        ensure!(
            output.status.success(),
            "no token for {role}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let made: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let token = made["token"].as_str().context("no token was printed")?;
        Ok(token.to_owned())
    }

    fn look(&self, who: &str, api: &Api, token: Option<&str>) -> Result<()> {
        let (settings, port) = (self.project.root().join(SETTINGS), api.port);
        let mut schemathesis = self.project.command(&self.python);
        schemathesis
            .args(["-m", tools::SCHEMATHESIS.module, "--config-file"])
            .arg(settings.join("schemathesis.toml"))
            .arg("run")
            // From the server it would leave out the call that it has it by.
            .arg(self.project.root().join(DESCRIPTION))
            .args(["--url", &format!("http://127.0.0.1:{port}")])
            .args(["--checks", "all", "--max-examples", EXAMPLES, "--no-color"])
            .env("SCHEMATHESIS_HOOKS", settings.join("hooks.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(self.directory_of(who)?);
        if let Some(token) = token {
            schemathesis.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        if !api.is_guarded {
            // Whoever shows nothing, or nonsense, is let in as everybody is.
            schemathesis.args(["--exclude-checks", "ignored_auth"]);
        }
        let failed = || format!("what is described is not so for {who}");
        self.project.run(&mut schemathesis).with_context(failed)
    }

    /// Where schemathesis keeps what it writes.
    fn directory_of(&self, who: &str) -> Result<PathBuf> {
        let directory: &Path = &self.directory.join(who.replace([' ', ','], "-"));
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        Ok(directory.to_owned())
    }
}
