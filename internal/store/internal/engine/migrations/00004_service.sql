-- The service: when runs are due, who asked a run to stop, who may do what, and which requests were answered before.
-- Jobs themselves are in River's own tables. Users, sessions, tokens and answers belong to the whole
-- installation: their organisation_id is ''.

CREATE TABLE schedule (
    organisation_id TEXT NOT NULL,
    schedule_id     TEXT NOT NULL,
    source          TEXT NOT NULL, -- stored, settings, command
    cron            TEXT NOT NULL, -- on the wall clock of the business unit
    request         TEXT NOT NULL, -- JSON: what the run is asked for
    enabled         BOOLEAN NOT NULL,
    next_at         BIGINT,
    last_at         BIGINT, -- when it was last due
    last_run_id     TEXT NOT NULL,
    author          TEXT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, schedule_id)
) WITHOUT ROWID;

CREATE TABLE run_cancel (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    actor           TEXT NOT NULL,
    asked_at        BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, run_id)
) WITHOUT ROWID;

CREATE TABLE account (
    organisation_id TEXT NOT NULL,
    account_id      TEXT NOT NULL,
    name            TEXT NOT NULL, -- what people log in with, in lower case
    role            TEXT NOT NULL,
    password        TEXT NOT NULL, -- argon2id in PHC form; '' where there is none
    subject         TEXT NOT NULL, -- issuer and subject of an identity provider; '' where there is none
    disabled        BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, account_id),
    UNIQUE (organisation_id, name)
) WITHOUT ROWID;

CREATE UNIQUE INDEX account_by_subject ON account (organisation_id, subject) WHERE subject <> '';

CREATE TABLE session (
    organisation_id TEXT NOT NULL,
    session_hash    TEXT NOT NULL, -- SHA-256 of what the cookie holds
    account_id      TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    used_at         BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, session_hash),
    FOREIGN KEY (organisation_id, account_id) REFERENCES account (organisation_id, account_id)
) WITHOUT ROWID;

CREATE TABLE api_token (
    organisation_id TEXT NOT NULL,
    token_id        TEXT NOT NULL,
    token_hash      TEXT NOT NULL, -- SHA-256
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    author          TEXT NOT NULL,
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT,
    used_at         BIGINT,
    revoked_at      BIGINT,
    PRIMARY KEY (organisation_id, token_id),
    UNIQUE (organisation_id, token_hash)
) WITHOUT ROWID;

CREATE TABLE answered_request (
    organisation_id TEXT NOT NULL,
    request_key     TEXT NOT NULL, -- SHA-256 of who asked and the Idempotency-Key
    fingerprint     TEXT NOT NULL, -- SHA-256 of method, path and body
    asked_at        BIGINT NOT NULL,
    status          BIGINT NOT NULL, -- 0 while it is being answered
    header          TEXT NOT NULL, -- JSON
    body            BLOB NOT NULL,
    PRIMARY KEY (organisation_id, request_key)
) WITHOUT ROWID;
