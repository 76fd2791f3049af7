-- Forecasts and plans are still evidence: only what an audit entry tells of as deleted by retention may go.

DROP TRIGGER forecast_stays;
CREATE TRIGGER forecast_stays BEFORE DELETE ON forecast WHEN NOT EXISTS (SELECT 1 FROM retention_deleted d
    WHERE d.organisation_id = OLD.organisation_id AND d.kind = 'forecast' AND d.id = OLD.forecast_id)
BEGIN SELECT RAISE(ABORT, 'forecasts are never deleted'); END;

DROP TRIGGER plan_stays;
CREATE TRIGGER plan_stays BEFORE DELETE ON plan WHEN NOT EXISTS (SELECT 1 FROM retention_deleted d
    WHERE d.organisation_id = OLD.organisation_id AND d.kind = 'plan' AND d.id = OLD.plan_id)
BEGIN SELECT RAISE(ABORT, 'plans are never deleted'); END;
