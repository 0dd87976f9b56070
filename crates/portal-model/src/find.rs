//! What somebody pasted into the search box.

use status_model::{SessionId, identity::InvalidSessionId};

use crate::poll::Failure;

/// The most characters that are searched for.
pub const LONGEST: usize = SessionId::MAX_LENGTH;

/// What a pasted text asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pasted {
    /// There is nothing in it.
    Nothing,
    /// A link to a session: this one is to be opened.
    Session(SessionId),
    /// A session, document or correlation id, or the beginning of one.
    Id {
        /// The text to search for: without what was around it, blanks made single.
        text: String,
        /// The session that it would be if it were a whole session id.
        session: Option<SessionId>,
    },
    /// Nothing can be found with it.
    Invalid(Invalid),
}

/// Why nothing can be found with a pasted text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// A link, but not to a session.
    OtherLink,
    /// A link to a session whose id is none.
    Link(InvalidSessionId),
    /// More than [`LONGEST`] characters.
    TooLong,
}

/// The session to open in the place of a search for this text, which a table without an index can't
/// make: where the text is a whole id, it can be read by it.
#[must_use]
pub fn instead_of_search(text: &str, failure: Option<Failure>) -> Option<SessionId> {
    failure.filter(|failure| failure.is_missing_index())?;
    Pasted::read(text).session()
}

impl Pasted {
    /// Reads a text as it was typed or pasted.
    ///
    /// ```
    /// use portal_model::find::Pasted;
    ///
    /// let link = Pasted::read(" <https://portal.example/sessions/session-1?agent=pdfAdapter> ");
    /// assert_eq!(link, Pasted::Session("session-1".parse().unwrap()));
    /// ```
    #[must_use]
    pub fn read(pasted: &str) -> Self {
        let pasted: String = pasted.chars().filter(|c| !is_invisible(*c)).collect();
        let pasted = pasted.trim_matches(is_around);
        if pasted.is_empty() {
            return Self::Nothing;
        }
        // Mail gateways and sign-in pages carry the link encoded within their own.
        let link = link_id(pasted).or_else(|| link_id(&percent_decoded(pasted)));
        if let Some(id) = link {
            return match id.parse() {
                Ok(id) => Self::Session(id),
                Err(why) => Self::Invalid(Invalid::Link(why)),
            };
        }
        if pasted.starts_with("https://") || pasted.starts_with("http://") {
            return Self::Invalid(Invalid::OtherLink);
        }
        Self::id(pasted)
    }

    /// The one session that it names, where that is clear without a search.
    #[must_use]
    pub fn session(self) -> Option<SessionId> {
        match self {
            Self::Session(id) => Some(id),
            Self::Id { session, .. } => session,
            Self::Nothing | Self::Invalid(_) => None,
        }
    }

    fn id(text: &str) -> Self {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        if text.chars().count() > LONGEST {
            return Self::Invalid(Invalid::TooLong);
        }
        // No session id has a blank: one within it is where a line was broken.
        let session = words.concat().parse().ok();
        Self::Id { text, session }
    }
}

/// Finds the id of a session in a link, decoded.
fn link_id(text: &str) -> Option<String> {
    const PATH: &str = "sessions/";
    let start = if text.starts_with(PATH) {
        0
    } else {
        text.find("/sessions/")? + 1
    };
    let rest = &text[start + PATH.len()..];
    let end = rest.find(|c: char| is_around(c) || matches!(c, '/' | '?' | '#' | '&'));
    Some(percent_decoded(&rest[..end.unwrap_or(rest.len())]))
}

/// Decodes `%3A` and its like; what is no such thing stays as it is.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let encoded = bytes.get(at + 1..at + 3).and_then(hex_byte);
        let encoded = encoded.filter(|_| byte == b'%');
        decoded.push(encoded.unwrap_or(byte));
        at += if encoded.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let value = digits
        .iter()
        .try_fold(0, |value, byte| Some(value * 16 + digit(byte)?))?;
    u8::try_from(value).ok()
}

/// What stands around an id in a sentence, a table or a program, and in no id.
fn is_around(c: char) -> bool {
    c.is_whitespace() || "\"'`´“”„‘’‚«»‹›<>()[]{},;".contains(c)
}

/// What comes along from a mail or a document and is not seen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}
