-- Forecasts without their numbers, for lists: reading a large one takes a second. Derived from forecast.

CREATE TABLE forecast_head (
    organisation_id TEXT NOT NULL,
    forecast_id     TEXT NOT NULL,
    head            TEXT NOT NULL, -- JSON
    PRIMARY KEY (organisation_id, forecast_id)
) WITHOUT ROWID;
