-- The history by blocks: some days of a leaf in a row, packed by bits. What is in the table history is brought over
-- after this migration, leaf by leaf; the next drops it.

CREATE TABLE history_block (
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    first_day       BIGINT NOT NULL, -- in UTC
    quarter_hours   BLOB NOT NULL, -- packed: handled, handle ms, after-call ms
    PRIMARY KEY (organisation_id, leaf_id, first_day)
) PARTITION BY HASH (organisation_id);

DO $$
BEGIN
    FOR part IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF history_block FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            'history_block_' || part, part);
    END LOOP;
END $$;
