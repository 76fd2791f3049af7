-- A clock may be set back. When the budget was last drawn on tells, and what the platform asked for stands by itself.

ALTER TABLE api_budget ADD COLUMN at_us BIGINT; -- microseconds since 1970 in UTC; NULL: before there was this column
ALTER TABLE api_budget ADD COLUMN pause_us BIGINT; -- until when the platform wants nobody to send; NULL: not known
ALTER TABLE delivery ADD COLUMN tried_at BIGINT; -- of the last attempt, by whose clock next_at is
