package genesys

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/wrapcast/wrapcast"
)

// A platform that lists without end, or what stands between, does not fill the memory: all that a directory is made of
// is bounded in sum, and the error says what was too much.
func TestADirectoryIsBoundedInSum(t *testing.T) {
	t.Parallel()
	entity := `{"id":"%d-%d","name":"x"}`
	page := func(entities int, name string) http.HandlerFunc {
		number := 0
		return func(w http.ResponseWriter, _ *http.Request) {
			number++
			var b strings.Builder
			for i := range entities {
				fmt.Fprintf(&b, entity+",", number, i)
			}
			fmt.Fprintf(&b, `{"id":"last-%d","name":%q}`, number, name)
			raw(200, "application/json", `{"entities":[`+b.String()+`],"nextUri":"more"}`)(w, nil)
		}
	}
	routes := func(w http.ResponseWriter, _ *http.Request) {
		raw(200, "application/json", `{"entities":[{"id":"g","routePaths":[`+strings.Repeat("{},", 60_000)+`{}]}]}`)(w, nil)
	}
	units := []wrapcast.BusinessUnit{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	unit := always(200, map[string]any{"id": "u", "settings": map[string]any{"startDayOfWeek": "Monday", "timeZone": "UTC"}})
	directory := func(c *Client) error {
		_, err := c.Directory(context.Background(), wrapcast.Organisation{ID: "o"})
		return err
	}
	planned := func(c *Client) error {
		_, err := c.PlannedUnits(context.Background(), units)
		return err
	}
	const queues = "GET /api/v2/routing/queues"
	for name, c := range map[string]struct {
		handlers map[string]http.HandlerFunc
		ask      func(*Client) error
		want     string
		requests int
	}{
		"queues without end":             {map[string]http.HandlerFunc{queues: page(5000, "")}, directory, "more than 100000 entries, the last of them in queues", 25},
		"codes without end":              {map[string]http.HandlerFunc{queues: listing(t, func(url.Values) []map[string]any { return nil }), searchPath: page(5000, "")}, directory, "more than 100000 entries", 30},
		"one huge answer":                {map[string]http.HandlerFunc{queues: page(1, strings.Repeat("x", 9<<20))}, directory, "larger than 8 MiB", 3},
		"large answers":                  {map[string]http.HandlerFunc{queues: page(1, strings.Repeat("x", 7<<20))}, directory, "all answers together than 96 MiB", 20},
		"units of groups of many routes": {map[string]http.HandlerFunc{unitPath: unit, groupsPath: routes}, planned, "more than 100000 entries", 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlatform(t, c.handlers)
			err := c.ask(p.newClient(t, fastTime(), nil))
			if err == nil || !strings.Contains(err.Error(), c.want) || wrapcast.Hint(err) == "" {
				t.Errorf("%v, want %s", err, c.want)
			}
			if asked := len(p.requests()); asked > c.requests {
				t.Errorf("%d requests were made", asked)
			}
		})
	}
}
