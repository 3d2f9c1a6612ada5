-- How fast items sell at locations, and by how much they are marked down there: configuration of kind 12.

CREATE VIEW demand AS
SELECT d.tenant_id,
       d.code AS sku,
       l.code AS location,
       coalesce((r.value ->> 'weekly_milliunits')::bigint, 0) AS weekly_milliunits,
       coalesce((r.value ->> 'markdown_bp')::integer, 0) AS markdown_bp
FROM configuration d
CROSS JOIN LATERAL json_array_elements(document_json(d.doc) -> 'rates') r (value)
LEFT JOIN configuration l
    ON l.tenant_id = d.tenant_id AND l.kind = 2 AND l.ix = coalesce((r.value ->> 'location')::integer, 0)
WHERE d.kind = 12;
