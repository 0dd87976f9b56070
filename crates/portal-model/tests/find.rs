//! What somebody pasted into the search box.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use portal_model::{
    find::{Invalid, LONGEST, Pasted, instead_of_search},
    poll::Failure,
};
use proptest::prelude::*;
use status_model::{SessionId, identity::InvalidSessionId};

const ID: &str = "session-f2bf339a-0c1e-4a8b-9d6e-5a1b2c3d4e5f";

fn session(id: &str) -> Pasted {
    Pasted::Session(id.parse().unwrap())
}

/// An id, or the beginning of one, that could be a session's.
fn id(text: &str) -> Pasted {
    Pasted::Id {
        text: text.to_owned(),
        session: Some(text.parse().unwrap()),
    }
}

#[test]
fn nothing_is_nothing() {
    for pasted in ["", " ", "\n\t", "\"\"", "\u{feff}\u{200b}", " <> "] {
        assert_eq!(Pasted::read(pasted), Pasted::Nothing, "{pasted:?}");
    }
}

#[test]
fn an_id_is_taken_whole_or_by_its_beginning() {
    for text in [
        ID,
        "session-f2",
        "FAB_26933659.pdf",
        "corr_3023",
        "a",
        "x@y:z",
        "...",
    ] {
        assert_eq!(Pasted::read(text), id(text));
    }
}

#[test]
fn what_comes_along_around_an_id_is_left_out() {
    for pasted in [
        format!("  {ID}\r\n"),
        format!("\"{ID}\","),
        format!("'{ID}';"),
        format!("`{ID}`"),
        format!("„{ID}“"),
        format!("«{ID}»"),
        format!("<{ID}>"),
        format!("({ID})"),
        format!("[{ID}]"),
        format!("\u{a0}{ID}\u{a0}"),
        format!("\u{feff}{ID}\u{200b}"),
        format!("session-f2bf339a-\u{ad}{}", &ID[17..]),
    ] {
        assert_eq!(Pasted::read(&pasted), id(ID), "{pasted:?}");
    }
}

#[test]
fn an_id_that_was_broken_over_lines_is_put_together() {
    let broken = format!("{}\r\n   {}", &ID[..20], &ID[20..]);
    let Pasted::Id { session, .. } = Pasted::read(&broken) else {
        panic!("an id");
    };
    assert_eq!(session, Some(ID.parse().unwrap()));
}

#[test]
fn a_name_with_blanks_is_searched_for_as_it_is() {
    let pasted = Pasted::read("  Trade  confirmation\t7.pdf ");
    let Pasted::Id { text, .. } = pasted else {
        panic!("an id");
    };
    assert_eq!(text, "Trade confirmation 7.pdf");
}

#[test]
fn what_can_be_no_session_is_searched_for_all_the_same() {
    for text in ["Bestätigung.pdf", "a/b", "50%", ".", "..", "ID 7 & 8"] {
        let expected = Pasted::Id {
            text: text.to_owned(),
            session: None,
        };
        assert_eq!(Pasted::read(text), expected);
    }
}

#[test]
fn a_portal_link_opens_its_session() {
    for link in [
        "https://portal.example/sessions/session-1",
        "http://127.0.0.1:8080/sessions/session-1",
        "https://portal.example/sessions/session-1/",
        "https://portal.example/sessions/session-1?agent=tradeMatching&zone=utc",
        "https://portal.example/sessions/session-1#attempt-2",
        "https://portal.example/base/path/sessions/session-1",
        "https://portal.example/#/sessions/session-1?zone=utc",
        "/sessions/session-1",
        "sessions/session-1",
        " <https://portal.example/sessions/session-1> ",
        "\"https://portal.example/sessions/session-1\",",
        "look at https://portal.example/sessions/session-1, it failed",
        "look:\nhttps://portal.example/sessions/session-1\nit failed",
        "[it failed](https://portal.example/sessions/session-1)",
    ] {
        assert_eq!(Pasted::read(link), session("session-1"), "{link:?}");
    }
}

#[test]
fn a_portal_link_is_decoded() {
    let link = "https://portal.example/sessions/a%3Ab%40c%2Ed";
    assert_eq!(Pasted::read(link), session("a:b@c.d"));
}

#[test]
fn a_link_within_another_link_is_found() {
    for link in [
        "https://gateway.example/?url=https%3A%2F%2Fportal.example%2Fsessions%2Fsession-1&data=x",
        "https://sign-in.example/login?return=%2Fsessions%2Fsession-1%3Fzone%3Dutc",
    ] {
        assert_eq!(Pasted::read(link), session("session-1"), "{link:?}");
    }
}

#[test]
fn a_link_to_something_else_says_so() {
    for link in [
        "https://portal.example/",
        "https://portal.example/wall?rows=4",
        "http://portal.example/sessions",
    ] {
        assert_eq!(
            Pasted::read(link),
            Pasted::Invalid(Invalid::OtherLink),
            "{link:?}"
        );
    }
}

#[test]
fn a_link_whose_id_is_none_says_why() {
    let long = format!("https://portal.example/sessions/{}", "x".repeat(257));
    for (link, why) in [
        ("https://portal.example/sessions/", InvalidSessionId::Empty),
        ("https://portal.example/sessions/..", InvalidSessionId::Dots),
        (
            "https://portal.example/sessions/a%2Fb",
            InvalidSessionId::Character,
        ),
        (
            "https://portal.example/sessions/100%",
            InvalidSessionId::Character,
        ),
        (
            "https://portal.example/sessions/%FF",
            InvalidSessionId::Character,
        ),
        (&long, InvalidSessionId::TooLong),
    ] {
        assert_eq!(
            Pasted::read(link),
            Pasted::Invalid(Invalid::Link(why)),
            "{link:?}"
        );
    }
}

#[test]
fn a_whole_session_id_is_opened_where_the_table_can_not_be_searched() {
    let failed = |status| {
        Some(Failure::Http {
            status,
            retry_after: None,
        })
    };
    let opened = Some("session-1".parse().unwrap());
    assert_eq!(instead_of_search(" session-1 ", failed(501)), opened);
    assert_eq!(instead_of_search("no id, so nothing", failed(501)), None);
    for other in [None, failed(503), Some(Failure::Unreachable)] {
        assert_eq!(instead_of_search("session-1", other), None);
    }
}

#[test]
fn a_text_too_long_to_be_an_id_says_so() {
    let longest = "x".repeat(LONGEST);
    assert_eq!(Pasted::read(&longest), id(&longest));
    let longer = format!("{longest}x");
    assert_eq!(Pasted::read(&longer), Pasted::Invalid(Invalid::TooLong));
}

proptest! {
    #[test]
    fn every_session_id_is_found_as_it_is_and_by_its_link(text in "[A-Za-z0-9._:@-]{1,256}") {
        prop_assume!(text.parse::<SessionId>().is_ok());
        prop_assert_eq!(Pasted::read(&text), id(&text));
        let encoded = text.replace('@', "%40").replace(':', "%3a");
        let link = format!("https://portal.example/sessions/{encoded}?zone=utc");
        prop_assert_eq!(Pasted::read(&link), session(&text));
    }

    #[test]
    fn no_text_panics(text in "\\PC*|(%[0-9a-fA-F%é]?|sessions/|/|[“é\u{200b}])*") {
        let _ = Pasted::read(&text);
    }
}
