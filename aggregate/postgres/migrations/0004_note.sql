-- +goose Up

-- Whose the memory is, and what else a program remembers beside partners and letters.
CREATE TABLE note (
    name text COLLATE "C" PRIMARY KEY,
    data bytea NOT NULL -- JSON
);

-- +goose Down
DROP TABLE note;
