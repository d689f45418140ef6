package postgres

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/automationregion/newsletter/aggregate"
	"github.com/automationregion/newsletter/aggregate/storetest"
)

// server is the address of a PostgreSQL server that the tests may do with as they
// like. Without one they start one; where there is none to start they are skipped,
// unless NEWSLETTER_POSTGRES says "required". "none" skips them in any case.
var server string

func TestMain(m *testing.M) {
	if program := os.Getenv("NEWSLETTER_TEST_PROCESS"); program != "" {
		os.Exit(process(program))
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	server = os.Getenv("NEWSLETTER_POSTGRES")
	if server == "none" {
		server = ""
		return m.Run()
	}
	if server == "" || server == "required" {
		required := server != ""
		server = ""
		if s, err := startServer(); err != nil {
			if required {
				fmt.Fprintln(os.Stderr, "no PostgreSQL server can be started:", err)
				return 1
			}
		} else {
			defer s.stop()
			server = s.url
		}
	}
	return m.Run()
}

// A postgresServer is a server of the script that developers use too.
type postgresServer struct {
	url string
	cmd *exec.Cmd
}

func startServer() (*postgresServer, error) {
	s := &postgresServer{cmd: exec.Command(filepath.Join("..", "..", ".ci", "postgres"))}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("it says no address: %w", s.cmd.Wait())
	}
	s.url = strings.TrimSpace(line)
	return s, nil
}

func (s *postgresServer) stop() {
	s.cmd.Process.Signal(syscall.SIGTERM)
	s.cmd.Wait()
}

var databases atomic.Int64

// newDatabase returns the address of an empty database.
func newDatabase(t testing.TB) string {
	t.Helper()
	if server == "" {
		t.Skip("there is no PostgreSQL server: apt-get install postgresql, or run it with .ci/postgres go test ./aggregate/postgres/")
	}
	conn, err := pgx.Connect(t.Context(), server)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), databases.Add(1))
	_, err = conn.Exec(t.Context(), "CREATE DATABASE "+name)
	require.NoError(t, err)
	config, err := pgx.ParseConfig(server)
	require.NoError(t, err)
	return fmt.Sprintf("postgres://%s@%s:%d/%s?sslmode=disable", config.User, config.Host, config.Port, name)
}

// newStore returns a store on a database of its own.
func newStore(t testing.TB) *Store {
	t.Helper()
	url := newDatabase(t)
	require.NoError(t, Migrate(t.Context(), url))
	s, err := Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

func TestStore(t *testing.T) {
	s := newStore(t)
	storetest.Run(t, func(t *testing.T) aggregate.Store {
		_, err := s.pool.Exec(t.Context(), `TRUNCATE partner, host, state, letter, pending, change, document`)
		require.NoError(t, err)
		return s
	})
}

// A row that can't be read is the matter of its partner alone.
func TestAnUnreadableRow(t *testing.T) {
	s := newStore(t)
	for _, key := range []string{"a", "b"} {
		st, claimed, err := s.Claim(t.Context(), key, aggregate.Claim{Now: time.Now(), Lease: time.Hour, All: true})
		require.NoError(t, err)
		require.True(t, claimed)
		st.Name = key
		require.NoError(t, s.Record(t.Context(), st))
	}
	_, err := s.pool.Exec(t.Context(), `UPDATE state SET head = '{"schema":99,"key":"a"}' WHERE key = 'a'`)
	require.NoError(t, err)
	_, err = s.Load(t.Context(), "a")
	assert.ErrorIs(t, err, aggregate.ErrUnreadable)
	assert.ErrorIs(t, err, aggregate.ErrStore)
	_, err = s.Load(t.Context(), "b")
	assert.NoError(t, err)
}

func TestSchemaIsChecked(t *testing.T) {
	url := newDatabase(t)
	_, err := Open(t.Context(), url)
	require.ErrorIs(t, err, errSchema)
	require.ErrorIs(t, err, aggregate.ErrStore)
	require.ErrorContains(t, err, "newsletter db migrate")
	for range 2 {
		require.NoError(t, Migrate(t.Context(), url))
	}
	s, err := Open(t.Context(), url)
	require.NoError(t, err)
	_, err = s.pool.Exec(t.Context(), `INSERT INTO migration (version_id, is_applied) VALUES (99, true)`)
	require.NoError(t, err)
	s.Close()
	_, err = Open(t.Context(), url)
	require.ErrorIs(t, err, errSchema)
	require.ErrorContains(t, err, "newer")
}
