-- What wrapcast owes the platform and has learned of it: the request budget that all processes of an
-- organisation share, how much is given at once, and what days said when they were still young.

CREATE TABLE api_budget (
    organisation_id TEXT NOT NULL,
    next_us         BIGINT NOT NULL, -- when the next request may be made, microseconds since 1970 in UTC
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;

CREATE TABLE api_month (
    organisation_id TEXT NOT NULL,
    month           BIGINT NOT NULL, -- UTC months since January 1970
    requests        BIGINT NOT NULL, -- reserved, whether made or not
    PRIMARY KEY (organisation_id, month)
) WITHOUT ROWID;

CREATE TABLE extraction_size (
    organisation_id TEXT NOT NULL,
    document        TEXT NOT NULL, -- JSON of genesys.Sizes
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;

CREATE TABLE day_reading ( -- what a local day said when it was read; the last reading of a day is its final one
    organisation_id TEXT NOT NULL,
    day             BIGINT NOT NULL,
    read_at         BIGINT NOT NULL,
    code_id         TEXT NOT NULL,
    handled         BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, day, read_at, code_id)
) WITHOUT ROWID;
