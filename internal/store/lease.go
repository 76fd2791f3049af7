package store

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wrapcast/wrapcast"
)

// Acquire takes the right to work on an organisation's run for l.Holder until
// l.Until. It succeeds where nobody has it, where the holder is the same, where it ran
// out by now, or where stillAlive, if given, says that its holder is gone. Otherwise it
// returns Conflict naming who holds it and until when.
func (tx Leases) Acquire(
	org wrapcast.OrganisationID, l wrapcast.Lease, now time.Time, stillAlive func(holder string) bool,
) error {
	held, found, err := tx.held(org)
	if err != nil {
		return err
	}
	free := !found || held.Holder == l.Holder || !now.Before(held.Until) || stillAlive != nil &&
		!stillAlive(held.Holder)
	if !free {
		return conflict("organisation %s is being worked on by %s until %s", org, held.Holder,
			held.Until.Format(time.RFC3339)).
			WithHint("wait until that run has ended; if its process is gone, its lease runs out by itself")
	}
	_, err = tx.exec(`INSERT INTO lease (organisation_id, holder, until_at) VALUES ($1, $2, $3)
		ON CONFLICT (organisation_id) DO UPDATE SET holder = excluded.holder, until_at = excluded.until_at`,
		org, l.Holder, l.Until.UnixMilli())
	return err
}

// Believe shortens a lease that runs on for longer than any is taken for: the clock was set back since. Whoever still
// holds it renews it long before.
func (tx Leases) Believe(org wrapcast.OrganisationID, now time.Time, longest time.Duration) error {
	_, err := tx.exec(`UPDATE lease SET until_at = $1 WHERE organisation_id = $2 AND until_at > $3`,
		now.Add(longest).UnixMilli(), org, now.Add(longest+clockSlack).UnixMilli())
	return err
}

// Renew moves the end of a lease. It returns Conflict where l.Holder no longer has it:
// somebody else may be at work, so the holder must stop.
func (tx Leases) Renew(org wrapcast.OrganisationID, l wrapcast.Lease) error {
	n, err := tx.exec(`UPDATE lease SET until_at = $1 WHERE organisation_id = $2 AND holder = $3`, l.Until.UnixMilli(),
		org, l.Holder)
	if err != nil || n == 1 {
		return err
	}
	return tx.lost(org, l.Holder)
}

// Pass gives a lease to another holder. It returns Conflict where the one named no longer has it.
func (tx Leases) Pass(org wrapcast.OrganisationID, from string, to wrapcast.Lease) error {
	n, err := tx.exec(`UPDATE lease SET holder = $1, until_at = $2 WHERE organisation_id = $3 AND holder = $4`, to.Holder,
		to.Until.UnixMilli(), org, from)
	if err != nil || n == 1 {
		return err
	}
	return tx.lost(org, from)
}

// Of returns who holds an organisation's lease; the zero lease where nobody does.
func (tx Leases) Of(org wrapcast.OrganisationID) (wrapcast.Lease, error) {
	held, _, err := tx.held(org)
	return held, err
}

// Hold returns nil while holder has the lease, else Conflict. Called in the transaction that writes a
// step's result, it keeps a process that was overtaken from writing over its successor's work.
func (tx Leases) Hold(org wrapcast.OrganisationID, holder string) error {
	held, found, err := tx.held(org)
	if err != nil || found && held.Holder == holder {
		return err
	}
	return tx.lost(org, holder)
}

// Release gives the lease back. One that the holder does not have is left alone.
func (tx Leases) Release(org wrapcast.OrganisationID, holder string) error {
	_, err := tx.exec(`DELETE FROM lease WHERE organisation_id = $1 AND holder = $2`, org, holder)
	return err
}

func (tx Leases) lost(org wrapcast.OrganisationID, holder string) error {
	held, found, err := tx.held(org)
	if err != nil {
		return err
	}
	if !found {
		return conflict("%s no longer holds the lease of organisation %s", holder, org)
	}
	return conflict("%s no longer holds the lease of organisation %s: %s took it over", holder, org, held.Holder)
}

func (tx Leases) held(org wrapcast.OrganisationID) (wrapcast.Lease, bool, error) {
	scan := func(r row) (l wrapcast.Lease, err error) {
		err = r.Scan(&l.Holder, toTime(&l.Until))
		return l, err
	}
	return get(tx.conn, scan, `SELECT holder, until_at FROM lease WHERE organisation_id = $1`, org)
}

// Holder names this process on leases: "host/pid/nonce/boot/namespace". The number of a process says something only to
// processes of the same boot and the same namespace of process numbers.
func Holder(nonce string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d/%s/%s", host, os.Getpid(), nonce, numberSpace())
}

// numberSpace names where numbers of processes mean the same: "boot/namespace" of Linux, "/" elsewhere, where every
// process of a machine sees all others.
func numberSpace() string {
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, _ := os.Readlink("/proc/self/ns/pid") // pid:[4026531836]
	return strings.TrimSpace(string(boot)) + "/" + strings.Trim(namespace, "pid:[]")
}

// HolderAlive reports whether the process that a lease names may still be at work. One that this process would see is
// not when it is gone; of others, on another machine or in another container, only time tells. A holder without a boot
// and a namespace was written by a wrapcast that did not tell.
func HolderAlive(holder string) bool {
	parts := strings.SplitN(holder, "/", 4)
	host, err := os.Hostname()
	if len(parts) < 3 || err != nil || parts[0] != host {
		return true
	}
	space := numberSpace()
	if len(parts) == 4 && (parts[3] != space || runtime.GOOS == "linux" && strings.HasSuffix(space, "/")) {
		return true
	}
	pid, err := strconv.Atoi(parts[1])
	if err != nil || pid == os.Getpid() {
		return err != nil // our own number with another nonce is one that had it before us
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = process.Signal(syscall.Signal(0))
	return !errors.Is(err, os.ErrProcessDone) && !errors.Is(err, syscall.ESRCH)
}
