//! The table removed.

use crate::{call::CallError, found::Found, table::Table};

/// Why a table is not removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestroyError {
    /// It is protected.
    #[error(
        "{0} is protected against deletion. If it is really to go: `aws dynamodb update-table \
         --table-name {0} --no-deletion-protection-enabled`, and try again"
    )]
    Protected(String),
    /// The call came to nothing.
    #[error(transparent)]
    Call(#[from] CallError),
}

impl Found {
    /// What goes with the table, in words.
    #[must_use]
    pub fn loss(&self) -> String {
        let Self { items, bytes, .. } = self;
        let back = match self.recovery {
            crate::found::Answer::Known(true) => {
                "AWS keeps a backup of it for 35 days, from which it can be restored"
            }
            _ => "nothing brings them back",
        };
        format!(
            "about {items} sessions ({bytes} bytes; DynamoDB counts every six hours) and all \
             indexes are lost; {back}"
        )
    }
}

impl Table {
    /// Removes it, and waits until it is gone.
    ///
    /// # Errors
    /// [`DestroyError`].
    pub async fn destroy(&self, found: &Found) -> Result<(), DestroyError> {
        if found.is_protected {
            return Err(DestroyError::Protected(self.name.to_string()));
        }
        let call = self.client.delete_table().table_name(self.name.as_str());
        call.send().await.map_err(|error| self.error(&error))?;
        Ok(self.gone().await?)
    }
}
