-- The tables of a store. tenant_id leads every key and every index. Documents are JSON text made by the engine.
-- Narrow rows that are always read by their key are WITHOUT ROWID; rows that carry documents are not, so that appending
-- them never moves other documents.
--
-- Epochs: 8192 sequences of a tenant are an epoch. Indexes whose leading value jumps about (item, word) begin with the
-- epoch, so that new rows fall into the few pages of the newest one and old pages are never written again; a search walks
-- the epochs from the newest and stops when it has enough. Without it each order line costs a page of its own.

CREATE TABLE tenants (
    tenant_id INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    head INTEGER NOT NULL,
    last_instant INTEGER NOT NULL
) STRICT;

CREATE TABLE events (
    tenant_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    aggregate_kind INTEGER NOT NULL,
    aggregate_id INTEGER NOT NULL,
    aggregate_version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    command TEXT NOT NULL,
    correlation TEXT NOT NULL,
    type TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
) STRICT;
CREATE INDEX events_by_aggregate ON events (tenant_id, aggregate_kind, aggregate_id, sequence);

-- A movement for an order belongs to an event of that order, so the events' index also finds movements by order.
CREATE TABLE movements (
    tenant_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    n INTEGER NOT NULL,
    at INTEGER NOT NULL,
    item INTEGER NOT NULL,
    location INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    safety INTEGER NOT NULL,
    unsellable INTEGER NOT NULL,
    reason TEXT NOT NULL,
    order_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, sequence, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX movements_by_item ON movements (tenant_id, sequence >> 13, item, sequence, n, location);
CREATE INDEX movements_by_location ON movements (tenant_id, location, sequence, n);

CREATE TABLE settings (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE items (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE locations (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE channels (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE api_keys (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE feeds (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE postcode_areas (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;

-- feed is null for a level that no feed has counted.
CREATE TABLE inventory_levels (
    tenant_id INTEGER NOT NULL,
    item INTEGER NOT NULL,
    location INTEGER NOT NULL,
    on_hand INTEGER NOT NULL,
    reserved INTEGER NOT NULL,
    safety INTEGER NOT NULL,
    unsellable INTEGER NOT NULL,
    feed INTEGER,
    feed_sequence INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, item, location)
) STRICT, WITHOUT ROWID;

CREATE TABLE capacity_days (
    tenant_id INTEGER NOT NULL,
    location INTEGER NOT NULL,
    day INTEGER NOT NULL,
    orders INTEGER NOT NULL,
    units INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, location, day)
) STRICT, WITHOUT ROWID;

-- `locations` lists those of order_locations, so that a change can tell which rows to add and to take away.
CREATE TABLE orders (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    channel_order_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total_minor INTEGER NOT NULL,
    line_count INTEGER NOT NULL,
    version INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL,
    locations TEXT NOT NULL,
    header TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, channel, channel_order_id)
) STRICT;
CREATE INDEX orders_by_placed ON orders (tenant_id, placed_at, id);
CREATE INDEX orders_by_status ON orders (tenant_id, status, placed_at, id);
CREATE INDEX orders_by_channel ON orders (tenant_id, channel, placed_at, id);
CREATE INDEX orders_by_customer ON orders (tenant_id, customer, placed_at, id) WHERE customer <> 0;

CREATE TABLE order_blocks (
    tenant_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    block INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, block)
) STRICT;

-- When the orders of an epoch were placed: which epochs a search has to look into.
CREATE TABLE order_epochs (
    tenant_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    placed_min INTEGER NOT NULL,
    placed_max INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_items (
    tenant_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    item INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch, item, placed_at, order_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_locations (
    tenant_id INTEGER NOT NULL,
    location INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, location, placed_at, order_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_words (
    tenant_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    word TEXT NOT NULL,
    placed_at INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch, word, placed_at, order_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE customers (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    customer_group TEXT NOT NULL,
    blocked INTEGER NOT NULL,
    merged_into INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE customer_identities (
    tenant_id INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    external_id TEXT NOT NULL,
    customer INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, channel, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_identities_by_customer ON customer_identities (tenant_id, customer);

-- Personal data. Nothing of it is anywhere else but in person_words and in replies kept for a few days.
CREATE TABLE persons (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    doc TEXT NOT NULL,
    search_text TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT;
CREATE INDEX persons_by_customer ON persons (tenant_id, customer, id) WHERE customer <> 0;
CREATE INDEX persons_by_order ON persons (tenant_id, order_id, id) WHERE order_id <> 0;

CREATE TABLE person_words (
    tenant_id INTEGER NOT NULL,
    word TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, word, person_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE replies (
    tenant_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    object_kind INTEGER NOT NULL,
    object_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    body TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT;
CREATE INDEX replies_by_age ON replies (tenant_id, at, key);
