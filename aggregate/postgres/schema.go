package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/automationregion/newsletter/aggregate"
)

// schema is the schema of the database that all tables are in, ours and River's.
const schema = "newsletter"

// errSchema says that the tables are not those of this version. If they are of an
// earlier one, or there are none, the way out is Migrate, or the command
// newsletter db migrate.
var errSchema = errors.New("the tables in the database are not of this version")

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the tables in a database up to this version, or makes them. Two
// that do so at once wait for each other.
func Migrate(ctx context.Context, url string) error {
	pool, err := connect(ctx, url)
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := migrate(ctx, pool); err != nil {
		return fmt.Errorf("%w: migrate: %w", aggregate.ErrStore, err)
	}
	return nil
}

func migrate(ctx context.Context, pool *pgxpool.Pool) error {
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
func check(ctx context.Context, pool *pgxpool.Pool) error {
	var there bool
	if err := pool.QueryRow(ctx, `SELECT to_regclass('newsletter.migration') IS NOT NULL AND to_regclass('newsletter.river_migration') IS NOT NULL`).Scan(&there); err != nil {
		return err
	}
	if !there {
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
