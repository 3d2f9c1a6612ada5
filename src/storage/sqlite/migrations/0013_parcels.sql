-- Parcels, as views over the documents of their fulfillment orders. A fulfillment order may be packed.

DROP VIEW fulfillment_orders;
CREATE VIEW fulfillment_orders AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(f.doc ->> '$.channel_order_id', '') AS channel_order_id,
       p.code AS location,
       CASE f.status WHEN 0 THEN 'released' WHEN 1 THEN 'accepted' WHEN 2 THEN 'picking' WHEN 3 THEN 'picked'
                     WHEN 4 THEN 'shipped' WHEN 5 THEN 'rejected' WHEN 6 THEN 'cancelled' WHEN 7 THEN 'packed' END AS status,
       date(f.due * 86400, 'unixepoch') AS due_date,
       strftime('%Y-%m-%dT%H:%M:%SZ', (f.doc ->> '$.fulfillment.released_at') / 1000000, 'unixepoch') AS released_at,
       coalesce(f.doc ->> '$.fulfillment.released_by', '') AS released_by,
       strftime('%Y-%m-%dT%H:%M:%SZ', (f.doc ->> '$.fulfillment.accepted_at') / 1000000, 'unixepoch') AS accepted_at,
       coalesce(f.doc ->> '$.fulfillment.reason', '') AS reason,
       f.priority
FROM fulfillment_rows f
LEFT JOIN locations p ON p.tenant_id = f.tenant_id AND p.ix = f.location;

-- A row for every parcel, also those that have left or were unpacked.
CREATE VIEW parcels AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(q.value ->> '$.number', 0) AS parcel,
       coalesce(f.doc ->> '$.channel_order_id', '') AS channel_order_id,
       p.code AS location,
       CASE WHEN q.value ->> '$.shipped_at' IS NOT NULL THEN 'shipped'
            WHEN q.value -> '$.lines' IS NULL THEN 'voided' ELSE 'packed' END AS status,
       coalesce(q.value ->> '$.sscc', '') AS sscc,
       coalesce(q.value ->> '$.carrier', '') AS carrier,
       coalesce(q.value ->> '$.service', '') AS service,
       coalesce(q.value ->> '$.tracking', '') AS tracking,
       coalesce((SELECT sum(u.value ->> '$.quantity') FROM json_each(q.value, '$.lines') u), 0) AS units,
       coalesce(q.value ->> '$.weight_g', 0) AS weight_g,
       coalesce(q.value ->> '$.length_mm', 0) AS length_mm,
       coalesce(q.value ->> '$.width_mm', 0) AS width_mm,
       coalesce(q.value ->> '$.height_mm', 0) AS height_mm,
       strftime('%Y-%m-%dT%H:%M:%SZ', (q.value ->> '$.packed_at') / 1000000, 'unixepoch') AS packed_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', (q.value ->> '$.shipped_at') / 1000000, 'unixepoch') AS shipped_at
FROM fulfillment_rows f
JOIN json_each(f.doc, '$.fulfillment.parcels') q
LEFT JOIN locations p ON p.tenant_id = f.tenant_id AND p.ix = f.location;

-- A row for every line of one and working day.
CREATE VIEW parcel_lines AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(q.value ->> '$.number', 0) AS parcel,
       coalesce(u.value ->> '$.line_no', 0) AS line_no,
       i.code AS sku,
       date(coalesce(u.value ->> '$.capacity_day', 0) * 86400, 'unixepoch') AS capacity_day,
       coalesce(u.value ->> '$.quantity', 0) AS quantity
FROM fulfillment_rows f
JOIN json_each(f.doc, '$.fulfillment.parcels') q
JOIN json_each(q.value, '$.lines') u
JOIN json_each(f.doc, '$.fulfillment.lines') l
    ON l.value ->> '$.line_no' = u.value ->> '$.line_no'
   AND coalesce(l.value ->> '$.capacity_day', 0) = coalesce(u.value ->> '$.capacity_day', 0)
LEFT JOIN items i ON i.tenant_id = f.tenant_id AND i.ix = f.doc ->> ('$.items[' || l.key || ']');
