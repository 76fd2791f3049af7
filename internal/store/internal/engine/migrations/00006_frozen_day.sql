-- What frozen forecasts said of days that are over, so that accuracy can be told without reading every forecast. It is
-- derived from forecast, plan and submission, and may be made anew at any time.

CREATE TABLE frozen_day (
    organisation_id TEXT NOT NULL,
    day             BIGINT NOT NULL,
    lead            BIGINT NOT NULL, -- so many days before
    forecast_id     TEXT NOT NULL,
    published       BOOLEAN NOT NULL, -- it held of those a target had
    latest          BOOLEAN NOT NULL, -- it held of all that were made
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, day, lead, forecast_id)
) WITHOUT ROWID;
