-- +goose Up

-- Subscriptions at hubs of partners, with their secrets.
CREATE TABLE subscription (
    id      text COLLATE "C" PRIMARY KEY,
    public  text NOT NULL, -- URL that hubs were told of
    data    bytea NOT NULL, -- JSON
    over    boolean NOT NULL,
    writer  bigint NOT NULL, -- the process that wrote it last
    changed timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- +goose Down
DROP TABLE subscription;
