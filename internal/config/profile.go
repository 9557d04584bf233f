package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Profile is a client at a provider, by name: the table [profile.NAME] of config.toml. What is empty is not set.
type Profile struct {
	Name   string `toml:"-"`
	folder string // of the file it came from

	Issuer       string            `toml:"issuer"`
	ClientID     string            `toml:"client_id"`
	ClientSecret string            `toml:"client_secret"` // a reference, see [Secret]; a bare secret works with a warning
	AuthMethod   string            `toml:"auth_method"`
	Flow         string            `toml:"flow"`
	Scopes       []string          `toml:"scopes"`
	RedirectURI  string            `toml:"redirect_uri"`
	ResponseMode string            `toml:"response_mode"`
	Audience     string            `toml:"audience"`
	Resources    []string          `toml:"resources"`
	Params       map[string]string `toml:"params"` // further parameters of the authorization request
	CAFile       string            `toml:"ca_file"`

	ACRValues    []string `toml:"acr_values"`
	LoginHint    string   `toml:"login_hint"`
	ResponseType string   `toml:"response_type"`
	PAR          bool     `toml:"par"`
	JAR          bool     `toml:"jar"`
	EncryptJAR   bool     `toml:"jar_encrypt"`
	DPoP         bool     `toml:"dpop"`
	ClientKey    string   `toml:"client_key"`  // file of the client's private key
	DecryptKey   string   `toml:"decrypt_key"` // file of the private keys that encrypted tokens are opened with
	Cert         string   `toml:"cert"`        // file of the client's certificate
	Key          string   `toml:"key"`         // file of the certificate's private key
	Keep         bool     `toml:"keep"`        // keep the session of a login, in the system keyring or an encrypted file
}

// setting is one key of a profile: its name in the file, the flag of login that means the same, and where its value goes.
type setting struct {
	key, flag string
	text      *string
	list      *[]string
	table     *map[string]string
	on        *bool
}

// settings are the keys of a profile, in the order in which they are written.
func (p *Profile) settings() []setting {
	return []setting{
		{key: "issuer", flag: "issuer", text: &p.Issuer},
		{key: "client_id", flag: "client-id", text: &p.ClientID},
		{key: "client_secret", flag: "client-secret", text: &p.ClientSecret},
		{key: "auth_method", flag: "auth-method", text: &p.AuthMethod},
		{key: "flow", flag: "flow", text: &p.Flow},
		{key: "scopes", flag: "scope", list: &p.Scopes},
		{key: "redirect_uri", flag: "redirect-uri", text: &p.RedirectURI},
		{key: "response_mode", flag: "response-mode", text: &p.ResponseMode},
		{key: "audience", flag: "audience", text: &p.Audience},
		{key: "resources", flag: "resource", list: &p.Resources},
		{key: "params", flag: "param", table: &p.Params},
		{key: "ca_file", flag: "ca-file", text: &p.CAFile},
		{key: "acr_values", flag: "acr-values", list: &p.ACRValues},
		{key: "login_hint", flag: "login-hint", text: &p.LoginHint},
		{key: "response_type", flag: "response-type", text: &p.ResponseType},
		{key: "par", flag: "par", on: &p.PAR},
		{key: "jar", flag: "jar", on: &p.JAR},
		{key: "jar_encrypt", flag: "jar-encrypt", on: &p.EncryptJAR},
		{key: "dpop", flag: "dpop", on: &p.DPoP},
		{key: "client_key", flag: "client-key", text: &p.ClientKey},
		{key: "decrypt_key", flag: "decrypt-key", text: &p.DecryptKey},
		{key: "cert", flag: "cert", text: &p.Cert},
		{key: "key", flag: "key", text: &p.Key},
		{key: "keep", flag: "keep", on: &p.Keep},
	}
}

// ProfileKeys lists the keys that a profile may have.
func ProfileKeys() []string {
	var keys []string
	for _, s := range new(Profile).settings() {
		keys = append(keys, s.key)
	}
	return keys
}

// Setting is one thing that a profile sets.
type Setting struct {
	Key, Flag string   // "redirect_uri" in the file, "redirect-uri" on the command line
	Values    []string // one, or those of a list; of a table NAME=VALUE
	Kind      Kind
}

// Kind is how a setting is written in the file.
type Kind int

const (
	KindText Kind = iota
	KindList
	KindTable
	KindBool
)

// Settings gives what a profile sets, in the order of the file.
func (p Profile) Settings() []Setting {
	var set []Setting
	for _, s := range p.settings() {
		var values []string
		kind := KindText
		switch {
		case s.text != nil && *s.text != "":
			values = []string{*s.text}
		case s.on != nil && *s.on:
			values, kind = []string{"true"}, KindBool
		case s.list != nil:
			values, kind = *s.list, KindList
		case s.table != nil:
			kind = KindTable
			for _, name := range slices.Sorted(maps.Keys(*s.table)) {
				values = append(values, name+"="+(*s.table)[name])
			}
		}
		if len(values) > 0 {
			set = append(set, Setting{s.key, s.flag, values, kind})
		}
	}
	return set
}

