-- Addresses outside that are told of events are configuration of kind 10; how far each got is of kind 11.

CREATE VIEW webhook_deliveries AS
SELECT w.tenant_id,
       w.code AS webhook,
       coalesce(document_json(w.doc) ->> 'url', '') AS url,
       CASE WHEN coalesce((document_json(p.doc) ->> 'paused')::boolean, false) THEN 'paused'
            WHEN NOT coalesce((document_json(w.doc) ->> 'active')::boolean, true) THEN 'inactive'
            WHEN document_json(p.doc) ->> 'failing_since' IS NOT NULL THEN 'failing'
            ELSE 'active' END AS status,
       coalesce((document_json(p.doc) ->> 'through')::bigint, 0) AS delivered_through,
       instant_text((document_json(p.doc) ->> 'failing_since')::bigint) AS failing_since,
       coalesce(document_json(p.doc) ->> 'failure', '') AS failure
FROM configuration w
JOIN configuration p ON p.tenant_id = w.tenant_id AND p.kind = 11 AND p.ix = w.ix
WHERE w.kind = 10;
