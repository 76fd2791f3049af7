-- A run works for each of its business units: validation reports, forecasts and what young days said are a unit's, or
-- its time zone's. What was stored before is the unit's that was planned last.

ALTER TABLE forecast_head ADD COLUMN business_unit_id TEXT NOT NULL DEFAULT '';

UPDATE forecast_head SET business_unit_id = COALESCE((SELECT o.business_unit_id FROM organisation o
    WHERE o.organisation_id = forecast_head.organisation_id), '');

CREATE TABLE new_validation_report (
    organisation_id  TEXT NOT NULL,
    run_id           TEXT NOT NULL,
    business_unit_id TEXT NOT NULL, -- '' where there is none
    document         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, run_id, business_unit_id)
);

INSERT INTO new_validation_report (organisation_id, run_id, business_unit_id, document)
    SELECT v.organisation_id, v.run_id, COALESCE((SELECT o.business_unit_id FROM organisation o
        WHERE o.organisation_id = v.organisation_id), ''), v.document FROM validation_report v;

DROP TABLE validation_report;

ALTER TABLE new_validation_report RENAME TO validation_report;

CREATE TABLE new_day_reading (
    organisation_id TEXT NOT NULL,
    time_zone       TEXT NOT NULL, -- whose day it is
    day             BIGINT NOT NULL,
    read_at         BIGINT NOT NULL,
    code_id         TEXT NOT NULL,
    direction       TEXT NOT NULL, -- '' is inbound
    handled         BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, time_zone, day, read_at, code_id, direction)
) WITHOUT ROWID;

INSERT INTO new_day_reading (organisation_id, time_zone, day, read_at, code_id, direction, handled)
    SELECT d.organisation_id, COALESCE((SELECT z.time_zone FROM local_day_zone z
        WHERE z.organisation_id = d.organisation_id), ''), d.day, d.read_at, d.code_id, d.direction, d.handled
    FROM day_reading d;

DROP TABLE day_reading;

ALTER TABLE new_day_reading RENAME TO day_reading;

CREATE TABLE run_unit ( -- the business units a run is for; none where it has none
    organisation_id  TEXT NOT NULL,
    run_id           TEXT NOT NULL,
    position         BIGINT NOT NULL,
    business_unit_id TEXT NOT NULL,
    document         TEXT NOT NULL, -- JSON
    PRIMARY KEY (organisation_id, run_id, position)
) WITHOUT ROWID;
