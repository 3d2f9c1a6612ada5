-- Carriers' prices by zone and weight.

CREATE TABLE rate_tables (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;

CREATE VIEW rate_prices AS
SELECT t.tenant_id,
       t.code AS rate_table,
       coalesce(t.doc ->> '$.carrier', '') AS carrier,
       coalesce(t.doc ->> '$.service', '') AS service,
       z.key AS zone_no,
       coalesce(z.value ->> '$.code', '') AS zone,
       coalesce(z.value ->> '$.country', '') AS country,
       z.value ->> '$.max_km' AS max_km,
       z.value ->> '$.transit_days' AS transit_days,
       coalesce(b.value ->> '$.max_g', 0) AS max_g,
       coalesce(b.value ->> '$.price_micros', 0) AS price_micros
FROM rate_tables t
JOIN json_each(t.doc, '$.zones') z
JOIN json_each(z.value, '$.weight_breaks') b;
