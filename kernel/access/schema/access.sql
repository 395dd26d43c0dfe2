CREATE TABLE access_nodes (
  id ${id} PRIMARY KEY,
  parent_id ${id} NOT NULL,
  code ${text} NOT NULL,
  name ${text} NOT NULL,
  kind ${id} NOT NULL,
  gov_level ${id} NOT NULL,
  path ${text} NOT NULL,
  department_code ${text} NOT NULL,
  valid_from ${text} NOT NULL,
  valid_to ${text} NOT NULL,
  version ${id} NOT NULL
);
CREATE UNIQUE INDEX access_nodes_code ON access_nodes (code);
CREATE UNIQUE INDEX access_nodes_path ON access_nodes (path);
CREATE INDEX access_nodes_parent ON access_nodes (parent_id, path);
CREATE UNIQUE INDEX access_nodes_root ON access_nodes (parent_id) WHERE parent_id = 0;
CREATE UNIQUE INDEX access_nodes_department ON access_nodes (parent_id, department_code) WHERE kind = 2;
CREATE TABLE access_roles (
  id ${id} PRIMARY KEY,
  code ${text} NOT NULL UNIQUE,
  title_zh ${text} NOT NULL,
  title_en ${text} NOT NULL,
  category ${text} NOT NULL,
  permissions ${text} NOT NULL,
  builtin ${id} NOT NULL,
  version ${id} NOT NULL
);
CREATE TABLE access_grants (
  id ${id} PRIMARY KEY,
  user_id ${id} NOT NULL,
  token_id ${id} NOT NULL,
  role_id ${id} NOT NULL,
  node_id ${id} NOT NULL,
  reach ${id} NOT NULL,
  departments ${text} NOT NULL,
  where_filter ${text} NOT NULL,
  valid_from_ms ${id} NOT NULL,
  valid_to_ms ${id} NOT NULL,
  delegated_by ${id} NOT NULL,
  revoked_ms ${id} NOT NULL
);
CREATE INDEX access_grants_user ON access_grants (user_id, id);
CREATE INDEX access_grants_role ON access_grants (role_id);
CREATE TABLE access_version (id ${id} PRIMARY KEY, version ${id} NOT NULL);
INSERT INTO access_version (id, version) VALUES (1, 1);
