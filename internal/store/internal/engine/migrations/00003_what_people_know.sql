-- What people know that no history tells: the calendar, what became of codes, overrides, masks set by hand;
-- and what each queue handled by the platform's own count, against which codes are checked.

CREATE TABLE queue_handled (
    organisation_id TEXT NOT NULL,
    utc_day         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: handled, transferred
    PRIMARY KEY (organisation_id, utc_day, queue_id, media_type)
) WITHOUT ROWID;

CREATE TABLE calendar_version ( -- the latest holds
    organisation_id TEXT NOT NULL,
    calendar_id     TEXT NOT NULL,
    author          TEXT NOT NULL,
    reason          TEXT NOT NULL,
    made_at         BIGINT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, calendar_id)
) WITHOUT ROWID;

CREATE TABLE lineage_change (
    organisation_id TEXT NOT NULL,
    lineage_id      TEXT NOT NULL,
    on_day          BIGINT NOT NULL,
    withdrawn_at    BIGINT,
    withdrawn_by    TEXT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, lineage_id)
) WITHOUT ROWID;

CREATE TABLE forecast_override (
    organisation_id TEXT NOT NULL,
    override_id     TEXT NOT NULL,
    from_day        BIGINT NOT NULL,
    to_day          BIGINT NOT NULL,
    withdrawn_at    BIGINT,
    withdrawn_by    TEXT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, override_id)
) WITHOUT ROWID;

CREATE TABLE mask_edit (
    organisation_id TEXT NOT NULL,
    mask_id         TEXT NOT NULL,
    from_day        BIGINT NOT NULL,
    to_day          BIGINT NOT NULL,
    withdrawn_at    BIGINT,
    withdrawn_by    TEXT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, mask_id)
) WITHOUT ROWID;
