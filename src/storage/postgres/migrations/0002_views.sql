-- Views for reading with plain SQL; docs/sql.md describes them. Documents leave out what has its default value, hence
-- the coalesce around every member. Views over documents scan: filter by tenant_id and order_id where it matters.
-- All joins are by tenant_id, so that a query that names the tenant stays where that tenant's rows are.

-- A document to look into. PostgreSQL has no text with the character NUL and refuses a whole document that holds its
-- escape, so it becomes the replacement character. An escaped backslash is put aside meanwhile: what follows it is no
-- escape. Documents hold no raw control character, so chr(1) stands for nothing else.
CREATE FUNCTION document_json(doc text) RETURNS json LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT replace(replace(replace(doc, '\\', chr(1)), '\u0000', '\ufffd'), chr(1), '\\')::json $$;

-- Microseconds and days since 1970 as text, whatever zone and style of dates the session has.
CREATE FUNCTION instant_text(micros bigint) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS
$$ SELECT to_char(timestamp 'epoch' + micros / 1000000 * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') $$;
CREATE FUNCTION day_text(days bigint) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE AS
$$ SELECT to_char(timestamp 'epoch' + days * interval '1 day', 'YYYY-MM-DD') $$;

-- As long as nothing changed an order, its document is in the event that placed it, whose sequence is the order's id;
-- from then on it is in its row and blocks.

-- Each document is read once for all its members. min() is over one row: a join to an aggregate is left out of a query
-- that uses none of its columns, so that counting orders reads no document.
CREATE VIEW order_headers AS
SELECT o.tenant_id,
       o.id AS order_id,
       c.code AS channel,
       o.channel_order_id,
       CASE o.status WHEN 0 THEN 'backordered' WHEN 1 THEN 'partially_allocated' WHEN 2 THEN 'allocated'
                     WHEN 3 THEN 'partially_shipped' WHEN 4 THEN 'shipped' WHEN 5 THEN 'cancelled' END AS status,
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
       o.version
FROM orders o
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
LEFT JOIN LATERAL (
    SELECT min(h.status_reason) AS status_reason, min(h.method) AS method, min(h.ship_to ->> 'country') AS country,
           min(h.ship_to ->> 'region') AS region, min(h.ship_to ->> 'postcode') AS postcode,
           min(h.requested_date) AS requested_date, min(h.promised_date) AS promised_date
    FROM json_to_record(coalesce(document_json(nullif(o.header, '')), document_json(e.body) -> 'order'))
         AS h (status_reason text, method text, ship_to json, requested_date bigint, promised_date bigint)) d ON true
LEFT JOIN configuration c ON c.tenant_id = o.tenant_id AND c.kind = 3 AND c.ix = o.channel;

CREATE VIEW order_lines AS
SELECT o.tenant_id,
       o.id AS order_id,
       c.code AS channel,
       o.channel_order_id,
       instant_text(o.placed_at) AS placed_at,
       coalesce(l.line_no, 0) AS line_no,
       coalesce(l.channel_line_id, '') AS channel_line_id,
       i.code AS sku,
       coalesce(l.unit, '') AS unit,
       coalesce(l.unit_quantity, 0) AS unit_quantity,
       coalesce(l.quantity, 0) AS quantity,
       coalesce(l.cancelled, 0) AS cancelled,
       a.given - a.shipped AS allocated,
       a.shipped,
       coalesce(l.quantity, 0) - coalesce(l.cancelled, 0) - a.given AS open,
       coalesce(l.unit_price_micros, 0) AS unit_price_micros,
       coalesce(l.amount, 0) AS amount_minor,
       coalesce(l.discount, 0) AS discount_minor,
       coalesce(l.tax, 0) AS tax_minor,
       o.currency,
       coalesce(l.cancel_reason, '') AS cancel_reason
FROM orders o
LEFT JOIN order_blocks b ON b.tenant_id = o.tenant_id AND b.order_id = o.id
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN LATERAL json_to_recordset(coalesce(document_json(b.doc), document_json(e.body) -> 'order') -> 'lines')
     AS l (line_no bigint, channel_line_id text, item integer, unit text, unit_quantity bigint, quantity bigint,
           cancelled bigint, allocations json, unit_price_micros bigint, amount bigint, discount bigint, tax bigint,
           cancel_reason text) ON true
LEFT JOIN LATERAL (
    SELECT coalesce(sum(g.quantity), 0)::bigint AS given, coalesce(sum(g.shipped), 0)::bigint AS shipped
    FROM json_to_recordset(l.allocations) AS g (quantity bigint, shipped bigint)) a ON true
LEFT JOIN configuration c ON c.tenant_id = o.tenant_id AND c.kind = 3 AND c.ix = o.channel
LEFT JOIN configuration i ON i.tenant_id = o.tenant_id AND i.kind = 1 AND i.ix = coalesce(l.item, 0);

CREATE VIEW allocations AS
SELECT o.tenant_id,
       o.id AS order_id,
       o.channel_order_id,
       coalesce(l.line_no, 0) AS line_no,
       i.code AS sku,
       p.code AS location,
       coalesce(a.quantity, 0) AS quantity,
       coalesce(a.shipped, 0) AS shipped,
       coalesce(a.supply, 'on_hand') AS supply,
       coalesce(a.supply_id, '') AS supply_id,
       day_text(coalesce(a.capacity_day, 0)) AS capacity_day
FROM orders o
LEFT JOIN order_blocks b ON b.tenant_id = o.tenant_id AND b.order_id = o.id
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN LATERAL json_to_recordset(coalesce(document_json(b.doc), document_json(e.body) -> 'order') -> 'lines')
     AS l (line_no bigint, item integer, allocations json) ON true
JOIN LATERAL json_to_recordset(l.allocations)
     AS a (location integer, quantity bigint, shipped bigint, supply text, supply_id text, capacity_day bigint) ON true
LEFT JOIN configuration i ON i.tenant_id = o.tenant_id AND i.kind = 1 AND i.ix = coalesce(l.item, 0)
LEFT JOIN configuration p ON p.tenant_id = o.tenant_id AND p.kind = 2 AND p.ix = coalesce(a.location, 0);

CREATE VIEW inventory AS
SELECT v.tenant_id,
       i.code AS sku,
       p.code AS location,
       v.on_hand,
       v.reserved,
       v.safety,
       v.unsellable,
       v.on_hand::bigint - v.unsellable - v.reserved - v.safety AS sellable,
       f.code AS feed,
       v.feed_sequence
FROM inventory_levels v
LEFT JOIN configuration i ON i.tenant_id = v.tenant_id AND i.kind = 1 AND i.ix = v.item
LEFT JOIN configuration p ON p.tenant_id = v.tenant_id AND p.kind = 2 AND p.ix = v.location
LEFT JOIN configuration f ON f.tenant_id = v.tenant_id AND f.kind = 5 AND f.ix = v.feed;

CREATE VIEW inventory_movements AS
SELECT m.tenant_id,
       m.sequence,
       m.n,
       instant_text(m.at) AS at,
       i.code AS sku,
       p.code AS location,
       CASE m.kind WHEN 0 THEN 'receive' WHEN 1 THEN 'adjust' WHEN 2 THEN 'count' WHEN 3 THEN 'reserve'
                   WHEN 4 THEN 'release' WHEN 5 THEN 'ship' WHEN 6 THEN 'transfer_out' WHEN 7 THEN 'transfer_in'
                   WHEN 8 THEN 'safety' WHEN 9 THEN 'quarantine' END AS kind,
       m.on_hand,
       m.reserved,
       m.safety,
       m.unsellable,
       m.reason,
       nullif(m.order_id, 0) AS order_id
FROM movements m
LEFT JOIN configuration i ON i.tenant_id = m.tenant_id AND i.kind = 1 AND i.ix = m.item
LEFT JOIN configuration p ON p.tenant_id = m.tenant_id AND p.kind = 2 AND p.ix = m.location;
