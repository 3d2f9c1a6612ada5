-- How fast items sell at locations, and by how much they are marked down there.

CREATE TABLE item_demand (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;

CREATE VIEW demand AS
SELECT d.tenant_id,
       d.code AS sku,
       l.code AS location,
       coalesce(r.value ->> '$.weekly_milliunits', 0) AS weekly_milliunits,
       coalesce(r.value ->> '$.markdown_bp', 0) AS markdown_bp
FROM item_demand d
JOIN json_each(d.doc, '$.rates') r
LEFT JOIN locations l ON l.tenant_id = d.tenant_id AND l.ix = coalesce(r.value ->> '$.location', 0);
