-- Times are Unix milliseconds. Of what lets somebody in there are hashes only (SHA-256).
CREATE TABLE token (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    digest       BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,          -- NULL where it never does
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;
-- A name stands for one token at a time, so that a log line's is clear.
CREATE UNIQUE INDEX token_name ON token (name) WHERE revoked_at IS NULL;

-- People who have signed in.
CREATE TABLE sign_in (
    digest     BLOB    NOT NULL PRIMARY KEY,
    subject    TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE share (
    id              TEXT    NOT NULL PRIMARY KEY,
    session_id      TEXT    NOT NULL,
    redacted        INTEGER NOT NULL, -- 0 or 1
    created_by      TEXT    NOT NULL, -- as in token:0123456789abcdef, person:SUBJECT
    created_by_name TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    revoked_at      INTEGER
) STRICT;

-- One row: what share links and the cookie of a sign-in under way are signed with.
CREATE TABLE signing_key (
    only INTEGER NOT NULL PRIMARY KEY CHECK (only = 1),
    key  BLOB    NOT NULL
) STRICT;
