package main

import (
	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/aggregate/postgres"
)

func (c *command) db() *cobra.Command {
	db := &cobra.Command{
		Use:     "db",
		Short:   "Look after the database of an aggregator",
		Example: `  newsletter db migrate --store postgres://newsletter@localhost/newsletter`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var url string
	migrate := &cobra.Command{
		Use:   "migrate",
		Short: "Make the tables in a database, or bring them up to this version",
		Long: `Migrate makes the tables that an aggregator needs in a PostgreSQL database (15 or
later), in the schema newsletter, or brings those of an earlier version up to this
one. Run it once before processes of a new version start. A password is better
given in the environment (PGPASSWORD) or in ~/.pgpass than in the address.`,
		Example: `  newsletter db migrate --store postgres://newsletter@localhost/newsletter`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := postgres.Migrate(cmd.Context(), url); err != nil {
				return err
			}
			return c.say("the tables are of this version\n")
		},
	}
	migrate.Flags().StringVar(&url, "store", "", "address of the database, postgres://…")
	migrate.MarkFlagRequired("store")
	db.AddCommand(migrate)
	return db
}
