-- The tables that grow are cut by organisation, so that what is done to one part (vacuum, an index that is made anew)
-- does not touch the others; and what is evidence stays. Row-level security is put on by the engine after every
-- migration, on all tables that have an organisation_id.

DO $$
DECLARE
    t text;
    part BIGINT;
BEGIN
    ALTER TABLE plan DROP CONSTRAINT plan_organisation_id_forecast_id_fkey;
    FOREACH t IN ARRAY ARRAY['history', 'local_day', 'history_sum', 'arrival', 'queue_handled', 'forecast',
        'forecast_input', 'frozen_day', 'audit_entry', 'history_digest']
    LOOP
        EXECUTE format('ALTER TABLE %I RENAME TO %I', t, 'whole_' || t);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL) PARTITION BY HASH (organisation_id)', t, 'whole_' || t);
        FOR part IN 0..7 LOOP
            EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
                t || '_' || part, t, part);
        END LOOP;
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', t, 'whole_' || t);
        EXECUTE format('DROP TABLE %I', 'whole_' || t);
    END LOOP;
    ALTER TABLE plan ADD FOREIGN KEY (organisation_id, forecast_id) REFERENCES forecast (organisation_id, forecast_id);
END $$;

-- Audit entries, forecasts and plans are evidence: they are inserted once and stay.
CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% are never %', TG_ARGV[0], CASE TG_OP WHEN 'UPDATE' THEN 'changed' ELSE 'deleted' END;
END $$;

DO $$
DECLARE
    words text[];
    t text;
BEGIN
    FOREACH words SLICE 1 IN ARRAY ARRAY[['audit_entry', 'audit entries'], ['forecast', 'forecasts'], ['plan', 'plans']]
    LOOP
        t := words[1];
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION evidence_stays(%L)',
            t || '_stays', t, words[2]);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays(%L)',
            t || '_is_kept', t, words[2]);
    END LOOP;
END $$;
