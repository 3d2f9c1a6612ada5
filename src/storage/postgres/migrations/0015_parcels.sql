-- Parcels, as views over the documents of their fulfillment orders. A fulfillment order may be packed.

CREATE OR REPLACE VIEW fulfillment_orders AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(d.channel_order_id, '') AS channel_order_id,
       p.code AS location,
       CASE f.status WHEN 0 THEN 'released' WHEN 1 THEN 'accepted' WHEN 2 THEN 'picking' WHEN 3 THEN 'picked'
                     WHEN 4 THEN 'shipped' WHEN 5 THEN 'rejected' WHEN 6 THEN 'cancelled' WHEN 7 THEN 'packed' END AS status,
       day_text(f.due) AS due_date,
       instant_text((d.fulfillment ->> 'released_at')::bigint) AS released_at,
       coalesce(d.fulfillment ->> 'released_by', '') AS released_by,
       instant_text((d.fulfillment ->> 'accepted_at')::bigint) AS accepted_at,
       coalesce(d.fulfillment ->> 'reason', '') AS reason,
       f.priority
FROM fulfillment_rows f
CROSS JOIN LATERAL json_to_record(document_json(f.doc)) AS d (channel_order_id text, fulfillment json)
LEFT JOIN configuration p ON p.tenant_id = f.tenant_id AND p.kind = 2 AND p.ix = f.location;

-- A row for every parcel, also those that have left or were unpacked.
CREATE VIEW parcels AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce((q.value ->> 'number')::bigint, 0) AS parcel,
       coalesce(d.channel_order_id, '') AS channel_order_id,
       p.code AS location,
       CASE WHEN q.value ->> 'shipped_at' IS NOT NULL THEN 'shipped'
            WHEN q.value -> 'lines' IS NULL THEN 'voided' ELSE 'packed' END AS status,
       coalesce(q.value ->> 'sscc', '') AS sscc,
       coalesce(q.value ->> 'carrier', '') AS carrier,
       coalesce(q.value ->> 'service', '') AS service,
       coalesce(q.value ->> 'tracking', '') AS tracking,
       coalesce(u.units, 0)::bigint AS units,
       coalesce((q.value ->> 'weight_g')::bigint, 0) AS weight_g,
       coalesce((q.value ->> 'length_mm')::bigint, 0) AS length_mm,
       coalesce((q.value ->> 'width_mm')::bigint, 0) AS width_mm,
       coalesce((q.value ->> 'height_mm')::bigint, 0) AS height_mm,
       instant_text((q.value ->> 'packed_at')::bigint) AS packed_at,
       instant_text((q.value ->> 'shipped_at')::bigint) AS shipped_at
FROM fulfillment_rows f
CROSS JOIN LATERAL json_to_record(document_json(f.doc)) AS d (channel_order_id text, fulfillment json)
CROSS JOIN LATERAL json_array_elements(d.fulfillment -> 'parcels') AS q (value)
LEFT JOIN LATERAL (
    SELECT sum((h.value ->> 'quantity')::bigint) AS units
    FROM json_array_elements(q.value -> 'lines') AS h (value)) u ON true
LEFT JOIN configuration p ON p.tenant_id = f.tenant_id AND p.kind = 2 AND p.ix = f.location;

-- A row for every line of one and working day.
CREATE VIEW parcel_lines AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce((q.value ->> 'number')::bigint, 0) AS parcel,
       coalesce((u.value ->> 'line_no')::bigint, 0) AS line_no,
       i.code AS sku,
       day_text(coalesce((u.value ->> 'capacity_day')::bigint, 0)) AS capacity_day,
       coalesce((u.value ->> 'quantity')::bigint, 0) AS quantity
FROM fulfillment_rows f
CROSS JOIN LATERAL json_to_record(document_json(f.doc)) AS d (fulfillment json, items json)
CROSS JOIN LATERAL json_array_elements(d.fulfillment -> 'parcels') AS q (value)
CROSS JOIN LATERAL json_array_elements(q.value -> 'lines') AS u (value)
JOIN LATERAL json_array_elements(d.fulfillment -> 'lines') WITH ORDINALITY l (value, n)
    ON l.value ->> 'line_no' = u.value ->> 'line_no'
   AND coalesce(l.value ->> 'capacity_day', '0') = coalesce(u.value ->> 'capacity_day', '0')
LEFT JOIN configuration i
    ON i.tenant_id = f.tenant_id AND i.kind = 1 AND i.ix = (d.items ->> (l.n - 1)::integer)::integer;
