//! What somebody may do.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What somebody is here to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Reads everything, and passes single sessions on by links.
    Viewer,
    /// Reports status, and reads nothing but the answers to that.
    Writer,
    /// Shows the wall's overview: a screen without a keyboard.
    Display,
    /// May do everything.
    Operator,
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Permission {
    /// Read sessions, lists of them and what agents usually take.
    ReadSessions,
    /// Read the overview of the wall.
    ReadOverview,
    /// Start sessions, report on agents, end sessions, have documents run.
    ReportStatus,
    /// Make links to single sessions, see and revoke one's own.
    Share,
    /// See and revoke everybody's links.
    ManageShares,
    /// Read the server's figures.
    ReadMetrics,
}

impl Permission {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::ReadSessions,
        Self::ReadOverview,
        Self::ReportStatus,
        Self::Share,
        Self::ManageShares,
        Self::ReadMetrics,
    ];
}

impl Role {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Writer, Self::Display, Self::Operator];

    /// May it do that?
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            ManageShares, ReadMetrics, ReadOverview, ReadSessions, ReportStatus, Share,
        };
        match (self, permission) {
            (Self::Operator, _) => true,
            (Self::Viewer, permission) => match permission {
                ReadSessions | ReadOverview | Share => true,
                ReportStatus | ManageShares | ReadMetrics => false,
            },
            (Self::Writer, permission) => matches!(permission, ReportStatus),
            (Self::Display, permission) => matches!(permission, ReadOverview),
        }
    }

    /// The word, as in `viewer`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Writer => "writer",
            Self::Display => "display",
            Self::Operator => "operator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such role: give viewer, writer, display or operator")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut roles = Self::ALL.into_iter();
        roles.find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_it_is_for_and_nothing_else() {
        use Permission::{ReadOverview, ReadSessions, ReportStatus, Share};
        let may = |role: Role| {
            let mut permissions = Vec::from(Permission::ALL);
            permissions.retain(|permission| role.may(*permission));
            permissions
        };
        assert_eq!(may(Role::Viewer), [ReadSessions, ReadOverview, Share]);
        assert_eq!(may(Role::Writer), [ReportStatus]);
        assert_eq!(may(Role::Display), [ReadOverview]);
        assert_eq!(may(Role::Operator), Permission::ALL);
    }

    #[test]
    fn a_role_is_read_as_it_is_written_and_nothing_else_is_one() {
        for role in Role::ALL {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        for text in ["", "Viewer", "admin", "nobody"] {
            assert_eq!(text.parse::<Role>(), Err(UnknownRole), "{text}");
        }
    }
}
