//! `cargo xtask test`: everything that must hold.

pub mod aws;
pub mod chromium;
mod count;
mod dependencies;
mod infrastructure;
mod lighthouse;
mod schemathesis;
mod steps;

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, anyhow};
use clap::{Args, ValueEnum};

use crate::process::Interrupted;
use crate::project::Project;
use count::Count;
use steps::Step;

/// Run the tests
///
/// All steps in their order, or the named ones; the first that fails ends the run. No test is
/// skipped: what a step lacks is installed, or the run fails and says what to install.
#[derive(Args)]
pub struct TestArguments {
    /// Only these steps
    #[arg(value_name = "STEP")]
    steps: Vec<Step>,
    /// Of the native tests, the wasm tests and the journeys only those whose names have this in
    /// them; may be given several times
    #[arg(long, value_name = "PART", requires = "steps")]
    only: Vec<String>,
    /// Name the steps and end
    #[arg(long)]
    list: bool,
}

/// Runs the chosen steps.
pub fn run(project: &Project, arguments: &TestArguments) -> Result<()> {
    if arguments.list {
        print!("{}", list());
        return Ok(());
    }
    let steps = chosen(&arguments.steps);
    for step in &steps {
        step.prepare(project)?;
    }
    let mut done = Vec::new();
    for step in &steps {
        println!("\n[{}/{}] {}", done.len() + 1, steps.len(), name(*step));
        let start = Instant::now();
        let count = step
            .run(project, &arguments.only)
            .map_err(|error| failed(*step, error))?;
        let time = start.elapsed();
        println!(
            "[{}/{}] {} ok, {}",
            done.len() + 1,
            steps.len(),
            name(*step),
            duration(time)
        );
        done.push(Done {
            step: *step,
            count,
            time,
        });
    }
    println!("\n{}", closing(&done));
    Ok(())
}

fn failed(step: Step, error: Error) -> Error {
    if error.is::<Interrupted>() {
        return error;
    }
    let name = name(step);
    anyhow!("{error:#}\nThe step {name} has failed. `cargo xtask test {name}` runs it alone.")
}

/// A step that has passed.
struct Done {
    step: Step,
    count: Option<Count>,
    time: Duration,
}

/// The steps in their order, each once; all of them if none is named.
fn chosen(named: &[Step]) -> Vec<Step> {
    let all = Step::value_variants().iter().copied();
    all.filter(|step| named.is_empty() || named.contains(step))
        .collect()
}

fn name(step: Step) -> String {
    step.to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

fn list() -> String {
    let mut text = String::new();
    for value in Step::value_variants()
        .iter()
        .filter_map(Step::to_possible_value)
    {
        let help = value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let _ = writeln!(text, "{:<18} {help}", value.get_name());
    }
    text
}

/// The last line: a result in the form that test runners print, with the steps' times.
fn closing(done: &[Done]) -> String {
    let mut total = Count::default();
    for count in done.iter().filter_map(|step| step.count) {
        total += count;
    }
    let times: Vec<String> = done
        .iter()
        .map(|done| format!("{} {}", name(done.step), duration(done.time)))
        .collect();
    let sum: Duration = done.iter().map(|done| done.time).sum();
    let steps = if done.len() == 1 { "step" } else { "steps" };
    let times = format!(
        "{} {steps} in {}: {}",
        done.len(),
        duration(sum),
        times.join(", ")
    );
    match total {
        Count { passed: 0, .. } => format!("ok. {times}"),
        total => format!("test result: ok. {total}; {times}"),
    }
}

fn duration(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_in_their_order_whatever_the_order_of_their_names() {
        assert_eq!(
            chosen(&[Step::Wasm, Step::Format, Step::Wasm]),
            [Step::Format, Step::Wasm]
        );
        let all = chosen(&[]);
        assert_eq!(all.len(), 13);
        assert!(all.is_sorted());
    }

    #[test]
    fn a_failure_says_how_to_run_its_step_alone_and_an_interrupt_is_none() {
        let error = failed(Step::ClippyWasm, anyhow!("`cargo clippy` failed"));
        let expected = "`cargo clippy` failed\n\
            The step clippy-wasm has failed. `cargo xtask test clippy-wasm` runs it alone.";
        assert_eq!(error.to_string(), expected);
        assert!(failed(Step::Native, Interrupted.into()).is::<Interrupted>());
    }

    #[test]
    fn the_list_names_every_step() {
        let list = list();
        let names: Vec<&str> = list
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        assert_eq!(
            names,
            [
                "format",
                "clippy",
                "clippy-wasm",
                "native",
                "wasm",
                "infrastructure",
                "dependencies",
                "chaos",
                "schemathesis",
                "docs",
                "journeys",
                "journeys-dynamodb",
                "lighthouse"
            ]
        );
    }

    #[test]
    fn the_closing_line_sums_up() {
        let done = |step, count, seconds| Done {
            step,
            count,
            time: Duration::from_secs(seconds),
        };
        let count = |passed, ignored| Some(Count { passed, ignored });
        let steps = [
            done(Step::Format, None, 1),
            done(Step::Native, count(10, 1), 70),
            done(Step::Journeys, count(2, 0), 9),
        ];
        assert_eq!(
            closing(&steps),
            "test result: ok. 12 passed; 0 failed; 1 ignored; \
             3 steps in 1 min 20 s: format 1 s, native 1 min 10 s, journeys 9 s"
        );
        assert_eq!(closing(&steps[..1]), "ok. 1 step in 1 s: format 1 s");
    }
}
