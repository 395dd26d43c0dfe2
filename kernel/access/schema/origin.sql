ALTER TABLE access_grants ADD COLUMN origin ${text} NOT NULL DEFAULT '';
