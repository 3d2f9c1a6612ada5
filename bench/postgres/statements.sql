BEGIN;
UPDATE inventory SET reserved = reserved + :units1::int WHERE location_id = :place1::int AND sku_id = :sku1::int AND on_hand - reserved >= :units1::int;
UPDATE inventory SET reserved = reserved + :units2::int WHERE location_id = :place2::int AND sku_id = :sku2::int AND on_hand - reserved >= :units2::int;
INSERT INTO orders (channel, channel_order_id, status, customer_id, placed_at, currency, total_minor, ship_to) VALUES ('web', 'W-' || nextval('numbers'), 'allocated', :customer::int, now(), 'GBP', 250 * (:units1::int + :units2::int), '{"name":"Robin Example","line1":"2 High Street","city":"York","postcode":"YO1 7HH","country":"GB"}') RETURNING id AS order_id \gset
INSERT INTO order_lines VALUES (:order_id::bigint, 1, :sku1::int, :units1::int, 250), (:order_id::bigint, 2, :sku2::int, :units2::int, 250);
INSERT INTO reservations VALUES (:order_id::bigint, 1, :place1::int, :units1::int), (:order_id::bigint, 2, :place2::int, :units2::int);
INSERT INTO events (order_id, at, type, body) VALUES (:order_id::bigint, now(), 'order_placed', jsonb_build_object('lines', jsonb_build_array(jsonb_build_object('sku', :sku1::int, 'quantity', :units1::int, 'location', :place1::int), jsonb_build_object('sku', :sku2::int, 'quantity', :units2::int, 'location', :place2::int))));
COMMIT;
