-- What each connection committed last, so that a process whose commit was not answered can look whether it was done.
-- The server's own number of a transaction does not tell: after a crash it is given again.

CREATE TABLE commit_mark (
    slot   TEXT NOT NULL, -- of a process, one for each transaction it has under way
    number BIGINT NOT NULL, -- of the transaction, as the process counts them
    at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (slot)
);
