/**
 * The step to schema version 4: results are keyed by rehearsal, which belongs to a service, and a route that turned
 * out to be another is its alias. Existing results become the first rehearsal of the only service. Its name is what
 * `rehearsalId` gives for a shadow without a version, so that it continues.
 *
 * `named` is the present name of a route: reading uses it.
 */
export const REHEARSALS = `
  CREATE TABLE rehearsal (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, service TEXT NOT NULL, version TEXT, label TEXT,
    begun INTEGER NOT NULL, present_since INTEGER NOT NULL
  ) STRICT;
  INSERT INTO rehearsal (id, name, service, begun, present_since)
    SELECT 1, 'ed954e41', 'default', began, began
    FROM (SELECT coalesce((SELECT min(started) FROM run), (SELECT min(start) * 60000 FROM request), 0) AS began)
    WHERE EXISTS (SELECT 1 FROM run) OR EXISTS (SELECT 1 FROM route) OR EXISTS (SELECT 1 FROM redaction);

  ALTER TABLE route RENAME TO old_route;
  CREATE TABLE route (
    id INTEGER PRIMARY KEY, service TEXT NOT NULL DEFAULT 'default', name TEXT NOT NULL, alias INTEGER REFERENCES route
  ) STRICT;
  INSERT INTO route (id, service, name) SELECT id, 'default', name FROM old_route;
  DROP TABLE old_route;
  CREATE UNIQUE INDEX route_by_name ON route (service, name) WHERE alias IS NULL;
  CREATE INDEX route_by_alias ON route (service, name, alias) WHERE alias IS NOT NULL;
  CREATE VIEW named AS
    SELECT own.id, own.alias, now.service, now.name FROM route AS own JOIN route AS now ON now.id = coalesce(own.alias, own.id);

  ALTER TABLE request RENAME TO old_request;
  CREATE TABLE request (
    rehearsal INTEGER, span INTEGER, start INTEGER, route INTEGER, count INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, span, start, route)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO request SELECT 1, span, start, route, count FROM old_request;
  DROP TABLE old_request;

  ALTER TABLE outcome RENAME TO old_outcome;
  CREATE TABLE outcome (
    rehearsal INTEGER, span INTEGER, start INTEGER, route INTEGER, ending TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, span, start, route, ending)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO outcome SELECT 1, span, start, route, ending, count FROM old_outcome;
  DROP TABLE old_outcome;

  ALTER TABLE sketch RENAME TO old_sketch;
  CREATE TABLE sketch (
    rehearsal INTEGER, span INTEGER, start INTEGER, route INTEGER, metric TEXT, counts BLOB NOT NULL,
    PRIMARY KEY (rehearsal, span, start, route, metric)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO sketch SELECT 1, span, start, route, metric, counts FROM old_sketch;
  DROP TABLE old_sketch;

  ALTER TABLE signature RENAME TO old_signature;
  CREATE TABLE signature (
    rehearsal INTEGER, id TEXT, route INTEGER NOT NULL, ending TEXT NOT NULL,
    primary_status INTEGER NOT NULL, shadow_status INTEGER NOT NULL, places TEXT NOT NULL,
    first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, PRIMARY KEY (rehearsal, id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO signature
    SELECT 1, id, route, ending, primary_status, shadow_status, places, first_seen, last_seen FROM old_signature;
  DROP TABLE old_signature;

  ALTER TABLE occurrence RENAME TO old_occurrence;
  CREATE TABLE occurrence (
    rehearsal INTEGER, span INTEGER, start INTEGER, signature TEXT, count INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, span, start, signature)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO occurrence SELECT 1, span, start, signature, count FROM old_occurrence;
  DROP TABLE old_occurrence;

  -- By far the largest, and so not copied.
  ALTER TABLE example ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 1;
  DROP INDEX example_of_signature;
  CREATE INDEX example_of_signature ON example (rehearsal, signature, priority);

  ALTER TABLE evidence RENAME TO old_evidence;
  CREATE TABLE evidence (
    rehearsal INTEGER, route INTEGER, path TEXT, kind TEXT,
    shadow_only INTEGER NOT NULL, control_only INTEGER NOT NULL, both INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, route, path, kind)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO evidence
    SELECT 1, route, path, kind, shadow_only, control_only, both, last_seen FROM old_evidence;
  DROP TABLE old_evidence;

  -- What is configured, as the last flush said it. A rule was named once an hour until now.
  CREATE TABLE rule (rule TEXT, origin TEXT, until INTEGER, PRIMARY KEY (rule, origin)) STRICT, WITHOUT ROWID;
  INSERT INTO rule SELECT rule, origin, max(until) FROM rule_use
    WHERE last_seen > (SELECT max(last_seen) FROM rule_use) - 7200000 GROUP BY rule, origin;

  ALTER TABLE rule_use RENAME TO old_rule_use;
  CREATE TABLE rule_use (
    rehearsal INTEGER, route INTEGER, rule TEXT, origin TEXT, hits INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, route, rule, origin)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO rule_use SELECT 1, route, rule, origin, hits, last_seen FROM old_rule_use;
  DROP TABLE old_rule_use;

  ALTER TABLE redaction RENAME TO old_redaction;
  CREATE TABLE redaction (
    rehearsal INTEGER, rule TEXT, name TEXT, count INTEGER NOT NULL, last_seen INTEGER NOT NULL,
    PRIMARY KEY (rehearsal, rule, name)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO redaction SELECT 1, rule, name, count, last_seen FROM old_redaction;
  DROP TABLE old_redaction;
`;
