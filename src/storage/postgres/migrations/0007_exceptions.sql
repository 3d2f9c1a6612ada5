-- The queue of exceptions: what people have to look at, and what became of it. due_at is the largest integer where no time
-- is due, so that those come last.

CREATE TABLE exceptions (
    tenant_id integer NOT NULL,
    raised_in bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    order_id bigint NOT NULL,
    severity smallint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    due_at bigint NOT NULL,
    is_open boolean NOT NULL,
    doc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, raised_in, kind)
);
CREATE INDEX exceptions_queue ON exceptions (tenant_id, is_open, due_at, raised_in, kind);
CREATE INDEX exceptions_by_due ON exceptions (tenant_id, due_at, raised_in, kind);
CREATE INDEX exceptions_by_kind ON exceptions (tenant_id, kind, is_open, due_at, raised_in);
CREATE INDEX exceptions_by_owner ON exceptions (tenant_id, owner, is_open, due_at, raised_in, kind);
CREATE INDEX exceptions_by_order ON exceptions (tenant_id, order_id, due_at, raised_in, kind);

-- A row for every exception of an order, open or resolved.
CREATE VIEW order_exceptions AS
SELECT x.tenant_id,
       x.order_id,
       coalesce(d.channel_order_id, '') AS channel_order_id,
       x.kind,
       CASE WHEN x.is_open THEN 'open' ELSE 'resolved' END AS status,
       CASE x.severity WHEN 0 THEN 'low' WHEN 1 THEN 'normal' WHEN 2 THEN 'high' WHEN 3 THEN 'urgent' END AS severity,
       coalesce(d.exception ->> 'reason', '') AS reason,
       x.owner,
       instant_text((d.exception ->> 'due_at')::bigint) AS due_at,
       instant_text((d.exception ->> 'raised_at')::bigint) AS raised_at,
       coalesce(d.exception ->> 'raised_by', '') AS raised_by,
       instant_text((d."end" ->> 'at')::bigint) AS resolved_at,
       coalesce(d."end" ->> 'by', '') AS resolved_by,
       coalesce(d."end" ->> 'resolution', '') AS resolution
FROM exceptions x
CROSS JOIN LATERAL json_to_record(document_json(x.doc)) AS d (channel_order_id text, exception json, "end" json);
