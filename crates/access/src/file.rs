//! Where it is kept: a small `SQLite` file that the server and the command `token` share.
//!
//! | module | what lives there |
//! |---|---|
//! | `connection` | opening the file: its mode, pragmas, migrations |
//! | `row` | tokens, people and shares to their columns and back |

mod connection;
mod row;

use std::{io, path::Path, path::PathBuf};

use rand::CryptoRng;
use rusqlite::{Connection, OptionalExtension, params};
use status_model::Timestamp;

use crate::{Digest, Person, PublicId, Share, SigningKey, Token};

/// The access file, opened.
pub struct AccessFile {
    connection: Connection,
}

/// Why an access file can't be opened. The texts are for the person who named the path.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is not there, and was not to be made.
    #[error(
        "there is no access file {}. `trade-status token create` makes one; or check the path",
        path.display()
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It can't be made.
    #[error(
        "can't make the access file {}: {source}. Check that this user may write to its directory",
        path.display()
    )]
    Create {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Others than its owner may read or write it.
    #[error(
        "others may read or write the access file {} (mode {mode:03o}), and whoever can lets \
         anybody in. Run: chmod 600 {}",
        path.display(), path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It can't be read or set up.
    #[error(
        "can't open the access file {}: {source}. Check that this user may read and write the \
         file and its directory",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
    /// It is a file of another kind.
    #[error("{} is no access file. Name another one, or move this one away", path.display())]
    Other {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program has changed its schema.
    #[error(
        "the access file {} was written by a newer version of this program. Use that version",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
    },
}

/// Why the access file gives or takes nothing. The text is for the log.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It can't be read or written at the moment.
    #[error("the access file can't be read or written: {0}")]
    Unavailable(#[from] rusqlite::Error),
    /// A token that is good has this name.
    #[error("there is a token of this name already")]
    NameTaken,
}

/// Everything that lets somebody in now or later.
pub(crate) struct Contents {
    pub(crate) tokens: Vec<Token>,
    pub(crate) people: Vec<(Digest, Person)>,
    pub(crate) shares: Vec<Share>,
}

impl AccessFile {
    /// Opens the file; creates it, for its owner alone, where it is missing.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path, random: &mut impl CryptoRng) -> Result<Self, OpenError> {
        connection::open(path, random).map(|connection| Self { connection })
    }

    /// Opens the file where it is there.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_existing(path: &Path, random: &mut impl CryptoRng) -> Result<Self, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing {
                path: path.to_owned(),
            });
        }
        Self::open(path, random)
    }

    /// What links and cookies are signed with.
    ///
    /// # Errors
    /// Where the file can't be read.
    pub fn signing_key(&self) -> Result<SigningKey, FileError> {
        let key = "SELECT key FROM signing_key";
        let key = self.connection.query_row(key, (), |row| row.get(0))?;
        Ok(SigningKey::from_bytes(key))
    }

    /// Changes whenever another process has changed the file.
    pub(crate) fn version(&self) -> Result<i64, FileError> {
        let version = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0));
        Ok(version?)
    }

    /// Everything that lets somebody in now or later.
    pub(crate) fn contents(&self) -> Result<Contents, FileError> {
        let tokens = format!("{} WHERE revoked_at IS NULL", row::TOKENS);
        let shares = format!("{} WHERE revoked_at IS NULL", row::SHARES);
        Ok(Contents {
            tokens: self.all(&tokens, row::token)?,
            people: self.all(row::PEOPLE, row::person)?,
            shares: self.all(&shares, row::share)?,
        })
    }

    /// Every token, also those that are not good any more, the oldest first.
    ///
    /// # Errors
    /// Where the file can't be read.
    pub fn tokens(&self) -> Result<Vec<Token>, FileError> {
        let query = format!("{} ORDER BY created_at, id", row::TOKENS);
        self.all(&query, row::token)
    }

    /// Keeps a new token.
    ///
    /// # Errors
    /// [`FileError::NameTaken`], or where the file can't be written.
    pub fn add_token(&self, token: &Token) -> Result<(), FileError> {
        let added = row::insert_token(&self.connection, token);
        match added {
            Err(error)
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
            {
                Err(FileError::NameTaken)
            }
            added => Ok(added?),
        }
    }

    /// Revokes the token of this id, or the good one of this name; answers it as it was, and
    /// nothing where there is none. One that is revoked already stays so.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn revoke_token(&self, which: &str, now: Timestamp) -> Result<Option<Token>, FileError> {
        let query = format!(
            "{} WHERE id = ?1 OR (name = ?1 AND revoked_at IS NULL)",
            row::TOKENS
        );
        let token = self.connection.query_row(&query, [which], row::token);
        let Some(token) = token.optional()? else {
            return Ok(None);
        };
        self.connection.execute(
            "UPDATE token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
            params![token.id.to_string(), now.unix_millis()],
        )?;
        Ok(Some(token))
    }

    /// Notes when tokens were last used.
    pub(crate) fn touch(&self, used: &[(PublicId, Timestamp)]) -> Result<(), FileError> {
        let transaction = self.connection.unchecked_transaction()?;
        for (id, at) in used {
            transaction.execute(
                "UPDATE token SET last_used_at = ?2 WHERE id = ?1 AND coalesce(last_used_at, ?2) <= ?2",
                params![id.to_string(), at.unix_millis()],
            )?;
        }
        Ok(transaction.commit()?)
    }

    pub(crate) fn add_person(&self, digest: &Digest, person: &Person) -> Result<(), FileError> {
        Ok(row::insert_person(&self.connection, digest, person)?)
    }

    pub(crate) fn remove_person(&self, digest: &Digest) -> Result<(), FileError> {
        let sql = "DELETE FROM sign_in WHERE digest = ?1";
        self.connection.execute(sql, [digest.0])?;
        Ok(())
    }

    pub(crate) fn add_share(&self, share: &Share) -> Result<(), FileError> {
        Ok(row::insert_share(&self.connection, share)?)
    }

    pub(crate) fn revoke_share(&self, id: PublicId, now: Timestamp) -> Result<(), FileError> {
        self.connection.execute(
            "UPDATE share SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL",
            params![id.to_string(), now.unix_millis()],
        )?;
        Ok(())
    }

    /// Removes people and shares whose time is over. Tokens stay, for whoever lists them.
    pub(crate) fn purge(&self, now: Timestamp) -> Result<(), FileError> {
        let now = now.unix_millis();
        for table in ["sign_in", "share"] {
            let sql = format!("DELETE FROM {table} WHERE expires_at <= ?1");
            self.connection.execute(&sql, [now])?;
        }
        Ok(())
    }

    fn all<T>(
        &self,
        query: &str,
        read: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, FileError> {
        let mut statement = self.connection.prepare_cached(query)?;
        let rows = statement.query_map((), |row| read(row))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
