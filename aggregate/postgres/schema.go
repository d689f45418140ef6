package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/automationregion/newsletter/aggregate"
)

// defaultSchema is the schema of the database that all tables are in, ours and River's,
// unless Options name another.
const defaultSchema = "newsletter"

// errSchema says that the tables are not those of this version. If they are of an
// earlier one, or there are none, the way out is Migrate, or the command
// newsletter db migrate.
var errSchema = errors.New("the tables in the database are not of this version")

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the tables in a database up to this version, or makes them, in the
// schema of the options. Two that do so at once wait for each other.
func Migrate(ctx context.Context, url string, opts ...Options) error {
	schema, err := schemaOf(opts)
	if err != nil {
		return err
	}
	pool, err := connect(ctx, url, schema)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := migrate(ctx, pool, schema); err != nil {
		return fmt.Errorf("%w: migrate: %w", aggregate.ErrStore, err)
	}
	return nil
}

// schemaName is what a schema may be called: what needs no quotation marks, and is short
// enough for the names that River makes of it.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,39}$`)

// schemaOf returns the schema that options name.
func schemaOf(opts []Options) (string, error) {
	if len(opts) == 0 || opts[0].Schema == "" {
		return defaultSchema, nil
	}
	name := opts[0].Schema
	if !schemaName.MatchString(name) || strings.HasPrefix(name, "pg_") {
		return "", fmt.Errorf("schema %q: a name of at most 40 small letters, digits and _ is expected, that begins with none of the digits nor with pg_", name)
	}
	return name, nil
}

func migrate(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	if _, err := pool.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+schema); err != nil {
		return err
	}
	ours, done, err := migrator(pool)
	if err != nil {
		return err
	}
	defer done()
	if at, want, err := ours.GetVersions(ctx); err == nil && at > want {
		return newer(at, want)
	}
	if _, err := ours.Up(ctx); err != nil {
		return err
	}
	rivers, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: silent})
	if err != nil {
		return err
	}
	_, err = rivers.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// lock returns an advisory lock of this schema alone: those of PostgreSQL are a database's.
func (s *Store) lock(number int64) int64 {
	if s.schema == defaultSchema {
		return number // as versions before had it
	}
	h := fnv.New64a()
	h.Write([]byte(s.schema))
	return number ^ int64(h.Sum64())
}

// migrator returns what knows our migrations, and what ends its use.
func migrator(pool *pgxpool.Pool) (*goose.Provider, func() error, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, nil, err
	}
	db := stdlib.OpenDBFromPool(pool)
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker), goose.WithTableName("migration"))
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return p, db.Close, nil
}

func newer(at, want int64) error {
	return fmt.Errorf("%w: they are version %d, and this program knows %d: use a newer one", errSchema, at, want)
}

// check says whether the tables are of this version.
func check(ctx context.Context, pool *pgxpool.Pool, schema string) error {
	var there bool
	if err := pool.QueryRow(ctx, `SELECT to_regclass($1 || '.migration') IS NOT NULL AND to_regclass($1 || '.river_migration') IS NOT NULL`, schema).Scan(&there); err != nil {
		return err
	}
	if !there {
		if schema != defaultSchema {
			return fmt.Errorf("%w: there are none in the schema %s; make them with newsletter db migrate --schema %s", errSchema, schema, schema)
		}
		return fmt.Errorf("%w: there are none; make them with newsletter db migrate", errSchema)
	}
	ours, done, err := migrator(pool)
	if err != nil {
		return err
	}
	defer done()
	at, want, err := ours.GetVersions(ctx)
	if err != nil {
		return err
	}
	switch {
	case at > want:
		return newer(at, want)
	case at < want:
		return fmt.Errorf("%w: they are version %d of %d; bring them up with newsletter db migrate", errSchema, at, want)
	}
	rivers, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: schema, Logger: silent})
	if err != nil {
		return err
	}
	result, err := rivers.Validate(ctx, nil)
	if err != nil {
		return err
	}
	if !result.OK {
		return fmt.Errorf("%w: those of the queue: %v; bring them up with newsletter db migrate", errSchema, result.Messages)
	}
	return nil
}
