//! `trade-status table validate`.

use std::{future::Future, pin::pin};

use clap::Args;
use serde_json::{Value, json};
use status_table::{Finding, Subject, Table, Verdict, assess, probe::TestItem};

use super::{
    Exit, Trouble, output,
    place::{Place, Shape},
    screen::{LOOKING, Screen},
};
use crate::clock;

/// Check the table, one subject at a time
///
/// That it is there and active, its key, billing mode, expiry, recovery, encryption, tags and
/// indexes, and that an item can be written, read back and removed again. ✓ is as it should be, ✗ is
/// not and comes with what to do, – can't be checked there. The item has an id that no session can
/// have, is in no index, and is removed whatever happens meanwhile.
///
/// Exit codes: 0 when all that can be checked is as it should be; 1 when it is not; 130 when it was
/// stopped, the item removed.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    shape: Shape,
    /// Print the checks as one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    arguments: Arguments,
    stop: impl Future<Output = ()>,
) -> Result<Exit, Trouble> {
    let mut stop = pin!(stop);
    let screen = Screen::new(arguments.json);
    let table = arguments.place.connect().await?;
    let wanted = arguments.shape.wanted_at(&table)?;

    let found = tokio::select! {
        biased;
        () = &mut stop => return Ok(Exit::Stopped),
        found = screen.wait(LOOKING, table.look()) => found?,
    };
    let mut findings = assess(found.as_ref(), &wanted);

    let mut stopped = false;
    if can_be_written_to(&findings) {
        let number = rand::random();
        let item = TestItem::new(wanted.key, number, clock::system().unix_seconds());
        let mut probe = pin!(screen.wait("writing a test item", table.probe(&item)));
        let finding = tokio::select! {
            biased;
            finding = &mut probe => finding,
            () = &mut stop => {
                stopped = true;
                output::note("stopping; the test item is removed first.");
                probe.await
            }
        };
        findings.push(finding);
    } else {
        findings.push(Finding {
            subject: Subject::Item,
            verdict: Verdict::NotReached,
        });
    }
    let bad = findings.iter().filter(|one| is_bad(one)).count();
    show(&screen, &table, &findings, bad);
    if arguments.json {
        output::line(&machine_readable(&table, &findings, bad).to_string());
    }
    Ok(match (stopped, bad) {
        (true, _) => Exit::Stopped,
        (false, 0) => Exit::Well,
        (false, _) => Exit::Failed,
    })
}

/// A table that is not there, not ours, or not usable is not written to.
fn can_be_written_to(findings: &[Finding]) -> bool {
    let needed = |finding: &&Finding| matches!(finding.subject, Subject::Table | Subject::Key);
    let mut needed = findings.iter().filter(needed);
    needed.all(|finding| matches!(finding.verdict, Verdict::Good(_)))
}

fn is_bad(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Bad(_))
}

fn show(screen: &Screen, table: &Table, findings: &[Finding], bad: usize) {
    screen.say(&format!("{} at {}:", table.name(), table.place()));
    for finding in findings {
        let mark = match finding.verdict {
            Verdict::Good(_) => '✓',
            Verdict::Bad(_) => '✗',
            Verdict::NotKnownHere | Verdict::NotReached => '–',
        };
        screen.say(&format!("  {mark} {finding}"));
        if let Verdict::Bad(fault) = &finding.verdict {
            screen.say(&format!("      {}", fault.remedy(table.name())));
        }
    }
    let all = findings.len();
    screen.say(&match bad {
        0 => "All that can be checked is as it should be.".to_owned(),
        bad => format!("{bad} of {all} checks failed."),
    });
}

fn machine_readable(table: &Table, findings: &[Finding], bad: usize) -> Value {
    let checks = findings.iter().map(|finding| {
        let (result, remedy) = match &finding.verdict {
            Verdict::Good(_) => ("pass", None),
            Verdict::Bad(fault) => ("fail", Some(fault.remedy(table.name()))),
            Verdict::NotKnownHere => ("notCheckable", None),
            Verdict::NotReached => ("notReached", None),
        };
        json!({
            "check": finding.subject.to_string(),
            "result": result,
            "detail": finding.verdict.to_string(),
            "remedy": remedy,
        })
    });
    json!({
        "table": table.name().as_str(),
        "place": table.place(),
        "ok": bad == 0,
        "checks": checks.collect::<Vec<_>>(),
    })
}
