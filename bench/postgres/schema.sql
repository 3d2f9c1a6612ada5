-- The hand-written schema that Waybill is compared with: what a team would write for orders, stock and one event each,
-- without routing, idempotency, an audit of movements or a search by words.
CREATE TABLE inventory (
    location_id integer NOT NULL,
    sku_id integer NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (location_id, sku_id)
) WITH (fillfactor = 70);
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel text NOT NULL,
    channel_order_id text NOT NULL,
    status text NOT NULL,
    customer_id integer NOT NULL,
    placed_at timestamptz NOT NULL,
    currency text NOT NULL,
    total_minor bigint NOT NULL,
    ship_to jsonb NOT NULL,
    UNIQUE (channel, channel_order_id)
);
CREATE INDEX orders_by_placed ON orders (placed_at, id);
CREATE INDEX orders_by_status ON orders (status, placed_at, id);
CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, id);
CREATE TABLE order_lines (
    order_id bigint NOT NULL,
    line_no integer NOT NULL,
    sku_id integer NOT NULL,
    quantity integer NOT NULL,
    unit_price_minor bigint NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
CREATE TABLE reservations (
    order_id bigint NOT NULL,
    line_no integer NOT NULL,
    location_id integer NOT NULL,
    quantity integer NOT NULL,
    PRIMARY KEY (order_id, line_no, location_id)
);
CREATE TABLE events (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    at timestamptz NOT NULL,
    type text NOT NULL,
    body jsonb NOT NULL
);
CREATE SEQUENCE numbers;

INSERT INTO inventory (location_id, sku_id, on_hand)
SELECT l, s, 1000000 FROM generate_series(1, 20) l, generate_series(1, 10000) s;

-- One order of two lines in one call.
CREATE FUNCTION place_order(customer integer, sku1 integer, sku2 integer, place1 integer, place2 integer,
                            units1 integer, units2 integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    id_made bigint;
BEGIN
    UPDATE inventory SET reserved = reserved + units1
    WHERE location_id = place1 AND sku_id = sku1 AND on_hand - reserved >= units1;
    IF NOT FOUND THEN RAISE EXCEPTION 'short'; END IF;
    UPDATE inventory SET reserved = reserved + units2
    WHERE location_id = place2 AND sku_id = sku2 AND on_hand - reserved >= units2;
    IF NOT FOUND THEN RAISE EXCEPTION 'short'; END IF;
    INSERT INTO orders (channel, channel_order_id, status, customer_id, placed_at, currency, total_minor, ship_to)
    VALUES ('web', 'W-' || nextval('numbers'), 'allocated', customer, now(), 'GBP', 250 * (units1 + units2),
            '{"name":"Robin Example","line1":"2 High Street","city":"York","postcode":"YO1 7HH","country":"GB"}')
    RETURNING id INTO id_made;
    INSERT INTO order_lines VALUES (id_made, 1, sku1, units1, 250), (id_made, 2, sku2, units2, 250);
    INSERT INTO reservations VALUES (id_made, 1, place1, units1), (id_made, 2, place2, units2);
    INSERT INTO events (order_id, at, type, body)
    VALUES (id_made, now(), 'order_placed',
            jsonb_build_object('lines', jsonb_build_array(
                jsonb_build_object('sku', sku1, 'quantity', units1, 'location', place1),
                jsonb_build_object('sku', sku2, 'quantity', units2, 'location', place2))));
    RETURN id_made;
END $$;

-- Many orders of two lines in one call: one statement a table, stock guarded by the sum for each row.
CREATE FUNCTION place_orders(numbers text[], customers integer[], sku1 integer[], sku2 integer[], place1 integer[],
                             place2 integer[], units1 integer[], units2 integer[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    wanted integer;
    taken integer;
    first_id bigint;
BEGIN
    WITH lines AS (
        SELECT * FROM unnest(place1, sku1, units1) AS t(location_id, sku_id, units)
        UNION ALL SELECT * FROM unnest(place2, sku2, units2)
    ), sums AS (SELECT location_id, sku_id, sum(units) AS units FROM lines GROUP BY 1, 2), done AS (
        UPDATE inventory i SET reserved = reserved + s.units FROM sums s
        WHERE i.location_id = s.location_id AND i.sku_id = s.sku_id AND i.on_hand - i.reserved >= s.units
        RETURNING 1
    ) SELECT (SELECT count(*) FROM sums), (SELECT count(*) FROM done) INTO wanted, taken;
    IF wanted <> taken THEN RAISE EXCEPTION 'short'; END IF;
    -- One writer at a time loads batches, so the identities that follow are its own.
    SELECT nextval(pg_get_serial_sequence('orders', 'id')) INTO first_id;
    PERFORM setval(pg_get_serial_sequence('orders', 'id'), first_id + cardinality(numbers));
    INSERT INTO orders (id, channel, channel_order_id, status, customer_id, placed_at, currency, total_minor, ship_to)
    OVERRIDING SYSTEM VALUE
    SELECT first_id + t.n, 'web', t.number, 'allocated', t.customer, now(), 'GBP', 250 * (t.u1 + t.u2),
           '{"name":"Robin Example","line1":"2 High Street","city":"York","postcode":"YO1 7HH","country":"GB"}'
    FROM unnest(numbers, customers, units1, units2) WITH ORDINALITY AS t(number, customer, u1, u2, n);
    INSERT INTO order_lines
    SELECT first_id + n, 1, s, u, 250 FROM unnest(sku1, units1) WITH ORDINALITY AS t(s, u, n)
    UNION ALL SELECT first_id + n, 2, s, u, 250 FROM unnest(sku2, units2) WITH ORDINALITY AS t(s, u, n);
    INSERT INTO reservations
    SELECT first_id + n, 1, l, u FROM unnest(place1, units1) WITH ORDINALITY AS t(l, u, n)
    UNION ALL SELECT first_id + n, 2, l, u FROM unnest(place2, units2) WITH ORDINALITY AS t(l, u, n);
    INSERT INTO events (order_id, at, type, body)
    SELECT first_id + n, now(), 'order_placed',
           jsonb_build_object('lines', jsonb_build_array(
               jsonb_build_object('sku', s1, 'quantity', u1, 'location', l1),
               jsonb_build_object('sku', s2, 'quantity', u2, 'location', l2)))
    FROM unnest(sku1, sku2, place1, place2, units1, units2) WITH ORDINALITY AS t(s1, s2, l1, l2, u1, u2, n);
    RETURN cardinality(numbers);
END $$;
