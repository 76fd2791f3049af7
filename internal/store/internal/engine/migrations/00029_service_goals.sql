-- The platform's service goal template of each planning group, as JSON; empty where it has none.

ALTER TABLE planning_group ADD COLUMN goal TEXT NOT NULL DEFAULT '';
