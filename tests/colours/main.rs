//! The drawn colours: that states can be told apart by everybody, and that everything can be read.
//!
//! # Layout
//!
//! | module | what it knows |
//! |---|---|
//! | `colour` | contrast, difference, and how people with colour blindness see |
//! | `tokens` | the colours of `style/tokens.css` |

#![cfg(test)]
#![cfg(not(target_arch = "wasm32"))]

mod colour;
mod tokens;

use colour::{Colour, Vision};
use tokens::{Theme, Tokens};

/// States that differ in colour. What has not run – waiting, skipped, unknown – is one neutral
/// colour: none of them calls for an eye, and their shapes and words differ.
const STATES: [&str; 5] = ["done", "running", "failed", "warning", "waiting"];

/// What marks and texts stand on: cards, the page, and what is sunken or pointed at.
const SURFACES: [&str; 3] = ["surface", "page", "sunken"];

/// By CIEDE2000, where 1 is just noticed side by side; marks 16 px wide need several times that.
const DISTINCT: f64 = 10.0;

/// WCAG 2.2: text (1.4.3), and what is not text (1.4.11).
const READABLE: f64 = 4.5;
const SEEN: f64 = 3.0;

/// WCAG 2.2, enhanced: text (1.4.6).
const READ_EASILY: f64 = 7.0;

/// What each theme's colours lack, in words.
fn lacks(tokens: &Tokens, check: impl Fn(&Tokens, Theme) -> Vec<String>) -> Vec<String> {
    Theme::BOTH
        .into_iter()
        .flat_map(|theme| {
            let lacks = check(tokens, theme).into_iter();
            lacks.map(move |lack| format!("{theme:?}: {lack}"))
        })
        .collect()
}

fn pairs<'a>(names: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = Vec::new();
    for (index, one) in names.iter().enumerate() {
        pairs.extend(names[index + 1..].iter().map(|other| (*one, *other)));
    }
    pairs
}

#[test]
fn states_differ_in_colour_for_every_kind_of_colour_vision() {
    let lacks = lacks(&Tokens::read(), |tokens, theme| {
        let difference = |vision: Vision, one: &str, other: &str| {
            let [one, other] =
                [one, other].map(|name| vision.of(tokens.colour(name, theme)).to_lab());
            one.difference(other)
        };
        let mut lacks = Vec::new();
        for vision in Vision::ALL {
            let bars = ("tokens-in", "tokens-out");
            for (one, other) in pairs(&STATES).into_iter().chain([bars]) {
                let difference = difference(vision, one, other);
                if difference < DISTINCT {
                    lacks.push(format!("{vision:?}: {one}, {other}: {difference:.1}"));
                }
            }
        }
        lacks
    });
    assert_eq!(lacks, [""; 0], "each is below {DISTINCT}");
}

/// The named colours that keep less contrast than this to one of the surfaces.
fn faint(tokens: &Tokens, theme: Theme, names: &[&str], on: &[&str], least: f64) -> Vec<String> {
    let mut lacks = Vec::new();
    for name in names {
        for surface in on {
            let contrast = tokens
                .colour(name, theme)
                .contrast(tokens.colour(surface, theme));
            if contrast < least {
                lacks.push(format!("{name} on {surface}: {contrast:.2}, not {least}"));
            }
        }
    }
    lacks
}

#[test]
fn marks_bars_and_frames_are_seen_on_what_they_stand_on() {
    let lacks = lacks(&Tokens::read(), |tokens, theme| {
        let drawn = ["tokens-in", "tokens-out", "edge"];
        let mut lacks = faint(tokens, theme, &STATES, &SURFACES, SEEN);
        lacks.extend(faint(tokens, theme, &drawn, &SURFACES, SEEN));
        lacks
    });
    assert_eq!(lacks, [""; 0]);
}

#[test]
fn texts_can_be_read_on_what_they_stand_on() {
    let lacks = lacks(&Tokens::read(), |tokens, theme| {
        let notices = ["failed-soft", "warning-soft"];
        let mut lacks = faint(tokens, theme, &["text", "muted"], &SURFACES, READABLE);
        lacks.extend(faint(tokens, theme, &["text", "muted"], &notices, READABLE));
        // A state's word has the colour of its mark.
        lacks.extend(faint(tokens, theme, &STATES, &SURFACES, READABLE));
        for (word, notice) in [("failed", "failed-soft"), ("warning", "warning-soft")] {
            lacks.extend(faint(tokens, theme, &[word], &[notice], READABLE));
        }
        lacks
    });
    assert_eq!(lacks, [""; 0]);
}

#[test]
fn who_prefers_more_contrast_gets_more() {
    let lacks = lacks(&Tokens::with_more_contrast(), |tokens, theme| {
        let texts = ["text", "muted", "edge"];
        let mut lacks = faint(tokens, theme, &texts, &SURFACES, READ_EASILY);
        lacks.extend(faint(tokens, theme, &STATES, &SURFACES, READ_EASILY));
        lacks.extend(faint(tokens, theme, &["line"], &SURFACES, SEEN));
        lacks
    });
    assert_eq!(lacks, [""; 0]);
}

#[test]
fn the_browsers_own_bar_continues_the_portals() {
    let page = include_str!("../../index.html");
    let tokens = Tokens::read();
    for (theme, name) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
        let meta = page
            .lines()
            .find(|line| line.contains("theme-color") && line.contains(name))
            .unwrap();
        let (_, colour) = meta.split_once("content=\"").unwrap();
        let colour = Colour::parse(&colour[..7]).unwrap();
        assert_eq!(colour, tokens.colour("surface", theme), "{name}");
    }
}
