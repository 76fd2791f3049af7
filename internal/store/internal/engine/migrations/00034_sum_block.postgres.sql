-- Sums by blocks, as the history. What is in the table history_sum is brought over after this migration; the next drops
-- it.

CREATE TABLE sum_block (
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL, -- code, queue, total
    id              TEXT NOT NULL, -- of the code, of the queue; empty for contacts without a code, and for the total
    direction       TEXT NOT NULL, -- empty is inbound
    first_day       BIGINT NOT NULL, -- in UTC
    quarter_hours   BLOB NOT NULL, -- packed: handled, handle ms
    PRIMARY KEY (organisation_id, kind, id, direction, first_day)
) PARTITION BY HASH (organisation_id);

DO $$
BEGIN
    FOR part IN 0..7 LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF sum_block FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            'sum_block_' || part, part);
    END LOOP;
END $$;
