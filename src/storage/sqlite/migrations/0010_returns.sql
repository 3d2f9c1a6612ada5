-- Returns: goods that come back. The view is called returns, hence the table's name. location is where they are expected;
-- null: anywhere. A list of returns is read along an index: open ones and those that are over apart, or those in one
-- state.

CREATE TABLE return_rows (
    tenant_id INTEGER NOT NULL, order_id INTEGER NOT NULL, number INTEGER NOT NULL, location INTEGER,
    status INTEGER NOT NULL, is_open INTEGER NOT NULL, requested_at INTEGER NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX return_rows_by_location ON return_rows (tenant_id, location, is_open, requested_at, order_id, number);
CREATE INDEX return_rows_by_location_status ON return_rows (tenant_id, location, status, requested_at, order_id, number);
CREATE INDEX return_rows_queue ON return_rows (tenant_id, is_open, requested_at, order_id, number);
CREATE INDEX return_rows_by_status ON return_rows (tenant_id, status, requested_at, order_id, number);

-- A row for every return, open or over.
CREATE VIEW returns AS
SELECT r.tenant_id,
       r.order_id,
       r.number,
       c.code AS channel,
       coalesce(r.doc ->> '$.channel_order_id', '') AS channel_order_id,
       p.code AS location,
       CASE r.status WHEN 0 THEN 'requested' WHEN 1 THEN 'approved' WHEN 2 THEN 'receiving' WHEN 3 THEN 'received'
                     WHEN 4 THEN 'declined' WHEN 5 THEN 'cancelled' END AS status,
       strftime('%Y-%m-%dT%H:%M:%SZ', r.requested_at / 1000000, 'unixepoch') AS requested_at,
       coalesce(r.doc ->> '$.made.requested_by', '') AS requested_by,
       strftime('%Y-%m-%dT%H:%M:%SZ', (r.doc ->> '$.made.approved_at') / 1000000, 'unixepoch') AS approved_at,
       coalesce(r.doc ->> '$.made.reason', '') AS reason
FROM return_rows r
LEFT JOIN channels c ON c.tenant_id = r.tenant_id AND c.ix = coalesce(r.doc ->> '$.channel', 0)
LEFT JOIN locations p ON p.tenant_id = r.tenant_id AND p.ix = r.location;

-- A row for every line of one.
CREATE VIEW return_lines AS
SELECT r.tenant_id,
       r.order_id,
       r.number,
       coalesce(l.value ->> '$.line_no', 0) AS line_no,
       i.code AS sku,
       coalesce(l.value ->> '$.reason', '') AS reason,
       coalesce(l.value ->> '$.quantity', 0) AS quantity,
       coalesce(l.value ->> '$.quantity', 0) - coalesce(l.value ->> '$.restocked', 0)
         - coalesce(l.value ->> '$.quarantined', 0) - coalesce(l.value ->> '$.to_vendor', 0)
         - coalesce(l.value ->> '$.destroyed', 0) - coalesce(l.value ->> '$.dropped', 0) AS expected,
       coalesce(l.value ->> '$.restocked', 0) AS restocked,
       coalesce(l.value ->> '$.quarantined', 0) AS quarantined,
       coalesce(l.value ->> '$.to_vendor', 0) AS to_vendor,
       coalesce(l.value ->> '$.destroyed', 0) AS destroyed,
       coalesce(l.value ->> '$.dropped', 0) AS dropped
FROM return_rows r
JOIN json_each(r.doc, '$.made.lines') l
LEFT JOIN items i ON i.tenant_id = r.tenant_id AND i.ix = r.doc ->> ('$.items[' || l.key || ']');
