-- works from 33
-- Which programs may work on the schema as each migration leaves it: those that know number works_from or a later one.
-- What a migration says of it in its first line is written here in the migration's own transaction, so that programs
-- of before go on, or stop, at that moment.

CREATE TABLE schema_reach (
    migration  BIGINT NOT NULL,
    works_from BIGINT NOT NULL,
    PRIMARY KEY (migration)
) WITHOUT ROWID;
