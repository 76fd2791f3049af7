package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wrapcast/wrapcast"
)

// TestPlanningCanBeFollowed does what docs/PLANNING.md says, command after command, beside a demo that runs. Dates of
// the document are moved by whole weeks to where they lie today as they did on its day.
func TestPlanningCanBeFollowed(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("three dozen commands")
	}
	text, err := os.ReadFile("../../docs/PLANNING.md")
	if err != nil {
		t.Fatal(err)
	}
	commands, calendar := commandsOf(string(text))
	r := reader{t: t, dir: t.TempDir(), ids: map[string]string{}}
	r.write("calendar.yaml", calendar)
	r.write("wrapcast.yaml", "api:\n  requests_per_minute: 100000\n") // it is found without being named
	r.startDemo()
	done := 0
	for _, line := range commands {
		if r.follow(line) {
			done++
		}
	}
	if done < 35 {
		t.Errorf("only %d commands were found in the document", done)
	}
}

// reader is somebody who follows the document in a directory, beside a demo.
type reader struct {
	t   *testing.T
	dir string
	// ids are the latest that each verb printed, which stand for ID in the document.
	ids map[string]string
}

// elsewhere are commands that need what a small demo has not, each with the script that does it.
var elsewhere = map[string]string{
	"wrapcast lineage accept ":         "lineage.txtar",
	"wrapcast demo --once --earlier 5": "demo.txtar",
	"wrapcast rollback --week ":        "plan.txtar",
}

var (
	anID   = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	aDate  = regexp.MustCompile(`20\d\d-\d\d-\d\d`)
	fence  = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```")
	remark = regexp.MustCompile(`\s{2,}#.*$`)
)

// commandsOf are the commands of a document's blocks, without remarks, and the calendar that stands in it.
func commandsOf(text string) (commands []string, calendar string) {
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		if block[1] == "yaml" && calendar == "" {
			calendar = block[2]
		}
		if block[1] != "" && block[1] != "sh" {
			continue
		}
		for line := range strings.Lines(block[2]) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			if strings.HasPrefix(line, "wrapcast ") && !strings.HasSuffix(line, `\`) {
				commands = append(commands, remark.ReplaceAllString(line, ""))
			}
		}
	}
	return commands, calendar
}

func (r reader) write(name, text string) {
	if err := os.WriteFile(filepath.Join(r.dir, name), []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// startDemo starts a small demo that stays until the test is over, and waits until it serves.
func (r reader) startDemo() {
	demo := r.command(context.WithoutCancel(r.t.Context()), "wrapcast demo --scale XS --rate-limit 100000 --listen 127.0.0.1:0 --json")
	out, err := demo.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := demo.Start(); err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() {
		_ = demo.Process.Signal(syscall.SIGINT)
		if err := demo.Wait(); err != nil {
			r.t.Errorf("the demo ended with %v", err)
		}
		if _, err := os.Stat(filepath.Join(r.dir, "wrapcast-data", "simulator.json")); err == nil {
			r.t.Error("the demo left its simulator.json")
		}
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), `"wrapcast.serving/`) {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return
		}
	}
	r.t.Fatal("the demo ended before it served")
}

// follow does one command as the document has it, and reports whether it could be done here.
func (r reader) follow(line string) bool {
	for prefix := range elsewhere {
		if strings.HasPrefix(line, prefix) {
			return false
		}
	}
	words := strings.Fields(line)
	want := 0
	typed := aDate.ReplaceAllStringFunc(line, sameDayToday)
	switch {
	case strings.HasSuffix(typed, " ID"):
		typed = strings.TrimSuffix(typed, "ID") + r.ids[words[1]]
	case strings.Contains(line, "--author bob"): // the document shows that it is refused
		want = 2
	case strings.Contains(line, "week.xlsx --reason"): // nobody has typed into it
		want = 2
	case words[1] == "submit": // nobody is there to be asked
		typed += " --yes"
	}
	c := r.command(r.t.Context(), typed)
	text, err := c.CombinedOutput()
	if code := c.ProcessState.ExitCode(); code != want {
		r.t.Errorf("%s\nended with %d, want %d (%v):\n%s", typed, code, want, err, text)
	}
	if id := anID.Find(text); id != nil {
		r.ids[words[1]] = string(id)
	}
	return true
}

// sameDayToday is the day of a demo of today that a date of the document is in a demo of the document's day.
func sameDayToday(date string) string {
	day, err := wrapcast.ParseDate(date)
	if err != nil {
		return date
	}
	made := wrapcast.DateOf(time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC))
	return (day + (wrapcast.DateOf(time.Now())-made)/7*7).String()
}

// command is a line typed into a shell in the reader's directory, where nothing is set.
func (r reader) command(ctx context.Context, line string) *exec.Cmd {
	c := exec.CommandContext(ctx, "sh", "-c", "exec "+line)
	c.Dir = r.dir
	c.Env = append(os.Environ(), "GENESYS_CLIENT_ID=", "WRAPCAST_DATA=", "WRAPCAST_CONFIG=")
	if binary := os.Getenv("WRAPCAST_BINARY"); binary != "" {
		c.Env = append(c.Env, "PATH="+filepath.Dir(binary)+string(os.PathListSeparator)+os.Getenv("PATH"))
	}
	return c
}
