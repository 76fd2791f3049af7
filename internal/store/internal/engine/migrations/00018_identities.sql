-- Answers to requests with an Idempotency-Key belong to an identity, not to a name that another may have later; those
-- kept so far say only the name and go. A token made by somebody with an account ends with the account.
DELETE FROM answered_request;
ALTER TABLE answered_request ADD COLUMN asked_by TEXT NOT NULL DEFAULT ''; -- kind and id: 'user …', 'token …'
ALTER TABLE answered_request ADD COLUMN asked_as TEXT NOT NULL DEFAULT ''; -- the role at that time
CREATE INDEX answered_request_of ON answered_request (organisation_id, asked_by);

ALTER TABLE api_token ADD COLUMN owner_id TEXT NOT NULL DEFAULT ''; -- an account; '' belongs to the installation
UPDATE api_token SET owner_id = COALESCE((SELECT account_id FROM account
    WHERE account.organisation_id = api_token.organisation_id AND account.name = LOWER(api_token.author)), '');
