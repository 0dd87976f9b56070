//! The timeline: a lane an agent, its tries as bars on one axis. Places are in percent of it.

use status_model::{Agent, AgentName, AgentStatus, Run, Seconds, Session, Timestamp, truth};

use super::Context;
use crate::{format, mark::State, words};

/// The drawing: an axis and four lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineView {
    /// The axis' labels.
    pub ticks: Vec<Tick>,
    /// Where now is, while the session runs.
    pub now: Option<f64>,
    /// The agents, in pipeline order.
    pub lanes: Vec<LaneView>,
    /// Is there a frame that shows what is usual, so that it has to be explained?
    pub has_usual: bool,
}

/// A label on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its place.
    pub left: f64,
    /// Time since the start, as in `1:30`.
    pub label: String,
}

/// One agent's lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneView {
    /// Which agent.
    pub name: AgentName,
    /// Its name for people.
    pub label: &'static str,
    /// Its state.
    pub state: State,
    /// Its bars, in order.
    pub segments: Vec<Segment>,
    /// What it usually takes, from the median to the 95th percentile, while it runs.
    pub usual: Option<Band>,
    /// How long it took, runs, or usually takes.
    pub duration: String,
    /// Did it do any work?
    pub has_run: bool,
}

/// A bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// What it shows.
    pub kind: SegmentKind,
    /// Its place.
    pub band: Band,
}

/// A stretch of the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Where it begins.
    pub left: f64,
    /// How long it is.
    pub width: f64,
}

/// What a bar shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Work that ended well.
    Done,
    /// Work that failed.
    Failed,
    /// Work that goes on.
    Running,
    /// Work that ended otherwise.
    Warning,
    /// Work of which no end was reported.
    Unknown,
    /// The pause before the next try.
    Pause,
}

impl SegmentKind {
    /// Names the drawing, as in `done`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Running => "running",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Pause => "pause",
        }
    }

    const fn of(status: &AgentStatus) -> Self {
        match status {
            AgentStatus::Success => Self::Done,
            AgentStatus::Error => Self::Failed,
            AgentStatus::Warning | AgentStatus::Stopped => Self::Warning,
            _ => Self::Unknown,
        }
    }
}

/// What the axis spans.
struct Axis {
    start: Timestamp,
    millis: f64,
    /// Where bars of work without an end stop: now or, in a final session, its end.
    edge: Timestamp,
}

#[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
impl Axis {
    fn place(&self, time: Timestamp) -> f64 {
        let offset = (time.unix_millis() - self.start.unix_millis()) as f64;
        // Two decimals are a hundredth of a percent: finer than a pixel, and equal when redrawn.
        ((offset / self.millis * 10_000.0).round() / 100.0).clamp(0.0, 100.0)
    }

    fn band(&self, from: Timestamp, to: Timestamp) -> Band {
        let left = self.place(from);
        let width = (self.place(to) - left).max(0.0);
        Band {
            left,
            width: (width * 100.0).round() / 100.0,
        }
    }
}

/// Steps between labels; the smallest is taken that gives at most [`MAX_TICKS`].
const STEPS_MILLIS: [u64; 24] = [
    10,
    20,
    50,
    100,
    200,
    500,
    1000,
    2000,
    5000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    21_600_000,
    43_200_000,
    86_400_000,
    604_800_000,
];
const MAX_TICKS: u64 = 7;

pub(super) fn timeline(session: &Session, context: Context) -> Option<TimelineView> {
    let start = truth::start(session)?;
    let is_final = session.overall_status.is_final();
    let edge = if is_final {
        truth::end(session).unwrap_or(start)
    } else {
        context.now.max(start)
    };
    let usual_end = session
        .agents
        .iter()
        .filter(|_| !is_final)
        .filter_map(|(name, agent)| Some(usual_band(name, agent, context)?.1))
        .max();
    let latest = usual_end.map_or(edge, |end| end.max(edge));
    let span = latest.since(start).unwrap_or_default().millis().max(1);
    let step = step(span);
    // While it runs, the axis grows by whole steps, so that bars don't shrink at every tick.
    let span = if is_final {
        span
    } else {
        (span / step + 1) * step
    };
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
    let axis = Axis {
        start,
        millis: span as f64,
        edge,
    };

    let lanes: Vec<_> = session
        .agents
        .iter()
        .map(|(name, agent)| lane(session, name, agent, &axis, context))
        .collect();
    Some(TimelineView {
        ticks: ticks(&axis, span, step),
        now: (!is_final).then(|| axis.place(edge)),
        has_usual: lanes.iter().any(|lane| lane.usual.is_some()),
        lanes,
    })
}

