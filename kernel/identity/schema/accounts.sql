CREATE TABLE identity_accounts (
  id ${id} PRIMARY KEY,
  username ${text} NOT NULL,
  username_key ${text} NOT NULL UNIQUE,
  attempts_key ${text} NOT NULL,
  display_name ${text} NOT NULL,
  phone ${text} NOT NULL,
  node_id ${id} NOT NULL,
  disabled ${id} NOT NULL,
  must_change ${id} NOT NULL,
  password_hash ${text} NOT NULL,
  password_changed_ms ${id} NOT NULL,
  last_sign_in_ms ${id} NOT NULL,
  created_ms ${id} NOT NULL,
  version ${id} NOT NULL
);
CREATE TABLE identity_password_history (
  account_id ${id} NOT NULL,
  replaced_ms ${id} NOT NULL,
  password_hash ${text} NOT NULL
);
CREATE INDEX identity_password_history_account ON identity_password_history (account_id, replaced_ms);
CREATE TABLE identity_attempts (
  name_digest ${text} PRIMARY KEY,
  failures ${id} NOT NULL,
  last_ms ${id} NOT NULL,
  locked_until_ms ${id} NOT NULL
);
CREATE TABLE identity_sessions (
  id ${id} PRIMARY KEY,
  token_digest ${text} NOT NULL UNIQUE,
  account_id ${id} NOT NULL,
  created_ms ${id} NOT NULL,
  seen_ms ${id} NOT NULL,
  ip ${text} NOT NULL
);
CREATE INDEX identity_sessions_account ON identity_sessions (account_id);
CREATE TABLE identity_tokens (
  id ${id} PRIMARY KEY,
  token_digest ${text} NOT NULL UNIQUE,
  owner_id ${id} NOT NULL,
  title ${text} NOT NULL,
  created_ms ${id} NOT NULL,
  expires_at_ms ${id} NOT NULL,
  last_used_ms ${id} NOT NULL,
  revoked_ms ${id} NOT NULL
);
CREATE INDEX identity_tokens_owner ON identity_tokens (owner_id, id);
CREATE TABLE identity_bootstrap (id ${id} PRIMARY KEY, secret_digest ${text} NOT NULL);
