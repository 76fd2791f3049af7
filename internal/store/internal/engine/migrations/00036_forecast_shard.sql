-- A forecast that is larger than a machine is made in shards, by whoever takes them: what all its series have taught each
-- other, and the series of each shard with who works on it. The rows live as long as the step that made them, and are not
-- copied: what is missing is worked out anew.

CREATE TABLE forecast_learned (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    panel           TEXT NOT NULL, -- digest of all series and of how they are forecast
    document        BLOB NOT NULL, -- forecast.Learned, behind the first eight bytes of its SHA-256
    PRIMARY KEY (organisation_id, run_id, panel)
);

CREATE TABLE forecast_shard (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    panel           TEXT NOT NULL,
    place           BIGINT NOT NULL, -- of the shard among those of the panel, from 0
    series          BLOB NOT NULL, -- as document
    results         BLOB, -- as document; NULL until the shard is done
    holder          TEXT NOT NULL, -- who works on it, '' for nobody, until
    until_at        BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, run_id, panel, place)
);
