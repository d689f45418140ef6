package ci_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// A runner is a machine that runs a pipeline: an empty home with a copy of the
// example's letters, and what the steps need in its path.
type runner struct {
	t   *testing.T
	dir string // that it works in
	env map[string]string
}

func newRunner(t *testing.T) *runner {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash here")
	}
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	r := &runner{t: t, dir: t.TempDir(), env: make(map[string]string)}
	require.NoError(t, os.CopyFS(filepath.Join(r.dir, "letters"), os.DirFS("../../../examples/letters")))
	temp := t.TempDir()
	for _, file := range []string{"GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		r.env[file] = filepath.Join(temp, file)
		require.NoError(t, os.WriteFile(r.env[file], nil, 0o666))
	}
	r.env["RUNNER_TEMP"], r.env["GITHUB_ACTION_PATH"] = temp, root
	r.env["PATH"] = filepath.Join(temp, "bin") + string(os.PathListSeparator) + os.Getenv("PATH")
	return r
}

// tool puts a script into the path.
func (r *runner) tool(name, script string) {
	dir := filepath.Join(r.env["RUNNER_TEMP"], "bin")
	require.NoError(r.t, os.MkdirAll(dir, 0o777))
	require.NoError(r.t, os.WriteFile(filepath.Join(dir, name), []byte("#!/usr/bin/env bash\n"+script), 0o777))
}

func (r *runner) read(file string) string {
	r.t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(r.t, err)
	return string(data)
}

