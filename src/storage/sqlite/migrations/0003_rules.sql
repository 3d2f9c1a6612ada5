-- Versions of a tenant's rules, and which of them decides from when on.

CREATE TABLE rule_sets (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;
CREATE TABLE rule_activations (
    tenant_id INTEGER NOT NULL, ix INTEGER NOT NULL, code TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (tenant_id, ix), UNIQUE (tenant_id, code)
) STRICT;

CREATE VIEW rule_set_versions AS
SELECT tenant_id,
       ix + 1 AS number,
       coalesce(doc ->> '$.rules.name', '') AS name,
       coalesce(doc ->> '$.rules.note', '') AS note,
       strftime('%Y-%m-%dT%H:%M:%SZ', (doc ->> '$.saved_at') / 1000000, 'unixepoch') AS saved_at
FROM rule_sets;

CREATE VIEW rule_set_activations AS
SELECT tenant_id,
       coalesce(doc ->> '$.number', 0) AS number,
       strftime('%Y-%m-%dT%H:%M:%SZ', (doc ->> '$.from') / 1000000, 'unixepoch') AS active_from,
       strftime('%Y-%m-%dT%H:%M:%SZ', (doc ->> '$.made_at') / 1000000, 'unixepoch') AS made_at,
       coalesce(doc ->> '$.reason', '') AS reason,
       coalesce(doc ->> '$.rolls_back', 0) AS rolls_back
FROM rule_activations;

-- A row for every automation rule that fired when an order was placed.
CREATE VIEW fired_rules AS
SELECT e.tenant_id,
       e.sequence AS order_id,
       strftime('%Y-%m-%dT%H:%M:%SZ', e.at / 1000000, 'unixepoch') AS at,
       e.body ->> '$.rules.rule_set' AS rule_set,
       s.doc ->> ('$.rules.automation[' || f.value || '].code') AS rule
FROM events e
JOIN json_each(e.body, '$.rules.fired') f
LEFT JOIN rule_sets s ON s.tenant_id = e.tenant_id AND s.ix = (e.body ->> '$.rules.rule_set') - 1
WHERE e.type = 'order_placed';
