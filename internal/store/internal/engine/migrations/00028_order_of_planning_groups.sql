-- Where several routes fit contacts alike, the first in the platform's list has them: its order is kept.

ALTER TABLE planning_group ADD COLUMN place BIGINT NOT NULL DEFAULT 0;
