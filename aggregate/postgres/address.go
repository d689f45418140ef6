package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/automationregion/newsletter/aggregate/internal/state"
)

// What a password may be part of is neither printed nor looked up.
var (
	errAddress  = errors.New("the address of the database can be read in more than one way: in its password an @ is written %40, a / %2F and a ? %3F, or it is in the environment (PGPASSWORD) or in ~/.pgpass")
	errSettings = errors.New("an address such as postgres://user@host/database was expected, or settings such as host=localhost user=newsletter dbname=newsletter, a value with spaces in quotation marks ('…')")
)

// configOf reads the address of a database.
func configOf(address string) (*pgxpool.Config, error) {
	rest, ok := strings.CutPrefix(address, "postgres://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "postgresql://")
	}
	if ok && isAmbiguous(rest) {
		return nil, errAddress
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil && !ok {
		return nil, errSettings // the error quotes what it did not understand
	}
	return config, err
}

// isAmbiguous reports whether an @ of an address, without its scheme, may be one of a
// password that was meant to be escaped: then what follows it is taken for a host, or
// for something else that is no secret.
func isAmbiguous(address string) bool {
	user, _, ok := strings.Cut(address, "@")
	if !ok {
		return false
	}
	if strings.Count(address, "@") > 1 {
		return true
	}
	_, query, asks := strings.Cut(user, "?")
	if i := strings.IndexByte(user, '/'); i >= 0 {
		return !asks || i > strings.IndexByte(user, '?') // "user:pa/ss@host", and not "host/database?user=a@b"
	}
	return asks && strings.Contains(query, "=") // "host?password=a@b"
}

// connect returns connections to a database that answers.
func connect(ctx context.Context, url, schema string) (*pgxpool.Pool, error) {
	pool, err := newPool(ctx, url, schema)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, state.Failed(err)
	}
	return pool, nil
}

// newPool returns connections to a database, which are made when they are needed.
func newPool(ctx context.Context, url, schema string) (*pgxpool.Pool, error) {
	config, err := configOf(url)
	if err != nil {
		return nil, state.Failed(err)
	}
	config.ConnConfig.RuntimeParams["search_path"] = schema
	config.ConnConfig.RuntimeParams["jit"] = "off" // a plan that looks dear takes longer to compile than to run
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "newsletter"
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, state.Failed(err)
	}
	return pool, nil
}
