-- +goose Up

-- Times are microseconds since 1970; 0 is none.

-- The list of partners, as their owner gave it.
CREATE TABLE partner (
    key    text COLLATE "C" PRIMARY KEY,
    host   text COLLATE "C" NOT NULL, -- whose job visits it
    place  bigint NOT NULL,           -- in the list, with gaps
    config bytea NOT NULL,            -- JSON
    listed boolean NOT NULL DEFAULT true
);
CREATE INDEX partner_host ON partner (host) WHERE listed;

-- Who asks a host now.
CREATE TABLE host (
    name  text COLLATE "C" PRIMARY KEY,
    epoch bigint NOT NULL DEFAULT 0, -- number of the last claim
    lease bigint NOT NULL DEFAULT 0, -- when it ends, by the clock of the database
    rest  bigint NOT NULL DEFAULT 0  -- the host asked for none before
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX host_rest ON host (rest) WHERE rest > 0;

-- What is remembered of a partner. No index has a column that a visit changes, so
-- that a visit which brings nothing writes in place (HOT), for which there is room.
CREATE TABLE state (
    key          text COLLATE "C" PRIMARY KEY,
    number       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    epoch        bigint NOT NULL DEFAULT 0, -- number of the last claim
    lease        bigint NOT NULL DEFAULT 0, -- when it ends
    due          bigint NOT NULL DEFAULT 0,
    last_attempt bigint NOT NULL DEFAULT 0,
    visit        bytea NOT NULL DEFAULT '{}', -- JSON
    head         bytea,                       -- JSON of the rest without letters; NULL before the first record
    index        bytea,                       -- of the letters
    slots        int[] NOT NULL DEFAULT '{}'  -- of the letters, in their order
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);

-- The letters. One that didn't change is not written again.
CREATE TABLE letter (
    partner   bigint NOT NULL REFERENCES state (number) ON DELETE CASCADE,
    slot      int NOT NULL,
    digest    bytea NOT NULL,
    open      boolean NOT NULL, -- it may be published
    published bigint NOT NULL,  -- seconds since 1970
    id        bigint NOT NULL,  -- names, as numbers
    page      bigint NOT NULL,
    words     bigint NOT NULL,
    record    bytea NOT NULL,   -- JSON
    PRIMARY KEY (partner, slot)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);
CREATE INDEX letter_newest ON letter (published DESC) WHERE open;
CREATE INDEX letter_id ON letter (id) WHERE open;
CREATE INDEX letter_page ON letter (page) WHERE open AND page <> 0;
CREATE INDEX letter_words ON letter (words) WHERE open AND words <> 0;

-- What visits changed and nobody has folded into the newsletter yet. slot is
-- NULL for the partner itself.
CREATE TABLE pending (
    partner bigint NOT NULL,
    slot    int
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);

-- What was folded, numbered in the order of the commits.
CREATE TABLE change (
    number  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT now(),
    partner bigint NOT NULL,
    slot    int
);
CREATE INDEX change_at ON change USING brin (at);

-- The published documents.
CREATE TABLE document (
    name     text COLLATE "C" PRIMARY KEY,
    type     text NOT NULL,
    body     bytea NOT NULL,
    etag     text NOT NULL,
    modified timestamptz NOT NULL
);

-- +goose Down
DROP TABLE document, change, pending, letter, state, host, partner;
