"""The tables of the state file. Times are seconds since 1970, UTC; tags and permissions are JSON."""

# A file of another number is not read: nothing was released yet that a newer table would have to carry over.
VERSION = 5

TABLES = """
    CREATE TABLE groups (
        name            TEXT PRIMARY KEY COLLATE NOCASE,
        location        TEXT NOT NULL,
        tags            TEXT NOT NULL
    );
    CREATE TABLE vaults (
        name            TEXT PRIMARY KEY COLLATE NOCASE,
        resource_group  TEXT NOT NULL COLLATE NOCASE,
        location        TEXT NOT NULL,
        tags            TEXT NOT NULL,
        retention_days  INTEGER NOT NULL,
        purge_protected INTEGER NOT NULL,
        uses_roles      INTEGER NOT NULL,  -- 0: access policies say who may do what
        network         TEXT NOT NULL,     -- who is let in, from where
        cloud           TEXT NOT NULL,     -- the name of the one that it is in
        diagnostics     TEXT NOT NULL DEFAULT '[]',  -- the settings that say where its log goes
        created         REAL NOT NULL,
        deleted_on      REAL,              -- NULL while the vault is active
        purge_on        REAL               -- from then on the vault is gone for good
    );
    CREATE TABLE policies (
        vault           TEXT NOT NULL COLLATE NOCASE REFERENCES vaults (name) ON DELETE CASCADE,
        object_id       TEXT NOT NULL COLLATE NOCASE,
        permissions     TEXT NOT NULL,     -- a list each for secrets, keys, certificates and storage
        PRIMARY KEY (vault, object_id)
    );
    CREATE TABLE principals (
        object_id       TEXT PRIMARY KEY COLLATE NOCASE,
        client_id       TEXT UNIQUE COLLATE NOCASE,  -- a program's; NULL for a person
        name            TEXT NOT NULL
    );
    CREATE TABLE passwords (
        id              TEXT PRIMARY KEY,
        object_id       TEXT NOT NULL COLLATE NOCASE REFERENCES principals (object_id) ON DELETE CASCADE,
        value           TEXT NOT NULL
    );
    CREATE TABLE assignments (
        id              TEXT PRIMARY KEY COLLATE NOCASE,
        scope           TEXT NOT NULL COLLATE NOCASE,
        object_id       TEXT NOT NULL COLLATE NOCASE,
        role            TEXT NOT NULL,     -- the role definition's id
        created         REAL NOT NULL,
        effective_on    REAL NOT NULL,     -- from then on the role has propagated
        UNIQUE (object_id, scope, role)
    );
    CREATE TABLE secrets (
        id              INTEGER PRIMARY KEY,
        vault           TEXT NOT NULL COLLATE NOCASE REFERENCES vaults (name) ON DELETE CASCADE,
        name            TEXT NOT NULL COLLATE NOCASE,
        current         TEXT NOT NULL,     -- the version that a request without a version gets
        deleted_on      REAL,              -- NULL while the secret is active
        settles_on      REAL,              -- from then on its deletion, recovery or purge has taken effect
        purge_on        REAL,              -- from then on the secret is gone for good
        managed         INTEGER NOT NULL DEFAULT 0,  -- 1: it is a certificate's, and changes with that alone
        UNIQUE (vault, name)
    );
    CREATE TABLE versions (
        secret          INTEGER NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
        version         TEXT NOT NULL,
        value           TEXT NOT NULL,
        content_type    TEXT,
        tags            TEXT,
        enabled         INTEGER NOT NULL,
        not_before      INTEGER,
        expires         INTEGER,
        created         INTEGER NOT NULL,
        updated         INTEGER NOT NULL,
        PRIMARY KEY (secret, version)
    ) WITHOUT ROWID;
    CREATE TABLE containers (
        account         TEXT NOT NULL,
        name            TEXT NOT NULL,
        etag            TEXT NOT NULL,
        created         REAL NOT NULL,
        PRIMARY KEY (account, name)
    ) WITHOUT ROWID;
    CREATE TABLE blobs (
        id              INTEGER PRIMARY KEY,
        account         TEXT NOT NULL,
        container       TEXT NOT NULL,
        name            TEXT NOT NULL,
        kind            TEXT NOT NULL,     -- BlockBlob or AppendBlob
        content_type    TEXT NOT NULL,
        size            INTEGER NOT NULL,  -- of all blocks together, in bytes
        etag            TEXT NOT NULL,
        created         REAL NOT NULL,
        updated         REAL NOT NULL,
        UNIQUE (account, container, name),
        FOREIGN KEY (account, container) REFERENCES containers (account, name) ON DELETE CASCADE
    );
    CREATE TABLE blocks (
        blob            INTEGER NOT NULL REFERENCES blobs (id) ON DELETE CASCADE,
        number          INTEGER NOT NULL,
        content         BLOB NOT NULL,
        PRIMARY KEY (blob, number)
    );
    CREATE TABLE keys (
        name            TEXT PRIMARY KEY,
        value           TEXT NOT NULL
    );
    -- A page of either list reads its own rows alone, however many secrets are in the other one.
    CREATE INDEX active_secrets ON secrets (vault, name) WHERE deleted_on IS NULL;
    CREATE INDEX deleted_secrets ON secrets (vault, name) WHERE deleted_on IS NOT NULL;
"""
