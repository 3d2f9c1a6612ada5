-- Views for reading with plain SQL; docs/sql.md describes them. Documents leave out what has its default value, hence the
-- coalesce around every member. Views over documents scan: filter by tenant_id and order_id where it matters.

-- As long as nothing changed an order, its document is in the event that placed it, whose sequence is the order's id; from
-- then on it is in its row and blocks.

CREATE VIEW order_headers AS
SELECT o.tenant_id,
       o.id AS order_id,
       c.code AS channel,
       o.channel_order_id,
       CASE o.status WHEN 0 THEN 'backordered' WHEN 1 THEN 'partially_allocated' WHEN 2 THEN 'allocated'
                     WHEN 3 THEN 'partially_shipped' WHEN 4 THEN 'shipped' WHEN 5 THEN 'cancelled' END AS status,
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
       o.version
FROM (SELECT x.*, CASE WHEN x.header = '' THEN e.body -> '$.order' ELSE x.header END AS doc
        FROM orders x
        LEFT JOIN events e ON x.header = '' AND e.tenant_id = x.tenant_id AND e.sequence = x.id) o
LEFT JOIN channels c ON c.tenant_id = o.tenant_id AND c.ix = o.channel;

CREATE VIEW order_lines AS
SELECT o.tenant_id,
       o.id AS order_id,
       c.code AS channel,
       o.channel_order_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', o.placed_at / 1000000, 'unixepoch') AS placed_at,
       coalesce(l.value ->> '$.line_no', 0) AS line_no,
       coalesce(l.value ->> '$.channel_line_id', '') AS channel_line_id,
       i.code AS sku,
       coalesce(l.value ->> '$.unit', '') AS unit,
       coalesce(l.value ->> '$.unit_quantity', 0) AS unit_quantity,
       coalesce(l.value ->> '$.quantity', 0) AS quantity,
       coalesce(l.value ->> '$.cancelled', 0) AS cancelled,
       (SELECT coalesce(sum(coalesce(a.value ->> '$.quantity', 0) - coalesce(a.value ->> '$.shipped', 0)), 0)
          FROM json_each(l.value, '$.allocations') a) AS allocated,
       (SELECT coalesce(sum(coalesce(a.value ->> '$.shipped', 0)), 0)
          FROM json_each(l.value, '$.allocations') a) AS shipped,
       coalesce(l.value ->> '$.quantity', 0) - coalesce(l.value ->> '$.cancelled', 0)
         - (SELECT coalesce(sum(coalesce(a.value ->> '$.quantity', 0)), 0)
              FROM json_each(l.value, '$.allocations') a) AS open,
       coalesce(l.value ->> '$.unit_price_micros', 0) AS unit_price_micros,
       coalesce(l.value ->> '$.amount', 0) AS amount_minor,
       coalesce(l.value ->> '$.discount', 0) AS discount_minor,
       coalesce(l.value ->> '$.tax', 0) AS tax_minor,
       o.currency,
       coalesce(l.value ->> '$.cancel_reason', '') AS cancel_reason
FROM orders o
LEFT JOIN order_blocks b ON b.tenant_id = o.tenant_id AND b.order_id = o.id
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN json_each(coalesce(b.doc, e.body -> '$.order'), '$.lines') l
LEFT JOIN channels c ON c.tenant_id = o.tenant_id AND c.ix = o.channel
LEFT JOIN items i ON i.tenant_id = o.tenant_id AND i.ix = coalesce(l.value ->> '$.item', 0);

CREATE VIEW allocations AS
SELECT o.tenant_id,
       o.id AS order_id,
       o.channel_order_id,
       coalesce(l.value ->> '$.line_no', 0) AS line_no,
       i.code AS sku,
       p.code AS location,
       coalesce(a.value ->> '$.quantity', 0) AS quantity,
       coalesce(a.value ->> '$.shipped', 0) AS shipped,
       coalesce(a.value ->> '$.supply', 'on_hand') AS supply,
       coalesce(a.value ->> '$.supply_id', '') AS supply_id,
       date(coalesce(a.value ->> '$.capacity_day', 0) * 86400, 'unixepoch') AS capacity_day
FROM orders o
LEFT JOIN order_blocks b ON b.tenant_id = o.tenant_id AND b.order_id = o.id
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN json_each(coalesce(b.doc, e.body -> '$.order'), '$.lines') l
JOIN json_each(l.value, '$.allocations') a
LEFT JOIN items i ON i.tenant_id = o.tenant_id AND i.ix = coalesce(l.value ->> '$.item', 0)
LEFT JOIN locations p ON p.tenant_id = o.tenant_id AND p.ix = coalesce(a.value ->> '$.location', 0);

CREATE VIEW inventory AS
SELECT v.tenant_id,
       i.code AS sku,
       p.code AS location,
       v.on_hand,
       v.reserved,
       v.safety,
       v.unsellable,
       v.on_hand - v.unsellable - v.reserved - v.safety AS sellable,
       f.code AS feed,
       v.feed_sequence
FROM inventory_levels v
LEFT JOIN items i ON i.tenant_id = v.tenant_id AND i.ix = v.item
LEFT JOIN locations p ON p.tenant_id = v.tenant_id AND p.ix = v.location
LEFT JOIN feeds f ON f.tenant_id = v.tenant_id AND f.ix = v.feed;

CREATE VIEW inventory_movements AS
SELECT m.tenant_id,
       m.sequence,
       j.key AS n,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 1000000, 'unixepoch') AS at,
       i.code AS sku,
       p.code AS location,
       CASE j.value ->> '$[2]'
                   WHEN 0 THEN 'receive' WHEN 1 THEN 'adjust' WHEN 2 THEN 'count' WHEN 3 THEN 'reserve'
                   WHEN 4 THEN 'release' WHEN 5 THEN 'ship' WHEN 6 THEN 'transfer_out' WHEN 7 THEN 'transfer_in'
                   WHEN 8 THEN 'safety' WHEN 9 THEN 'quarantine' END AS kind,
       coalesce(j.value ->> '$[3]', 0) AS on_hand,
       coalesce(j.value ->> '$[4]', 0) AS reserved,
       coalesce(j.value ->> '$[5]', 0) AS safety,
       coalesce(j.value ->> '$[6]', 0) AS unsellable,
       coalesce(j.value ->> '$[7]', '') AS reason,
       CASE e.aggregate_kind WHEN 7 THEN e.aggregate_id END AS order_id
FROM movements m
JOIN json_each(m.moved) j
JOIN events e ON e.tenant_id = m.tenant_id AND e.sequence = m.sequence
LEFT JOIN items i ON i.tenant_id = m.tenant_id AND i.ix = j.value ->> '$[0]'
LEFT JOIN locations p ON p.tenant_id = m.tenant_id AND p.ix = j.value ->> '$[1]';
