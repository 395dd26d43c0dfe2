CREATE TABLE access_moves (
  id ${id} PRIMARY KEY,
  node_id ${id} NOT NULL,
  old_path ${text} NOT NULL,
  new_path ${text} NOT NULL,
  alike ${id} NOT NULL,
  done_ms ${id} NOT NULL
);
CREATE UNIQUE INDEX access_moves_open ON access_moves (done_ms) WHERE done_ms = 0;
