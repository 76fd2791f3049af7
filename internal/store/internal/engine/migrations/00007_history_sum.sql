-- Sums of history that pages look at: what a code, a queue and everything handled. Derived from history, as local_day is.

CREATE TABLE history_sum (
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL, -- code, queue, total
    id              TEXT NOT NULL, -- of the code, '' for contacts without one; of the queue; '' for the total
    utc_day         BIGINT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: handled, handle ms
    PRIMARY KEY (organisation_id, kind, id, utc_day)
) WITHOUT ROWID;
