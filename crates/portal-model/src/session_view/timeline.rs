//! The timeline: a lane an agent, its tries as bars on one axis. Places are in percent of it.

use status_model::{Agent, AgentName, AgentStatus, Session, Timestamp, truth};

use super::{
    Context,
    axis::{Axis, Span},
    bars::{self, Extent},
};
use crate::{format, mark::State, words};

/// The drawing: an axis and four lanes.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineView {
    /// The axis' labels.
    pub ticks: Vec<Tick>,
    /// Long pauses, which are drawn short.
    pub gaps: Vec<Gap>,
    /// Where now is, while the session runs.
    pub now: Option<f64>,
    /// The agents, in pipeline order.
    pub lanes: Vec<LaneView>,
    /// What has to be explained of the drawing.
    pub hints: Vec<&'static str>,
}

/// A pause of all agents that is drawn shorter than it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Gap {
    /// Its place.
    pub band: Band,
    /// How long it was, as in `3 h 12 m idle`.
    pub label: String,
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
    /// Said of an agent that runs longer than it nearly ever does.
    pub pace: Option<&'static str>,
    /// Did it do any work?
    pub has_run: bool,
}

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// What it shows; where it stands for several attempts and one of them failed, that.
    pub kind: SegmentKind,
    /// Its place.
    pub band: Band,
    /// What it stands for, if that is more than one attempt.
    pub label: Option<String>,
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

    /// Of two that share a bar, the one that has to be seen.
    pub(super) const fn louder(self, other: Self) -> Self {
        if other.rank() < self.rank() {
            other
        } else {
            self
        }
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Warning => 1,
            Self::Unknown => 2,
            Self::Running | Self::Done | Self::Pause => 3,
        }
    }
}

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
    let span = Span {
        start,
        edge,
        latest: usual_end.map_or(edge, |end| end.max(edge)),
        is_final,
    };
    let extents = bars::extents(session, edge);
    let busy = extents.iter().map(|extent| (extent.start, extent.end));
    let axis = Axis::new(&span, busy);

    let lanes: Vec<_> = session
        .agents
        .iter()
        .map(|(name, agent)| lane(session, name, agent, &extents, &axis, context))
        .collect();
    Some(TimelineView {
        ticks: axis.ticks(),
        gaps: axis.gaps(),
        now: (!is_final).then(|| axis.place(edge)),
        hints: hints(&lanes),
        lanes,
    })
}

fn hints(lanes: &[LaneView]) -> Vec<&'static str> {
    let mut hints = Vec::new();
    if lanes.iter().any(|lane| lane.usual.is_some()) {
        hints.push(
            "Dashed frame: what this agent usually takes, from the median to the 95th percentile",
        );
    }
    let mut segments = lanes.iter().flat_map(|lane| &lane.segments);
    if segments.any(|segment| segment.label.is_some()) {
        hints.push("Attempts too short to be told apart share a bar");
    }
    hints
}

fn lane(
    session: &Session,
    name: AgentName,
    agent: &Agent,
    extents: &[Extent],
    axis: &Axis,
    context: Context,
) -> LaneView {
    let is_final = session.overall_status.is_final();
    LaneView {
        name,
        label: words::agent(name),
        state: words::agent_state(&agent.run.status),
        segments: bars::segments(extents, name.index(), axis),
        usual: usual_band(name, agent, context)
            .filter(|_| !is_final)
            .map(|(from, to)| axis.band(from, to)),
        duration: duration(name, agent, is_final, context),
        pace: (!is_final && context.is_slow(name, agent)).then_some(words::SLOW),
        has_run: agent.run.status.has_run(),
    }
}

/// From the median to the 95th percentile of what a running agent takes.
fn usual_band(name: AgentName, agent: &Agent, context: Context) -> Option<(Timestamp, Timestamp)> {
    if !agent.run.status.is_running() {
        return None;
    }
    let start = agent.run.started_at?;
    let usual = context.usual_of(name)?;
    Some((start + usual.median, start + usual.p95))
}

fn duration(name: AgentName, agent: &Agent, is_final: bool, context: Context) -> String {
    let run = &agent.run;
    match run.status {
        AgentStatus::Pending if name == AgentName::ExceptionManagement => "if needed".to_owned(),
        AgentStatus::Pending => context.usual_of(name).map_or_else(
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
