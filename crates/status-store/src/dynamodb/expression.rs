//! What a write does and what it asks to stand there, in `DynamoDB`'s language of expressions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    diff::{Path, Step},
    value,
};

/// Expressions that share their names and values.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    pub(super) update: String,
    pub(super) condition: String,
    pub(super) names: HashMap<String, String>,
    pub(super) values: HashMap<String, AttributeValue>,
}

impl Expressions {
    /// One that makes these steps.
    pub(super) fn update(steps: Vec<Step>) -> Self {
        let mut expressions = Self::default();
        let (mut set, mut remove) = (Vec::new(), Vec::new());
        for step in steps {
            let path = match &step.path {
                Path::Top(name) => expressions.name(name),
                Path::Nested(agent, name) => {
                    let agent = expressions.name(agent.as_str());
                    format!("{agent}.{}", expressions.name(name))
                }
            };
            match step.value {
                Some(value) => {
                    let value = expressions.value(value::typed(&value));
                    set.push(format!("{path} = {value}"));
                }
                None => remove.push(path),
            }
        }
        let clauses = [("SET", set), ("REMOVE", remove)];
        let clauses = clauses.into_iter().filter(|(_, parts)| !parts.is_empty());
        let clauses = clauses.map(|(verb, parts)| format!("{verb} {}", parts.join(", ")));
        expressions.update = clauses.collect::<Vec<_>>().join(" ");
        expressions
    }

    /// Only where the attribute has this value, or is not there where there is none.
    pub(super) fn require(&mut self, name: &str, value: Option<&AttributeValue>) {
        let name = self.name(name);
        let condition = match value {
            Some(value) => format!("{name} = {}", self.value(value.clone())),
            None => format!("attribute_not_exists({name})"),
        };
        self.and(&condition);
    }

    /// Only where the agent's state is this, or nobody has told it.
    pub(super) fn require_status(&mut self, agent: &str, status: &str) {
        let path = format!("{}.{}", self.name(agent), self.name("status"));
        let status = self.value(AttributeValue::S(status.to_owned()));
        self.and(&format!(
            "(attribute_not_exists({path}) OR {path} = {status})"
        ));
    }

    fn and(&mut self, condition: &str) {
        if !self.condition.is_empty() {
            self.condition += " AND ";
        }
        self.condition += condition;
    }

    /// A placeholder: names may be words of the language, and have any characters.
    fn name(&mut self, name: &str) -> String {
        let known = self.names.iter().find(|(_, known)| *known == name);
        if let Some((placeholder, _)) = known {
            return placeholder.clone();
        }
        let placeholder = format!("#n{}", self.names.len());
        self.names.insert(placeholder.clone(), name.to_owned());
        placeholder
    }

    fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    /// None where there are none: the service does not take an empty list.
    pub(super) fn values(self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then_some(self.values)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use status_model::AgentName;

    use super::*;

    #[test]
    fn steps_and_conditions_share_their_names() {
        let mut expressions = Expressions::update(vec![
            Step {
                path: Path::Nested(AgentName::PdfAdapter, "status".to_owned()),
                value: Some(json!("success")),
            },
            Step {
                path: Path::Nested(AgentName::PdfAdapter, "error".to_owned()),
                value: None,
            },
            Step {
                path: Path::Top("version".to_owned()),
                value: Some(json!(2)),
            },
        ]);
        expressions.require("version", Some(&AttributeValue::N("1".to_owned())));
        expressions.require_status("pdfAdapter", "in-progress");
        expressions.require("createdAt", None);
        assert_eq!(
            expressions.update,
            "SET #n0.#n1 = :v0, #n3 = :v1 REMOVE #n0.#n2"
        );
        assert_eq!(
            expressions.condition,
            "#n3 = :v2 AND (attribute_not_exists(#n0.#n1) OR #n0.#n1 = :v3) \
             AND attribute_not_exists(#n4)"
        );
        assert_eq!(expressions.names["#n2"], "error");
    }
}
