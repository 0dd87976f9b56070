-- One row a session: the item itself, and beside it what the queries need, derived from the
-- item in one place (sqlite/row.rs).
--
-- Where an unknown value has a place in an order, it has a value of its own rather than NULL,
-- so that one comparison serves all rows.
CREATE TABLE session (
    id             TEXT    NOT NULL PRIMARY KEY
                   CHECK (length(id) BETWEEN 1 AND 256 AND id NOT GLOB '*[^A-Za-z0-9._:@-]*'),
    version        INTEGER,          -- NULL where an old writer wrote
    sort_time      INTEGER NOT NULL, -- Unix ms; the lowest integer where unknown
    status         TEXT    NOT NULL,
    source_type    TEXT,
    document_id    TEXT,
    correlation_id TEXT,
    expires_at     INTEGER NOT NULL, -- Unix s; the highest integer where it never expires
    matched        INTEGER NOT NULL, -- 0 or 1: completed with a match
    has_error      INTEGER NOT NULL, -- 0 or 1: an agent is in error
    open_since     INTEGER,          -- Unix ms, the highest integer where unknown; NULL once final
    progress_at    INTEGER,          -- Unix ms
    ended_at       INTEGER,          -- Unix ms; NULL until final
    input_tokens   INTEGER NOT NULL,
    output_tokens  INTEGER NOT NULL,
    tokens_partial INTEGER NOT NULL, -- 0 or 1
    item           TEXT    NOT NULL  -- plain JSON
) STRICT;

-- Listings, newest first; an index for each combination of filters.
CREATE INDEX session_time ON session
    (sort_time, id, expires_at, status, source_type, document_id, correlation_id, matched, has_error);
CREATE INDEX session_status ON session (status, sort_time, id, expires_at);
CREATE INDEX session_source ON session (source_type, sort_time, id, expires_at);
CREATE INDEX session_status_source ON session (status, source_type, sort_time, id, expires_at);

-- Searches by the start of an id; what filters and orders the hits stands beside it.
CREATE INDEX session_id ON session (id, sort_time, expires_at, status, source_type);
CREATE INDEX session_document ON session
    (document_id, sort_time, id, expires_at, status, source_type) WHERE document_id IS NOT NULL;
CREATE INDEX session_correlation ON session
    (correlation_id, sort_time, id, expires_at, status, source_type) WHERE correlation_id IS NOT NULL;

-- The wall display.
CREATE INDEX session_open ON session
    (open_since, id, progress_at, expires_at) WHERE open_since IS NOT NULL;
CREATE INDEX session_ended ON session
    (status, ended_at, id, expires_at, input_tokens, output_tokens, tokens_partial)
    WHERE ended_at IS NOT NULL;

-- The purge.
CREATE INDEX session_expiry ON session (expires_at);
