-- Files that were imported into an organisation whose history comes from files, and files that were refused.

CREATE TABLE import_file (
    organisation_id TEXT NOT NULL,
    import_id       TEXT NOT NULL,
    digest          TEXT NOT NULL, -- SHA-256 of the file
    sender          TEXT NOT NULL,
    document        TEXT NOT NULL, -- JSON, docs/FORMATS.md
    PRIMARY KEY (organisation_id, import_id)
) WITHOUT ROWID;
