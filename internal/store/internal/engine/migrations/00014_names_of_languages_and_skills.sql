-- What languages and skills are called that planning groups ask for.

CREATE TABLE ability (
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL, -- language, skill
    ability_id      TEXT NOT NULL,
    name            TEXT NOT NULL,
    PRIMARY KEY (organisation_id, kind, ability_id)
) WITHOUT ROWID;
