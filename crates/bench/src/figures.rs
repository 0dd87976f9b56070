//! What is measured, and in which order.

mod change_on_screen;
mod cold_agents;
mod first_load;
mod large_session;
mod lighthouse;
mod million_sessions;
mod outage;
mod quiet_when_final;
mod session_writes;
mod status_throughput;
mod table_viewers;
mod waiting_crowd;

use std::fmt;

use anyhow::Result;
use clap::ValueEnum;

use crate::setup::Bench;
use harness::machine::{Machine, load_average};
use harness::report::{FigureReport, Measurement, Report};

/// One of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Figure {
    /// A session page's bytes, and what comes before the WebAssembly
    FirstLoad,
    /// A cold session page until its agents are seen, on a slow CPU
    ColdAgents,
    /// From a change to the screen of an open session page
    ChangeOnScreen,
    /// Tasks of a page with thousands of tries and steps, while somebody scrolls
    LargeSession,
    /// Lighthouse's score for speed on a phone
    Lighthouse,
    /// Requests of a page that has nothing left to ask for
    QuietWhenFinal,
    /// Requests for one session's status
    StatusThroughput,
    /// Ten thousand viewers waiting for one session
    WaitingCrowd,
    /// Memory and listings with a million sessions
    MillionSessions,
    /// Two hundred workflows whose table on DynamoDB is away for a minute
    Outage,
    /// What a session costs its table on DynamoDB, from its start to its end
    SessionWrites,
    /// What viewers cost a table on DynamoDB
    TableViewers,
}

impl Figure {
    async fn measure(self, bench: &Bench) -> Result<Vec<Measurement>> {
        match self {
            Self::FirstLoad => first_load::measure(bench).await,
            Self::ColdAgents => cold_agents::measure(bench).await,
            Self::ChangeOnScreen => change_on_screen::measure(bench).await,
            Self::LargeSession => large_session::measure(bench).await,
            Self::Lighthouse => lighthouse::measure(bench).await,
            Self::QuietWhenFinal => quiet_when_final::measure(bench).await,
            Self::StatusThroughput => status_throughput::measure(bench).await,
            Self::WaitingCrowd => waiting_crowd::measure(bench).await,
            Self::MillionSessions => million_sessions::measure(bench).await,
            Self::Outage => outage::measure(bench).await,
            Self::SessionWrites => session_writes::measure(bench).await,
            Self::TableViewers => table_viewers::measure(bench).await,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// A line of progress, beside the report.
fn say(figure: Figure, text: &str) {
    eprintln!("{figure}: {text}");
}

/// Measures the chosen figures, or all of them if none is chosen.
pub async fn measure(bench: &Bench, only: &[Figure]) -> Report {
    let load_before = load_average();
    let chosen = |figures: &[Figure]| {
        let is_chosen = |figure: &Figure| only.is_empty() || only.contains(figure);
        figures
            .iter()
            .copied()
            .filter(is_chosen)
            .collect::<Vec<_>>()
    };
    let pages = chosen(&[
        Figure::FirstLoad,
        Figure::ColdAgents,
        Figure::ChangeOnScreen,
        Figure::LargeSession,
        Figure::Lighthouse,
    ]);
    // Minutes of which hardly anything is work leave room for another figure.
    let quiet = chosen(&[Figure::QuietWhenFinal, Figure::Outage]);
    let beside = chosen(&[
        Figure::MillionSessions,
        Figure::SessionWrites,
        Figure::TableViewers,
    ]);
    let heavy = chosen(&[Figure::StatusThroughput, Figure::WaitingCrowd]);

    let mut figures = in_turn(bench, pages).await;
    let (quiet, beside) = tokio::join!(in_turn(bench, quiet), in_turn(bench, beside));
    figures.extend(quiet.into_iter().chain(beside));
    figures.extend(in_turn(bench, heavy).await);
    figures.sort_by_key(|(figure, _)| *figure);
    Report {
        machine: Machine::here(),
        load_before,
        load_after: load_average(),
        figures: figures.into_iter().map(|(_, report)| report).collect(),
    }
}

async fn in_turn(bench: &Bench, figures: Vec<Figure>) -> Vec<(Figure, FigureReport)> {
    let mut reports = Vec::new();
    for figure in figures {
        say(figure, "begins");
        // Boxed: what a figure keeps meanwhile is much for one stack.
        let measured = Box::pin(figure.measure(bench));
        let report = FigureReport::of(&figure.to_string(), measured).await;
        match &report.outcome {
            Ok(measurements) => {
                for measurement in measurements {
                    say(figure, &measurement.to_string());
                }
            }
            Err(error) => say(figure, &format!("could not be measured: {error}")),
        }
        reports.push((figure, report));
    }
    reports
}
