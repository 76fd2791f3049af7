-- The first schema. This is SQLite's text; what PostgreSQL writes differently is replaced
-- in migrate.go. Every key begins with organisation_id. Columns ending in _at are instants,
-- milliseconds since 1970 in UTC; days are counted since 1970-01-01. Packed columns begin
-- with a version and are described in docs/FORMATS.md.

CREATE TABLE organisation (
    organisation_id  TEXT NOT NULL,
    name             TEXT NOT NULL,
    region           TEXT NOT NULL,
    business_unit_id TEXT NOT NULL, -- the one of the latest directory
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;

CREATE TABLE business_unit (
    organisation_id  TEXT NOT NULL,
    business_unit_id TEXT NOT NULL,
    name             TEXT NOT NULL,
    time_zone        TEXT NOT NULL,
    week_start       BIGINT NOT NULL, -- 0 is Sunday
    PRIMARY KEY (organisation_id, business_unit_id)
) WITHOUT ROWID;

CREATE TABLE planning_group (
    organisation_id   TEXT NOT NULL,
    business_unit_id  TEXT NOT NULL,
    planning_group_id TEXT NOT NULL,
    name              TEXT NOT NULL,
    routes            TEXT NOT NULL, -- JSON
    PRIMARY KEY (organisation_id, business_unit_id, planning_group_id)
) WITHOUT ROWID;

CREATE TABLE queue (
    organisation_id TEXT NOT NULL,
    queue_id        TEXT NOT NULL,
    name            TEXT NOT NULL,
    PRIMARY KEY (organisation_id, queue_id)
) WITHOUT ROWID;

CREATE TABLE code (
    organisation_id TEXT NOT NULL,
    code_id         TEXT NOT NULL,
    name            TEXT NOT NULL,
    deleted         BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, code_id)
) WITHOUT ROWID;

