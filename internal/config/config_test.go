package config

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func load(t *testing.T, text string, env map[string]string) (Config, error) {
	t.Helper()
	dir := t.TempDir()
	if text != "" {
		if err := os.MkdirAll(filepath.Join(dir, "oidcscope"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "oidcscope", "config.toml"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Load(func(name string) string {
		if name == "XDG_CONFIG_HOME" {
			return dir
		}
		return env[name]
	})
}

func TestLoad(t *testing.T) {
	defaults := Config{Theme: "auto", Mouse: true}
	tests := []struct {
		name, text string
		env        map[string]string
		want       Config
	}{
		{"no file", "", nil, defaults},
		{"all keys", "theme = \"dark\"\nmouse = false\nreduced_motion = true\n", nil, Config{Theme: "dark", ReducedMotion: true}},
		{"kept in a file", "keep_file = \"/s.age\"\nkeep_identity = \"/id\"\npassphrase_ref = \"env:P\"", nil, Config{Theme: "auto", Mouse: true, Keep: Keep{File: "/s.age", Identity: "/id", Passphrase: "env:P"}}},
		{"environment over file", `theme = "dark"`, map[string]string{"OIDCSCOPE_THEME": "light"}, Config{Theme: "light", Mouse: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := load(t, tt.text, tt.env)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

func TestLoadNamesFaults(t *testing.T) {
	tests := []struct {
		name, text string
		env        map[string]string
		want       []string
	}{
		{"misspelt", "mouse = true\n\nthem = \"dark\"\n", nil, []string{`config.toml: line 3: unknown key "them", did you mean "theme"?`}},
		{"strange", "zzzzzz = 1\n", nil, []string{`line 1: unknown key "zzzzzz"`}},
		{"in a table", "[ui]\nmous = true\n", nil, []string{`line 1: unknown key "ui"`, `line 2: unknown key "ui.mous", did you mean "mouse"?`}},
		{"two", "them = 1\nmuose = 2\n", nil, []string{`"theme"`, `line 2: unknown key "muose", did you mean "mouse"?`}},
		{"bad value", "mouse = true\ntheme = \"purple\"\n", nil, []string{`line 2: theme: want one of auto, dark, light, high-contrast, got "purple"`}},
		{"bad type", "\nmouse = \"yes\"\n", nil, []string{`config.toml: `, "mouse", "bool"}},
		{"in a profile", "[profile.work]\nisuer = \"https://idp.example\"\n", nil, []string{`line 2: unknown key "profile.work.isuer", did you mean "issuer"?`}},
		{"profile's value", "[profile.work]\nclient_id = \"a\"\nissuer = \"idp.example\"\n", nil, []string{`line 3: profile "work": issuer: want an address`}},
		{"profile's scopes", "[profile.work]\nscopes = [\"openid email\"]\n", nil, []string{`line 2: profile "work": scopes: want one scope an item`}},
		{"profile's type", "[profile.work]\nscopes = \"openid email\"\n", nil, []string{"scopes"}},
		{"bare passphrase", "mouse = true\npassphrase_ref = \"hunter2\"\n", nil, []string{"line 2: passphrase_ref: want env:NAME"}},
		{"syntax", "theme = \n", nil, []string{"line 1: "}},
		{"environment", "", map[string]string{"OIDCSCOPE_THEME": "x"}, []string{"OIDCSCOPE_THEME: theme: want one of"}},
		{"too large", strings.Repeat("#", maxFile+1), nil, []string{"larger than"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := load(t, tt.text, tt.env)
			if err == nil {
				t.Fatalf("no error, config %+v", got)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q:\n%v", want, err)
				}
			}
			if !reflect.DeepEqual(got, Config{Theme: "auto", Mouse: true}) {
				t.Errorf("a faulty file was applied: %+v", got)
			}
		})
	}
}

func TestPath(t *testing.T) {
	tests := []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", map[string]string{"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, "/x/oidcscope/config.toml"},
		{"linux", map[string]string{"XDG_CONFIG_HOME": "relative", "HOME": "/h"}, "/h/.config/oidcscope/config.toml"},
		{"darwin", map[string]string{"HOME": "/h"}, "/h/Library/Application Support/oidcscope/config.toml"},
		{"windows", map[string]string{"AppData": "/a"}, "/a/oidcscope/config.toml"},
		{"linux", nil, ""},
	}
	for _, tt := range tests {
		got, err := path(func(name string) string { return tt.env[name] }, tt.goos)
		if filepath.ToSlash(got) != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("path on %s with %v: got %q, %v; want %q", tt.goos, tt.env, got, err, tt.want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"--client-id", "--client-secret", "--scope", "--plain", "--json"}
	tests := map[string]string{
		"--clientid": "--client-id", "--client-sercet": "--client-secret", "--scopes": "--scope", "--palin": "--plain",
		"--verbose": "", "": "", "x": "",
	}
	for word, want := range tests {
		if got := Nearest(word, words); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}
