-- Orders have a priority and holds, and rules that fire also after an order was placed. New columns are the last ones, so
-- that views are replaced as they stand, with what was granted on them.

CREATE OR REPLACE VIEW order_headers AS
SELECT o.tenant_id,
       o.id AS order_id,
       c.code AS channel,
       o.channel_order_id,
       CASE o.status WHEN 0 THEN 'backordered' WHEN 1 THEN 'partially_allocated' WHEN 2 THEN 'allocated'
                     WHEN 3 THEN 'partially_shipped' WHEN 4 THEN 'shipped' WHEN 5 THEN 'cancelled'
                     WHEN 6 THEN 'on_hold' END AS status,
       coalesce(d.status_reason, '') AS status_reason,
       nullif(o.customer, 0) AS customer_id,
       instant_text(o.placed_at) AS placed_at,
       instant_text(o.updated_at) AS updated_at,
       o.currency,
       o.total_minor,
       o.line_count,
       coalesce(d.method, 'ship') AS method,
       coalesce(d.country, '') AS country,
       coalesce(d.region, '') AS region,
       coalesce(d.postcode, '') AS postcode,
       day_text(d.requested_date) AS requested_date,
       day_text(d.promised_date) AS promised_date,
       o.version,
       coalesce(d.priority, 0) AS priority
FROM orders o
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
LEFT JOIN LATERAL (
    SELECT min(h.status_reason) AS status_reason, min(h.method) AS method, min(h.ship_to ->> 'country') AS country,
           min(h.ship_to ->> 'region') AS region, min(h.ship_to ->> 'postcode') AS postcode,
           min(h.requested_date) AS requested_date, min(h.promised_date) AS promised_date,
           min(h.priority) AS priority
    FROM json_to_record(coalesce(document_json(nullif(o.header, '')), document_json(e.body) -> 'order'))
         AS h (status_reason text, method text, ship_to json, requested_date bigint, promised_date bigint,
               priority integer)) d ON true
LEFT JOIN configuration c ON c.tenant_id = o.tenant_id AND c.kind = 3 AND c.ix = o.channel;

-- A row for every hold that is on an order now.
CREATE VIEW order_holds AS
SELECT o.tenant_id,
       o.id AS order_id,
       o.channel_order_id,
       h.code AS hold,
       coalesce(h.reason, '') AS reason,
       h.blocks::text AS blocks,
       instant_text(h.placed_at) AS held_at,
       coalesce(h.placed_by, '') AS held_by
FROM orders o
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN LATERAL json_to_recordset(
         coalesce(document_json(nullif(o.header, '')), document_json(e.body) -> 'order') -> 'holds')
     AS h (code text, reason text, blocks json, placed_at bigint, placed_by text) ON true;

-- A row for every automation rule that fired, with the moment at which it did.
CREATE OR REPLACE VIEW fired_rules AS
SELECT e.tenant_id,
       e.aggregate_id AS order_id,
       instant_text(e.at) AS at,
       (document_json(e.body) -> 'rules' ->> 'rule_set')::integer AS rule_set,
       document_json(s.doc) -> 'rules' -> 'automation' -> f.value::integer ->> 'code' AS rule,
       CASE e.type WHEN 'order_placed' THEN 'placed'
                   ELSE coalesce(document_json(e.body) ->> 'moment', 'routed') END AS moment
FROM events e
CROSS JOIN LATERAL json_array_elements_text(document_json(e.body) -> 'rules' -> 'fired') f
LEFT JOIN configuration s ON s.tenant_id = e.tenant_id AND s.kind = 7
      AND s.ix = (document_json(e.body) -> 'rules' ->> 'rule_set')::integer - 1
WHERE e.type IN ('order_placed', 'order_marked');
