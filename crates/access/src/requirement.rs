//! What a call asks of its caller, and the decision.

use status_model::{Permission, SessionId};

use crate::Known;

/// What a call asks of its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing: everybody may.
    Public,
    /// To be known, as whoever it may be.
    Known,
    /// A permission.
    Needs(Permission),
    /// A permission for the session that the path names, which a link to that session may give
    /// too.
    NeedsWithSession(Permission),
}

/// May the caller do that?
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Everybody may; nobody was looked at.
    Open,
    /// Yes, as this one.
    Allowed(Known),
    /// Nobody has been shown whom the server knows.
    Unknown,
    /// This one may not.
    Refused(Known),
}

/// Decides on a call. Of those that the caller shows itself to be, the first that may is taken:
/// accounts stand before links.
#[must_use]
pub fn decide(
    requirement: Requirement,
    session: Option<&SessionId>,
    shown: impl IntoIterator<Item = Known>,
) -> Decision {
    let mut refused = None;
    for known in shown {
        let identity = &known.identity;
        let may = match requirement {
            Requirement::Public => return Decision::Open,
            Requirement::Known => true,
            Requirement::Needs(permission) => identity.may(permission),
            Requirement::NeedsWithSession(permission) => match session {
                Some(session) => identity.may_with(permission, session),
                None => identity.may(permission),
            },
        };
        if may {
            return Decision::Allowed(known);
        }
        refused.get_or_insert(known);
    }
    match (requirement, refused) {
        (Requirement::Public, _) => Decision::Open,
        (_, Some(known)) => Decision::Refused(known),
        (_, None) => Decision::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use status_model::{Role, Seconds, Timestamp};

    use super::*;
    use crate::{Identity, Person, Share, Via};

    fn person(role: Role) -> Known {
        let person = Person {
            subject: "ada".to_owned(),
            name: "Ada".to_owned(),
            role,
            expires_at: Timestamp::from_unix_millis(0),
        };
        Known {
            identity: Identity::Person(Arc::new(person)),
            via: Via::Cookie,
        }
    }

    fn link(session: &str, is_redacted: bool) -> Known {
        let by = (String::new(), String::new());
        let now = (Timestamp::from_unix_millis(0), Seconds::from_secs(1));
        let session = session.parse().unwrap();
        let share = Share::new(session, is_redacted, by, now, &mut rand::rng());
        Known {
            identity: Identity::Share(Arc::new(share)),
            via: Via::Cookie,
        }
    }

    const READ: Requirement = Requirement::NeedsWithSession(Permission::ReadSessions);

    #[test]
    fn an_account_goes_before_a_link_where_it_may_and_else_the_link_opens() {
        let session: SessionId = "s-1".parse().unwrap();
        let link = link("s-1", true);
        for role in [Role::Viewer, Role::Operator] {
            let account = person(role);
            let shown = [account.clone(), link.clone()];
            let decision = decide(READ, Some(&session), shown);
            assert_eq!(decision, Decision::Allowed(account));
        }
        for role in [Role::Writer, Role::Display] {
            let shown = [person(role), link.clone()];
            let decision = decide(READ, Some(&session), shown);
            assert_eq!(decision, Decision::Allowed(link.clone()));
        }
    }

    #[test]
    fn of_many_links_the_one_to_the_session_opens_it_and_no_other_does() {
        let session: SessionId = "s-2".parse().unwrap();
        let (one, two) = (link("s-1", false), link("s-2", false));
        let shown = [one.clone(), two.clone()];
        assert_eq!(decide(READ, Some(&session), shown), Decision::Allowed(two));
        let decision = decide(READ, Some(&session), [one.clone()]);
        assert_eq!(decision, Decision::Refused(one.clone()));
        let decision = decide(READ, None, [one.clone()]);
        assert_eq!(decision, Decision::Refused(one), "a path without a session");
    }

    #[test]
    fn what_is_public_is_open_and_all_else_needs_somebody_who_is_known() {
        assert_eq!(decide(Requirement::Public, None, []), Decision::Open);
        let needs = Requirement::Needs(Permission::ReadOverview);
        for requirement in [Requirement::Known, needs, READ] {
            assert_eq!(decide(requirement, None, []), Decision::Unknown);
        }
        let writer = person(Role::Writer);
        let decision = decide(needs, None, [writer.clone()]);
        assert_eq!(decision, Decision::Refused(writer.clone()));
        let decision = decide(Requirement::Known, None, [writer.clone()]);
        assert_eq!(decision, Decision::Allowed(writer));
    }
}
