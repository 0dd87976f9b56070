//! `trade-status table deploy`.

use std::future::Future;

use clap::Args;
use serde_json::{Value, json};
use status_table::{
    Finding, Found, Plan, Step, Table, Verdict, Wanted, assess, deploy::Done, plan,
};

use super::{
    Exit, Trouble, output,
    place::{Place, Shape},
    screen::{LOOKING, Screen, ask},
};

/// Create the table, or add what it lacks
///
/// Key sessionId, billed on demand, expired items removed by expiresAt, point-in-time recovery,
/// encrypted by KMS, tagged, with the five indexes that lists, searches and the wall display need.
/// To a table that stands only what is missing is added; a second call does nothing. Shows what it
/// will do and asks before it does it, and waits until it is done: indexes of a large table may take
/// hours.
///
/// Exit codes: 0 when all is there, or with --dry-run when it could be; 1 when it failed; 130 when
/// it was stopped, and then the same command goes on.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    shape: Shape,
    /// Show what would be done, and end
    #[arg(long)]
    dry_run: bool,
    /// Do it without asking
    #[arg(long)]
    yes: bool,
    /// Print what was done as one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    arguments: Arguments,
    stop: impl Future<Output = ()>,
) -> Result<Exit, Trouble> {
    tokio::select! {
        biased;
        () = stop => {
            output::note(
                "stopped; what DynamoDB has begun it ends by itself. The same command goes on \
                 from there.",
            );
            Ok(Exit::Stopped)
        }
        exit = deploy(arguments) => exit,
    }
}

async fn deploy(arguments: Arguments) -> Result<Exit, Trouble> {
    let screen = Screen::new(arguments.json);
    let table = arguments.place.connect().await?;
    let wanted = arguments.shape.wanted_at(&table)?;
    let found = screen.wait(LOOKING, table.settled()).await?;
    let plan = plan(found.as_ref(), &wanted, table.name())?;
    show(&screen, &table, &plan, &wanted);

    let mut report = Report::new(&table, &plan, &wanted);
    if arguments.dry_run {
        report.tell(arguments.json, true);
        return Ok(Exit::Well);
    }
    if !plan.steps.is_empty() && !arguments.yes {
        let answer = ask("Go on? [y/N]").await.ok_or(Trouble::NobodyToAsk)?;
        if !matches!(answer.as_str(), "y" | "Y" | "yes") {
            return Err(Trouble::NotAgreed);
        }
    }
    let done = carry_out(&table, &plan, &wanted, found, &screen, &mut report).await;
    report.tell(arguments.json, false);
    done?;
    if plan.steps.is_empty() {
        screen.say("Nothing was missing.");
    } else {
        screen.say(&format!("{} is ready.", table.name()));
    }
    Ok(Exit::Well)
}

async fn carry_out(
    table: &Table,
    plan: &Plan,
    wanted: &Wanted,
    found: Option<Found>,
    screen: &Screen,
    report: &mut Report,
) -> Result<(), Trouble> {
    for (index, step) in plan.steps.iter().enumerate() {
        let words = step.words(wanted);
        let what = format!("{}/{}  {words}", index + 1, plan.steps.len());
        let done = table.take(step, found.as_ref(), wanted);
        match screen.wait(&what, done).await {
            Ok(done) => {
                report.outcome(index, done);
                match done {
                    Done::Done => screen.say(&format!("✓ {words}")),
                    Done::NotKnownHere => screen.say(&format!(
                        "– {words}: not done, this endpoint does not know it"
                    )),
                }
            }
            Err(error) => {
                report.failed(index);
                return Err(error.into());
            }
        }
    }
    // An endpoint may take what it doesn't know without a word.
    let found = table.look().await?;
    let unknown = assess(found.as_ref(), wanted)
        .into_iter()
        .filter(|finding| finding.verdict == Verdict::NotKnownHere);
    for finding in unknown {
        screen.say(&format!("– {finding}"));
        report.not_known_here.push(finding.subject.to_string());
    }
    Ok(())
}

fn show(screen: &Screen, table: &Table, plan: &Plan, wanted: &Wanted) {
    screen.say(&format!("{} at {}:", table.name(), table.place()));
    for (index, step) in plan.steps.iter().enumerate() {
        screen.say(&format!("  {}. {}", index + 1, step.words(wanted)));
    }
    if plan.steps.is_empty() {
        screen.say("  nothing to do");
    }
    for finding in &plan.left {
        screen.say(&format!("  left as it is – {finding}"));
        if let Some(remedy) = remedy(finding, table) {
            screen.say(&format!("    {remedy}"));
        }
    }
}

fn remedy(finding: &Finding, table: &Table) -> Option<String> {
    match &finding.verdict {
        Verdict::Bad(fault) => Some(fault.remedy(table.name())),
        _ => None,
    }
}

/// What machines are told.
struct Report {
    table: String,
    place: String,
    steps: Vec<(Step, String, &'static str)>,
    left: Vec<Value>,
    not_known_here: Vec<String>,
}

impl Report {
    fn new(table: &Table, plan: &Plan, wanted: &Wanted) -> Self {
        let steps = plan.steps.iter();
        let left = plan.left.iter().map(|finding| {
            json!({
                "subject": finding.subject.to_string(),
                "detail": finding.verdict.to_string(),
                "remedy": remedy(finding, table),
            })
        });
        Self {
            table: table.name().to_string(),
            place: table.place().to_owned(),
            steps: steps
                .map(|step| (step.clone(), step.words(wanted), "planned"))
                .collect(),
            left: left.collect(),
            not_known_here: Vec::new(),
        }
    }

    fn outcome(&mut self, index: usize, done: Done) {
        self.set(
            index,
            match done {
                Done::Done => "done",
                Done::NotKnownHere => "notKnownHere",
            },
        );
    }

    fn failed(&mut self, index: usize) {
        self.set(index, "failed");
    }

    fn set(&mut self, index: usize, outcome: &'static str) {
        if let Some(step) = self.steps.get_mut(index) {
            step.2 = outcome;
        }
    }

    fn tell(&self, json: bool, dry_run: bool) {
        if !json {
            return;
        }
        let steps = self.steps.iter().map(|(step, words, outcome)| {
            json!({ "step": step.name(), "detail": words, "outcome": outcome })
        });
        let report = json!({
            "table": self.table,
            "place": self.place,
            "dryRun": dry_run,
            "steps": steps.collect::<Vec<_>>(),
            "left": self.left,
            "notKnownHere": self.not_known_here,
        });
        output::line(&report.to_string());
    }
}
