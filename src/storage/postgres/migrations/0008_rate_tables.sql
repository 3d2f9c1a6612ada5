-- Carriers' prices by zone and weight are configuration of kind 9.

CREATE VIEW rate_prices AS
SELECT t.tenant_id,
       t.code AS rate_table,
       coalesce(document_json(t.doc) ->> 'carrier', '') AS carrier,
       coalesce(document_json(t.doc) ->> 'service', '') AS service,
       (z.ordinality - 1)::integer AS zone_no,
       coalesce(z.value ->> 'code', '') AS zone,
       coalesce(z.value ->> 'country', '') AS country,
       (z.value ->> 'max_km')::bigint AS max_km,
       (z.value ->> 'transit_days')::integer AS transit_days,
       coalesce((b.value ->> 'max_g')::bigint, 0) AS max_g,
       coalesce((b.value ->> 'price_micros')::bigint, 0) AS price_micros
FROM configuration t
CROSS JOIN LATERAL json_array_elements(document_json(t.doc) -> 'zones') WITH ORDINALITY z (value, ordinality)
CROSS JOIN LATERAL json_array_elements(z.value -> 'weight_breaks') b
WHERE t.kind = 9;