CREATE TABLE leaf (
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    code_id         TEXT NOT NULL, -- '' for contacts without a code
    media_type      TEXT NOT NULL,
    language        TEXT,
    skill           TEXT,
    PRIMARY KEY (organisation_id, leaf_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX leaf_is_unique ON leaf
    (organisation_id, queue_id, code_id, media_type, COALESCE(language, ''), COALESCE(skill, ''));

CREATE TABLE history (
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    utc_day         BIGINT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: handled, handle ms, after-call ms
    PRIMARY KEY (organisation_id, leaf_id, utc_day)
) WITHOUT ROWID;

CREATE TABLE arrival (
    organisation_id TEXT NOT NULL,
    utc_day         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: offered, abandoned
    PRIMARY KEY (organisation_id, utc_day, queue_id, media_type)
) WITHOUT ROWID;

CREATE TABLE local_day ( -- derived from history
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    day             BIGINT NOT NULL, -- in the zone of local_day_zone
    observations    BIGINT NOT NULL, -- quarter-hours with a contact
    handled         BIGINT NOT NULL,
    handle_ms       BIGINT NOT NULL,
    after_call_ms   BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, leaf_id, day)
) WITHOUT ROWID;

CREATE TABLE local_day_zone (
    organisation_id TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;

CREATE TABLE coverage ( -- intervals that do not overlap
    organisation_id TEXT NOT NULL,
    from_at         BIGINT NOT NULL,
    to_at           BIGINT NOT NULL,
    read_at         BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, from_at)
) WITHOUT ROWID;

CREATE TABLE run (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    state           TEXT NOT NULL,
    actor           TEXT NOT NULL,
    spec            TEXT, -- JSON
    started_at      BIGINT,
    finished_at     BIGINT,
    reason          TEXT NOT NULL,
    PRIMARY KEY (organisation_id, run_id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX run_unfinished ON run (organisation_id) WHERE state IN ('pending', 'running');

CREATE TABLE step (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    position        BIGINT NOT NULL,
    name            TEXT NOT NULL,
    state           TEXT NOT NULL,
    started_at      BIGINT,
    finished_at     BIGINT,
    latency_ms      BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    result          TEXT, -- JSON
    PRIMARY KEY (organisation_id, run_id, position),
    UNIQUE (organisation_id, run_id, name),
    FOREIGN KEY (organisation_id, run_id) REFERENCES run (organisation_id, run_id)
) WITHOUT ROWID;

CREATE TABLE lease (
    organisation_id TEXT NOT NULL,
    holder          TEXT NOT NULL,
    until_at        BIGINT NOT NULL,
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;

CREATE TABLE validation_report (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, run_id)
);

CREATE TABLE forecast (
    organisation_id TEXT NOT NULL,
    forecast_id     TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    made_at         BIGINT NOT NULL,
    algorithm       TEXT NOT NULL,
    from_day        BIGINT NOT NULL,
    days            BIGINT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, forecast_id)
);

CREATE INDEX forecast_by_run ON forecast (organisation_id, run_id);

CREATE TABLE plan (
    organisation_id  TEXT NOT NULL,
    plan_id          TEXT NOT NULL,
    run_id           TEXT NOT NULL,
    forecast_id      TEXT NOT NULL,
    target           TEXT NOT NULL,
    business_unit_id TEXT NOT NULL, -- '' for REST
    week             BIGINT,
    made_at          BIGINT NOT NULL,
    refusals         BIGINT NOT NULL,
    document         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, plan_id),
    FOREIGN KEY (organisation_id, forecast_id) REFERENCES forecast (organisation_id, forecast_id)
);

CREATE INDEX plan_by_run ON plan (organisation_id, run_id);

CREATE TABLE submission (
    organisation_id    TEXT NOT NULL,
    submission_id      TEXT NOT NULL,
    plan_id            TEXT NOT NULL,
    run_id             TEXT NOT NULL,
    target             TEXT NOT NULL,
    state              TEXT NOT NULL,
    business_unit_id   TEXT NOT NULL,
    week               BIGINT,
    upload_key         TEXT NOT NULL,
    operation_id       TEXT NOT NULL,
    target_forecast_id TEXT NOT NULL,
    status_code        BIGINT NOT NULL,
    reason             TEXT NOT NULL,
    created_at         BIGINT,
    sent_at            BIGINT,
    updated_at         BIGINT,
    PRIMARY KEY (organisation_id, submission_id),
    UNIQUE (organisation_id, plan_id), -- at most one per plan, whatever crashes when
    FOREIGN KEY (organisation_id, plan_id) REFERENCES plan (organisation_id, plan_id)
) WITHOUT ROWID;

CREATE INDEX submission_by_run ON submission (organisation_id, run_id);
CREATE INDEX submission_by_state ON submission (organisation_id, state);

CREATE TABLE delivery (
    organisation_id TEXT NOT NULL,
    delivery_id     TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    url             TEXT NOT NULL,
    body            BLOB NOT NULL,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    next_at         BIGINT,
    status_code     BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    created_at      BIGINT,
    delivered_at    BIGINT,
    PRIMARY KEY (organisation_id, delivery_id)
) WITHOUT ROWID;

CREATE INDEX delivery_by_run ON delivery (organisation_id, run_id);
CREATE INDEX delivery_due ON delivery (organisation_id, state, next_at);

CREATE TABLE audit_entry (
    organisation_id TEXT NOT NULL,
    seq             BIGINT NOT NULL,
    run_id          TEXT NOT NULL,
    at              BIGINT NOT NULL,
    actor           TEXT NOT NULL,
    action          TEXT NOT NULL,
    status          TEXT NOT NULL,
    status_code     BIGINT NOT NULL,
    latency_ms      BIGINT NOT NULL,
    objects         TEXT, -- JSON
    webhook         TEXT NOT NULL,
    accuracy        TEXT, -- JSON
    detail          TEXT NOT NULL,
    previous        TEXT NOT NULL,
    hash            TEXT NOT NULL,
    PRIMARY KEY (organisation_id, seq)
) WITHOUT ROWID;

CREATE INDEX audit_entry_by_run ON audit_entry (organisation_id, run_id);
