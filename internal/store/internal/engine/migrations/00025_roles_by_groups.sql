-- What an account may do by groups of the identity provider, as of its last login: JSON of the groups that the settings
-- give a role, and the roles. Accounts of before have none until they log in.
ALTER TABLE account ADD COLUMN group_roles TEXT NOT NULL DEFAULT '';
