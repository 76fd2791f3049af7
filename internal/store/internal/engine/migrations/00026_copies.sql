-- Where what is stored was copied from, by `wrapcast store copy`: a copy that was interrupted goes on, and nothing is
-- copied over an installation of its own.

CREATE TABLE copy_mark (
    organisation_id TEXT NOT NULL, -- ''
    source          TEXT NOT NULL, -- SHA-256 of whose installation it is
    begun_at        BIGINT NOT NULL,
    finished_at     BIGINT,
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;
