//! Somebody whom the identity provider knows.

use access::Person;
use serde_json::{Map, Value};
use status_model::{Seconds, Timestamp};

use super::{SignInError, roles::Roles};

/// How long somebody stays signed in: a working day, and the next morning anew.
const LASTS: Seconds = Seconds::from_secs(12 * 60 * 60);

/// Where a name may stand, the best first.
const NAMES: [&str; 5] = [
    "name",
    "preferred_username",
    "email",
    "cognito:username",
    "sub",
];
/// What is longer is no name, and would not fit on a page.
const LONGEST_NAME: usize = 100;

/// The person whom these claims are about, where anything in them gives a role.
pub(super) fn read(
    claims: &Map<String, Value>,
    roles: &Roles,
    now: Timestamp,
) -> Result<Person, SignInError> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let Some(subject) = text("sub").filter(|subject| !subject.is_empty()) else {
        let reason = "its ID token names nobody".to_owned();
        return Err(SignInError::Unusable(reason));
    };
    let mut names = NAMES.into_iter().filter_map(text).map(name);
    let name = names.find(|name| !name.is_empty()).unwrap_or_default();
    match roles.of(claims) {
        Some(role) => Ok(Person {
            subject: subject.to_owned(),
            name,
            role,
            expires_at: now + LASTS,
        }),
        None => Err(SignInError::NoRole { name }),
    }
}

/// In one line, and no longer than a line.
fn name(text: &str) -> String {
    let line = text.chars().filter(|char| !char.is_control());
    let line: String = line.take(LONGEST_NAME).collect();
    line.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(claims: Value) -> Result<Person, SignInError> {
        let now = Timestamp::from_unix_millis(0);
        let roles = Roles {
            claim: "groups".to_owned(),
            rules: vec!["viewers=viewer".parse().unwrap()],
        };
        let Value::Object(claims) = claims else {
            panic!("claims are an object")
        };
        super::read(&claims, &roles, now)
    }

    #[test]
    fn a_person_has_the_best_name_that_is_known() {
        let named = |mut claims: Value| {
            claims["sub"] = json!("1f-2e");
            claims["groups"] = json!("viewers");
            read(claims).unwrap().name
        };
        let all = json!({ "name": "Ann B", "email": "ann@bank.example" });
        assert_eq!(named(all), "Ann B");
        assert_eq!(
            named(json!({ "name": " ", "email": "ann@bank.example" })),
            "ann@bank.example"
        );
        assert_eq!(named(json!({ "cognito:username": "ann" })), "ann");
        assert_eq!(named(json!({ "name": 7 })), "1f-2e");
        assert_eq!(
            named(json!({ "name": "Ann\r\nlevel=error" })),
            "Annlevel=error"
        );
        assert_eq!(
            named(json!({ "name": "x".repeat(1000) })).len(),
            LONGEST_NAME
        );
    }

    #[test]
    fn who_has_no_role_is_named_and_not_let_in() {
        let error = read(json!({ "sub": "1", "name": "Ann", "groups": ["x"] })).unwrap_err();
        assert!(matches!(error, SignInError::NoRole { name } if name == "Ann"));
        let error = read(json!({ "groups": "viewers" })).unwrap_err();
        assert!(matches!(error, SignInError::Unusable(_)));
    }
}
