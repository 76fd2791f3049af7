-- Roles in single organisations, beside the one in all of them: JSON, a list of organisation and role. Accounts and
-- tokens of before keep the role they have, in all.
ALTER TABLE account ADD COLUMN grants TEXT NOT NULL DEFAULT '';
ALTER TABLE api_token ADD COLUMN grants TEXT NOT NULL DEFAULT '';
