//! One session, as the page shows it.
//!
//! [`SessionView::new`] is a pure function of the session, the server's time and the zone; the
//! page draws what it answers and decides nothing.

mod agents;
mod attempts;
mod axis;
mod bars;
mod header;
mod lists;
mod steps;
mod timeline;
mod tokens;

use status_model::{
    Agent, AgentName, Seconds, Session, Timestamp,
    api::{UsualDuration, UsualDurations},
    truth,
};

pub use agents::AgentView;
pub use attempts::AttemptView;
pub use header::{Fact, HeaderView};
pub use lists::{List, ListView, PAGE, Window, Windows};
pub use steps::StepView;
pub use timeline::{Band, Gap, LaneView, Segment, SegmentKind, Tick, TimelineView};
pub use tokens::{MeterRow, TokensView};

use crate::{format::Zone, poll::STALLED_AFTER, words};

/// What a view depends on beside the session.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The server's time.
    pub now: Timestamp,
    /// The zone that times are written in.
    pub zone: Zone,
    /// What agents usually take, as far as that is known.
    pub usual: &'a UsualDurations,
    /// Which parts of the long lists are seen.
    pub windows: Windows,
    /// The agent and, by its number from 1, the try that the address points at.
    pub focus: Option<(AgentName, Option<usize>)>,
}

/// Fewer sessions than this say nothing about what is usual.
const ENOUGH_SESSIONS: usize = 5;

impl Context<'_> {
    /// What an agent usually takes, where enough sessions say so.
    fn usual_of(self, name: AgentName) -> Option<UsualDuration> {
        let usual = self.usual.of(name);
        usual.filter(|usual| usual.count >= ENOUGH_SESSIONS)
    }

    /// Does it run longer than 95 of 100 do?
    fn is_slow(self, name: AgentName, agent: &Agent) -> bool {
        let run = &agent.run;
        let elapsed = truth::elapsed(run, self.now).filter(|_| run.status.is_running());
        let usual = self.usual_of(name);
        elapsed
            .zip(usual)
            .is_some_and(|(elapsed, usual)| elapsed > usual.p95)
    }

    /// How long nothing was heard of a session that ought to go on, once that is worth a word.
    fn silence(self, session: &Session) -> Option<Seconds> {
        let silence = self.now.since(truth::last_progress(session)?)?;
        let is_final = session.overall_status.is_final();
        (!is_final && silence >= STALLED_AFTER).then_some(silence)
    }
}

/// A session's page.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionView {
    /// What stands at the top.
    pub header: HeaderView,
    /// What a reader has to know, in sentences.
    pub warnings: Vec<String>,
    /// The timeline; nothing where no time is known.
    pub timeline: Option<TimelineView>,
    /// The four agents.
    pub agents: Vec<AgentView>,
    /// Token usage.
    pub tokens: TokensView,
    /// The session's attributes.
    pub facts: Vec<Fact>,
}

impl SessionView {
    /// The page of this session.
    #[must_use]
    pub fn new(session: &Session, context: Context) -> Self {
        let mut warnings: Vec<String> = truth::warnings(session)
            .into_iter()
            .map(|warning| words::warning(warning).to_owned())
            .collect();
        if let Some(last) = warnings.last_mut()
            && !session.unreadable.is_empty()
        {
            last.push_str(" Not readable: ");
            last.push_str(&session.unreadable.join(", "));
            last.push('.');
        }
        if context.silence(session).is_some()
            && let Some(last) = truth::last_progress(session)
        {
            warnings.push(words::stalled(&context.zone.short(last, context.now)));
        }
        Self {
            header: header::header(session, context),
            warnings,
            timeline: timeline::timeline(session, context),
            agents: session
                .agents
                .iter()
                .map(|(name, agent)| agents::agent(session, name, agent, context))
                .collect(),
            tokens: tokens::tokens(session),
            facts: header::facts(session, context.zone),
        }
    }
}
