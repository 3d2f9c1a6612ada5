-- Returns: goods that come back. The view is called returns, hence the table's name. location is where they are expected;
-- null: anywhere. A list of returns is read along an index: open ones and those that are over apart, or those in one
-- state.

CREATE TABLE return_rows (
    tenant_id integer NOT NULL,
    order_id bigint NOT NULL,
    number integer NOT NULL,
    location integer,
    status smallint NOT NULL,
    is_open boolean NOT NULL,
    requested_at bigint NOT NULL,
    doc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, order_id, number)
);
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
       coalesce(d.channel_order_id, '') AS channel_order_id,
       p.code AS location,
       CASE r.status WHEN 0 THEN 'requested' WHEN 1 THEN 'approved' WHEN 2 THEN 'receiving' WHEN 3 THEN 'received'
                     WHEN 4 THEN 'declined' WHEN 5 THEN 'cancelled' END AS status,
       instant_text(r.requested_at) AS requested_at,
       coalesce(d.made ->> 'requested_by', '') AS requested_by,
       instant_text((d.made ->> 'approved_at')::bigint) AS approved_at,
       coalesce(d.made ->> 'reason', '') AS reason
FROM return_rows r
CROSS JOIN LATERAL json_to_record(document_json(r.doc)) AS d (channel integer, channel_order_id text, made json)
LEFT JOIN configuration c ON c.tenant_id = r.tenant_id AND c.kind = 3 AND c.ix = coalesce(d.channel, 0)
LEFT JOIN configuration p ON p.tenant_id = r.tenant_id AND p.kind = 2 AND p.ix = r.location;

-- A row for every line of one.
CREATE VIEW return_lines AS
SELECT r.tenant_id,
       r.order_id,
       r.number,
       coalesce((l.value ->> 'line_no')::bigint, 0) AS line_no,
       i.code AS sku,
       coalesce(l.value ->> 'reason', '') AS reason,
       u.quantity,
       u.quantity - u.restocked - u.quarantined - u.to_vendor - u.destroyed - u.dropped AS expected,
       u.restocked,
       u.quarantined,
       u.to_vendor,
       u.destroyed,
       u.dropped
FROM return_rows r
CROSS JOIN LATERAL json_to_record(document_json(r.doc)) AS d (made json, items json)
CROSS JOIN LATERAL json_array_elements(d.made -> 'lines') WITH ORDINALITY l (value, n)
CROSS JOIN LATERAL (
    SELECT coalesce((l.value ->> 'quantity')::bigint, 0) AS quantity,
           coalesce((l.value ->> 'restocked')::bigint, 0) AS restocked,
           coalesce((l.value ->> 'quarantined')::bigint, 0) AS quarantined,
           coalesce((l.value ->> 'to_vendor')::bigint, 0) AS to_vendor,
           coalesce((l.value ->> 'destroyed')::bigint, 0) AS destroyed,
           coalesce((l.value ->> 'dropped')::bigint, 0) AS dropped) u
LEFT JOIN configuration i
    ON i.tenant_id = r.tenant_id AND i.kind = 1 AND i.ix = (d.items ->> (l.n - 1)::integer)::integer;
