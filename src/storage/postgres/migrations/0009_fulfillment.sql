-- Fulfillment orders: the work of locations. The view is called fulfillment_orders, hence the table's name. due is the
-- day by which the work has to be done, in days since 1970. A list of work is read along an index, open work and what is
-- done apart.

CREATE TABLE fulfillment_rows (
    tenant_id integer NOT NULL,
    order_id bigint NOT NULL,
    number integer NOT NULL,
    location integer NOT NULL,
    status smallint NOT NULL,
    is_open boolean NOT NULL,
    due integer NOT NULL,
    priority integer NOT NULL,
    doc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, order_id, number)
);
CREATE INDEX fulfillment_rows_by_location ON fulfillment_rows
    (tenant_id, location, is_open, due, priority, order_id, number);
CREATE INDEX fulfillment_rows_queue ON fulfillment_rows (tenant_id, is_open, due, priority, order_id, number);

-- A row for every fulfillment order, in work or done.
CREATE VIEW fulfillment_orders AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(d.channel_order_id, '') AS channel_order_id,
       p.code AS location,
       CASE f.status WHEN 0 THEN 'released' WHEN 1 THEN 'accepted' WHEN 2 THEN 'picking' WHEN 3 THEN 'picked'
                     WHEN 4 THEN 'shipped' WHEN 5 THEN 'rejected' WHEN 6 THEN 'cancelled' END AS status,
       day_text(f.due) AS due_date,
       instant_text((d.fulfillment ->> 'released_at')::bigint) AS released_at,
       coalesce(d.fulfillment ->> 'released_by', '') AS released_by,
       instant_text((d.fulfillment ->> 'accepted_at')::bigint) AS accepted_at,
       coalesce(d.fulfillment ->> 'reason', '') AS reason,
       f.priority
FROM fulfillment_rows f
CROSS JOIN LATERAL json_to_record(document_json(f.doc)) AS d (channel_order_id text, fulfillment json)
LEFT JOIN configuration p ON p.tenant_id = f.tenant_id AND p.kind = 2 AND p.ix = f.location;

-- A row for every line of one and working day.
CREATE VIEW fulfillment_lines AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce((l.value ->> 'line_no')::bigint, 0) AS line_no,
       i.code AS sku,
       day_text(coalesce((l.value ->> 'capacity_day')::bigint, 0)) AS capacity_day,
       u.quantity,
       u.quantity - u.picked - u.shipped - u.rejected - u.recalled AS to_pick,
       u.picked,
       u.shipped,
       u.rejected,
       u.recalled
FROM fulfillment_rows f
CROSS JOIN LATERAL json_to_record(document_json(f.doc)) AS d (fulfillment json, items json)
CROSS JOIN LATERAL json_array_elements(d.fulfillment -> 'lines') WITH ORDINALITY l (value, n)
CROSS JOIN LATERAL (
    SELECT coalesce((l.value ->> 'quantity')::bigint, 0) AS quantity, coalesce((l.value ->> 'picked')::bigint, 0) AS picked,
           coalesce((l.value ->> 'shipped')::bigint, 0) AS shipped, coalesce((l.value ->> 'rejected')::bigint, 0) AS rejected,
           coalesce((l.value ->> 'recalled')::bigint, 0) AS recalled) u
LEFT JOIN configuration i
    ON i.tenant_id = f.tenant_id AND i.kind = 1 AND i.ix = (d.items ->> (l.n - 1)::integer)::integer;
