-- Evidence: entries of the audit chain are bound to what they speak of by digests, signed checkpoints say how far a chain had
-- come, and what forecasts are made of is kept. docs/FORMATS.md has the bytes of every digest.

ALTER TABLE audit_entry ADD COLUMN digests TEXT; -- JSON; NULL in entries of before

CREATE TABLE audit_key ( -- as the chain's own entries have it
    organisation_id TEXT NOT NULL,
    seq             BIGINT NOT NULL, -- of the entry from which on it signs
    public          TEXT NOT NULL,
    PRIMARY KEY (organisation_id, seq)
) WITHOUT ROWID;

CREATE TABLE audit_checkpoint ( -- the last of each run, those of rotations of the key, and the chain's latest
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL, -- '' for the latest, 'key ' and a seq for a rotation
    seq             BIGINT NOT NULL,
    note            TEXT NOT NULL, -- signed
    PRIMARY KEY (organisation_id, run_id)
) WITHOUT ROWID;

CREATE TABLE history_digest ( -- of each UTC day of history that was read
    organisation_id TEXT NOT NULL,
    utc_day         BIGINT NOT NULL,
    digest          TEXT NOT NULL, -- as the last entry about the history has it; '' where none has it yet
    stale           BOOLEAN NOT NULL, -- read anew since
    PRIMARY KEY (organisation_id, utc_day)
) WITHOUT ROWID;

CREATE TABLE forecast_input (
    organisation_id TEXT NOT NULL,
    forecast_id     TEXT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, forecast_id)
);
