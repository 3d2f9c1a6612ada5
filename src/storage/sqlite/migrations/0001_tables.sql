-- The tables of a store. tenant_id leads every key and every index. Documents are JSON text made by the engine.
-- Rows that are always read by their key are WITHOUT ROWID: one tree instead of two. Only rows with documents of a
-- kilobyte and more have a rowid, so that appending them never moves other documents.
--
-- Epochs: 8192 sequences of a tenant are an epoch, 16 epochs an era. Indexes whose leading value jumps about (item, word)
-- begin with the epoch, so that new rows fall into the few pages of the newest one and old pages are never written again;
-- a search walks the epochs from the newest and stops when it has enough. Without it each order line costs a page of its
-- own. Where a search has to look at many values in each (states of channels), the stretch is the era.

-- `seal` is a check number over all of a row's values and its key: storage/row_seal.hpp.

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
    seal INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
) STRICT;
-- The event that places an order (kind 7) has the order's id for its sequence: it is found without an index.
CREATE INDEX events_by_aggregate ON events (tenant_id, aggregate_kind, aggregate_id, sequence)
    WHERE aggregate_kind <> 7 OR aggregate_id <> sequence;

-- The inventory ledger, a row for each event that moved stock: when and for which order is said by the event. `moved` is
-- a list of [item, location, kind, on_hand, reserved, safety, unsellable, reason], zeros at the end left out.
CREATE TABLE movements (
    tenant_id INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    moved TEXT NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE movement_items (
    tenant_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    item INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch, item, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE movement_locations (
    tenant_id INTEGER NOT NULL,
    location INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, location, sequence)
) STRICT, WITHOUT ROWID;

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

-- `locations` lists those of order_locations, so that a change can tell which rows to add and to take away. `header` is
-- the document without its lines; it is empty, and there are no blocks, as long as nothing changed the order since the
-- event that placed it: until then that event is its document.
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
    locations TEXT NOT NULL,
    header TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, channel, channel_order_id)
) STRICT, WITHOUT ROWID;
-- Time, state and channel are answered from one index: a search without a state walks all six, one without a channel
-- all channels.
CREATE INDEX orders_by_state ON orders (tenant_id, id >> 17, channel, status, placed_at, id);
CREATE INDEX orders_by_customer ON orders (tenant_id, id >> 17, customer, placed_at, id) WHERE customer <> 0;

CREATE TABLE order_blocks (
    tenant_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    block INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, order_id, block)
) STRICT;

-- The channels that orders came from.
CREATE TABLE order_channels (
    tenant_id INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, channel)
) STRICT, WITHOUT ROWID;

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
    epoch INTEGER NOT NULL,
    location INTEGER NOT NULL,
    placed_at INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch, location, placed_at, order_id)
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
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_identities (
    tenant_id INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    external_id TEXT NOT NULL,
    customer INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, channel, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_identities_by_customer ON customer_identities (tenant_id, customer);

-- Personal data. Nothing of it is anywhere else but in the tables of its words and in replies kept for a few days. A
-- person who came with an order has the order's id.
CREATE TABLE persons (
    tenant_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    customer INTEGER NOT NULL,
    of_order INTEGER NOT NULL,
    seal INTEGER NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX persons_by_customer ON persons (tenant_id, customer, id) WHERE customer <> 0 AND of_order = 0;

-- Words of persons who came with orders, and of those whom customers themselves name: apart, so that a search knows the
-- few of the second without meeting the many of the first.
CREATE TABLE person_words (
    tenant_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    word TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch, word, person_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE customer_words (
    tenant_id INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    word TEXT NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, epoch, word, person_id)
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
    seal INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX replies_by_age ON replies (tenant_id, at, key);
