ALTER TABLE identity_accounts ADD COLUMN directory_id ${text} NOT NULL DEFAULT '';
