package config

import (
	"errors"
	"fmt"
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
	JARAlg       string   `toml:"jar_alg"`
	DPoP         bool     `toml:"dpop"`
	ClientKey    string   `toml:"client_key"`  // file of the client's private key
	DecryptKey   string   `toml:"decrypt_key"` // file of the private keys that encrypted tokens are opened with
	Cert         string   `toml:"cert"`        // file of the client's certificate
	Key          string   `toml:"key"`         // file of the certificate's private key
	Keep         bool     `toml:"keep"`        // keep the session of a login, in the system keyring or an encrypted file

	Prompt               []string `toml:"prompt"`
	MaxAge               string   `toml:"max_age"` // seconds, or a length of time
	UILocales            []string `toml:"ui_locales"`
	Claims               string   `toml:"claims"`                // a JSON object, or @FILE
	AuthorizationDetails string   `toml:"authorization_details"` // a JSON array, or @FILE
	PKCE                 string   `toml:"pkce"`
	ClientKeyID          string   `toml:"client_key_id"`
	ClientKeyAlg         string   `toml:"client_key_alg"`
	AssertionAudience    string   `toml:"assertion_audience"`

	Endpoints
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
	for _, e := range p.Endpoints.settings() {
		u, err := url.Parse(*e.text)
		if *e.text != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
			return e.key, fmt.Errorf("%s: want an address such as https://idp.example/token, got %q", e.key, *e.text)
		}
	}
	if i := slices.IndexFunc(p.Scopes, func(s string) bool { return strings.ContainsAny(s, " \t\"\\") || s == "" }); i >= 0 {
		return "scopes", fmt.Errorf("scopes: want one scope an item, got %q (RFC 6749 3.3)", p.Scopes[i])
	}
	return "", nil
}

// Place names the provider to people: the issuer, or the first address of one that has none. Empty: nothing is known of it.
func (p Profile) Place() string {
	if p.Issuer != "" {
		return p.Issuer
	}
	for _, e := range p.Endpoints.settings() {
		if u, err := url.Parse(*e.text); err == nil && u.Host != "" {
			return u.Scheme + "://" + u.Host
		}
	}
	return ""
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
	for _, document := range []*string{&p.Claims, &p.AuthorizationDetails} {
		if path, isFile := strings.CutPrefix(*document, "@"); isFile {
			*document = "@" + anchored(path, folder)
		}
	}
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
