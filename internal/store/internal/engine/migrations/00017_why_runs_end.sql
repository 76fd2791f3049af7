-- What sort of error ended a run, and what to do about it.

ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN hint TEXT NOT NULL DEFAULT '';

-- The time a schedule was due of which somebody was told that no run had begun.
ALTER TABLE schedule ADD COLUMN missed_at BIGINT;
