//! Who somebody is to the server, and the links that they have made for others.

use status_model::{
    Permission, SessionId,
    api::{Me, ShareBody, ViewerKind},
};

use crate::{format::Zone, words};

/// How long a link is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// A day.
    Day,
    /// A week.
    #[default]
    Week,
    /// 30 days, the longest that there is.
    Month,
}

impl Validity {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// As it is offered.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "1 day",
            Self::Week => "7 days",
            Self::Month => "30 days",
        }
    }

    /// How many seconds that is.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        const DAY: u64 = 24 * 60 * 60;
        match self {
            Self::Day => DAY,
            Self::Week => 7 * DAY,
            Self::Month => 30 * DAY,
        }
    }
}

/// What stands above everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountView {
    /// Who it is.
    pub name: String,
    /// What they may do.
    pub text: &'static str,
    /// Can they sign out?
    pub can_sign_out: bool,
    /// May they make links for others?
    pub can_share: bool,
    /// Do they see everybody's links?
    pub sees_all: bool,
}

impl AccountView {
    /// What to say of somebody.
    #[must_use]
    pub fn new(me: &Me) -> Self {
        let may = |permission| me.may.contains(&permission);
        let is_known = me.kind != ViewerKind::Open;
        let name = me.name.clone();
        Self {
            name: name.unwrap_or_else(|| words::account::kind(me.kind).to_owned()),
            text: words::account::may(me.kind, me.role),
            can_sign_out: me.kind == ViewerKind::Person,
            can_share: is_known && may(Permission::Share),
            sees_all: is_known && may(Permission::ManageShares),
        }
    }
}

/// A link as a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareView {
    /// What it is called by.
    pub id: String,
    /// The session that it opens.
    pub session_id: SessionId,
    /// The link itself.
    pub url: String,
    /// By whom and until when, and what is kept back.
    pub text: String,
}

impl ShareView {
    /// What to say of a link; by whom it is only where others' are seen too.
    #[must_use]
    pub fn new(share: &ShareBody, sees_all: bool, zone: Zone) -> Self {
        let until = format!("Good until {}", zone.exact(share.expires_at));
        let made = format!("made {}", zone.exact(share.created_at));
        let made = match share.created_by.as_str() {
            by if sees_all && !by.is_empty() => format!("{made} by {by}"),
            _ => made,
        };
        let redacted = share.redacted.then_some(words::account::REDACTED);
        let parts = [Some(until.as_str()), Some(made.as_str()), redacted];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Self {
            id: share.id.clone(),
            session_id: share.session_id.clone(),
            url: share.url.clone(),
            text: parts.join(" · "),
        }
    }
}
