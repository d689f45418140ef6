// Package postgres is the memory of an aggregator in a PostgreSQL database (15 or
// later), for several processes on several machines.
//
// A [Store] is an [aggregate.Store]. Its tables are in the schema newsletter
// or another one (Options.Schema), and are one newsletter's ([Store.Own]);
// [Migrate] makes them and brings them up to date, and [Open] checks that they are.
// A letter is a row; a visit that brings nothing writes one row in place.
//
// [Store.SetPartners] takes a list of partners, and [Store.Work] visits those that
// are due, in as many processes as there are: the queue is River's, with one job
// for each host, so that a host is asked by one process at a time. A host whose
// worker died is taken up by another within two minutes; the one partner that the dead
// worker may have asked right then waits for the shortest time between two visits.
// [Store.Publish] makes the newsletter of what they bring, in one process at a time, and
// [Store.Newsletter] has it in all.
//
// A partner's Header is kept with the list of partners, secrets in it and all: anybody
// who can read the database can read them.
package postgres