fn step(span: u64) -> u64 {
    STEPS_MILLIS
        .into_iter()
        .find(|step| span / step < MAX_TICKS)
        .unwrap_or_else(|| span.div_ceil(MAX_TICKS).max(1))
}

fn ticks(axis: &Axis, span: u64, step: u64) -> Vec<Tick> {
    /// A label beyond would hang over the edge.
    const LAST_LEFT: f64 = 98.0;
    (0..=span / step)
        .map(|index| Seconds::from_millis(index * step))
        .map(|offset| Tick {
            left: axis.place(axis.start + offset),
            label: format::axis(offset),
        })
        .filter(|tick| tick.left <= LAST_LEFT)
        .collect()
}

fn lane(
    session: &Session,
    name: AgentName,
    agent: &Agent,
    axis: &Axis,
    context: Context,
) -> LaneView {
    let is_final = session.overall_status.is_final();
    LaneView {
        name,
        label: words::agent(name),
        state: words::agent_state(&agent.run.status),
        segments: segments(agent, axis, is_final),
        usual: usual_band(name, agent, context)
            .filter(|_| !is_final)
            .map(|(from, to)| axis.band(from, to)),
        duration: duration(name, agent, is_final, context),
        has_run: agent.run.status.has_run(),
    }
}

fn segments(agent: &Agent, axis: &Axis, is_final: bool) -> Vec<Segment> {
    let whole = std::slice::from_ref(&agent.run);
    let tries = if agent.attempts.iter().any(|a| a.started_at.is_some()) {
        &agent.attempts
    } else {
        whole
    };
    let mut segments = Vec::with_capacity(tries.len());
    let mut last_end: Option<Timestamp> = None;
    for run in tries {
        let Some((kind, start, end)) = extent(run, axis, is_final) else {
            continue;
        };
        if let Some(last_end) = last_end.filter(|last_end| *last_end < start) {
            segments.push(Segment {
                kind: SegmentKind::Pause,
                band: axis.band(last_end, start),
            });
        }
        segments.push(Segment {
            kind,
            band: axis.band(start, end),
        });
        last_end = Some(end);
    }
    segments
}

/// A stretch of work: what it shows, from when to when.
fn extent(run: &Run, axis: &Axis, is_final: bool) -> Option<(SegmentKind, Timestamp, Timestamp)> {
    if !run.status.has_run() {
        return None;
    }
    let start = run.started_at?;
    Some(match run.completed_at {
        _ if run.status.is_running() && !is_final => (SegmentKind::Running, start, axis.edge),
        Some(end) => (SegmentKind::of(&run.status), start, end.max(start)),
        None => (SegmentKind::Unknown, start, axis.edge.max(start)),
    })
}

/// From the median to the 95th percentile of what a running agent takes.
fn usual_band(name: AgentName, agent: &Agent, context: Context) -> Option<(Timestamp, Timestamp)> {
    if !agent.run.status.is_running() {
        return None;
    }
    let start = agent.run.started_at?;
    let usual = context.usual.of(name)?;
    Some((start + usual.median, start + usual.p95))
}

fn duration(name: AgentName, agent: &Agent, is_final: bool, context: Context) -> String {
    let run = &agent.run;
    match run.status {
        AgentStatus::Pending if name == AgentName::ExceptionManagement => "if needed".to_owned(),
        AgentStatus::Pending => context.usual.of(name).map_or_else(
            || "waiting".to_owned(),
            |usual| format!("usually {}", format::about(usual.median)),
        ),
        AgentStatus::Skipped => "not needed".to_owned(),
        _ if run.status.is_running() && is_final => "no end reported".to_owned(),
        _ if run.status.is_running() => {
            truth::elapsed(run, context.now).map_or_else(|| "running".to_owned(), format::ticking)
        }
        _ => run
            .duration
            .map_or_else(|| words::NOT_KNOWN.to_owned(), format::duration),
    }
}
