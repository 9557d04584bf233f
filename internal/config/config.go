// Package config reads and writes what a person set once: the file config.toml with its profiles, and references to secrets that
// are kept elsewhere.
//
// [Load] is what to use first. It never fails for an absent file, and names every key that it does not know, with its line and
// the nearest key that it does know: a misspelt setting that is silently ignored costs an evening. A [Profile] is a client at a
// provider, by name; [SaveProfile] and [RemoveProfile] change the file and leave everything else in it as it was written, comments
// included. [Secret] resolves what client_secret and its kin name, so that the secret itself need not stand on a command line or
// in the file.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxFile bounds the configuration file, in bytes.
const maxFile = 1 << 20

// Config is the configuration as it holds after file and environment.
type Config struct {
	Theme         string // "auto", "dark", "light" or "high-contrast"
	Mouse         bool
	ReducedMotion bool
	Keep          Keep
	Profiles      []Profile // in the order of the file
}

// Keep says where sessions are kept, when they are. All empty: in the system keyring.
type Keep struct {
	File       string // encrypted with age
	Identity   string // age identity file that opens it; empty: a passphrase does
	Passphrase string // a reference, see [Secret]; empty: the person is asked
}

// Themes lists what theme may be.
func Themes() []string { return []string{"auto", "dark", "light", "high-contrast"} }

// file is the shape of config.toml.
type file struct {
	Theme         *string            `toml:"theme"`
	Mouse         *bool              `toml:"mouse"`
	ReducedMotion *bool              `toml:"reduced_motion"`
	KeepFile      string             `toml:"keep_file"`
	KeepIdentity  string             `toml:"keep_identity"`
	PassphraseRef string             `toml:"passphrase_ref"`
	Profile       map[string]Profile `toml:"profile"`
}

// Load reads the file at [Path] and puts the environment over it (OIDCSCOPE_THEME). The error tells the file and the line;
// the Config then holds the defaults and whatever the environment says.
func Load(getenv func(string) string) (Config, error) {
	c := Config{Theme: "auto", Mouse: true}
	path, err := Path(getenv)
	if err == nil {
		err = c.readFile(path)
	}
	if theme := getenv("OIDCSCOPE_THEME"); theme != "" {
		if bad := checkTheme(theme); bad != nil {
			err = errors.Join(err, fmt.Errorf("OIDCSCOPE_THEME: %w", bad))
		} else {
			c.Theme = theme
		}
	}
	return c, err
}

// Path is where the configuration file is looked for: $XDG_CONFIG_HOME/oidcscope/config.toml, or the platform's own folder.
func Path(getenv func(string) string) (string, error) {
	return path(getenv, runtime.GOOS)
}

func path(getenv func(string) string, goos string) (string, error) {
	join := func(base string, more ...string) (string, error) {
		return filepath.Join(append([]string{base}, append(more, "oidcscope", "config.toml")...)...), nil
	}
	if dir := getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) { // a relative one is to be ignored: XDG Base Directory 3
		return join(dir)
	}
	home := getenv("HOME")
	switch {
	case goos == "windows" && getenv("AppData") != "":
		return join(getenv("AppData"))
	case goos == "darwin" && home != "":
		return join(home, "Library", "Application Support")
	case goos != "windows" && home != "":
		return join(home, ".config")
	}
	return "", errors.New("no folder for a configuration file: neither $XDG_CONFIG_HOME nor a home folder is set")
}

func (c *Config) readFile(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	if len(data) > maxFile {
		return fmt.Errorf("%s: larger than %d bytes", path, maxFile)
	}
	if err := c.parse(string(data)); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	folder := filepath.Dir(path)
	c.Keep.File, c.Keep.Identity, c.Keep.Passphrase = anchored(c.Keep.File, folder), anchored(c.Keep.Identity, folder), anchoredReference(c.Keep.Passphrase, folder)
	for i := range c.Profiles {
		c.Profiles[i].folder = folder
	}
	return nil
}

// Check reads the text of a configuration file and tells what is wrong with it, with lines; nil when nothing is.
func Check(text string) error { return new(Config).parse(text) }

// parse reads the text of a configuration file. Nothing of a faulty file is applied.
func (c *Config) parse(text string) error {
	var in file
	meta, err := toml.Decode(text, &in)
	if err != nil {
		var syntax toml.ParseError
		if errors.As(err, &syntax) {
			return fmt.Errorf("line %d: %s", syntax.Position.Line, syntax.Message)
		}
		return err
	}
	var problems []error
	for _, key := range meta.Undecoded() {
		problems = append(problems, unknownKey(text, key))
	}
	for name, p := range in.Profile {
		p.Name = name
		in.Profile[name] = p
		if key, err := p.check(); err != nil {
			problems = append(problems, fmt.Errorf("line %d: profile %q: %w", lineOf(text, toml.Key{"profile", name, key}), name, err))
		}
	}
	if in.Theme != nil {
		if err := checkTheme(*in.Theme); err != nil {
			problems = append(problems, fmt.Errorf("line %d: %w", lineOf(text, toml.Key{"theme"}), err))
		}
	}
	if in.PassphraseRef != "" && !IsReference(in.PassphraseRef) {
		problems = append(problems, fmt.Errorf("line %d: passphrase_ref: want env:NAME, file:PATH or cmd:COMMAND, got a bare passphrase", lineOf(text, toml.Key{"passphrase_ref"})))
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	c.Keep = Keep{File: in.KeepFile, Identity: in.KeepIdentity, Passphrase: in.PassphraseRef}
	set(&c.Theme, in.Theme)
	set(&c.Mouse, in.Mouse)
	set(&c.ReducedMotion, in.ReducedMotion)
	c.Profiles = nil
	for _, key := range meta.Keys() {
		if len(key) == 2 && key[0] == "profile" {
			c.Profiles = append(c.Profiles, in.Profile[key[1]])
			delete(in.Profile, key[1])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.Profile)) { // written with dotted keys alone
		c.Profiles = append(c.Profiles, in.Profile[name])
	}
	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

func checkTheme(name string) error {
	if slices.Contains(Themes(), name) {
		return nil
	}
	return fmt.Errorf("theme: want one of %s, got %q", strings.Join(Themes(), ", "), name)
}

func unknownKey(text string, key toml.Key) error {
	hint := ""
	known := []string{"theme", "mouse", "reduced_motion", "keep_file", "keep_identity", "passphrase_ref", "profile"}
	if key[0] == "profile" && len(key) > 2 {
		known = ProfileKeys()
	}
	if near := Nearest(key[len(key)-1], known); near != "" {
		hint = fmt.Sprintf(", did you mean %q?", near)
	}
	return fmt.Errorf("line %d: unknown key %q%s", lineOf(text, key), key.String(), hint)
}

// lineOf finds the line of a key, counted from 1; 0 when it can't be told. The TOML library knows but does not say.
func lineOf(text string, key toml.Key) int {
	table, name := strings.Join(key[:len(key)-1], "."), key[len(key)-1]
	current, fallback := "", 0
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			current = strings.Trim(strings.SplitN(line, "#", 2)[0], "[] \t\r\n")
			if current == key.String() {
				return n
			}
			continue
		}
		left, _, isPair := strings.Cut(line, "=")
		left = strings.Trim(strings.TrimSpace(left), `"'`)
		if !isPair {
			continue
		}
		if current == table && left == name || left == key.String() {
			return n
		}
		if fallback == 0 && strings.Contains(line, name) {
			fallback = n
		}
	}
	return fallback
}
