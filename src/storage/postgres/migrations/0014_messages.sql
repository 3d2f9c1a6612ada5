-- Mail to customers: its templates are configuration of kind 13, how far it got is of kind 14; and what never arrived.

CREATE VIEW messages AS
SELECT m.tenant_id,
       document_json(m.doc) ->> 'code' AS message,
       document_json(m.doc) ->> 'locale' AS locale,
       document_json(m.doc) ->> 'subject' AS subject,
       coalesce((SELECT string_agg(e.value, ',' ORDER BY e.n)
                 FROM json_array_elements_text(document_json(m.doc) -> 'events') WITH ORDINALITY AS e (value, n)),
                '') AS events,
       coalesce((document_json(m.doc) ->> 'active')::boolean, true) AS active
FROM configuration m
WHERE m.kind = 13;

CREATE VIEW mail_delivery AS
SELECT p.tenant_id,
       CASE WHEN document_json(p.doc) ->> 'failing_since' IS NOT NULL THEN 'failing' ELSE 'active' END AS status,
       coalesce((document_json(p.doc) ->> 'through')::bigint, 0) AS delivered_through,
       instant_text((document_json(p.doc) ->> 'failing_since')::bigint) AS failing_since,
       coalesce(document_json(p.doc) ->> 'failure', '') AS failure
FROM configuration p
WHERE p.kind = 14;

CREATE VIEW message_failures AS
SELECT e.tenant_id,
       instant_text(e.at) AS at,
       document_json(m.doc) ->> 'code' AS message,
       document_json(m.doc) ->> 'locale' AS locale,
       (document_json(e.body) ->> 'order')::bigint AS order_id,
       (document_json(e.body) ->> 'at')::bigint AS event_sequence,
       coalesce(document_json(e.body) ->> 'reason', '') AS reason
FROM events e
LEFT JOIN configuration m ON m.tenant_id = e.tenant_id AND m.kind = 13 AND m.ix = e.aggregate_id
WHERE e.aggregate_kind = 11 AND e.type = 'message_failed';
