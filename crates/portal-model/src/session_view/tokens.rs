//! Token usage: the sum, its parts, and what was spent on tries that failed.

use status_model::{Agent, Session, TokenUsage, truth};

use crate::{format, words};

/// A session's token usage.
#[derive(Clone, Debug, PartialEq)]
pub struct TokensView {
    /// The sum of what was reported, or that nothing was.
    pub total: String,
    /// Tokens in the prompts; nothing where nobody reported.
    pub input: Option<String>,
    /// Tokens in the answers; nothing where nobody reported.
    pub output: Option<String>,
    /// Tokens of tries that failed, a part of the sum; nothing where there are none.
    pub failed: Option<String>,
    /// Who did work and has not reported, as a sentence.
    pub partial: Option<String>,
    /// A bar an agent that reported.
    pub rows: Vec<MeterRow>,
}

/// One agent's usage as a bar, in percent of the largest agent's.
#[derive(Clone, Debug, PartialEq)]
pub struct MeterRow {
    /// The agent.
    pub label: &'static str,
    /// Its sum.
    pub total: String,
    /// Prompts of tries that did not fail.
    pub input: f64,
    /// Answers of tries that did not fail.
    pub output: f64,
    /// Both, of tries that failed.
    pub failed: f64,
}

pub(super) fn tokens(session: &Session) -> TokensView {
    let total = truth::total_token_usage(session);
    let usages: Vec<_> = session
        .agents
        .iter()
        .filter_map(|(name, agent)| Some((name, agent, agent.run.token_usage?)))
        .collect();
    let is_known = !usages.is_empty();
    let largest = usages.iter().map(|(.., usage)| usage.total()).max();
    let failed: u64 = usages
        .iter()
        .map(|(_, agent, _)| failed(agent).total())
        .sum();
    let silent: Vec<_> = session
        .agents
        .iter()
        .filter(|(_, agent)| truth::is_usage_partial(agent))
        .map(|(name, _)| words::agent(name))
        .collect();
    TokensView {
        total: if is_known {
            format::count(total.known.total())
        } else {
            words::NOT_REPORTED.to_owned()
        },
        input: is_known.then(|| format::count(total.known.input)),
        output: is_known.then(|| format::count(total.known.output)),
        failed: (failed > 0).then(|| format::count(failed)),
        partial: (!silent.is_empty()).then(|| format!("Not all reported: {}", silent.join(", "))),
        rows: usages
            .into_iter()
            .map(|(name, agent, usage)| row(words::agent(name), agent, usage, largest))
            .collect(),
    }
}

fn failed(agent: &Agent) -> TokenUsage {
    truth::failed_token_usage(agent).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "a bar's width, not a count")]
fn row(label: &'static str, agent: &Agent, usage: TokenUsage, largest: Option<u64>) -> MeterRow {
    let failed = failed(agent);
    let percent = |tokens: u64| match largest {
        Some(largest) if largest > 0 => tokens as f64 / largest as f64 * 100.0,
        _ => 0.0,
    };
    MeterRow {
        label,
        total: format::count(usage.total()),
        input: percent(usage.input.saturating_sub(failed.input)),
        output: percent(usage.output.saturating_sub(failed.output)),
        failed: percent(failed.total()),
    }
}
