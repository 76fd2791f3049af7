-- Everything that people decide has one shape: overrides, masks, changes of lineage and calendars stand in one table, by kind.

CREATE TABLE decision (
    organisation_id TEXT NOT NULL,
    kind            TEXT NOT NULL, -- override, mask, lineage, calendar
    decision_id     TEXT NOT NULL,
    last_day        BIGINT, -- the last local day it is about; NULL: all days to come
    withdrawn_at    BIGINT,
    withdrawn_by    TEXT NOT NULL,
    document        BLOB NOT NULL, -- as it was made: it never changes
    PRIMARY KEY (organisation_id, kind, decision_id)
) WITHOUT ROWID;

INSERT INTO decision (organisation_id, kind, decision_id, last_day, withdrawn_at, withdrawn_by, document)
    SELECT organisation_id, 'override', override_id, to_day, withdrawn_at, withdrawn_by, document FROM forecast_override;

INSERT INTO decision (organisation_id, kind, decision_id, last_day, withdrawn_at, withdrawn_by, document)
    SELECT organisation_id, 'mask', mask_id, to_day, withdrawn_at, withdrawn_by, document FROM mask_edit;

INSERT INTO decision (organisation_id, kind, decision_id, last_day, withdrawn_at, withdrawn_by, document)
    SELECT organisation_id, 'lineage', lineage_id, NULL, withdrawn_at, withdrawn_by, document FROM lineage_change;

INSERT INTO decision (organisation_id, kind, decision_id, last_day, withdrawn_at, withdrawn_by, document)
    SELECT organisation_id, 'calendar', calendar_id, NULL, NULL, '', document FROM calendar_version;

DROP TABLE forecast_override;
DROP TABLE mask_edit;
DROP TABLE lineage_change;
DROP TABLE calendar_version;
