-- What the settings file calls an organisation, where it names several; '' where it does not.
ALTER TABLE organisation ADD COLUMN settings_name TEXT NOT NULL DEFAULT '';
