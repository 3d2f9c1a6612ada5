-- The queue of exceptions: what people have to look at, and what became of it. due_at is the largest integer where no time
-- is due, so that those come last.

CREATE TABLE exceptions (
    tenant_id INTEGER NOT NULL, raised_in INTEGER NOT NULL, kind TEXT NOT NULL, order_id INTEGER NOT NULL,
    severity INTEGER NOT NULL, owner TEXT NOT NULL, due_at INTEGER NOT NULL, is_open INTEGER NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, raised_in, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX exceptions_queue ON exceptions (tenant_id, is_open, due_at, raised_in, kind);
CREATE INDEX exceptions_by_due ON exceptions (tenant_id, due_at, raised_in, kind);
CREATE INDEX exceptions_by_kind ON exceptions (tenant_id, kind, is_open, due_at, raised_in);
CREATE INDEX exceptions_by_owner ON exceptions (tenant_id, owner, is_open, due_at, raised_in, kind);
CREATE INDEX exceptions_by_order ON exceptions (tenant_id, order_id, due_at, raised_in, kind);

-- A row for every exception of an order, open or resolved.
CREATE VIEW order_exceptions AS
SELECT tenant_id,
       order_id,
       coalesce(doc ->> '$.channel_order_id', '') AS channel_order_id,
       kind,
       CASE is_open WHEN 1 THEN 'open' ELSE 'resolved' END AS status,
       CASE severity WHEN 0 THEN 'low' WHEN 1 THEN 'normal' WHEN 2 THEN 'high' WHEN 3 THEN 'urgent' END AS severity,
       coalesce(doc ->> '$.exception.reason', '') AS reason,
       owner,
       strftime('%Y-%m-%dT%H:%M:%SZ', (doc ->> '$.exception.due_at') / 1000000, 'unixepoch') AS due_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', (doc ->> '$.exception.raised_at') / 1000000, 'unixepoch') AS raised_at,
       coalesce(doc ->> '$.exception.raised_by', '') AS raised_by,
       strftime('%Y-%m-%dT%H:%M:%SZ', (doc ->> '$.end.at') / 1000000, 'unixepoch') AS resolved_at,
       coalesce(doc ->> '$.end.by', '') AS resolved_by,
       coalesce(doc ->> '$.end.resolution', '') AS resolution
FROM exceptions;
