PRAGMA application_id = 2003984752;
CREATE TABLE schema_version (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		version_id INTEGER NOT NULL,
		is_applied INTEGER NOT NULL,
		tstamp TIMESTAMP DEFAULT (datetime('now'))
	);
CREATE TABLE organisation (
    organisation_id  TEXT NOT NULL,
    name             TEXT NOT NULL,
    region           TEXT NOT NULL,
    business_unit_id TEXT NOT NULL, -- the one of the latest directory
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;
CREATE TABLE business_unit (
    organisation_id  TEXT NOT NULL,
    business_unit_id TEXT NOT NULL,
    name             TEXT NOT NULL,
    time_zone        TEXT NOT NULL,
    week_start       BIGINT NOT NULL, -- 0 is Sunday
    PRIMARY KEY (organisation_id, business_unit_id)
) WITHOUT ROWID;
CREATE TABLE planning_group (
    organisation_id   TEXT NOT NULL,
    business_unit_id  TEXT NOT NULL,
    planning_group_id TEXT NOT NULL,
    name              TEXT NOT NULL,
    routes            TEXT NOT NULL, -- JSON
    PRIMARY KEY (organisation_id, business_unit_id, planning_group_id)
) WITHOUT ROWID;
CREATE TABLE queue (
    organisation_id TEXT NOT NULL,
    queue_id        TEXT NOT NULL,
    name            TEXT NOT NULL,
    PRIMARY KEY (organisation_id, queue_id)
) WITHOUT ROWID;
CREATE TABLE code (
    organisation_id TEXT NOT NULL,
    code_id         TEXT NOT NULL,
    name            TEXT NOT NULL,
    deleted         BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, code_id)
) WITHOUT ROWID;
CREATE TABLE leaf (
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    code_id         TEXT NOT NULL, -- '' for contacts without a code
    media_type      TEXT NOT NULL,
    language        TEXT,
    skill           TEXT,
    PRIMARY KEY (organisation_id, leaf_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX leaf_is_unique ON leaf
    (organisation_id, queue_id, code_id, media_type, COALESCE(language, ''), COALESCE(skill, ''));
CREATE TABLE history (
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    utc_day         BIGINT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: handled, handle ms, after-call ms
    PRIMARY KEY (organisation_id, leaf_id, utc_day)
) WITHOUT ROWID;
CREATE TABLE arrival (
    organisation_id TEXT NOT NULL,
    utc_day         BIGINT NOT NULL,
    queue_id        TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    quarter_hours   BLOB NOT NULL, -- packed: offered, abandoned
    PRIMARY KEY (organisation_id, utc_day, queue_id, media_type)
) WITHOUT ROWID;
CREATE TABLE local_day ( -- derived from history
    organisation_id TEXT NOT NULL,
    leaf_id         BIGINT NOT NULL,
    day             BIGINT NOT NULL, -- in the zone of local_day_zone
    observations    BIGINT NOT NULL, -- quarter-hours with a contact
    handled         BIGINT NOT NULL,
    handle_ms       BIGINT NOT NULL,
    after_call_ms   BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, leaf_id, day)
) WITHOUT ROWID;
CREATE TABLE local_day_zone (
    organisation_id TEXT NOT NULL,
    time_zone       TEXT NOT NULL,
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;
CREATE TABLE coverage ( -- intervals that do not overlap
    organisation_id TEXT NOT NULL,
    from_at         BIGINT NOT NULL,
    to_at           BIGINT NOT NULL,
    read_at         BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, from_at)
) WITHOUT ROWID;
CREATE TABLE run (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    state           TEXT NOT NULL,
    actor           TEXT NOT NULL,
    spec            TEXT, -- JSON
    started_at      BIGINT,
    finished_at     BIGINT,
    reason          TEXT NOT NULL,
    PRIMARY KEY (organisation_id, run_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX run_unfinished ON run (organisation_id) WHERE state IN ('pending', 'running');
CREATE TABLE step (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    position        BIGINT NOT NULL,
    name            TEXT NOT NULL,
    state           TEXT NOT NULL,
    started_at      BIGINT,
    finished_at     BIGINT,
    latency_ms      BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    result          TEXT, -- JSON
    PRIMARY KEY (organisation_id, run_id, position),
    UNIQUE (organisation_id, run_id, name),
    FOREIGN KEY (organisation_id, run_id) REFERENCES run (organisation_id, run_id)
) WITHOUT ROWID;
CREATE TABLE lease (
    organisation_id TEXT NOT NULL,
    holder          TEXT NOT NULL,
    until_at        BIGINT NOT NULL,
    PRIMARY KEY (organisation_id)
) WITHOUT ROWID;
CREATE TABLE validation_report (
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, run_id)
);
CREATE TABLE forecast (
    organisation_id TEXT NOT NULL,
    forecast_id     TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    made_at         BIGINT NOT NULL,
    algorithm       TEXT NOT NULL,
    from_day        BIGINT NOT NULL,
    days            BIGINT NOT NULL,
    document        BLOB NOT NULL,
    PRIMARY KEY (organisation_id, forecast_id)
);
CREATE INDEX forecast_by_run ON forecast (organisation_id, run_id);
CREATE TABLE plan (
    organisation_id  TEXT NOT NULL,
    plan_id          TEXT NOT NULL,
    run_id           TEXT NOT NULL,
    forecast_id      TEXT NOT NULL,
    target           TEXT NOT NULL,
    business_unit_id TEXT NOT NULL, -- '' for REST
    week             BIGINT,
    made_at          BIGINT NOT NULL,
    refusals         BIGINT NOT NULL,
    document         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, plan_id),
    FOREIGN KEY (organisation_id, forecast_id) REFERENCES forecast (organisation_id, forecast_id)
);
CREATE INDEX plan_by_run ON plan (organisation_id, run_id);
CREATE TABLE submission (
    organisation_id    TEXT NOT NULL,
    submission_id      TEXT NOT NULL,
    plan_id            TEXT NOT NULL,
    run_id             TEXT NOT NULL,
    target             TEXT NOT NULL,
    state              TEXT NOT NULL,
    business_unit_id   TEXT NOT NULL,
    week               BIGINT,
    upload_key         TEXT NOT NULL,
    operation_id       TEXT NOT NULL,
    target_forecast_id TEXT NOT NULL,
    status_code        BIGINT NOT NULL,
    reason             TEXT NOT NULL,
    created_at         BIGINT,
    sent_at            BIGINT,
    updated_at         BIGINT,
    PRIMARY KEY (organisation_id, submission_id),
    UNIQUE (organisation_id, plan_id), -- at most one per plan, whatever crashes when
    FOREIGN KEY (organisation_id, plan_id) REFERENCES plan (organisation_id, plan_id)
) WITHOUT ROWID;
CREATE INDEX submission_by_run ON submission (organisation_id, run_id);
CREATE INDEX submission_by_state ON submission (organisation_id, state);
CREATE TABLE delivery (
    organisation_id TEXT NOT NULL,
    delivery_id     TEXT NOT NULL,
    run_id          TEXT NOT NULL,
    url             TEXT NOT NULL,
    body            BLOB NOT NULL,
    state           TEXT NOT NULL,
    attempts        BIGINT NOT NULL,
    next_at         BIGINT,
    status_code     BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    created_at      BIGINT,
    delivered_at    BIGINT,
    PRIMARY KEY (organisation_id, delivery_id)
) WITHOUT ROWID;
CREATE INDEX delivery_by_run ON delivery (organisation_id, run_id);
CREATE INDEX delivery_due ON delivery (organisation_id, state, next_at);
CREATE TABLE audit_entry (
    organisation_id TEXT NOT NULL,
    seq             BIGINT NOT NULL,
    run_id          TEXT NOT NULL,
    at              BIGINT NOT NULL,
    actor           TEXT NOT NULL,
    action          TEXT NOT NULL,
    status          TEXT NOT NULL,
    status_code     BIGINT NOT NULL,
    latency_ms      BIGINT NOT NULL,
    objects         TEXT, -- JSON
    webhook         TEXT NOT NULL,
    accuracy        TEXT, -- JSON
    detail          TEXT NOT NULL,
    previous        TEXT NOT NULL,
    hash            TEXT NOT NULL,
    PRIMARY KEY (organisation_id, seq)
) WITHOUT ROWID;
CREATE INDEX audit_entry_by_run ON audit_entry (organisation_id, run_id);
INSERT INTO schema_version VALUES (1, 0, 1, '2026-11-23 17:50:44');
INSERT INTO schema_version VALUES (2, 1, 1, '2026-11-23 17:50:44');
INSERT INTO organisation VALUES ('org', 'City of Boston', 'us-east-1', 'bu');
INSERT INTO business_unit VALUES ('org', 'bu', '311', 'America/New_York', 1);
INSERT INTO planning_group VALUES ('org', 'bu', 'g1', 'Parks voice', '[{"queue":"q1","media":"voice"}]');
INSERT INTO planning_group VALUES ('org', 'bu', 'g2', 'Spanish', '[{"queue":"q2","media":"chat","language":"es","skills":["a","b"]}]');
INSERT INTO queue VALUES ('org', 'q1', 'Parks');
INSERT INTO queue VALUES ('org', 'q2', 'Public Works');
INSERT INTO code VALUES ('org', '', 'no code', 0);
INSERT INTO code VALUES ('org', 'ININ-WRAP-UP-TIMEOUT', 'Timeout', 0);
INSERT INTO code VALUES ('org', 'c1', 'Pothole', 0);
INSERT INTO code VALUES ('org', 'c2', 'Café ☕ "''`', 1);
INSERT INTO leaf VALUES ('org', 1, 'q', '', 'voice', NULL, NULL);
INSERT INTO leaf VALUES ('org', 2, 'q', 'c1', 'voice', NULL, NULL);
INSERT INTO history VALUES ('org', 1, 20780, X'013007A0968001D0E80C');
INSERT INTO history VALUES ('org', 2, 20780, X'013003A0F73690BF05');
INSERT INTO history VALUES ('org', 2, 20781, X'011802C0CF24E0D403');
INSERT INTO arrival VALUES ('org', 20780, 'q', 'voice', X'01300902');
INSERT INTO local_day VALUES ('org', 1, 20780, 1, 7, 2100000, 210000);
INSERT INTO local_day VALUES ('org', 2, 20780, 1, 3, 900000, 90000);
INSERT INTO local_day VALUES ('org', 2, 20781, 1, 2, 600000, 60000);
INSERT INTO local_day_zone VALUES ('org', 'America/New_York');
INSERT INTO coverage VALUES ('org', 1795435200000, 1795521600000, 1795435200000);
INSERT INTO run VALUES ('org', 'r1', 'pending', 'cli', '{"b": 1, "a": 2}', 1795435200000, NULL, '');
INSERT INTO step VALUES ('org', 'r1', 0, 'extract', 'pending', NULL, NULL, 0, '', NULL);
INSERT INTO step VALUES ('org', 'r1', 1, 'validate', 'pending', NULL, NULL, 0, '', NULL);
INSERT INTO step VALUES ('org', 'r1', 2, 'forecast', 'pending', NULL, NULL, 0, '', NULL);
INSERT INTO step VALUES ('org', 'r1', 3, 'plan', 'pending', NULL, NULL, 0, '', NULL);
INSERT INTO step VALUES ('org', 'r1', 4, 'submit', 'pending', NULL, NULL, 0, '', NULL);
INSERT INTO step VALUES ('org', 'r1', 5, 'notify', 'pending', NULL, NULL, 0, '', NULL);
INSERT INTO lease VALUES ('org', 'h', 1795435200000);
INSERT INTO validation_report VALUES ('org', 'r1', X'011F8B08000000000000FF6C8FDD4EC42010855FC59CEB41D95613E529BC379BCD04D89694322BD0DDD48DEF6E5A62E28577878FF9F9E68E62473F330C6E992F964B7DBC720C8E6B90F47400E19C658641A7BB4EE983D2AF205469E4591DB4D23D08368A9D4E76E434F802F3B1FDF64ABFA8AEC79160C5EDF8BE2718D86D74E279CBEF5247891E84ABCF2ED8BAD9789E40C89E8B24189C2357101CAF05A6D784812F054613BE7C9696ACA4CAB6B647D93B3986BAC2A42546822C35069FCB29F36DAF99B94CCDCAF1DA2EFA7526E4256E72E133FFF5E0F4204BE561B7E5B8789837ADBF8F8473482EA4A1B46DFF909F000000FFFF7E73C2CD6C010000');
INSERT INTO forecast VALUES ('org', 'f1', 'r1', 1795435200000, 'auto', 20000, 2, X'011F8B08000000000000FFEC93316FDB3E10C5BF4AF0A6FF1FA014524A8A945BB74E41872E6D600817EA2C11A14887A46CA441BE7B41C94E3C146DA74ED9EEA83BBE773FF19E91CCC81341E310696728E57A1B2297E05241C0F6D0D89628CE1E1AB184210EE46DA26C43390B7180C0443D7794A1D1C8E643A554D5B45F55A3A5D4527E878009B3CFD60F5D9C1D436324DF3BEE2F1C0F17FFE5CF4B562F45FF4380DC10A2CDE3040D9A738040B613773F822FCD9F268ED6D0E52D1FBA6F213E40601BC3B4AA5F554A56F20A023D3D25E84660B42987F8D4BD1535955495BCC1DBB71CCEDBDBC572CF09FAEE7989A09F571EA640F03415235F421E8363BC084C4C1EFA4E89A6BEDE94B4B7A7838DC03DF97EBDCBF19E1DB4AC6FAE055C387084BE93426D04E6DD6EC95A71B579D98823A32EB1096B772BA568A5AA4BF114FA720F12530A9EDC2DD93D17D7E47BDB533E5A3F95714E10E0184384F6B3730207B6C398A155D12263E648E6A98C79A01D17874AE0DE5282AE642D55F9C9894FCD26EC39D2C0AF939C8F15A21DAC4FD0AD8061E712F4C797A2F238F37C34B684AF501FCFA1527C48EF48FF12690E995C9178A7F5275AA588F67CC240DBA2757C87EB0B5C177D5DF1052034F6C19A5F6DF86FE0FCA3797E060000FFFF1C46E6B7C0050000');
INSERT INTO plan VALUES ('org', 'p1', 'r1', 'f1', 'wfm', 'bu', 20000, 1795435200000, 1, X'011F8B08000000000000FF4451C1AED33010FC95684E20B97D4EFAE0E01B374E88031778AA2237DEE45971ECC86BB7822AFF8E362DE23663CDCECE8EEFE0E19D160B835BB6EB60B91CD760E34B0B05EF60B00ACA35C2200B1C532691C160149EF264A3675B7C124DCA13148ACD1389E4362E5058ACA3DE0AEF74F7F9D0B687EEF4A3ED8CD646EB5F5070C443F6EBD3E35F9266DF3DA41A8B8F539F6B2018BCDBE802B926D0D47C285F7776DC451F25298D956D6098B73B86E46482671F024381E94AD997DF30B88434CC3E4AD88598ED24C229A7BA3653D74422C78D6DF6496C6785D147E7E3C430B186A070239A61EEB854F69198FB1A7D9187BDB44B8542B48B989E5AB9A2F885FA3F29CACB9785B21FECCB37BAF53F539EF1B0EBB9D85C60DA4DE109A5AFD743AB0FFA15EA11EF71D90E2571FB7FD1779B676EAEC90F24FF328E94C9C1BCE9E3A7B37AD6D6330D293A3139697DDECEDBF6370000FFFFC35841FE03020000');
INSERT INTO submission VALUES ('org', 's1', 'p1', 'r1', 'wfm', 'planned', 'bu', 20000, '', '', '', 0, '', 1795435200000, NULL, 1795435200000);
INSERT INTO delivery VALUES ('org', 'd1', 'r1', 'https://example.com/hook', X'7B2261223A00FF317D', 'pending', 0, 1795435200000, 0, '', 1795435200000, NULL);
INSERT INTO audit_entry VALUES ('org', 1, 'r1', 1795435200000, 'cli', 'extract', 'ok', 0, 0, '{"plan":"p1"}', '', '{"wape":0.1,"bias":0,"mase":null,"coverage":0,"level":0,"origins":0,"cells":0}', '', '0000000000000000000000000000000000000000000000000000000000000000', '55830c95f5a6630465bb0227f4fc4353ca02e4a607b1dbf4b97c6e04a1bd7029');
INSERT INTO audit_entry VALUES ('org', 2, 'r1', 1795435200000, 'cli', 'extract', 'ok', 0, 0, '{"plan":"p1"}', '', '{"wape":0.1,"bias":0,"mase":null,"coverage":0,"level":0,"origins":0,"cells":0}', '', '55830c95f5a6630465bb0227f4fc4353ca02e4a607b1dbf4b97c6e04a1bd7029', '8c1b5a0864e1e91f2e7bd2423abb7471d1ab825594d6ce1833a7b2bd73cc2c1f');
