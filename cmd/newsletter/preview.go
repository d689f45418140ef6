package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/automationregion/newsletter/cmd/newsletter/internal/fault"
	"github.com/automationregion/newsletter/cmd/newsletter/internal/preview"
	"github.com/automationregion/newsletter/internal/plaintext"
)

// previewAddr is where preview listens where nobody says: Hugo's port, so that
// nobody has to learn another.
const previewAddr = "127.0.0.1:1313"

// previewPorts is how many ports preview tries, from that of previewAddr.
const previewPorts = 100

func (c *command) preview() *cobra.Command {
	var f aggregateFlags
	var addr string
	cmd := &cobra.Command{
		Use:   "preview [DIR]",
		Short: "Show a folder of letters as it will be published, while it is written",
		Long: `Preview serves DIR on this computer as build would publish it, and prints the
address to open. A page that is open shows each change as soon as it is saved.

Drafts, letters of the future and expired ones are on the pages, and marked; the
feeds are without them. What is wrong with a letter is said on the pages and on
standard error, and goes away when it is mended. Nothing is written.

With --offline the pages are those of aggregate: what STATE remembers of the
partners, among the letters of DIR.`,
		Example: `  newsletter preview letters
  newsletter preview letters --addr 127.0.0.1:8000
  newsletter preview letters --offline --state state`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: completeFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.runPreview(cmd.Context(), folderArg(args), addr, cmd.Flags().Changed("addr"), f)
		},
	}
	flags := cmd.Flags()
	f.folder.register(cmd)
	f.folder.registerWhich(cmd)
	f.registerRemembered(cmd)
	flags.BoolVar(&f.offline, "offline", false, "show what aggregate remembers of the partners too")
	flags.StringVar(&addr, "addr", previewAddr, "address to listen on; by default the next port that is free from there")
	return cmd
}

func (c *command) runPreview(ctx context.Context, path, addr string, isStated bool, f aggregateFlags) error {
	p, err := c.newPreviewer(path, f)
	if err != nil {
		return err
	}
	listener, err := listenForPreview(ctx, addr, isStated)
	if err != nil {
		return err
	}
	defer listener.Close()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	file := ""
	if !p.isFolder {
		file = path
	}
	watched := preview.Watch(ctx, p.watchedFolders(), file, c.stderr)
	if stated, _, err := net.SplitHostPort(addr); err == nil {
		p.server.Host = stated
	}
	p.look(ctx)
	server := &http.Server{
		Handler: &p.server, BaseContext: func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10,
	}
	if _, err := fmt.Fprintln(c.stdout, "http://"+listener.Addr().String()+p.server.Shown().Home); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	for {
		select {
		case <-ctx.Done():
			server.Close() // who looks on is not waited for
			return nil
		case err := <-ended:
			return err
		case <-watched:
			p.look(ctx)
		}
	}
}

// listenForPreview listens on the address; where nobody stated it, on the next
// port if that one is taken.
func listenForPreview(ctx context.Context, addr string, isStated bool) (net.Listener, error) {
	var config net.ListenConfig
	if isStated {
		return config.Listen(ctx, "tcp", addr)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	first, err := strconv.Atoi(port)
	if err != nil {
		return nil, err
	}
	for n := range previewPorts {
		listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(first+n)))
		if err == nil {
			return listener, nil
		}
	}
	return nil, fmt.Errorf("no port from %d to %d is free: --addr says another", first, first+previewPorts-1)
}

// look builds again if anything changed, and tells who waits for it.
func (p *previewer) look(ctx context.Context) {
	files, err := p.survey()
	before := p.server.Shown()
	changed := changedFiles(p.files, files)
	if before != nil && err == nil && len(changed) == 0 {
		return
	}
	start := time.Now()
	next := p.build(ctx, err)
	if ctx.Err() != nil {
		return
	}
	p.files = files
	p.number++
	next.Name = p.run + "-" + strconv.Itoa(p.number)
	p.tell(before, next, changed, time.Since(start))
	p.server.Show(next)
}

// tell says in the terminal what was built and what is wrong now.
func (p *previewer) tell(before, next *preview.Version, changed []string, took time.Duration) {
	said := foundError(fault.Lines(next.Faults))
	isNew := before == nil || strings.Join(said, "\n") != strings.Join(fault.Lines(before.Faults), "\n")
	if before != nil && !p.command.quiet {
		fmt.Fprintf(p.command.stdout, "%s: %s\n", plaintext.Line(namesOf(changed)), took.Round(time.Millisecond))
	}
	switch {
	case len(said) > 0 && isNew:
		fmt.Fprint(p.command.stderr, said.lines())
	case len(said) == 0 && before != nil && len(before.Faults) > 0:
		fmt.Fprintln(p.command.stderr, "all is mended")
	}
}

// namesOf names the first of the files that changed.
func namesOf(files []string) string {
	const most = 3
	switch {
	case len(files) == 0:
		return "built again"
	case len(files) > most:
		return strings.Join(files[:most], ", ") + fmt.Sprintf(" and %d more changed", len(files)-most)
	}
	return strings.Join(files, ", ") + " changed"
}

// newPreviewer refuses what nobody can mend while preview runs.
func (c *command) newPreviewer(path string, f aggregateFlags) (*previewer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() && !f.offline {
		return nil, fmt.Errorf("%s: expected a folder of letters; with --offline an OPML file serves too", path)
	}
	now, err := c.now(f.folder.now)
	if err != nil {
		return nil, err
	}
	if err := f.folder.validate(); err != nil {
		return nil, err
	}
	if _, err := os.Stat(f.state); f.offline && err != nil {
		return nil, errors.New("--offline shows what is remembered: " + err.Error())
	}
	return &previewer{
		command: c, path: path, isFolder: info.IsDir(), flags: f, now: now, isNowStated: f.folder.now != "",
		run: strconv.FormatInt(time.Now().UnixNano(), 36),
	}, nil
}
