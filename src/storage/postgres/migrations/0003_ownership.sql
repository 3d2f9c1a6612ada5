-- Who owns which tenant, among the processes that share the store: docs/adr/0015. No tenant's rows: this table stays whole.
CREATE TABLE processes (
    process_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,
    format integer NOT NULL,
    joined_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
) WITH (fillfactor = 10);

-- The owner is 0 when there is none. The epoch counts changes of owner; a commit states it.
ALTER TABLE tenants ADD COLUMN owner bigint NOT NULL DEFAULT 0;
ALTER TABLE tenants ADD COLUMN epoch bigint NOT NULL DEFAULT 0;
-- The last event whose commit wrote documents other than those of feeds: who keeps the configuration knows by it that
-- what is kept is what is there.
ALTER TABLE tenants ADD COLUMN configured bigint NOT NULL DEFAULT 0;
-- A process owns a tenant only if it knows the format of its rows.
ALTER TABLE tenants ADD COLUMN format integer NOT NULL DEFAULT 1;
