-- Forecasts and plans are still evidence: only what an audit entry tells of as deleted by retention may go.

CREATE OR REPLACE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND TG_ARGV[0] = 'forecasts' THEN
        IF EXISTS (SELECT 1 FROM retention_deleted d WHERE d.organisation_id = OLD.organisation_id
            AND d.kind = 'forecast' AND d.id = OLD.forecast_id) THEN
            RETURN OLD;
        END IF;
    ELSIF TG_OP = 'DELETE' AND TG_ARGV[0] = 'plans' THEN
        IF EXISTS (SELECT 1 FROM retention_deleted d WHERE d.organisation_id = OLD.organisation_id
            AND d.kind = 'plan' AND d.id = OLD.plan_id) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% are never %', TG_ARGV[0], CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END;
END $$;
