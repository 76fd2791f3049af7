package session

import (
	"cmp"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/wrapcast/wrapcast"
	"github.com/wrapcast/wrapcast/cmd/wrapcast/internal/terminal"
	"github.com/wrapcast/wrapcast/internal/store"
)

// simulatorFile lies in the data directory of a demo for as long as it runs.
const (
	simulatorFile   = "simulator.json"
	simulatorSchema = "wrapcast.simulator-file/1"
)

// Simulator is the simulated organisation of a demo that runs on this machine. The demo writes it into its data
// directory, so that other commands find the organisation there, and takes it away at its end.
type Simulator struct {
	Schema       string `json:"schema"`
	BaseURL      string `json:"base_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	// Holder is the process that serves it, as on leases.
	Holder string `json:"holder"`
	// Ahead is how far the organisation's clock is ahead of this machine's: a replayed log keeps its dates, which lie
	// behind.
	Ahead time.Duration `json:"clock_ahead_ns,omitempty"`
}

// LeaveSimulator writes a simulator into the data directory, readable by its owner only. What it returns takes it away
// again, unless another demo has put its own there meanwhile.
func (o *Opener) LeaveSimulator(s Simulator) (remove func(), err error) {
	s.Schema, s.Holder = simulatorSchema, store.Holder(o.NewID())
	text, err := json.MarshalIndent(s, "", "  ") //nolint:gosec // made up, and the file is the owner's alone
	if err != nil {
		return nil, err
	}
	path := filepath.Join(o.Dir, simulatorFile)
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, terminal.FileError(o.Dir, err)
	}
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return nil, terminal.FileError(path, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return nil, terminal.FileError(path, err)
	}
	return func() {
		if there, err := o.simulator(); err == nil && there.Holder == s.Holder {
			_ = os.Remove(path)
		}
	}, nil
}

// simulator reads what a demo left in the data directory; the zero value where none did.
func (o *Opener) simulator() (s Simulator, err error) {
	path := filepath.Join(o.Dir, simulatorFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil || s.Schema != simulatorSchema {
		return Simulator{}, usage("%s cannot be read as what a demo leaves there: %w", path,
			cmp.Or(err, errors.New("its schema is "+s.Schema))).WithHint("delete it, or start the demo again: wrapcast demo")
	}
	return s, nil
}

// useSimulator points an access without credentials and address at the demo that serves this data directory, if one
// does, and says so. The clock becomes the organisation's.
func (o *Opener) useSimulator(at *Access) error {
	if c := at.Settings; c.ClientID != "" || c.BaseURL != "" || c.LoginURL != "" || c.APIURL != "" {
		return nil
	}
	s, err := o.simulator()
	if err != nil || s.Holder == "" {
		return err
	}
	if !store.HolderAlive(s.Holder) {
		return wrapcast.Errorf(wrapcast.Usage, "", "the demo whose organisation %s is of was ended",
			o.Dir).WithHint("start it again and leave it running: wrapcast demo; or set GENESYS_CLIENT_ID and " +
			"GENESYS_CLIENT_SECRET for an organisation of your own")
	}
	at.Settings.BaseURL, at.Settings.ClientID, at.Secret, at.PollFast = s.BaseURL, s.ClientID, s.ClientSecret, true
	if s.Ahead != 0 {
		o.Clock = o.Clock.At(o.Clock.Now().Add(s.Ahead))
	}
	o.Terminal.Note("on the simulated organisation of the demo that runs here")
	return nil
}
