-- +goose Up
-- When the newest letter of a partner that may be published was: a fold looks at
-- those partners first that have the newest. A visit that brings nothing leaves it
-- as it is, and so writes in place still.
ALTER TABLE state ADD COLUMN newest bigint; -- seconds since 1970
UPDATE state s SET newest = l.newest
    FROM (SELECT partner, max(published) AS newest FROM letter WHERE open GROUP BY partner) l WHERE l.partner = s.number;
CREATE INDEX state_newest ON state (newest DESC) WHERE newest IS NOT NULL;

-- +goose Down
DROP INDEX state_newest;
ALTER TABLE state DROP COLUMN newest;
