-- What retention has deleted: the audit chain has the digests, this only lets it happen and tells whoever asks for one.

CREATE TABLE retention_deleted (
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL, -- as the audit chain names them: forecast, plan, submission …
    id              TEXT NOT NULL,
    seq             BIGINT NOT NULL, -- of the entry that tells of it
    PRIMARY KEY (organisation_id, kind, id)
) WITHOUT ROWID;
