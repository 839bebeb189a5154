ALTER TABLE companies ADD COLUMN query_auth BIGINT NOT NULL DEFAULT 1;
DELETE FROM oldest_program;
INSERT INTO oldest_program (version) VALUES ('0.2.0');
