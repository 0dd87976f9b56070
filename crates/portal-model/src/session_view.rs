//! One session, as the page shows it.
//!
//! [`SessionView::new`] is a pure function of the session, the server's time and the zone; the
//! page draws what it answers and decides nothing.

mod agents;
mod header;
mod timeline;
mod tokens;

use status_model::{Session, Timestamp, api::UsualDurations, truth};

pub use agents::{AgentView, AttemptView};
pub use header::{Fact, HeaderView};
pub use timeline::{Band, LaneView, Segment, SegmentKind, Tick, TimelineView};
pub use tokens::{MeterRow, TokensView};

use crate::{format::Zone, words};

/// What a view depends on beside the session.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The server's time.
    pub now: Timestamp,
    /// The zone that times are written in.
    pub zone: Zone,
    /// What agents usually take, as far as that is known.
    pub usual: &'a UsualDurations,
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
