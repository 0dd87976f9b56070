//! Each agent in words, with its tries, its steps, and what can be done.

use leptos::prelude::*;
use portal_model::session_view::{AgentView, List, StepView, Windows};

use super::{
    attempts::{Attempt, line, word},
    lists::{ListHead, Place},
    mark::Shape,
};
use crate::route;

/// Draws the agents.
#[component]
pub fn Agents(
    agents: Vec<AgentView>,
    /// What the viewer has chosen to see of long lists.
    windows: RwSignal<Windows>,
) -> impl IntoView {
    let agents = agents
        .into_iter()
        .map(|agent| view! { <Agent agent=agent windows=windows /> }.into_any())
        .collect_view();
    view! {
        <section class="card" aria-label="Agents">
            <ul class="agents">{agents}</ul>
        </section>
    }
}

#[component]
fn Agent(agent: AgentView, windows: RwSignal<Windows>) -> impl IntoView {
    let name = agent.name;
    let head = |view, list| {
        let place = Place {
            agent: name,
            list,
            windows,
        };
        view! { <ListHead view=view place=place /> }
    };
    let attempt_head = agent.attempt_list.map(|view| head(view, List::Attempts));
    let step_head = agent.step_list.map(|view| head(view, List::Steps));
    let omitted = agent.omitted;
    let attempts = agent
        .attempts
        .into_iter()
        .zip(0..)
        .map(|(attempt, index)| {
            // Between the first and the others.
            let omitted = omitted.clone().filter(|_| index == 1);
            view! {
                {line("attempt-note omitted", omitted)}
                <Attempt agent=name attempt=attempt />
            }
            .into_any()
        })
        .collect_view();
    let steps = agent
        .steps
        .into_iter()
        .map(|step| view! { <Step step=step /> }.into_any())
        .collect_view();
    let class = match (agent.has_run, agent.is_focused) {
        (true, false) => "agent",
        (true, true) => "agent is-focused",
        (false, false) => "agent agent-idle",
        (false, true) => "agent agent-idle is-focused",
    };
    view! {
        <li
            class=class
            aria-current=word(agent.is_focused)
            id=format!("agent-{name}")
            data-agent=name.as_str()
        >
            <Shape mark=agent.state.mark />
            <h3 class="agent-name">
                <a data-stop="" href=route::here(name, None)>
                    {agent.label}
                </a> " " <span class="word">{agent.state.word}</span>
            </h3>
            <span class="agent-tokens">{agent.tokens}</span>
            {line("agent-summary", Some(agent.summary))}
            {line("agent-judgement", agent.judgement)}
            {line("agent-advice", agent.advice.map(ToOwned::to_owned))}
            {attempt_head}
            {attempts}
            {step_head}
            {steps}
        </li>
    }
}

#[component]
fn Step(step: StepView) -> impl IntoView {
    view! {
        <div class="step">
            <span class="step-number">{step.number}</span>
            <Shape mark=step.state.mark />
            <span class="step-what">
                {step.activity} " " <span class="muted">{step.state.word}</span>
            </span>
            <span class="step-time">{step.time}</span>
        </div>
    }
}
