//! `cargo xtask demo`: everything at once, with simulated agents.

mod documents;
mod feeder;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::process::Background;
use crate::project::Project;
use crate::{http, portal};
use documents::Documents;
use feeder::{Feeder, pace};

/// Where the demo's sessions are kept, below the workspace's directory.
const DATA: &str = "data/demo.db";

/// How many sessions may run at a time: twice what the pace makes usual, since one whose agent
/// hangs keeps its place for minutes.
const CONCURRENCY: u16 = 8;

/// How long an agent may take with agents of real speed, in seconds. Those that hang do so for
/// longer, at any speed.
const TIMEOUT: f64 = 300.0;

/// How long the four agents of a typical session take together in reality.
const TYPICAL_SESSION: Duration = Duration::from_secs(174);

/// Start everything, with simulated agents and documents
///
/// Builds the portal and the server, starts the server with a store of its own, simulated agents,
/// and an orchestrator that takes a stream of simulated documents through them. Runs until Ctrl-C.
/// What it has stored is there again at the next start.
#[derive(Args)]
pub struct DemoArguments {
    /// Where the portal is to be, on 127.0.0.1
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..))]
    port: u16,
    /// How many times faster than real agents the simulated ones are: 1 is real, when a session
    /// takes about 3 minutes
    #[arg(long, default_value_t = 6.0, value_parser = speed)]
    speed: f64,
    /// Which documents come, and how the agents fare with them: the same for the same number
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if (0.1..=1000.0).contains(&speed) => Ok(speed),
        _ => Err("a number from 0.1 to 1000 is needed".to_owned()),
    }
}

/// Runs the demo until the user ends it.
pub fn run(project: &Project, arguments: &DemoArguments) -> Result<()> {
    // Before minutes of building, not after them.
    port_is_free(arguments.port)?;
    portal::build(project, portal::Effort::Quick)?;
    println!("Building the server …");
    let line = "--package status-server --bin trade-status";
    let program = project.build_program("trade-status", line)?;

    let mut demo = Demo::start(project, &program, arguments)?;
    println!("{}", welcome(project, arguments));
    demo.watch(project)?;
    println!("\nEnding …");
    drop(demo);
    println!("Ended. The sessions are kept in {DATA}.");
    Ok(())
}

/// The three programs and what feeds them; dropped in this order, so that nothing talks to what has
/// ended.
struct Demo {
    _feeder: Feeder,
    orchestrator: Background,
    agents: Background,
    server: Background,
}

impl Demo {
    fn start(project: &Project, program: &Path, arguments: &DemoArguments) -> Result<Self> {
        let DemoArguments { port, speed, seed } = arguments;
        let start = |name, line: &str, input: Stdio| {
            let mut command = project.command(program);
            // No word of these lines has a space in it.
            command.args(line.split_whitespace()).stdin(input);
            let log = logs(project, *port).join(format!("{name}.log"));
            Background::start(name, &mut command, &log)
        };

        let line = format!("serve --listen 127.0.0.1:{port} --store sqlite:{DATA}");
        let mut server = start("server", &line, Stdio::null())?;
        http::wait_until_ready(&mut server, *port, "/readyz", project.interrupt())?;

        let agents_port = http::free_port()?;
        let line =
            format!("simulate --listen 127.0.0.1:{agents_port} --speed {speed} --seed {seed}");
        let mut agents = start("agents", &line, Stdio::null())?;
        http::wait_until_open(&mut agents, agents_port, project.interrupt())?;

        let line = format!(
            "run --simulated --store sqlite:{DATA} --agents http://127.0.0.1:{agents_port} \
             --concurrency {CONCURRENCY} --timeout {:.0} -",
            (TIMEOUT / speed).ceil()
        );
        let mut orchestrator = start("orchestrator", &line, Stdio::piped())?;
        let input = orchestrator
            .take_stdin()
            .context("the orchestrator has no standard input")?;
        Ok(Self {
            _feeder: Feeder::start(input, Documents::new(*seed), pace(*speed)),
            orchestrator,
            agents,
            server,
        })
    }

    /// Returns when the user ends the demo; an error when one of its programs has ended by itself.
    fn watch(&mut self, project: &Project) -> Result<()> {
        while !project.interrupt().is_raised() {
            for program in [&mut self.orchestrator, &mut self.agents, &mut self.server] {
                program.check()?;
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

/// Each port has its own, since demos at two ports may run side by side.
fn logs(project: &Project, port: u16) -> PathBuf {
    project.output("demo").join(port.to_string())
}

fn welcome(project: &Project, arguments: &DemoArguments) -> String {
    let DemoArguments { port, speed, .. } = arguments;
    let logs = logs(project, *port);
    format!(
        "
  The demo is running. Its documents and agents are simulated.

    Portal    http://127.0.0.1:{port}/
    Sessions  {DATA}, kept for the next demo; delete it to begin anew
    Logs      {}/
    Speed     {speed} times real agents: most sessions take about {:.0} s

  Ctrl-C ends it.",
        project.relative(&logs),
        TYPICAL_SESSION.div_f64(*speed).as_secs_f64()
    )
}

fn port_is_free(port: u16) -> Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} is taken by another program (another demo?); choose a free one, such as \
             `--port {}`",
            port.checked_add(1).unwrap_or(8080)
        ),
        Err(error) => Err(error)
            .with_context(|| format!("cannot listen on port {port}; choose another with `--port`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_told_with_a_way_on() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = port_is_free(port).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("port {port} is taken")) && error.contains("--port"),
            "{error}"
        );
        drop(taken);
        port_is_free(port).unwrap();
    }

    #[test]
    fn the_speed_is_a_sensible_number() {
        assert_eq!(speed("6"), Ok(6.0));
        assert_eq!(speed("0.5"), Ok(0.5));
        for wrong in ["0", "-1", "NaN", "inf", "fast", "1001"] {
            assert!(speed(wrong).is_err(), "{wrong}");
        }
    }
}
