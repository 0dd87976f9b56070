//! Who is asking, and links to single sessions: `GET /api/me`, `/api/shares`, `/config.json`.

use serde::{Deserialize, Serialize};

use crate::{Permission, Role, SessionId, Timestamp, whole};

/// Who is asking, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// How they are known.
    pub kind: ViewerKind,
    /// What people call them; nothing for links and where there is no access control.
    pub name: Option<String>,
    /// What they are here to do; nothing for links.
    pub role: Option<Role>,
    /// What they may do with any session; empty for links.
    pub may: Vec<Permission>,
    /// Until when they are known; nothing where that is for ever.
    pub expires_at: Option<Timestamp>,
    /// The single sessions that links open for them besides.
    pub shared: Vec<SharedSession>,
}

/// How somebody is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ViewerKind {
    /// Not at all: the server has no access control.
    Open,
    /// Signed in.
    Person,
    /// By a token.
    Token,
    /// By links to single sessions and nothing else.
    Share,
}

/// A session that a link opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedSession {
    /// Which one.
    pub session_id: SessionId,
    /// Without error texts and names of documents?
    pub redacted: bool,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What the portal has to know before it draws.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// Where the status API is; empty for the portal's own origin.
    pub status_api: String,
    /// Can people sign in at `/sign-in`?
    #[serde(default)]
    pub sign_in: bool,
    /// Who looks; nothing where nobody is known.
    #[serde(default)]
    pub viewer: Option<Me>,
}

/// A link to a session, to be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewShare {
    /// Which session.
    pub session_id: SessionId,
    /// For how many seconds it is to be good; a week where it does not say.
    #[serde(default, deserialize_with = "whole::option")]
    pub expires_in: Option<u64>,
    /// Without error texts and names of documents?
    #[serde(default)]
    pub redacted: bool,
}

/// A link to a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareBody {
    /// What it is revoked by.
    pub id: String,
    /// Which session it opens.
    pub session_id: SessionId,
    /// Without error texts and names of documents?
    pub redacted: bool,
    /// What people call who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// The link itself: whoever has it sees the session.
    pub url: String,
}
