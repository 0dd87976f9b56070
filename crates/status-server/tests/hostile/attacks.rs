//! The list.

use serde::Deserialize;

/// As the journeys in the browser read it too.
const LIST: &str = include_str!("../../../status-model/tests/fixtures/attacks.json");

/// Bytes that are no UTF-8: a slash, a zero and a `<` written too long, a half of a pair, a byte
/// too many, a character that breaks off, two bytes that stand nowhere.
pub const BROKEN: [&[u8]; 7] = [
    b"\xc0\xaf",
    b"\xc0\x80",
    b"\xe0\x80\xbcscript\xe0\x80\xbe",
    b"\xed\xa0\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xe2\x82",
    b"\xff\xfe",
];

#[derive(Deserialize)]
struct Attack {
    text: String,
}

/// Each attack's text.
pub fn all() -> Vec<String> {
    let attacks: Vec<Attack> = serde_json::from_str(LIST).unwrap();
    assert!(attacks.len() > 70, "the list is whole");
    attacks.into_iter().map(|attack| attack.text).collect()
}
