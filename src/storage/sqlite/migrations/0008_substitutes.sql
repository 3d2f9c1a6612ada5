-- Lines that a rule has served with another item than was ordered.

DROP VIEW order_lines;
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
       coalesce(l.value ->> '$.cancel_reason', '') AS cancel_reason,
       coalesce(w.code, '') AS ordered_sku
FROM orders o
LEFT JOIN order_blocks b ON b.tenant_id = o.tenant_id AND b.order_id = o.id
LEFT JOIN events e ON o.header = '' AND e.tenant_id = o.tenant_id AND e.sequence = o.id
JOIN json_each(coalesce(b.doc, e.body -> '$.order'), '$.lines') l
LEFT JOIN channels c ON c.tenant_id = o.tenant_id AND c.ix = o.channel
LEFT JOIN items i ON i.tenant_id = o.tenant_id AND i.ix = coalesce(l.value ->> '$.item', 0)
LEFT JOIN items w ON w.tenant_id = o.tenant_id AND w.ix = l.value ->> '$.ordered_item';
