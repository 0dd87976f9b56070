//! The account's page: who somebody is, and what their links say.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use portal_model::{
    account_view::{AccountView, ShareView, Validity},
    format::Zone,
    freshness_view::FreshnessView,
    message::Message,
    poll::{Failure, Fetching, Freshness},
    words,
};
use serde_json::{from_value, json};
use status_model::{
    Role, Timestamp,
    api::{Me, ShareBody},
};

/// Somebody with what their role permits, as the server says it.
fn view(kind: &str, name: Option<&str>, role: Option<Role>) -> AccountView {
    let all = status_model::Permission::ALL.into_iter();
    let may: Vec<_> = all
        .filter(|what| role.is_some_and(|role| role.may(*what)))
        .collect();
    let me = json!({
        "kind": kind, "name": name, "role": role, "may": may, "expiresAt": null, "shared": [],
    });
    AccountView::new(&from_value::<Me>(me).unwrap())
}

#[test]
fn a_viewer_shares_and_signs_out() {
    let view = view("person", Some("Ann"), Some(Role::Viewer));
    assert_eq!(view.name, "Ann");
    assert!(view.text.starts_with("Viewer: "));
    assert!(view.can_sign_out && view.can_share && !view.sees_all);
}

#[test]
fn an_operator_sees_everybodys_links() {
    let view = view("person", Some("Bob"), Some(Role::Operator));
    assert!(view.can_share && view.sees_all);
}

#[test]
fn others_have_no_account_to_sign_out_of_and_nothing_to_share() {
    for (kind, name, role, title) in [
        ("token", Some("wall-1"), Some(Role::Display), "wall-1"),
        ("share", None, None, "A link to one session"),
        ("open", None, Some(Role::Operator), "No account"),
    ] {
        let view = view(kind, name, role);
        assert_eq!(view.name, title);
        assert!(
            !view.can_sign_out && !view.can_share && !view.sees_all,
            "{title}"
        );
    }
}

fn share(redacted: bool) -> ShareBody {
    let share = json!({
        "id": "1f", "sessionId": "s-1", "redacted": redacted, "createdBy": "Ann",
        "createdAt": "2026-11-22T12:00:00.000Z", "expiresAt": "2026-11-29T12:00:00.000Z",
        "url": "https://status.example/shared/x.y",
    });
    from_value(share).unwrap()
}

#[test]
fn a_link_says_until_when_it_is_good_and_what_it_keeps_back() {
    let view = ShareView::new(&share(true), false, Zone::Utc);
    assert!(
        view.text.starts_with("Good until 2026-11-29 12:00:00"),
        "{}",
        view.text
    );
    assert!(
        view.text.ends_with(words::account::REDACTED),
        "{}",
        view.text
    );
    assert!(!view.text.contains("Ann"), "{}", view.text);
    let others = ShareView::new(&share(false), true, Zone::Utc);
    assert!(others.text.ends_with(" by Ann"), "{}", others.text);
}

#[test]
fn a_link_is_good_for_a_week_unless_somebody_chooses() {
    assert_eq!(Validity::default().label(), "7 days");
    let days = Validity::ALL.map(|validity| validity.seconds() / 86_400);
    let words = Validity::ALL.map(Validity::label);
    assert_eq!((days, words), ([1, 7, 30], ["1 day", "7 days", "30 days"]));
}

fn refused(status: u16) -> Failure {
    Failure::Http {
        status,
        retry_after: None,
    }
}

#[test]
fn who_is_not_signed_in_is_shown_the_way() {
    let message = Message::no_account(refused(401));
    assert_eq!(message.title, "Not signed in");
    assert!(message.can_sign_in);
    for failure in [refused(403), refused(503), Failure::Unreachable] {
        let message = Message::no_account(failure);
        assert!(
            !message.can_sign_in && message.can_check_again,
            "{failure:?}"
        );
    }
    let other = Message::no_account(refused(404));
    assert_eq!(other.title, "Not offered here");
}

#[test]
fn data_that_is_there_stays_when_the_sign_in_ends_and_the_line_shows_the_way() {
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let clocks = portal_model::clocks::Clocks {
        viewer: now,
        server: now,
        zone: Zone::Utc,
    };
    let line = |status, as_of| {
        let freshness = Freshness {
            as_of,
            fetching: Fetching::Refused { status },
            failure: Some(refused(status)),
            stalled_for: None,
        };
        FreshnessView::new(&freshness, clocks)
    };
    let ended = line(401, Some(now));
    assert!(ended.can_sign_in);
    assert!(
        ended
            .text
            .starts_with("Your sign-in or link has ended · as of ")
    );
    assert!(!line(403, Some(now)).can_sign_in);
    // Whoever has not seen anything yet may never have been signed in.
    let never = line(401, None);
    assert!(never.can_sign_in);
    assert_eq!(never.text, "Not signed in");
}
