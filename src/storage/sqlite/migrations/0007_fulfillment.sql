-- Fulfillment orders: the work of locations. The view is called fulfillment_orders, hence the table's name. due is the
-- day by which the work has to be done, in days since 1970. A list of work is read along an index, open work and what is
-- done apart.

CREATE TABLE fulfillment_rows (
    tenant_id INTEGER NOT NULL, order_id INTEGER NOT NULL, number INTEGER NOT NULL, location INTEGER NOT NULL,
    status INTEGER NOT NULL, is_open INTEGER NOT NULL, due INTEGER NOT NULL, priority INTEGER NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fulfillment_rows_by_location ON fulfillment_rows
    (tenant_id, location, is_open, due, priority, order_id, number);
CREATE INDEX fulfillment_rows_queue ON fulfillment_rows (tenant_id, is_open, due, priority, order_id, number);

-- A row for every fulfillment order, in work or done.
CREATE VIEW fulfillment_orders AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(f.doc ->> '$.channel_order_id', '') AS channel_order_id,
       p.code AS location,
       CASE f.status WHEN 0 THEN 'released' WHEN 1 THEN 'accepted' WHEN 2 THEN 'picking' WHEN 3 THEN 'picked'
                     WHEN 4 THEN 'shipped' WHEN 5 THEN 'rejected' WHEN 6 THEN 'cancelled' END AS status,
       date(f.due * 86400, 'unixepoch') AS due_date,
       strftime('%Y-%m-%dT%H:%M:%SZ', (f.doc ->> '$.fulfillment.released_at') / 1000000, 'unixepoch') AS released_at,
       coalesce(f.doc ->> '$.fulfillment.released_by', '') AS released_by,
       strftime('%Y-%m-%dT%H:%M:%SZ', (f.doc ->> '$.fulfillment.accepted_at') / 1000000, 'unixepoch') AS accepted_at,
       coalesce(f.doc ->> '$.fulfillment.reason', '') AS reason,
       f.priority
FROM fulfillment_rows f
LEFT JOIN locations p ON p.tenant_id = f.tenant_id AND p.ix = f.location;

-- A row for every line of one and working day.
CREATE VIEW fulfillment_lines AS
SELECT f.tenant_id,
       f.order_id,
       f.number,
       coalesce(l.value ->> '$.line_no', 0) AS line_no,
       i.code AS sku,
       date(coalesce(l.value ->> '$.capacity_day', 0) * 86400, 'unixepoch') AS capacity_day,
       coalesce(l.value ->> '$.quantity', 0) AS quantity,
       coalesce(l.value ->> '$.quantity', 0) - coalesce(l.value ->> '$.picked', 0) - coalesce(l.value ->> '$.shipped', 0)
         - coalesce(l.value ->> '$.rejected', 0) - coalesce(l.value ->> '$.recalled', 0) AS to_pick,
       coalesce(l.value ->> '$.picked', 0) AS picked,
       coalesce(l.value ->> '$.shipped', 0) AS shipped,
       coalesce(l.value ->> '$.rejected', 0) AS rejected,
       coalesce(l.value ->> '$.recalled', 0) AS recalled
FROM fulfillment_rows f
JOIN json_each(f.doc, '$.fulfillment.lines') l
LEFT JOIN items i ON i.tenant_id = f.tenant_id AND i.ix = f.doc ->> ('$.items[' || l.key || ']');