// Flags gives the flag of login that each key stands for, in the order of the file.
func Flags() []string {
	var flags []string
	for _, s := range new(Profile).settings() {
		flags = append(flags, s.flag)
	}
	return flags
}

// Set sets what a flag of login means. Scopes and levels may come several in a text, as on the command line.
func (p *Profile) Set(flag string, values ...string) error {
	i := slices.IndexFunc(p.settings(), func(s setting) bool { return s.flag == flag })
	if i < 0 {
		return fmt.Errorf("a profile has no key for --%s", flag)
	}
	switch s := p.settings()[i]; {
	case s.text != nil:
		*s.text = values[len(values)-1]
	case s.on != nil:
		*s.on = values[len(values)-1] == "true"
	case s.list != nil:
		*s.list = strings.Fields(strings.Join(values, " "))
	default:
		*s.table = make(map[string]string, len(values))
		for _, v := range values {
			name, value, ok := strings.Cut(v, "=")
			if !ok || name == "" {
				return fmt.Errorf("--%s: want NAME=VALUE, got %q", flag, v)
			}
			(*s.table)[name] = value
		}
	}
	return nil
}

// FindProfile gives the profile of that name. The error names the nearest one.
func (c *Config) FindProfile(name string) (Profile, error) {
	var names []string
	for _, p := range c.Profiles {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	near := Nearest(name, names)
	switch {
	case len(names) == 0:
		return Profile{}, fmt.Errorf("want a profile, got %q; there are none yet", name)
	case near != "":
		return Profile{}, fmt.Errorf("want a profile, got %q, did you mean %q?", name, near)
	default:
		return Profile{}, fmt.Errorf("want one of the profiles %s, got %q", strings.Join(names, ", "), name)
	}
}

// check says which key of a profile has a value that can't be meant. Whether the values suit the provider is for the login.
func (p *Profile) check() (key string, err error) {
	if p.Issuer != "" {
		u, err := url.Parse(p.Issuer)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return "issuer", fmt.Errorf("issuer: want an address such as https://idp.example, got %q", p.Issuer)
		}
	}
	if p.RedirectURI != "" {
		u, err := url.Parse(p.RedirectURI)
		if err != nil || u.Scheme == "" || u.Fragment != "" {
			return "redirect_uri", fmt.Errorf("redirect_uri: want a whole address such as http://127.0.0.1:8085/callback, got %q", p.RedirectURI)
		}
	}
	if i := slices.IndexFunc(p.Scopes, func(s string) bool { return strings.ContainsAny(s, " \t\"\\") || s == "" }); i >= 0 {
		return "scopes", fmt.Errorf("scopes: want one scope an item, got %q (RFC 6749 3.3)", p.Scopes[i])
	}
	return "", nil
}

// Warnings tells what works and is not wise.
func (p Profile) Warnings() []string {
	if p.ClientSecret == "" || IsReference(p.ClientSecret) {
		return nil
	}
	return []string{fmt.Sprintf("profile %q holds a bare client secret: whoever reads the file has it; better: keyring:, env:NAME, file:PATH or cmd:COMMAND", p.Name)}
}

// Resolved gives the profile with its relative paths made those of the file's folder, where they were written, "~/" opened, and the
// profile's name put where its secret's name in the keyring is left out.
func (p Profile) Resolved() Profile {
	p = p.At(p.folder)
	if name, ok := p.KeyringName(); ok {
		p.ClientSecret = keyringKind + ":" + name
	}
	return p
}

// KeyringName is the name of the profile's secret in the system keyring: that of keyring:NAME, else the profile's own.
func (p Profile) KeyringName() (string, bool) {
	kind, name, ok := strings.Cut(p.ClientSecret, ":")
	if !ok || kind != keyringKind {
		return "", false
	}
	if name == "" {
		name = p.Name
	}
	return name, true
}

// At is Resolved for paths that were written elsewhere.
func (p Profile) At(folder string) Profile {
	for _, path := range []*string{&p.CAFile, &p.ClientKey, &p.DecryptKey, &p.Cert, &p.Key} {
		*path = anchored(*path, folder)
	}
	p.ClientSecret = anchoredReference(p.ClientSecret, folder)
	return p
}

// anchoredReference anchors the path of a reference to a file.
func anchoredReference(reference, folder string) string {
	if path, ok := strings.CutPrefix(reference, "file:"); ok {
		return "file:" + anchored(path, folder)
	}
	return reference
}

func anchored(path, folder string) string {
	rest, home := strings.CutPrefix(path, "~/")
	switch {
	case path == "" || filepath.IsAbs(path):
		return path
	case home:
		if dir, err := os.UserHomeDir(); err == nil {
			return filepath.Join(dir, rest)
		}
		return path
	default:
		return filepath.Join(folder, path)
	}
}

// CheckName says what is wrong with a name for a new profile. The names are bare keys of TOML, so that they can be typed
// anywhere without quotes.
func CheckName(name string) error {
	if name == "" {
		return errors.New("want a name for the profile, got none")
	}
	if i := strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
	}); i >= 0 || strings.HasPrefix(name, "-") || len(name) > 60 {
		return fmt.Errorf("want a name of letters, digits, - and _, got %q", name)
	}
	return nil
}
