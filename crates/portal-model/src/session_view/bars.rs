//! The bars of the lanes: stretches of work, merged where they would be too short to be seen.

use status_model::{AgentStatus, Run, Session, Timestamp};

use super::{
    axis::Axis,
    timeline::{Band, Segment, SegmentKind},
};
use crate::format;

/// A lane has at most so many bars.
const MAX_BARS: usize = 120;
/// In percent of the axis: about a pixel. Bars that lie within it together are one.
const FINEST: f64 = 0.2;

/// A stretch of work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// The agent's place in the pipeline.
    pub(super) lane: usize,
    kind: SegmentKind,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// All stretches of work, by their start. `edge` is where work without an end stops.
pub(super) fn extents(session: &Session, edge: Timestamp) -> Vec<Extent> {
    let is_final = session.overall_status.is_final();
    let mut extents = Vec::new();
    for (name, agent) in session.agents.iter() {
        let whole = std::slice::from_ref(&agent.run);
        let tries = if agent.attempts.iter().any(|a| a.started_at.is_some()) {
            &agent.attempts
        } else {
            whole
        };
        let tries = tries.iter().filter_map(|run| extent(run, edge, is_final));
        extents.extend(tries.map(|(kind, start, end)| Extent {
            lane: name.index(),
            kind,
            start,
            end,
        }));
    }
    extents.sort_by_key(|extent| extent.start);
    extents
}

/// What a stretch shows, from when to when.
fn extent(
    run: &Run,
    edge: Timestamp,
    is_final: bool,
) -> Option<(SegmentKind, Timestamp, Timestamp)> {
    if !run.status.has_run() {
        return None;
    }
    let start = run.started_at?;
    Some(match run.completed_at {
        _ if run.status.is_running() && !is_final => (SegmentKind::Running, start, edge.max(start)),
        Some(end) => (kind(&run.status), start, end.max(start)),
        None => (SegmentKind::Unknown, start, edge.max(start)),
    })
}

const fn kind(status: &AgentStatus) -> SegmentKind {
    match status {
        AgentStatus::Success => SegmentKind::Done,
        AgentStatus::Error => SegmentKind::Failed,
        AgentStatus::Warning | AgentStatus::Stopped => SegmentKind::Warning,
        _ => SegmentKind::Unknown,
    }
}

/// A bar, in percent of the axis.
struct Bar {
    kind: SegmentKind,
    left: f64,
    right: f64,
    tries: usize,
    failed: usize,
}

/// The bars of a lane, in order, and the pauses between them.
pub(super) fn segments(extents: &[Extent], lane: usize, axis: &Axis) -> Vec<Segment> {
    let mut bars: Vec<Bar> = extents
        .iter()
        .filter(|extent| extent.lane == lane)
        .map(|extent| Bar {
            kind: extent.kind,
            left: axis.place(extent.start),
            right: axis.place(extent.end),
            tries: 1,
            failed: usize::from(extent.kind == SegmentKind::Failed),
        })
        .collect();
    let mut within = FINEST;
    if bars.len() > 1 {
        merge(&mut bars, within);
        while bars.len() > MAX_BARS {
            within *= 2.0;
            merge(&mut bars, within);
        }
    }
    with_pauses(&bars, within)
}

fn merge(bars: &mut Vec<Bar>, within: f64) {
    bars.dedup_by(|bar, last| {
        let right = last.right.max(bar.right);
        // What runs is a bar of its own: it moves.
        let is_alive = [bar.kind, last.kind].contains(&SegmentKind::Running);
        if is_alive || right - last.left > within {
            return false;
        }
        last.right = right;
        last.kind = last.kind.louder(bar.kind);
        last.tries += bar.tries;
        last.failed += bar.failed;
        true
    });
}

fn with_pauses(bars: &[Bar], within: f64) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::with_capacity(bars.len() * 2);
    let mut until: Option<f64> = None;
    for bar in bars {
        if let Some(until) = until
            && bar.left > until
            && (bars.len() * 2 <= MAX_BARS || bar.left - until > within)
        {
            segments.push(Segment {
                kind: SegmentKind::Pause,
                band: band(until, bar.left),
                label: None,
            });
        }
        segments.push(Segment {
            kind: bar.kind,
            band: band(bar.left, bar.right),
            label: (bar.tries > 1).then(|| {
                let (tries, failed) = (bar.tries as u64, bar.failed as u64);
                let (tries, failed) = (format::count(tries), format::count(failed));
                format!("{tries} attempts, {failed} failed")
            }),
        });
        until = Some(until.map_or(bar.right, |until| until.max(bar.right)));
    }
    segments
}

fn band(left: f64, right: f64) -> Band {
    Band {
        left,
        width: ((right - left) * 100.0).round() / 100.0,
    }
}
