-- An organisation may have several business units. One that the platform lists no more is gone; those planned before
-- there could be several are not known to be there still.

ALTER TABLE business_unit ADD COLUMN gone BOOLEAN NOT NULL DEFAULT FALSE;

UPDATE business_unit SET gone = TRUE WHERE NOT EXISTS (SELECT 1 FROM organisation o
    WHERE o.organisation_id = business_unit.organisation_id AND o.business_unit_id = business_unit.business_unit_id);
