-- The wall display of one side's documents: whose they are stands beside what it counts.
DROP INDEX session_open;
CREATE INDEX session_open ON session
    (open_since, id, progress_at, expires_at, source_type) WHERE open_since IS NOT NULL;
DROP INDEX session_ended;
CREATE INDEX session_ended ON session
    (status, ended_at, id, expires_at, source_type, input_tokens, output_tokens, tokens_partial)
    WHERE ended_at IS NOT NULL;
