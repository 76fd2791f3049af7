package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/cli"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
)

// testApp is the command with an environment of its own, in process.
func testApp(t *testing.T, env map[string]string) (a *app, out, said *bytes.Buffer) {
	t.Helper()
	out, said = &bytes.Buffer{}, &bytes.Buffer{}
	data := t.TempDir()
	a = newApp()
	a.sessions.Terminal = &terminal.Terminal{In: strings.NewReader(""), Out: out, Err: said}
	a.sessions.Settings.Environ = func(name string) (string, bool) {
		if name == "WRAPCAST_DATA" {
			return data, true
		}
		v, ok := env[name]
		return v, ok
	}
	return a, out, said
}

func TestEveryKindOfBadInputHasItsExitCodeAndOneMessage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		writeFile(t, path, text)
		return path
	}
	header := "series_id,timestamp,value\n"
	good := file("good.csv", header+"a,1,1\na,2,2\n")
	log := "opened_at_local,department,case_type,source\n"
	client := map[string]string{"GENESYS_CLIENT_ID": "id", "GENESYS_CLIENT_SECRET": "a-secret-nobody-may-see"}
	for _, c := range []struct {
		name string
		args []string
		env  map[string]string
		want int
		says string
	}{
		{"nothing wrong", []string{"version"}, nil, cli.ExitDone, ""},
		{"no such command", []string{"forcast"}, nil, cli.ExitUsage, "there is no command \"forcast\""},
		{"no such flag", []string{"forecast", "--horizons", "3"}, nil, cli.ExitUsage, "did you mean --horizon?"},
		{"an argument too many", []string{"version", "please"}, nil, cli.ExitUsage, "please"},
		{"a file that is not there", []string{"forecast", "--from-csv", dir + "/none.csv", "--horizon", "3"}, nil, cli.ExitUsage, "there is no file"},
		{"a directory for a file", []string{"forecast", "--from-csv", dir, "--horizon", "3"}, nil, cli.ExitUsage, "is a directory"},
		{"no horizon", []string{"forecast", "--from-csv", good}, nil, cli.ExitUsage, "--horizon"},
		{"a horizon beyond reason", []string{"forecast", "--from-csv", good, "--horizon", "100000000"}, nil, cli.ExitUsage, "Horizon"},
		{"no such algorithm", []string{"forecast", "--from-csv", good, "--horizon", "3", "--algorithm", "magic"}, nil, cli.ExitUsage, "magic"},
		{"an algorithm that is gone", []string{"forecast", "--from-csv", good, "--horizon", "3", "--algorithm", "dynamicTheta"}, nil, cli.ExitUsage, `"dynamicTheta" is gone since the models were reduced to those in use: use "theta"`},
		{"a run by an algorithm that is gone", []string{"run", "--algorithm", "tsb"}, client, cli.ExitUsage, `use "croston"`},
		{"settings with an algorithm that is gone", []string{"run", "--config", file("gone.yaml", "forecast: {algorithm: mstl}\n")}, client, cli.ExitUsage, `forecast.algorithm: "mstl" is gone`},
		{"no such zone", []string{"forecast", "--from-csv", good, "--horizon", "3", "--tz", "Mars/Base"}, nil, cli.ExitUsage, "Mars/Base"},
		{"an evidence pack that is not there", []string{"audit", "verify", dir + "/none.pack"}, nil, cli.ExitUsage, "there is no file"},
		{"a public key that is not there", []string{"audit", "verify", good, "--key", dir + "/none.pub"}, nil, cli.ExitUsage, "there is no file"},
		{"an output nobody can write", []string{"forecast", "--from-csv", good, "--horizon", "3", "--to-csv", dir + "/none/x.csv"}, nil, cli.ExitUsage, "cannot write"},
		{"an empty CSV", []string{"forecast", "--from-csv", file("empty.csv", ""), "--horizon", "3"}, nil, cli.ExitData, "the file is empty"},
		{"text in a number column", []string{"forecast", "--from-csv", file("text.csv", header+"a,1,x\n"), "--horizon", "3"}, nil, cli.ExitData, `value "x" is not a number`},
		{"a million-character field", []string{"forecast", "--from-csv", file("long.csv", header+"a,1,"+strings.Repeat("1", 1e6)+"\n"), "--horizon", "3"}, nil, cli.ExitData, "1000000 characters"},
		{"an infinite number", []string{"forecast", "--from-csv", file("inf.csv", header+"a,1,inf\n"), "--horizon", "3"}, nil, cli.ExitData, "infinite"},
		{"binary junk", []string{"forecast", "--from-csv", file("junk.csv", "\x7fELF\x02\x01\x00\xff\xfe"), "--horizon", "3"}, nil, cli.ExitData, "line 1 is not text"},
		{"duplicate rows", []string{"forecast", "--from-csv", file("twice.csv", header+"a,1,1\na,1,1\n"), "--horizon", "3"}, nil, cli.ExitData, "twice"},
		{"an empty contact log", []string{"demo", "--once", "--contacts", file("empty-log.csv", "")}, nil, cli.ExitData, "empty-log.csv"},
		{"a contact log without contacts", []string{"demo", "--once", "--contacts", file("no-contacts.csv", log)}, nil, cli.ExitData, "no-contacts.csv"},
		{"a contact log with a bad time", []string{"demo", "--once", "--contacts", file("bad-time.csv", log+"noon,a,b,c\n")}, nil, cli.ExitData, "line 2"},
		{"a contact log of binary junk", []string{"demo", "--once", "--contacts", file("junk-log.csv", "\x1f\x8b\x08junk")}, nil, cli.ExitData, "junk-log.csv"},
		{"a share of faults above one", []string{"demo", "--once", "--fault", "503=1.5"}, nil, cli.ExitUsage, "503"},
		{"a fault nobody knows", []string{"simulate", "--fault", "meteor=0.1"}, nil, cli.ExitUsage, "meteor"},
		{"a kind of organisation nobody knows", []string{"simulate", "--kind", "plain,haunted"}, nil, cli.ExitUsage, "seven-days"},
		{"a switch nobody knows", []string{"simulate", "--switch", "gravity=off"}, nil, cli.ExitUsage, "max-quarter-hours"},
		{"a switch without a value", []string{"simulate", "--switch", "max-days"}, nil, cli.ExitUsage, "NAME=VALUE"},
		{"a switch that cannot be so", []string{"simulate", "--switch", "max-days=many"}, nil, cli.ExitUsage, "it is days"},
		{"a ceiling refused in a way nobody knows", []string{"simulate", "--switch", "ceiling-code=no"}, nil, cli.ExitUsage, "payload.too.large"},
		{"two business units and none", []string{"simulate", "--kind", "two-units,no-unit"}, nil, cli.ExitUsage, "none"},
		{"a business unit on Mars", []string{"simulate", "--unit", "Red=Mars/Base,Monday"}, nil, cli.ExitUsage, "Mars/Base"},
		{"a business unit without a week", []string{"simulate", "--unit", "Europe=Europe/London"}, nil, cli.ExitUsage, "WEEKDAY"},
		{"a permission that is none", []string{"simulate", "--permissions", "everything"}, nil, cli.ExitUsage, "domain:entity:action"},
		{"permissions with and without a sign", []string{"simulate", "--permissions", "a:b:c,-wfm:*"}, nil, cli.ExitUsage, "sign"},
		{"an address nobody can listen on", []string{"simulate", "--listen", "256.0.0.1:1"}, nil, cli.ExitUsage, "256.0.0.1"},
		{"no credentials", []string{"run"}, nil, cli.ExitUsage, "GENESYS_CLIENT_ID"},
		{"an unknown region", []string{"run"}, with(client, "GENESYS_REGION", "atlantis"), cli.ExitUsage, "atlantis"},
		{"a base URL that would leak the secret", []string{"run"}, with(client, "GENESYS_BASE_URL", "http://example.com"), cli.ExitUsage, "unencrypted"},
		{"a platform nobody answers for", []string{"codes"}, with(client, "GENESYS_BASE_URL", "http://127.0.0.1:1"), cli.ExitFailed, "127.0.0.1:1"},
		{"no settings file", []string{"run", "--config", dir + "/none.yaml"}, client, cli.ExitUsage, "there is no settings file"},
		{"settings that are not YAML", []string{"run", "--config", file("a.yaml", "\t:::")}, client, cli.ExitUsage, "a.yaml"},
		{"a key nobody knows", []string{"run", "--config", file("b.yaml", "regoin: x")}, client, cli.ExitUsage, "regoin"},
		{"a level beyond one", []string{"run", "--level", "120"}, client, cli.ExitUsage, "level"},
		{"seven weeks", []string{"run", "--weeks", "7"}, client, cli.ExitUsage, "weeks"},
		{"a target nobody knows", []string{"run", "--target", "moon"}, client, cli.ExitUsage, "moon"},
		{"a webhook that is no address", []string{"run"}, with(client, "WFM_WEBHOOK_URL", "mailto:me"), cli.ExitUsage, "webhook"},
		{"nothing stored yet", []string{"audit", "verify"}, nil, cli.ExitUsage, "no organisation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a, _, said := testApp(t, c.env)
			if got := a.run(t.Context(), c.args); got != c.want {
				t.Errorf("exit code %d, want %d: %s", got, c.want, said)
			}
			if !strings.Contains(said.String(), c.says) {
				t.Errorf("it says %q, want %q", said, c.says)
			}
			if strings.Contains(said.String(), "a-secret-nobody-may-see") {
				t.Errorf("it tells the secret: %s", said)
			}
			if strings.Count(said.String(), "wrapcast: ") > 1 || said.Len() > 1200 {
				t.Errorf("it says too much: %s", said)
			}
		})
	}
}

func with(env map[string]string, name, value string) map[string]string {
	all := map[string]string{name: value}
	for k, v := range env {
		all[k] = v
	}
	return all
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// On a terminal what is wrong stands line by line; elsewhere it is one line that scripts can look for.
func TestWhatIsWrongStandsLineByLineOnATerminal(t *testing.T) {
	t.Parallel()
	err := cli.Usage("two things: the first; the second").WithHint("mend both")
	for interactive, want := range map[bool]string{
		true:  "wrapcast: two things: the first;\n  the second\n  what to do: mend both\n",
		false: "wrapcast: two things: the first; the second\n  what to do: mend both\n",
	} {
		var said bytes.Buffer
		cli.ShowError(&terminal.Terminal{Err: &said, Interactive: interactive}, err)
		if said.String() != want {
			t.Errorf("on a terminal %v:\n%s", interactive, said.String())
		}
	}
}
