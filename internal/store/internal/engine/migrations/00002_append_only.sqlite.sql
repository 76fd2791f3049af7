-- Audit entries, forecasts and plans are evidence: they are inserted once and stay.

CREATE TRIGGER audit_entry_stays_as_it_is BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END;
CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are never deleted'); END;

CREATE TRIGGER forecast_stays_as_it_is BEFORE UPDATE ON forecast
BEGIN SELECT RAISE(ABORT, 'forecasts are never changed'); END;
CREATE TRIGGER forecast_stays BEFORE DELETE ON forecast
BEGIN SELECT RAISE(ABORT, 'forecasts are never deleted'); END;

CREATE TRIGGER plan_stays_as_it_is BEFORE UPDATE ON plan
BEGIN SELECT RAISE(ABORT, 'plans are never changed'); END;
CREATE TRIGGER plan_stays BEFORE DELETE ON plan
BEGIN SELECT RAISE(ABORT, 'plans are never deleted'); END;
