//! From one state of an item to the next: only what differs, agents attribute by attribute.
//!
//! Two writers of one session then write different attributes, unless they say different things
//! of the same.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use status_model::AgentName;

/// Where a value stands in an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Path {
    /// An attribute of the item.
    Top(String),
    /// An attribute of an agent's map.
    Nested(AgentName, String),
}

/// One step from a state to the next: the value there or, where it is none, its removal.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    pub(super) path: Path,
    pub(super) value: Option<Value>,
}

/// The steps that lead from `before` to `after`.
pub(super) fn steps(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Step> {
    let mut steps = Vec::new();
    for name in names(before, after) {
        let agent = name.parse::<AgentName>().ok();
        match (agent, before.get(name), after.get(name)) {
            (Some(agent), Some(Value::Object(before)), Some(Value::Object(after))) => {
                let changed = changed(before, after);
                steps.extend(changed.map(|(name, value)| Step {
                    path: Path::Nested(agent, name.to_owned()),
                    value,
                }));
            }
            (_, before, after) if before != after => steps.push(Step {
                path: Path::Top(name.to_owned()),
                value: after.cloned(),
            }),
            _ => {}
        }
    }
    steps
}

/// The same steps over an item that somebody else wrote, in which agents' maps may be missing:
/// those are put whole, as they are in `after`, so that later steps find them.
pub(super) fn grounded(
    steps: Vec<Step>,
    stands: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<Step> {
    let missing: Vec<_> = (AgentName::ALL.into_iter())
        .filter(|agent| !stands.get(agent.as_str()).is_some_and(Value::is_object))
        .collect();
    let is_whole = |path: &Path| match path {
        Path::Top(name) => missing.iter().any(|agent| agent.as_str() == name),
        Path::Nested(agent, _) => missing.contains(agent),
    };
    let mut grounded: Vec<_> = (steps.into_iter())
        .filter(|step| !is_whole(&step.path))
        .collect();
    grounded.extend(missing.iter().map(|agent| Step {
        path: Path::Top(agent.as_str().to_owned()),
        value: after.get(agent.as_str()).cloned(),
    }));
    grounded
}

/// The agents that the steps touch.
pub(super) fn agents(steps: &[Step]) -> BTreeSet<&'static str> {
    let touched = steps.iter().filter_map(|step| match &step.path {
        Path::Nested(agent, _) => Some(*agent),
        Path::Top(name) => name.parse().ok(),
    });
    touched.map(AgentName::as_str).collect()
}

fn names<'a>(before: &'a Map<String, Value>, after: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    let names = before.keys().chain(after.keys());
    names.map(String::as_str).collect()
}

fn changed<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
) -> impl Iterator<Item = (&'a str, Option<Value>)> {
    names(before, after)
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| (name, after.get(name).cloned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    /// What `DynamoDB` does with an update.
    fn apply(steps: &[Step], stands: &Map<String, Value>) -> Map<String, Value> {
        let mut item = stands.clone();
        for step in steps {
            let (target, name) = match &step.path {
                Path::Top(name) => (&mut item, name),
                Path::Nested(agent, name) => {
                    let map = item.get_mut(agent.as_str()).and_then(Value::as_object_mut);
                    (map.expect("a map to step into"), name)
                }
            };
            match &step.value {
                Some(value) => target.insert(name.clone(), value.clone()),
                None => target.remove(name),
            };
        }
        item
    }

    #[test]
    fn only_what_differs_is_written() {
        let before = map(&json!({
            "sessionId": "s", "overallStatus": "processing",
            "pdfAdapter": {"status": "in-progress", "startedAt": "t", "error": "e"},
            "tradeMatching": {"status": "pending"},
        }));
        let after = map(&json!({
            "sessionId": "s", "overallStatus": "processing", "version": 2,
            "pdfAdapter": {"status": "success", "startedAt": "t"},
            "tradeMatching": {"status": "pending"},
        }));
        let nested = |name: &str, value: Option<Value>| Step {
            path: Path::Nested(AgentName::PdfAdapter, name.to_owned()),
            value,
        };
        let version = Step {
            path: Path::Top("version".to_owned()),
            value: Some(json!(2)),
        };
        let expected = [
            nested("error", None),
            nested("status", Some(json!("success"))),
            version,
        ];
        let steps = steps(&before, &after);
        assert_eq!(steps, expected);
        assert_eq!(agents(&steps), BTreeSet::from(["pdfAdapter"]));
    }

    #[test]
    fn over_an_old_item_a_missing_agent_is_put_whole_and_what_it_does_not_name_stays() {
        let stands = map(&json!({
            "sessionId": "s", "createdAt": "2026-11-22 08:00:00", "tradeMatching": "none",
            "pdfAdapter": {"status": "pending", "lastUpdated": "t"},
        }));
        let before = map(&json!({
            "sessionId": "s", "createdAt": "2026-11-22T08:00:00.000Z",
            "pdfAdapter": {"status": "pending"}, "tradeMatching": {"status": "pending"},
            "tradeExtraction": {"status": "pending"}, "exceptionManagement": {"status": "pending"},
        }));
        let mut after = before.clone();
        after.insert("pdfAdapter".to_owned(), json!({"status": "success"}));
        after.insert("tradeMatching".to_owned(), json!({"status": "success"}));
        let steps = grounded(steps(&before, &after), &stands, &after);
        let expected = map(&json!({
            "sessionId": "s", "createdAt": "2026-11-22 08:00:00",
            "pdfAdapter": {"status": "success", "lastUpdated": "t"},
            "tradeMatching": {"status": "success"},
            "tradeExtraction": {"status": "pending"}, "exceptionManagement": {"status": "pending"},
        }));
        assert_eq!(apply(&steps, &stands), expected);
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(json!(null)),
            Just(json!("a")),
            Just(json!("b")),
            Just(json!(1)),
            Just(json!([1])),
            Just(json!({"x": 1})),
        ]
    }

    fn any_map() -> impl Strategy<Value = Map<String, Value>> {
        let names = prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned);
        prop::collection::btree_map(names, any_value(), 0..3)
            .prop_map(|map| map.into_iter().collect())
    }

    fn any_item() -> impl Strategy<Value = Map<String, Value>> {
        let agent = prop::option::of(prop_oneof![
            any_map().prop_map(Value::Object),
            Just(json!("none"))
        ]);
        (any_map(), agent.clone(), agent).prop_map(|(mut item, pdf, matching)| {
            item.extend(pdf.map(|map| ("pdfAdapter".to_owned(), map)));
            item.extend(matching.map(|map| ("tradeMatching".to_owned(), map)));
            item
        })
    }

    proptest! {
        #[test]
        fn the_steps_from_before_to_after_lead_from_before_to_after(
            before in any_item(),
            after in any_item(),
        ) {
            prop_assert_eq!(apply(&steps(&before, &after), &before), after.clone());
            prop_assert_eq!(steps(&after, &after), vec![]);
        }

        #[test]
        fn over_whatever_stands_no_step_leads_into_a_map_that_is_not_there(
            before in any_item(),
            after in any_item(),
            stands in any_item(),
        ) {
            let steps = grounded(steps(&before, &after), &stands, &after);
            let stands = apply(&steps, &stands);
            for agent in agents(&steps) {
                let Some(Value::Object(map)) = after.get(agent) else { continue };
                let stands = stands.get(agent).and_then(Value::as_object).unwrap();
                for (name, value) in map.iter().filter(|(name, _)| {
                    before.get(agent).and_then(|map| map.get(*name)) != map.get(*name)
                }) {
                    prop_assert_eq!(stands.get(name), Some(value));
                }
            }
        }
    }
}
