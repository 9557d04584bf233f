package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

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
	return append([]setting{
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
		{key: "jar_alg", flag: "jar-alg", text: &p.JARAlg},
		{key: "dpop", flag: "dpop", on: &p.DPoP},
		{key: "client_key", flag: "client-key", text: &p.ClientKey},
		{key: "decrypt_key", flag: "decrypt-key", text: &p.DecryptKey},
		{key: "cert", flag: "cert", text: &p.Cert},
		{key: "key", flag: "key", text: &p.Key},
		{key: "keep", flag: "keep", on: &p.Keep},
		{key: "prompt", flag: "prompt", list: &p.Prompt},
		{key: "max_age", flag: "max-age", text: &p.MaxAge},
		{key: "ui_locales", flag: "ui-locales", list: &p.UILocales},
		{key: "claims", flag: "claims", text: &p.Claims},
		{key: "authorization_details", flag: "authorization-details", text: &p.AuthorizationDetails},
		{key: "pkce", flag: "pkce", text: &p.PKCE},
		{key: "client_key_id", flag: "client-key-id", text: &p.ClientKeyID},
		{key: "client_key_alg", flag: "client-key-alg", text: &p.ClientKeyAlg},
		{key: "assertion_audience", flag: "assertion-audience", text: &p.AssertionAudience},
	}, p.Endpoints.settings()...)
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
		*s.list = nil
		if words := strings.Fields(strings.Join(values, " ")); len(words) > 0 {
			*s.list = words
		}
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
