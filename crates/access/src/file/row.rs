//! Tokens, people and shares to their columns and back.

use std::str::FromStr;

use rusqlite::{Connection, Row, params, types::Type};
use status_model::Timestamp;

use crate::{Digest, Person, Share, Token};

pub(super) const TOKENS: &str = "SELECT id, name, role, digest, created_at, expires_at, \
     last_used_at, revoked_at FROM token";
pub(super) const PEOPLE: &str = "SELECT digest, subject, name, role, expires_at FROM sign_in";
pub(super) const SHARES: &str = "SELECT id, session_id, redacted, created_by, created_by_name, \
     created_at, expires_at FROM share";

pub(super) fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: parsed(row, 0)?,
        name: parsed(row, 1)?,
        role: parsed(row, 2)?,
        digest: Digest(row.get(3)?),
        created_at: time(row.get(4)?),
        expires_at: row.get::<_, Option<_>>(5)?.map(time),
        last_used_at: row.get::<_, Option<_>>(6)?.map(time),
        revoked_at: row.get::<_, Option<_>>(7)?.map(time),
    })
}

pub(super) fn insert_token(connection: &Connection, token: &Token) -> rusqlite::Result<()> {
    let sql = "INSERT INTO token (id, name, role, digest, created_at, expires_at, last_used_at, \
         revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let millis = |time: Option<Timestamp>| time.map(Timestamp::unix_millis);
    connection.execute(
        sql,
        params![
            token.id.to_string(),
            token.name.as_str(),
            token.role.as_str(),
            token.digest.0,
            token.created_at.unix_millis(),
            millis(token.expires_at),
            millis(token.last_used_at),
            millis(token.revoked_at),
        ],
    )?;
    Ok(())
}

pub(super) fn person(row: &Row<'_>) -> rusqlite::Result<(Digest, Person)> {
    let person = Person {
        subject: row.get(1)?,
        name: row.get(2)?,
        role: parsed(row, 3)?,
        expires_at: time(row.get(4)?),
    };
    Ok((Digest(row.get(0)?), person))
}

pub(super) fn insert_person(
    connection: &Connection,
    digest: &Digest,
    person: &Person,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO sign_in (digest, subject, name, role, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.execute(
        sql,
        params![
            digest.0,
            person.subject,
            person.name,
            person.role.as_str(),
            person.expires_at.unix_millis(),
        ],
    )?;
    Ok(())
}

pub(super) fn share(row: &Row<'_>) -> rusqlite::Result<Share> {
    Ok(Share {
        id: parsed(row, 0)?,
        session_id: parsed(row, 1)?,
        is_redacted: row.get(2)?,
        created_by: row.get(3)?,
        created_by_name: row.get(4)?,
        created_at: time(row.get(5)?),
        expires_at: time(row.get(6)?),
    })
}

pub(super) fn insert_share(connection: &Connection, share: &Share) -> rusqlite::Result<()> {
    let sql = "INSERT INTO share (id, session_id, redacted, created_by, created_by_name, \
         created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    connection.execute(
        sql,
        params![
            share.id.to_string(),
            share.session_id.as_str(),
            share.is_redacted,
            share.created_by,
            share.created_by_name,
            share.created_at.unix_millis(),
            share.expires_at.unix_millis(),
        ],
    )?;
    Ok(())
}

fn time(unix_millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(unix_millis)
}

/// A text of a column that is more than a text.
fn parsed<T>(row: &Row<'_>, column: usize) -> rusqlite::Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
