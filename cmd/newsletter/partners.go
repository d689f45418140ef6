package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/postgres"
	"github.com/automationregion/newsletter/internal/roll"
)

func (c *command) partnersCommand() *cobra.Command {
	partners := &cobra.Command{
		Use:     "partners",
		Short:   "Look after the partners whose feeds are gathered",
		Example: `  newsletter partners accept --state state`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var database databaseFlags
	var dir string
	accept := &cobra.Command{
		Use:   "accept",
		Short: "Take a list of partners that was held because it drops many at once",
		Long: `Accept says that a list is meant that drops more than ten partners and more than a
fifth of them. Such a list is held, and the one before goes on: it may be one that was
cut off, or another newsletter's. A service that runs takes it within seconds, and else
the next run does.`,
		Example: `  newsletter partners accept --state state
  newsletter partners accept --store postgres://newsletter@db.example/newsletter`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.acceptList(cmd.Context(), dir, database)
		},
	}
	accept.Flags().StringVar(&dir, "state", "state", "folder that remembers the partners")
	database.register(accept, "address of a database (postgres://…) that remembers the partners")
	accept.MarkFlagsMutuallyExclusive("store", "state")
	partners.AddCommand(accept)
	return partners
}

func (c *command) acceptList(ctx context.Context, dir string, database databaseFlags) error {
	var notes roll.Notes = roll.Dir(dir)
	if database.store != "" {
		store, err := postgres.Open(ctx, database.store, database.options())
		if err != nil {
			return err
		}
		defer store.Close()
		notes = store
	} else if database.schema != "" {
		return errors.New("--schema is of a database: --store is expected with it")
	}
	held, err := roll.Accept(ctx, notes)
	if err != nil {
		return err
	}
	if held == nil {
		return foundError{"no list is held"}
	}
	return c.say("accepted: the list that %s\n", held)
}

// listThatHolds returns the list of partners that a run is for: the one that was read, or
// the one before it if that is held.
func (c *command) listThatHolds(ctx context.Context, next []aggregate.Partner, f *aggregateFlags) ([]aggregate.Partner, *roll.Held, error) {
	var notes roll.Notes = roll.Dir(f.state)
	if f.dryRun || f.offline {
		notes = roll.ReadOnly{Notes: notes}
	}
	before, err := roll.Remembered(ctx, notes, next)
	if err != nil {
		return nil, nil, err
	}
	list, held, err := roll.Choose(ctx, notes, before, next, f.acceptRemovals)
	if err == nil {
		err = roll.Remember(ctx, notes, list)
	}
	return list, held, err
}
