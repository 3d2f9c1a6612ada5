-- Lines that a rule has served with another item than was ordered. The new column is the last one, so that the view is
-- replaced as it stands, with what was granted on it.

CREATE OR REPLACE VIEW order_lines AS
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
       coalesce(l.cancel_reason, '') AS cancel_reason,
       coalesce(w.code, '') AS ordered_sku
FROM orders o
LEFT JOIN order_blocks b ON b.tenant_id = o.tenant_id AND b.order_id = o.id
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN LATERAL json_to_recordset(coalesce(document_json(b.doc), document_json(e.body) -> 'order') -> 'lines')
     AS l (line_no bigint, channel_line_id text, item integer, unit text, unit_quantity bigint, quantity bigint,
           cancelled bigint, allocations json, unit_price_micros bigint, amount bigint, discount bigint, tax bigint,
           cancel_reason text, ordered_item integer) ON true
LEFT JOIN LATERAL (
    SELECT coalesce(sum(g.quantity), 0)::bigint AS given, coalesce(sum(g.shipped), 0)::bigint AS shipped
    FROM json_to_recordset(l.allocations) AS g (quantity bigint, shipped bigint)) a ON true
LEFT JOIN configuration c ON c.tenant_id = o.tenant_id AND c.kind = 3 AND c.ix = o.channel
LEFT JOIN configuration i ON i.tenant_id = o.tenant_id AND i.kind = 1 AND i.ix = coalesce(l.item, 0)
LEFT JOIN configuration w ON w.tenant_id = o.tenant_id AND w.kind = 1 AND w.ix = l.ordered_item;
