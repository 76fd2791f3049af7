package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/wrapcast/wrapcast"
)

// FileName is what `wrapcast init` calls the file it writes. Where no file is named, one of this name in the working
// directory is read.
const FileName = "wrapcast.yaml"

// Source is where settings and secrets come from.
type Source struct {
	// File is the YAML file; "" is [FileName] in Here, if it is there.
	File string
	// Here is the working directory; "" has no file.
	Here string
	// Environ looks up a variable of the environment.
	Environ func(string) (string, bool)
	// BusinessUnit, where it is not empty, takes the place of what the file says.
	BusinessUnit []string
	// Organisation is the one that is chosen, by its name in the file or its id; "" is the only one there is.
	Organisation string
	// Keyring looks up a secret by service and name in the system's keyring; nil where there is none.
	Keyring func(service, name string) (string, error)
}

// Env is a variable of the environment, or otherwise where it is empty or not set.
func (s Source) Env(name, otherwise string) string {
	if v, ok := s.Environ(name); ok && v != "" {
		return v
	}
	return otherwise
}

// Path is the file that is read, "" where there is none.
func (s Source) Path() string {
	if s.File != "" || s.Here == "" {
		return s.File
	}
	here := filepath.Join(s.Here, FileName)
	if _, err := os.Stat(here); err != nil {
		return ""
	}
	return here
}

// checkFound refuses a file that nobody named and that belongs to somebody else: it says where secrets are sent.
func (s Source) checkFound(path string) error {
	info, err := os.Stat(path)
	if s.File != "" || err != nil {
		return nil //nolint:nilerr // reading it says more
	}
	if owner, other := OtherOwner(info); other {
		return usage("%s of this directory belongs to user %d, and was not asked for", FileName, owner).
			WithHint("name it if it is meant: --config %s", FileName)
	}
	return nil
}

// readFile reads a settings file into c, and into organisations what stands under that key; the zero node where nothing
// does.
func readFile(path string, c *Settings, organisations *yaml.Node) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fileError(path, err).WithHint("name the file with --config or WRAPCAST_CONFIG; `wrapcast init` writes one")
	}
	calendar, err := parse(path, text, c, organisations)
	if err != nil {
		return err
	}
	c.Calendar, err = calendarAt(path, calendar)
	return err
}

// readEnvironment takes the variables that docs/CONFIGURATION.md lists, secrets apart. WRAPUP_CODE_1, WRAPUP_CODE_2 …
// end at the first that is not set.
func (s Source) readEnvironment(c *Settings) {
	c.Region = s.Env("GENESYS_REGION", c.Region)
	if base := s.Env("GENESYS_BASE_URL", ""); base != "" { // it sets both, whatever the file says of each
		c.BaseURL, c.LoginURL, c.APIURL = base, "", ""
	}
	c.LoginURL = s.Env("GENESYS_LOGIN_URL", c.LoginURL)
	c.APIURL = s.Env("GENESYS_API_URL", c.APIURL)
	c.Network.CAFile = s.Env("WRAPCAST_CA_FILE", c.Network.CAFile)
	c.ClientID = s.Env("GENESYS_CLIENT_ID", c.ClientID)
	c.WriteClientID = s.Env("GENESYS_WRITE_CLIENT_ID", c.WriteClientID)
	c.Webhook.URL = s.Env("WFM_WEBHOOK_URL", c.Webhook.URL)
	var codes []string
	for i := 1; ; i++ {
		code, ok := s.Environ("WRAPUP_CODE_" + strconv.Itoa(i))
		if !ok {
			break
		}
		if code = strings.TrimSpace(code); code != "" {
			codes = append(codes, code)
		}
	}
	if len(codes) > 0 {
		c.Codes = codes
	}
}

func fileError(path string, err error) *wrapcast.Error {
	if errors.Is(err, fs.ErrNotExist) {
		return usage("there is no settings file %s", path)
	}
	named := usage("settings file %s: %w", path, err)
	if hint := wrapcast.Hint(err); hint != "" {
		named = named.WithHint("%s", hint)
	}
	return named
}

// usage is the error of settings that cannot work.
func usage(format string, args ...any) *wrapcast.Error {
	return wrapcast.Errorf(wrapcast.Usage, "", format, args...)
}
