package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/aggregate/postgres"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/say"
)

// databaseFlags are the flags of a database.
type databaseFlags struct{ store, schema string }

func (f *databaseFlags) register(cmd *cobra.Command, store string) {
	cmd.Flags().StringVar(&f.store, "store", "", store)
	cmd.Flags().StringVar(&f.schema, "schema", "", "with --store: schema of the tables; \"newsletter\" if not given. With one each, many newsletters share a database")
}

func (f *databaseFlags) options() postgres.Options { return postgres.Options{Schema: f.schema} }

func (c *command) db() *cobra.Command {
	db := &cobra.Command{
		Use:     "db",
		Short:   "Look after the database of an aggregator",
		Example: `  newsletter db migrate --store postgres://newsletter@localhost/newsletter`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var to, of databaseFlags
	migrate := &cobra.Command{
		Use:   "migrate",
		Short: "Make the tables in a database, or bring them up to this version",
		Long: `Migrate makes the tables that an aggregator needs in a PostgreSQL database (15 or
later), in the schema newsletter or the one that --schema names, or brings those of an earlier version up to this
one. Run it once before processes of a new version start. A password is better
given in the environment (PGPASSWORD) or in ~/.pgpass than in the address, where an @
in it is written %40.`,
		Example: `  newsletter db migrate --store postgres://newsletter@localhost/newsletter`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := postgres.Migrate(cmd.Context(), to.store, to.options()); err != nil {
				return err
			}
			return c.say("the tables are of this version\n")
		},
	}
	to.register(migrate, "address of the database, postgres://…")
	migrate.MarkFlagRequired("store")
	release := &cobra.Command{
		Use:   "release",
		Short: "Take in letters that were held back because there were too many at once",
		Long: `Release takes in all letters that are held back in a database: because a partner had
far more at once than ever before, or had all its letters replaced by others. Look
at these partners' sites first; partners.html names them. It may run while processes
visit partners and publish; they publish what it takes in.`,
		Example: `  newsletter db release --store postgres://newsletter@localhost/newsletter`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			store, err := postgres.Open(cmd.Context(), of.store, of.options())
			if err != nil {
				return err
			}
			defer store.Close()
			letters, busy, err := store.Release(cmd.Context())
			if err != nil {
				return err
			}
			said := say.Count(letters, "letter") + " released"
			if busy > 0 {
				said += fmt.Sprintf("; %s being visited just now, whose letters are held back still: run it again", say.Count(busy, "partner"))
			}
			return c.say("%s\n", said)
		},
	}
	of.register(release, "address of the database, postgres://…")
	release.MarkFlagRequired("store")
	db.AddCommand(migrate, release)
	return db
}
