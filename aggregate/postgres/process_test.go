//go:build unix

package postgres

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An order is what a process of a test is to do: this test's program, started
// again, works until it is told to stop.
type order struct {
	Database, Server string
	Floor, Pause     time.Duration
	Concurrency      int
	Timing           [5]time.Duration // as in timing
	Publish          bool
	Simulation       *network // instead of a server
	Ahead            time.Duration
	Log, Result      string // files
}

// restart lets the server die and starts it again, while this process goes on.
func (s *postgresServer) restart() { s.cmd.Process.Signal(syscall.SIGUSR1) }

// process is the program of a process.
func process(text string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() { // the test that started this one is no more
		io.Copy(io.Discard, os.Stdin)
		os.Exit(1)
	}()
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return 1
	}
	log, err := os.OpenFile(o.Log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return 1
	}
	defer log.Close()
	logger := slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := o.work(ctx, logger); err != nil {
		logger.Error("it ended", "error", err)
		return 1
	}
	return 0
}

func (o *order) work(ctx context.Context, logger *slog.Logger) error {
	s, err := Open(ctx, o.Database)
	for ; err != nil && ctx.Err() == nil; s, err = Open(ctx, o.Database) { // the database may be starting
		time.Sleep(100 * time.Millisecond)
	}
	if err != nil {
		return err
	}
	defer s.Close()
	a := aggregator(o.Server)
	a.Fetch.Client.Transport = sending{a.Fetch.Client.Transport}
	a.Logger = logger
	a.Fetch.Policy.Floor, a.Fetch.Limits.Pause, a.Fetch.Limits.Concurrency = o.Floor, o.Pause, o.Concurrency
	if o.Simulation != nil {
		o.Simulation.prepare(a, o.Ahead)
	}
	var publishing sync.WaitGroup
	if o.Publish {
		publishing.Go(func() { s.Publish(ctx, a, nil) })
	}
	t := timing{slice: o.Timing[0], visit: o.Timing[1], job: o.Timing[2], lease: o.Timing[3], rescue: o.Timing[4]}
	if t.slice == 0 {
		t = usual
	}
	err = s.work(ctx, a, Options{}, t)
	publishing.Wait()
	if o.Result != "" {
		err = errors.Join(err, o.Simulation.write(o.Result))
	}
	return err
}

// sentHeader says when a request was sent, in microseconds since 1970: on a busy
// machine one takes longer to the server than another.
const sentHeader = "X-Sent"

// sending adds it.
type sending struct{ http.RoundTripper }

// RoundTrip is described at [http.RoundTripper].
func (s sending) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(sentHeader, strconv.FormatInt(time.Now().UnixMicro(), 10))
	return s.RoundTripper.RoundTrip(r)
}

// A crew is the processes of a test.
type crew struct {
	testing.TB
	order   order
	mu      sync.Mutex
	members []*exec.Cmd
	logs    []string
	results []string
}

func (c *crew) start() {
	o := c.order
	dir := c.TempDir()
	o.Log = filepath.Join(dir, "log")
	if o.Simulation != nil {
		o.Result = filepath.Join(dir, "result")
	}
	text, err := json.Marshal(o)
	require.NoError(c, err)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "NEWSLETTER_TEST_PROCESS="+string(text))
	_, err = cmd.StdinPipe() // ends with this process
	require.NoError(c, err)
	require.NoError(c, cmd.Start())
	c.mu.Lock()
	defer c.mu.Unlock()
	c.members, c.logs, c.results = append(c.members, cmd), append(c.logs, o.Log), append(c.results, o.Result)
}

// take takes one of the processes out of the crew, by chance.
func (c *crew) take() *exec.Cmd {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := rand.IntN(len(c.members))
	cmd := c.members[i]
	c.members = slices.Delete(c.members, i, i+1)
	return cmd
}

// kill kills one and starts another.
func (c *crew) kill() {
	cmd := c.take()
	cmd.Process.Kill()
	cmd.Wait()
	c.start()
}

// hold stops one for a while, and lets it go on as if nothing had been.
func (c *crew) hold(while time.Duration) {
	cmd := c.take()
	cmd.Process.Signal(syscall.SIGSTOP)
	time.Sleep(while)
	cmd.Process.Signal(syscall.SIGCONT)
	c.mu.Lock()
	c.members = append(c.members, cmd)
	c.mu.Unlock()
}

// end ends all of them.
func (c *crew) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cmd := range c.members {
		cmd.Process.Signal(syscall.SIGTERM)
	}
	for _, cmd := range c.members {
		if err := cmd.Wait(); err != nil {
			c.Errorf("a process: %v", err)
		}
	}
	c.members = nil
}

// said counts what is in the logs.
func (c *crew) said(text string) (n int) {
	for _, name := range c.logs {
		data, err := os.ReadFile(name)
		if err == nil {
			n += strings.Count(string(data), text)
		}
	}
	return n
}

// lastWords writes the ends of the logs.
func (c *crew) lastWords(w io.Writer) {
	for _, name := range c.logs {
		data, _ := os.ReadFile(name)
		fmt.Fprintf(w, "%s\n", bytes.TrimSpace(data[max(0, len(data)-2000):]))
	}
}
