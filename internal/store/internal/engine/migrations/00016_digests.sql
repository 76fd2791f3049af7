-- Rows that figures come from carry a digest of all they are and hold: of packed columns in the column, which begins with
-- version 2 then, of others here. The rows that are there are given theirs in this migration.

ALTER TABLE local_day ADD COLUMN digest BIGINT NOT NULL DEFAULT 0;

ALTER TABLE leaf ADD COLUMN digest BIGINT NOT NULL DEFAULT 0;

ALTER TABLE coverage ADD COLUMN digest BIGINT NOT NULL DEFAULT 0;