// run runs a script, and returns what it printed and its exit code.
func (r *runner) run(script string, env map[string]string) (string, int) {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	cmd.Dir = r.dir
	all := maps.Clone(r.env)
	maps.Copy(all, env)
	for added := range strings.Lines(r.read(r.env["GITHUB_PATH"])) {
		all["PATH"] = strings.TrimSpace(added) + string(os.PathListSeparator) + all["PATH"]
	}
	cmd.Env = os.Environ()
	for name, value := range all {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err != nil {
		var ended *exec.ExitError
		require.ErrorAs(r.t, err, &ended, out.String())
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(data, into))
}

type action struct {
	Inputs map[string]struct{ Default string }
	Runs   struct {
		Steps []struct {
			Name, Run string
			Env       map[string]string
		}
	}
}

var expression = regexp.MustCompile(`\$\{\{ *([a-z._]+) *\}\}`)

// runAction runs the steps of action.yml up to the one that fails. It returns
// what the last one printed, and its name if it failed.
func (r *runner) runAction(inputs map[string]string) (out, failed string) {
	r.t.Helper()
	var a action
	read(r.t, "../../../action.yml", &a)
	steps := 0
	for _, step := range a.Runs.Steps {
		if step.Run == "" || inputs["deployed"] == "" && strings.Contains(step.Name, "published") || inputs["pull request"] == "" && strings.Contains(step.Name, "pull request") {
			continue
		}
		env := make(map[string]string)
		for name, value := range step.Env {
			env[name] = expression.ReplaceAllStringFunc(value, func(e string) string {
				name := expression.FindStringSubmatch(e)[1]
				switch name {
				case "github.event.pull_request.number":
					return "7"
				case "github.repository":
					return "example/letters"
				}
				name, ok := strings.CutPrefix(name, "inputs.")
				require.True(r.t, ok, e)
				require.Contains(r.t, a.Inputs, name)
				if value, given := inputs[name]; given {
					return value
				}
				return a.Inputs[name].Default
			})
		}
		steps++
		var code int
		if out, code = r.run(step.Run, env); code != 0 {
			return out, step.Name
		}
	}
	require.GreaterOrEqual(r.t, steps, 3)
	return out, ""
}

func TestAction(t *testing.T) {
	r := newRunner(t)
	r.tool("gh", `printf '%s\n' "$*" >> "$RUNNER_TEMP/gh"; [[ "$*" != *paginate* ]] || cat "$RUNNER_TEMP/comment" 2>/dev/null || true`)

	out, failed := r.runAction(nil)
	require.Empty(t, failed, out)
	assert.FileExists(t, filepath.Join(r.dir, "public", "rss.xml"))

	// A pull request renames a letter.
	deployed := map[string]string{"deployed": "public/atom.xml", "output": "new", "pull request": "7"}
	letter := filepath.Join(r.dir, "letters", "2025-03-27-shared-machines.md")
	require.NoError(t, os.Rename(letter, filepath.Join(filepath.Dir(letter), "2025-03-27-machines.md")))
	out, failed = r.runAction(deployed)
	require.Empty(t, failed, out)
	assert.Equal(t, "changes=true\n", r.read(r.env["GITHUB_OUTPUT"]))
	assert.Contains(t, r.read(r.env["GITHUB_STEP_SUMMARY"]), "is shown again as new")
	assert.Contains(t, r.read(filepath.Join(r.env["RUNNER_TEMP"], "gh")), "--method POST repos/example/letters/issues/7/comments")
	assert.True(t, strings.HasPrefix(r.read(filepath.Join(r.env["RUNNER_TEMP"], "comment.md")), "<!-- newsletter -->\n**What subscribers"))

	// Another push to it changes the comment.
	require.NoError(t, os.WriteFile(filepath.Join(r.env["RUNNER_TEMP"], "comment"), []byte("123\n"), 0o666))
	out, failed = r.runAction(deployed)
	require.Empty(t, failed, out)
	assert.Contains(t, r.read(filepath.Join(r.env["RUNNER_TEMP"], "gh")), "--method PATCH repos/example/letters/issues/comments/123")

	deployed["strict"] = "true"
	out, failed = r.runAction(deployed)
	assert.Equal(t, "Compare with what is published", failed)
	assert.Contains(t, out, "::error file=letters/2025-03-27-machines.md")

	require.NoError(t, os.WriteFile(filepath.Join(r.dir, "letters", "wrong.md"), []byte("---\ntitle: x\n---\n"), 0o666))
	out, failed = r.runAction(nil)
	assert.Equal(t, "Check the letters", failed)
	assert.Contains(t, out, "::error file=letters/wrong.md,line=1")
}

func TestGitLab(t *testing.T) {
	r := newRunner(t)
	r.tool("go", `[ "$1" = install ] && exec "`+goCommand(t)+`" -C "$GITHUB_ACTION_PATH" build -o "$RUNNER_TEMP/bin/" "./${2#github.com/automationregion/newsletter/}"`)
	var jobs map[string]any
	read(t, "../../../examples/ci/gitlab.yml", &jobs)
	lines := func(job, key string) string {
		of, ok := jobs[job].(map[string]any)
		require.True(t, ok, job)
		var script strings.Builder
		for _, line := range of[key].([]any) {
			script.WriteString(line.(string) + "\n")
		}
		return script.String()
	}
	env := map[string]string{"NEWSLETTER_DEPLOYED": "public/feed.json"}
	for name, value := range jobs["variables"].(map[string]any) {
		if env[name] == "" {
			env[name] = value.(string)
		}
	}
	before := strings.ReplaceAll(lines(".newsletter", "before_script"), "@$NEWSLETTER_VERSION", "")
	out, code := r.run(before, env)
	require.Zero(t, code, out)
	for _, tt := range []struct {
		job    string
		change func()
		code   int
	}{
		{job: "letters"},
		{job: "pages"},
		{job: "notice"},
		{job: "notice", code: 1, change: func() {
			require.NoError(t, os.Remove(filepath.Join(r.dir, "letters", "2025-06-12-sommar.txt")))
		}},
		{job: "letters", code: 1, change: func() {
			require.NoError(t, os.WriteFile(filepath.Join(r.dir, "letters", "wrong.md"), []byte("---\ntitle: x\n---\n"), 0o666))
		}},
	} {
		if tt.change != nil {
			tt.change()
		}
		out, code := r.run(lines(tt.job, "script"), env)
		assert.Equal(t, tt.code, code, tt.job+": "+out)
	}
	assert.FileExists(t, filepath.Join(r.dir, "public", "rss.xml"))
	assert.Contains(t, r.read(filepath.Join(r.dir, "newsletter.xml")), `<testsuite`)
}

func goCommand(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("go")
	require.NoError(t, err)
	return path
}
