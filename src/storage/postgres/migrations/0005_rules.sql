-- Versions of a tenant's rules are configuration of kind 7, and which of them decides from when on is of kind 8.

CREATE VIEW rule_set_versions AS
SELECT tenant_id,
       ix + 1 AS number,
       coalesce(document_json(doc) -> 'rules' ->> 'name', '') AS name,
       coalesce(document_json(doc) -> 'rules' ->> 'note', '') AS note,
       instant_text((document_json(doc) ->> 'saved_at')::bigint) AS saved_at
FROM configuration
WHERE kind = 7;

CREATE VIEW rule_set_activations AS
SELECT tenant_id,
       coalesce((document_json(doc) ->> 'number')::integer, 0) AS number,
       instant_text((document_json(doc) ->> 'from')::bigint) AS active_from,
       instant_text((document_json(doc) ->> 'made_at')::bigint) AS made_at,
       coalesce(document_json(doc) ->> 'reason', '') AS reason,
       coalesce((document_json(doc) ->> 'rolls_back')::boolean, false)::integer AS rolls_back
FROM configuration
WHERE kind = 8;

-- A row for every automation rule that fired when an order was placed.
CREATE VIEW fired_rules AS
SELECT e.tenant_id,
       e.sequence AS order_id,
       instant_text(e.at) AS at,
       (document_json(e.body) -> 'rules' ->> 'rule_set')::integer AS rule_set,
       document_json(s.doc) -> 'rules' -> 'automation' -> f.value::integer ->> 'code' AS rule
FROM events e
CROSS JOIN LATERAL json_array_elements_text(document_json(e.body) -> 'rules' -> 'fired') f
LEFT JOIN configuration s ON s.tenant_id = e.tenant_id AND s.kind = 7
      AND s.ix = (document_json(e.body) -> 'rules' ->> 'rule_set')::integer - 1
WHERE e.type = 'order_placed';
