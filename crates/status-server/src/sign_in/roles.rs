//! What somebody may do, from what the identity provider says of them.

use std::str::FromStr;

use serde_json::{Map, Value};
use status_model::Role;

/// Which values of which claim give which role.
#[derive(Clone, Debug)]
pub struct Roles {
    /// The claim's name; a dot leads into an object, as in `realm_access.roles`.
    pub claim: String,
    /// The values that give a role.
    pub rules: Vec<RoleRule>,
}

/// A value that gives a role, written `VALUE=ROLE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRule {
    value: String,
    role: Role,
}

/// The roles that a person may have, the greatest first: programs report with tokens, and displays
/// have links.
const OF_PEOPLE: [Role; 2] = [Role::Operator, Role::Viewer];

/// The text is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a rule: give a value of the claim and a role, viewer or operator, as in traders=viewer"
)]
pub struct InvalidRoleRule;

impl FromStr for RoleRule {
    type Err = InvalidRoleRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (value, role) = text.rsplit_once('=').ok_or(InvalidRoleRule)?;
        let role = role.parse().map_err(|_| InvalidRoleRule)?;
        if value.is_empty() || !OF_PEOPLE.contains(&role) {
            return Err(InvalidRoleRule);
        }
        Ok(Self {
            value: value.to_owned(),
            role,
        })
    }
}

impl Roles {
    /// The greatest role that these claims give; nothing where they give none.
    #[must_use]
    pub fn of(&self, claims: &Map<String, Value>) -> Option<Role> {
        let values = match find(claims, &self.claim)? {
            Value::Array(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        };
        let gives = |role: Role| {
            let mut rules = self.rules.iter().filter(|rule| rule.role == role);
            rules.any(|rule| values.iter().any(|value| value == rule.value.as_str()))
        };
        OF_PEOPLE.into_iter().find(|role| gives(*role))
    }
}

/// A name with dots may be a claim's own, as in `https://bank.example/roles`.
fn find<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).or_else(|| {
        let mut parts = name.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn role(claim: &str, rules: &[&str], claims: Value) -> Option<Role> {
        let reading = Roles {
            claim: claim.to_owned(),
            rules: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        };
        let Value::Object(claims) = claims else {
            panic!("claims are an object")
        };
        reading.of(&claims)
    }

    const RULES: [&str; 3] = ["viewers=viewer", "ops=operator", "a=b=viewer"];

    #[test]
    fn a_claim_is_a_text_or_a_list() {
        let of = |claim: Value| role("groups", &RULES, json!({ "groups": claim }));
        assert_eq!(of(json!("viewers")), Some(Role::Viewer));
        assert_eq!(of(json!(["others", "viewers"])), Some(Role::Viewer));
        assert_eq!(of(json!(["a=b"])), Some(Role::Viewer));
        assert_eq!(of(json!(["viewers", "ops"])), Some(Role::Operator));
    }

    #[test]
    fn nobody_without_a_value_that_gives_a_role_has_one() {
        let of = |claim: Value| role("groups", &RULES, json!({ "groups": claim }));
        for claim in [
            json!("others"),
            json!([]),
            json!(["Viewers", "viewers ", "viewer", "operator"]),
            json!("viewers ops"),
            json!(null),
            json!({ "viewers": true }),
            json!([["viewers"]]),
            json!(7),
        ] {
            assert_eq!(of(claim.clone()), None, "{claim}");
        }
        assert_eq!(role("groups", &RULES, json!({ "other": "viewers" })), None);
        assert_eq!(role("groups", &[], json!({ "groups": "viewers" })), None);
    }

    #[test]
    fn a_claim_may_lie_in_an_object_or_have_a_dot_in_its_name() {
        let nested = json!({ "realm_access": { "roles": ["ops"] } });
        assert_eq!(
            role("realm_access.roles", &RULES, nested),
            Some(Role::Operator)
        );
        let named = json!({ "https://bank.example/roles": "viewers" });
        assert_eq!(
            role("https://bank.example/roles", &RULES, named),
            Some(Role::Viewer)
        );
    }

    #[test]
    fn a_rule_names_a_role_that_a_person_can_have() {
        for text in [
            "",
            "viewer",
            "=viewer",
            "x=",
            "x=display",
            "x=writer",
            "x=Viewer",
        ] {
            assert_eq!(text.parse::<RoleRule>(), Err(InvalidRoleRule), "{text}");
        }
    }
}
