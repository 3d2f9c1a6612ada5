-- Whose API key has this hash: the one question that is asked without knowing a tenant, by a process that does not serve
-- the tenant itself. Not unique: distributed tables promise nothing across tenants, and hashes of 256 random bits need no
-- promise.
CREATE INDEX configuration_by_key_hash ON configuration (code) WHERE kind = 4;
