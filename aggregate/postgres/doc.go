// Package postgres is the memory of an aggregator in a PostgreSQL database (15 or
// later), for several processes on several machines.
//
// A [Store] is an [aggregate.Store]. Its tables are in the schema newsletter;
// [Migrate] makes them and brings them up to date, and [Open] checks that they are.
// A letter is a row; a visit that brings nothing writes one row in place.
//
// A partner's Header is kept with the list of partners, secrets in it and all: who
// can read the database can read them.
package postgres
