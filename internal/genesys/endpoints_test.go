package genesys

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast/internal/genesys/internal/transport"
)

var update = flag.Bool("update", false, "write docs/ENDPOINTS.md")

func TestTheListOfEndpointsIsInTheDocumentation(t *testing.T) {
	t.Parallel()
	const file = "../../docs/ENDPOINTS.md"
	want := endpointsPage()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want {
		t.Errorf("%s is out of date (%v): run go test ./internal/genesys -run Endpoints -update", file, err)
	}
}

// endpointsPage writes the table for people who must allow what wrapcast calls.
func endpointsPage() string {
	var b strings.Builder
	b.WriteString(`# Everything wrapcast calls

This page is written from the table in internal/genesys/internal/transport/endpoints.go (` + "`go test ./internal/genesys -run Endpoints -update`" + `); the client can send
nothing that is not on it, and ` + "`wrapcast doctor --calls`" + ` prints it. No call returns a caller's name, number or note: history is read as
sums per queue, wrap-up code, channel and quarter-hour.

The OAuth client is of the type Client Credentials. Give one of its **roles**, in the divisions it has to see, one permission of each
row (` + "`wrapcast doctor --role`" + ` prints such a role); OAuth scopes do not apply to this type. Two clients may share the work: one that reads, which needs none of the rows marked
*writes* and refuses to send them, and one that writes, which needs those and no others.

`)
	for _, h := range []struct {
		host Host
		head string
	}{
		{transport.Login, "Login host (login.*)"},
		{transport.API, "API host (api.*)"},
		{transport.Storage, "Storage: addresses that the platform signs; wrapcast's token is never sent there"},
		{transport.Streaming, "Notifications (streaming.*)"},
		{transport.RESTTarget, "Rest target: only where one is configured"},
	} {
		fmt.Fprintf(&b, "## %s\n\n| call | permission (any of) | what for |\n|---|---|---|\n", h.head)
		for _, e := range Endpoints() {
			if e.Host == h.host {
				b.WriteString(row(e))
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func row(e Endpoint) string {
	path, permissions, changes := e.Path, "none", ""
	if path == "" {
		path = "signed address"
	}
	if len(e.Permissions) > 0 {
		permissions = "`" + strings.Join(e.Permissions, "`, `") + "`"
	}
	if e.Changes {
		changes = "*changes*; "
	}
	if e.Writes {
		changes = "*writes*; " + changes
	}
	return fmt.Sprintf("| `%s %s` | %s | %s%s |\n", e.Method, path, permissions, changes, e.Why)
}

func TestEveryEndpointIsDescribedOnceAndOnlyQuestionsAreRepeatedBlindly(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range Endpoints() {
		if seen[e.Name] || seen[e.Method+" "+e.Path] && e.Path != "" {
			t.Errorf("%s %s is listed twice", e.Method, e.Path)
		}
		seen[e.Name], seen[e.Method+" "+e.Path] = true, true
		if e.Why == "" || e.Host == "" || e.Method == "" || (e.Path == "") != (e.Host == transport.Storage) {
			t.Errorf("%+v is not described", e)
		}
		if e.Changes && !e.Writes {
			t.Errorf("%s changes something and is no part of submitting", e.Name)
		}
		if e.Changes && e.Repeat {
			t.Errorf("%s changes something and would be sent again blindly", e.Name)
		}
		for _, personal := range []string{"details", "recordings", "users", "externalcontacts", "participants", "transcripts"} {
			if strings.Contains(e.Path, personal) {
				t.Errorf("%s could return something personal", e.Path)
			}
		}
	}
	for _, name := range []string{transport.TokenCall, transport.OrganisationCall, transport.AggregatesCall, transport.PermissionsCall, transport.QueuesCall, transport.CodesAllCall, transport.CodesActiveCall, transport.LanguagesCall, transport.SkillsCall, transport.BusinessUnitsCall,
		transport.BusinessUnitCall, transport.PlanningGroupsCall, transport.GoalsCall, transport.StaffingCall, transport.UploadURLCall, transport.UploadCall, transport.ImportCall, transport.ForecastsCall, transport.ForecastDataCall, transport.DownloadCall,
		transport.ChannelCall, transport.SubscribeCall, transport.StreamCall, transport.RestForecastCall, transport.RestStatusCall} {
		if transport.EndpointOf(name).Method == "" {
			t.Errorf("%q is called but not on the list", name)
		}
		delete(seen, name)
	}
	for left := range seen {
		if !strings.Contains(left, " /") && !strings.HasSuffix(left, " ") {
			t.Errorf("%q is on the list but never called", left)
		}
	}
}
