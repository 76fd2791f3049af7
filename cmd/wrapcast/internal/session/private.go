package session

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/settings"
	"github.com/wrapcast/wrapcast/internal/store"
)

// others are the rights that somebody else than the owner of a file has.
const others, write = fs.FileMode(0o077), fs.FileMode(0o022)

// CheckPrivate names what lies in the data directory that others can read or change, and so do files that hold a secret
// and the settings file. It says nothing where all is as it should be.
func (o *Opener) CheckPrivate(c settings.Settings) []wrapcast.Check {
	var checks []wrapcast.Check
	data := exposed{forbidden: others}
	data.look(o.Dir, true)
	if entries, err := os.ReadDir(o.Dir); err == nil {
		for _, e := range entries {
			data.look(filepath.Join(o.Dir, e.Name()), false)
		}
	}
	checks = data.check(checks, "privacy of the data directory", "it holds logins, addresses of webhooks and everything "+
		"that is planned")
	secret := exposed{forbidden: others}
	for _, file := range c.SecretFiles() {
		secret.look(file, false)
	}
	checks = secret.check(checks, "privacy of secrets", "whoever reads them can use them")
	file := exposed{forbidden: write}
	if path := o.Settings.Path(); path != "" {
		file.look(path, false)
	}
	return file.check(checks, "settings file", "whoever changes it decides where wrapcast sends what it knows")
}

// CheckDatabase says what of a database's role, password and key is not as it should be; nothing of a data directory.
func (o *Opener) CheckDatabase(ctx context.Context, s *store.Store) []wrapcast.Check {
	var checks []wrapcast.Check
	warn := func(message, advice string) {
		checks = append(checks, wrapcast.Check{Name: "database", Status: wrapcast.CheckWarning, Message: message, Advice: advice})
	}
	remark, err := s.RoleRemark(ctx)
	if err != nil {
		remark = err.Error()
	}
	if remark != "" {
		warn(remark, "let the owner run `wrapcast store migrate --role ROLE`, and wrapcast work as that role (docs/OPERATIONS.md)")
	}
	if store.HasPassword(o.Database) {
		warn("the password in --store is seen by everybody who may list processes",
			"leave it to WRAPCAST_STORE, PGPASSWORD, a .pgpass file, or WRAPCAST_STORE_PASSWORD_FILE")
	}
	if err := s.CanSign(); err != nil {
		checks = append(checks, wrapcast.Check{Name: "audit key", Status: wrapcast.CheckFailed, Message: err.Error(),
			Advice: wrapcast.Hint(err), Kind: wrapcast.KindOf(err)})
	}
	return checks
}

// exposed collects files that somebody else has forbidden rights to, and the commands that mend that.
type exposed struct {
	forbidden   fs.FileMode
	found, mend []string
}

// look adds a file, or a directory where dir is set, if it is exposed. A link is judged by what it leads to; one that
// is not there is none.
func (e *exposed) look(path string, dir bool) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() != dir {
		return
	}
	if rights := info.Mode().Perm() & e.forbidden; rights != 0 {
		e.found = append(e.found, fmt.Sprintf("%s (%04o)", path, info.Mode().Perm()))
		e.mend = append(e.mend, fmt.Sprintf("chmod %s %s", withoutRights(e.forbidden), path))
	}
	if owner, other := settings.OtherOwner(info); other {
		e.found = append(e.found, fmt.Sprintf("%s (owned by user %d)", path, owner))
		e.mend = append(e.mend, "chown $(id -u) "+path)
	}
}

func withoutRights(forbidden fs.FileMode) string {
	if forbidden == write {
		return "go-w"
	}
	return "go-rwx"
}

// check adds what was found to the checks.
func (e *exposed) check(checks []wrapcast.Check, name, why string) []wrapcast.Check {
	if len(e.found) == 0 {
		return checks
	}
	return append(checks, wrapcast.Check{Name: name, Status: wrapcast.CheckWarning,
		Message: "others can get at " + strings.Join(e.found, ", ") + ": " + why,
		Advice:  strings.Join(e.mend, "; ")})
}
