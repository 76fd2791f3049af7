-- Contacts are told apart by direction, and by language and skills where a planning group asks for them. What was
-- stored before stays where it was, with none of them: coverage knows that nobody had asked.

ALTER TABLE leaf ADD COLUMN direction TEXT; -- NULL is inbound

DROP INDEX leaf_is_unique;

ALTER TABLE leaf RENAME COLUMN skill TO skills;

CREATE UNIQUE INDEX leaf_is_unique ON leaf (organisation_id, queue_id, code_id, media_type, COALESCE(direction, ''),
    COALESCE(language, ''), COALESCE(skills, ''));

CREATE TABLE new_arrival (
    organisation_id TEXT NOT NULL,
    utc_day         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    direction       TEXT NOT NULL, -- '' is inbound
    language        TEXT NOT NULL, -- '' where there is none, or nobody asks
    skills          TEXT NOT NULL, -- ids in order, with commas; '' as language
    quarter_hours   BLOB NOT NULL, -- packed: offered, abandoned
    PRIMARY KEY (organisation_id, utc_day, queue_id, media_type, direction, language, skills)
) WITHOUT ROWID;

INSERT INTO new_arrival (organisation_id, utc_day, queue_id, media_type, direction, language, skills, quarter_hours)
    SELECT organisation_id, utc_day, queue_id, media_type, '', '', '', quarter_hours FROM arrival;

DROP TABLE arrival;

ALTER TABLE new_arrival RENAME TO arrival;

CREATE TABLE new_queue_handled (
    organisation_id TEXT NOT NULL,
    utc_day         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    direction       TEXT NOT NULL,
    language        TEXT NOT NULL,
    skills          TEXT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: handled, transferred
    PRIMARY KEY (organisation_id, utc_day, queue_id, media_type, direction, language, skills)
) WITHOUT ROWID;

INSERT INTO new_queue_handled (organisation_id, utc_day, queue_id, media_type, direction, language, skills, quarter_hours)
    SELECT organisation_id, utc_day, queue_id, media_type, '', '', '', quarter_hours FROM queue_handled;

DROP TABLE queue_handled;

ALTER TABLE new_queue_handled RENAME TO queue_handled;

CREATE TABLE new_history_sum (
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL, -- code, queue, total
    id              TEXT NOT NULL, -- of the code, '' for contacts without one; of the queue; '' for the total
    direction       TEXT NOT NULL, -- '' is inbound
    utc_day         BIGINT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: handled, handle ms
    PRIMARY KEY (organisation_id, kind, id, direction, utc_day)
) WITHOUT ROWID;

INSERT INTO new_history_sum (organisation_id, kind, id, direction, utc_day, quarter_hours)
    SELECT organisation_id, kind, id, '', utc_day, quarter_hours FROM history_sum;

DROP TABLE history_sum;

ALTER TABLE new_history_sum RENAME TO history_sum;

CREATE TABLE new_day_reading (
    organisation_id TEXT NOT NULL,
    day             BIGINT NOT NULL,
    read_at         BIGINT NOT NULL,
    code_id         TEXT NOT NULL,
    direction       TEXT NOT NULL, -- '' is inbound
    handled         BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, day, read_at, code_id, direction)
) WITHOUT ROWID;

INSERT INTO new_day_reading (organisation_id, day, read_at, code_id, direction, handled)
    SELECT organisation_id, day, read_at, code_id, '', handled FROM day_reading;

DROP TABLE day_reading;

ALTER TABLE new_day_reading RENAME TO day_reading;

CREATE TABLE detail ( -- what readings told apart
    organisation_id TEXT NOT NULL,
    detail_id       BIGINT NOT NULL, -- from 1 on; 0 is what was read before there were details
    document        TEXT NOT NULL, -- JSON
    PRIMARY KEY (organisation_id, detail_id)
) WITHOUT ROWID;

ALTER TABLE coverage ADD COLUMN detail_id BIGINT NOT NULL DEFAULT 0;
