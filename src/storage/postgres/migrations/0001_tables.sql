-- The tables of a store on PostgreSQL. tenant_id leads every primary key, every index and every statement, so that the same
-- tables are distributed by tenant: docs/operations/scale-out.md. Documents are JSON text made by the engine and kept
-- byte by byte. Text is compared by bytes, as everywhere else in Waybill.
--
-- `seal` is a check number over all of a row's values and its key: storage/row_seal.hpp.

-- Gives GIN indexes a tenant before their words and numbers. Comes with PostgreSQL; the owner of a database may create it.
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- Names are unique over all tenants, so they are apart from what is divided by tenant.
CREATE TABLE tenant_names (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id integer NOT NULL UNIQUE
);

-- Every commit changes its tenant's row and holds it until it is done: whoever locks the row knows that no commit is
-- under way.
CREATE TABLE tenants (
    tenant_id integer NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    head bigint NOT NULL,
    last_instant bigint NOT NULL
) WITH (fillfactor = 10);

CREATE TABLE events (
    tenant_id integer NOT NULL,
    sequence bigint NOT NULL,
    aggregate_kind smallint NOT NULL,
    aggregate_id bigint NOT NULL,
    aggregate_version bigint NOT NULL,
    at bigint NOT NULL,
    actor text COLLATE "C" NOT NULL,
    command text COLLATE "C" NOT NULL,
    correlation text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema_version integer NOT NULL,
    seal bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);
-- The event that places an order (kind 7) has the order's id for its sequence: it is found without an index.
CREATE INDEX events_by_aggregate ON events (tenant_id, aggregate_kind, aggregate_id, sequence)
    WHERE aggregate_kind <> 7 OR aggregate_id <> sequence;

-- The inventory ledger. order_id is 0 for what no order moved.
CREATE TABLE movements (
    tenant_id integer NOT NULL,
    sequence bigint NOT NULL,
    n integer NOT NULL,
    at bigint NOT NULL,
    item integer NOT NULL,
    location integer NOT NULL,
    kind smallint NOT NULL,
    on_hand bigint NOT NULL,
    reserved bigint NOT NULL,
    safety bigint NOT NULL,
    unsellable bigint NOT NULL,
    order_id bigint NOT NULL,
    reason text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, sequence, n)
);
CREATE INDEX movements_by_item ON movements (tenant_id, item, sequence, n);
CREATE INDEX movements_by_location ON movements (tenant_id, location, sequence, n);

-- Configuration. kind: 0 settings, 1 items, 2 locations, 3 channels, 4 API keys, 5 feeds, 6 postcode areas.
CREATE TABLE configuration (
    tenant_id integer NOT NULL,
    kind smallint NOT NULL,
    ix integer NOT NULL,
    code text COLLATE "C" NOT NULL,
    doc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, kind, ix),
    UNIQUE (tenant_id, kind, code)
);

-- feed is null for a level that no feed has counted. Room is left in the pages so that a level is changed in place.
CREATE TABLE inventory_levels (
    tenant_id integer NOT NULL,
    item integer NOT NULL,
    location integer NOT NULL,
    on_hand integer NOT NULL,
    reserved integer NOT NULL,
    safety integer NOT NULL,
    unsellable integer NOT NULL,
    feed integer,
    feed_sequence bigint NOT NULL,
    PRIMARY KEY (tenant_id, item, location)
) WITH (fillfactor = 70);

CREATE TABLE capacity_days (
    tenant_id integer NOT NULL,
    location integer NOT NULL,
    day integer NOT NULL,
    orders bigint NOT NULL,
    units bigint NOT NULL,
    PRIMARY KEY (tenant_id, location, day)
) WITH (fillfactor = 50);

-- `header` is the document without its lines; it is empty, and there are no blocks, as long as nothing changed the order
-- since the event that placed it: until then that event is its document.
CREATE TABLE orders (
    tenant_id integer NOT NULL,
    id bigint NOT NULL,
    channel integer NOT NULL,
    channel_order_id text COLLATE "C" NOT NULL,
    status smallint NOT NULL,
    customer bigint NOT NULL,
    placed_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    total_minor bigint NOT NULL,
    line_count integer NOT NULL,
    version integer NOT NULL,
    header text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, channel, channel_order_id)
);
CREATE INDEX orders_by_time ON orders (tenant_id, placed_at, id);
CREATE INDEX orders_by_channel ON orders (tenant_id, channel, placed_at, id);
CREATE INDEX orders_by_state ON orders (tenant_id, status, placed_at, id);
CREATE INDEX orders_by_customer ON orders (tenant_id, customer, placed_at, id) WHERE customer <> 0;

CREATE TABLE order_blocks (
    tenant_id integer NOT NULL,
    order_id bigint NOT NULL,
    block integer NOT NULL,
    doc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, order_id, block)
);

-- What an order is found by beside its own columns. Apart from them, so that a change of state does not write it again.
CREATE TABLE order_search (
    tenant_id integer NOT NULL,
    order_id bigint NOT NULL,
    items integer[] NOT NULL,
    locations integer[] NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (tenant_id, order_id)
);
CREATE INDEX order_search_values ON order_search USING gin (tenant_id, items, locations, words);

CREATE TABLE customers (
    tenant_id integer NOT NULL,
    id bigint NOT NULL,
    customer_group text COLLATE "C" NOT NULL,
    blocked boolean NOT NULL,
    merged_into bigint NOT NULL,
    doc text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE customer_identities (
    tenant_id integer NOT NULL,
    channel integer NOT NULL,
    external_id text COLLATE "C" NOT NULL,
    customer bigint NOT NULL,
    PRIMARY KEY (tenant_id, channel, external_id)
);
CREATE INDEX customer_identities_by_customer ON customer_identities (tenant_id, customer);

-- Personal data. Nothing of it is anywhere else but in replies kept for a few days. A person who came with an order has
-- the order's id. Erased rows leave the files when the table is vacuumed.
CREATE TABLE persons (
    tenant_id integer NOT NULL,
    id bigint NOT NULL,
    customer bigint NOT NULL,
    of_order boolean NOT NULL,
    seal bigint NOT NULL,
    doc text COLLATE "C" NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX persons_by_customer ON persons (tenant_id, customer, id) WHERE customer <> 0 AND NOT of_order;
CREATE INDEX persons_words ON persons USING gin (tenant_id, words);

CREATE TABLE replies (
    tenant_id integer NOT NULL,
    key text COLLATE "C" NOT NULL,
    body_hash bytea NOT NULL,
    status integer NOT NULL,
    object_kind smallint NOT NULL,
    object_id bigint NOT NULL,
    sequence bigint NOT NULL,
    body text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    seal bigint NOT NULL,
    PRIMARY KEY (tenant_id, key)
);
CREATE INDEX replies_by_age ON replies (tenant_id, at, key);
