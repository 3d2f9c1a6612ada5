-- Mail to customers: its templates, how far it got, and what never arrived.

CREATE TABLE message_templates (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE message_progress (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;

CREATE VIEW messages AS
SELECT m.tenant_id,
       m.doc ->> '$.code' AS message,
       m.doc ->> '$.locale' AS locale,
       m.doc ->> '$.subject' AS subject,
       coalesce((SELECT group_concat(value, ',') FROM json_each(m.doc, '$.events')), '') AS events,
       coalesce(m.doc ->> '$.active', 1) AS active
FROM message_templates m;

CREATE VIEW mail_delivery AS
SELECT p.tenant_id,
       CASE WHEN p.doc ->> '$.failing_since' IS NOT NULL THEN 'failing' ELSE 'active' END AS status,
       coalesce(p.doc ->> '$.through', 0) AS delivered_through,
       strftime('%Y-%m-%dT%H:%M:%SZ', (p.doc ->> '$.failing_since') / 1000000, 'unixepoch') AS failing_since,
       coalesce(p.doc ->> '$.failure', '') AS failure
FROM message_progress p;

CREATE VIEW message_failures AS
SELECT e.tenant_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 1000000, 'unixepoch') AS at,
       m.doc ->> '$.code' AS message,
       m.doc ->> '$.locale' AS locale,
       e.body ->> '$.order' AS order_id,
       e.body ->> '$.at' AS event_sequence,
       coalesce(e.body ->> '$.reason', '') AS reason
FROM events e
LEFT JOIN message_templates m ON m.tenant_id = e.tenant_id AND m.ix = e.aggregate_id
WHERE e.aggregate_kind = 11 AND e.type = 'message_failed';
