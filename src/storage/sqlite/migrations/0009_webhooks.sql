-- Addresses outside that are told of events, and how far each got.

CREATE TABLE webhooks (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE webhook_progress (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;

CREATE VIEW webhook_deliveries AS
SELECT w.tenant_id,
       w.code AS webhook,
       coalesce(w.doc ->> '$.url', '') AS url,
       CASE WHEN coalesce(p.doc ->> '$.paused', 0) THEN 'paused'
            WHEN NOT coalesce(w.doc ->> '$.active', 1) THEN 'inactive'
            WHEN p.doc ->> '$.failing_since' IS NOT NULL THEN 'failing'
            ELSE 'active' END AS status,
       coalesce(p.doc ->> '$.through', 0) AS delivered_through,
       strftime('%Y-%m-%dT%H:%M:%SZ', (p.doc ->> '$.failing_since') / 1000000, 'unixepoch') AS failing_since,
       coalesce(p.doc ->> '$.failure', '') AS failure
FROM webhooks w
JOIN webhook_progress p ON p.tenant_id = w.tenant_id AND p.ix = w.ix;
