package store

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/internal/store/internal/column"
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

// Shard is a part of a forecast: some of its series, which any worker forecasts with what all have taught.
type Shard struct {
	Run wrapcast.RunID
	// Panel is the digest of all series that are forecast together, and of how.
	Panel string
	Place int
}

// Clear deletes the shards of an organisation, of all its runs.
func (tx Shards) Clear(org wrapcast.OrganisationID) error {
	if _, err := tx.exec(`DELETE FROM forecast_learned WHERE organisation_id = $1`, org); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM forecast_shard WHERE organisation_id = $1`, org)
	return err
}

// AddLearned keeps what the series of a panel have taught each other.
func (tx Shards) AddLearned(org wrapcast.OrganisationID, run wrapcast.RunID, panel string, learned []byte) error {
	return tx.insert("what panel "+panel+" has taught", `INSERT INTO forecast_learned (organisation_id, run_id, panel,
		document) VALUES ($1, $2, $3, $4)`, org, run, panel, sealed(learned))
}

// Learned is what the series of a panel have taught each other, or NotFound.
func (tx Shards) Learned(org wrapcast.OrganisationID, run wrapcast.RunID, panel string) ([]byte, error) {
	return require(tx.conn, "what panel "+panel+" has taught", scanSealed,
		`SELECT document FROM forecast_learned WHERE organisation_id = $1 AND run_id = $2 AND panel = $3`, org, run, panel)
}

// Add keeps the series of a shard that nobody works on yet.
func (tx Shards) Add(org wrapcast.OrganisationID, s Shard, series []byte) error {
	return tx.insert(fmt.Sprintf("shard %d of panel %s", s.Place, s.Panel), `INSERT INTO forecast_shard (organisation_id,
		run_id, panel, place, series, holder, until_at) VALUES ($1, $2, $3, $4, $5, '', 0)`, org, s.Run, s.Panel, s.Place,
		sealed(series))
}

// Claim takes the right to work on a shard, as [Leases.Acquire] does on an organisation, and returns its series. It is
// Conflict where the shard is done or somebody works on it, NotFound where the forecast is made.
func (tx Shards) Claim(org wrapcast.OrganisationID, s Shard, l wrapcast.Lease, now time.Time,
	stillAlive func(holder string) bool) (series []byte, err error) {
	held, err := tx.Open(org, s.Run)
	if err != nil {
		return nil, err
	}
	for _, o := range held {
		if o.Shard == s && o.Free(now, stillAlive) {
			if _, err := tx.exec(`UPDATE forecast_shard SET holder = $1, until_at = $2 WHERE organisation_id = $3 AND
				run_id = $4 AND panel = $5 AND place = $6`, l.Holder, l.Until.UnixMilli(), org, s.Run, s.Panel,
				s.Place); err != nil {
				return nil, err
			}
			return require(tx.conn, "a shard", scanSealed, `SELECT series FROM forecast_shard WHERE organisation_id = $1 AND
				run_id = $2 AND panel = $3 AND place = $4`, org, s.Run, s.Panel, s.Place)
		}
	}
	return nil, conflict("shard %d of a forecast of organisation %s is done, or somebody works on it", s.Place, org)
}

// Renew moves the end of a claim; Conflict where l.Holder no longer has it.
func (tx Shards) Renew(org wrapcast.OrganisationID, s Shard, l wrapcast.Lease) error {
	n, err := tx.exec(`UPDATE forecast_shard SET until_at = $1 WHERE organisation_id = $2 AND run_id = $3 AND panel = $4 AND
		place = $5 AND holder = $6 AND results IS NULL`, l.Until.UnixMilli(), org, s.Run, s.Panel, s.Place, l.Holder)
	if err != nil || n == 1 {
		return err
	}
	return lostShard(s, l.Holder)
}

// Finish keeps the results of a shard, and returns how many of its run are still to be done. It is Conflict where the
// holder no longer has it: somebody has taken it over, or the forecast is made.
func (tx Shards) Finish(org wrapcast.OrganisationID, s Shard, holder string, results []byte) (left int, err error) {
	n, err := tx.exec(`UPDATE forecast_shard SET results = $1, holder = '', until_at = 0 WHERE organisation_id = $2 AND
		run_id = $3 AND panel = $4 AND place = $5 AND holder = $6 AND results IS NULL`, sealed(results), org, s.Run,
		s.Panel, s.Place, holder)
	if err == nil && n != 1 {
		err = lostShard(s, holder)
	}
	if err != nil {
		return 0, err
	}
	open, err := tx.Open(org, s.Run)
	return len(open), err
}

func lostShard(s Shard, holder string) error {
	return conflict("%s no longer works on shard %d of panel %s", holder, s.Place, s.Panel)
}

// OpenShard is one that is to be done, and who works on it.
type OpenShard struct {
	Shard
	Held wrapcast.Lease
}

// Free tells whether nobody works on the shard, or whoever did is gone.
func (o OpenShard) Free(now time.Time, stillAlive func(holder string) bool) bool {
	return o.Held.Holder == "" || !now.Before(o.Held.Until) || stillAlive != nil && !stillAlive(o.Held.Holder)
}

// Open returns the shards of a run that are to be done still.
func (tx Shards) Open(org wrapcast.OrganisationID, run wrapcast.RunID) ([]OpenShard, error) {
	scan := func(r row) (o OpenShard, err error) {
		o.Run = run
		err = r.Scan(&o.Panel, &o.Place, &o.Held.Holder, toTime(&o.Held.Until))
		return o, err
	}
	return list(tx.conn, scan, `SELECT panel, place, holder, until_at FROM forecast_shard WHERE organisation_id = $1 AND
		run_id = $2 AND results IS NULL ORDER BY panel, place`, org, run)
}

// Results returns those of a panel's shards that are done, in their order, each as it was given to Finish; one that was
// damaged since is nil.
func (tx Shards) Results(org wrapcast.OrganisationID, run wrapcast.RunID, panel string) ([][]byte, error) {
	scan := func(r row) (data []byte, err error) {
		if err = r.Scan(&data); err == nil {
			data, _ = unsealed(data)
		}
		return data, err
	}
	return list(tx.conn, scan, `SELECT results FROM forecast_shard WHERE organisation_id = $1 AND run_id = $2 AND
		panel = $3 AND results IS NOT NULL ORDER BY place`, org, run, panel)
}

// sealBytes of the SHA-256 of what passes from one worker to another stand before it.
const sealBytes = 8

func sealed(data []byte) []byte {
	digest := sha256.Sum256(data)
	return append(digest[:sealBytes:sealBytes], data...)
}

func unsealed(data []byte) ([]byte, error) {
	if len(data) < sealBytes {
		return nil, column.ErrDigest
	}
	if digest := sha256.Sum256(data[sealBytes:]); !bytes.Equal(digest[:sealBytes], data[:sealBytes]) {
		return nil, column.ErrDigest
	}
	return data[sealBytes:], nil
}

func scanSealed(r row) (data []byte, err error) {
	if err := r.Scan(&data); err != nil {
		return nil, err
	}
	return unsealed(data)
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
