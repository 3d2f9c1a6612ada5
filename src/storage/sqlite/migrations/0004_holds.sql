-- Orders have a priority and holds, and rules that fire also after an order was placed.

DROP VIEW order_headers;
CREATE VIEW order_headers AS
SELECT o.tenant_id,
       o.id AS order_id,
       c.code AS channel,
       o.channel_order_id,
       CASE o.status WHEN 0 THEN 'backordered' WHEN 1 THEN 'partially_allocated' WHEN 2 THEN 'allocated'
                     WHEN 3 THEN 'partially_shipped' WHEN 4 THEN 'shipped' WHEN 5 THEN 'cancelled'
                     WHEN 6 THEN 'on_hold' END AS status,
       coalesce(o.doc ->> '$.status_reason', '') AS status_reason,
       nullif(o.customer, 0) AS customer_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', o.placed_at / 1000000, 'unixepoch') AS placed_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', o.updated_at / 1000000, 'unixepoch') AS updated_at,
       o.currency,
       o.total_minor,
       o.line_count,
       coalesce(o.doc ->> '$.method', 'ship') AS method,
       coalesce(o.doc ->> '$.ship_to.country', '') AS country,
       coalesce(o.doc ->> '$.ship_to.region', '') AS region,
       coalesce(o.doc ->> '$.ship_to.postcode', '') AS postcode,
       date((o.doc ->> '$.requested_date') * 86400, 'unixepoch') AS requested_date,
       date((o.doc ->> '$.promised_date') * 86400, 'unixepoch') AS promised_date,
       o.version,
       coalesce(o.doc ->> '$.priority', 0) AS priority
FROM (SELECT x.*, CASE WHEN x.header = '' THEN e.body -> '$.order' ELSE x.header END AS doc
        FROM orders x
        LEFT JOIN events e ON x.header = '' AND e.tenant_id = x.tenant_id AND e.sequence = x.id) o
LEFT JOIN channels c ON c.tenant_id = o.tenant_id AND c.ix = o.channel;

-- A row for every hold that is on an order now.
CREATE VIEW order_holds AS
SELECT o.tenant_id,
       o.id AS order_id,
       o.channel_order_id,
       h.value ->> '$.code' AS hold,
       coalesce(h.value ->> '$.reason', '') AS reason,
       h.value ->> '$.blocks' AS blocks,
       strftime('%Y-%m-%dT%H:%M:%SZ', (h.value ->> '$.placed_at') / 1000000, 'unixepoch') AS held_at,
       coalesce(h.value ->> '$.placed_by', '') AS held_by
FROM orders o
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN json_each(CASE WHEN o.header = '' THEN e.body -> '$.order' ELSE o.header END, '$.holds') h;

-- A row for every automation rule that fired, with the moment at which it did.
DROP VIEW fired_rules;
CREATE VIEW fired_rules AS
SELECT e.tenant_id,
       e.aggregate_id AS order_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 1000000, 'unixepoch') AS at,
       e.body ->> '$.rules.rule_set' AS rule_set,
       s.doc ->> ('$.rules.automation[' || f.value || '].code') AS rule,
       CASE e.type WHEN 'order_placed' THEN 'placed' ELSE coalesce(e.body ->> '$.moment', 'routed') END AS moment
FROM events e
JOIN json_each(e.body, '$.rules.fired') f
LEFT JOIN rule_sets s ON s.tenant_id = e.tenant_id AND s.ix = (e.body ->> '$.rules.rule_set') - 1
WHERE e.type IN ('order_placed', 'order_marked');
