package config

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

const sample = `# My providers
theme = "dark"

# The company's
[profile.work]
issuer        = "https://idp.example"   # the new one
client_id     = "cli"
scopes        = [
	"openid",
	"email", # for the ticket system
]
# asked for by security
client_secret = "env:WORK"

[profile.work.params]
prompt = "login"

# At home
[profile.home]
issuer = "https://home.example"
client_id = "x"
`

func TestProfilesAreRead(t *testing.T) {
	c, err := load(t, sample, nil)
	if err != nil || len(c.Profiles) != 2 {
		t.Fatalf("two profiles wanted, got %+v, %v", c.Profiles, err)
	}
	p, err := c.FindProfile("work")
	want := Profile{Name: "work", folder: p.folder, Issuer: "https://idp.example", ClientID: "cli", ClientSecret: "env:WORK",
		Scopes: []string{"openid", "email"}, Params: map[string]string{"prompt": "login"}}
	if err != nil || !reflect.DeepEqual(p, want) || c.Profiles[1].Name != "home" {
		t.Errorf("got %+v, %v; want %+v", p, err, want)
	}
	if _, err := c.FindProfile("wrok"); err == nil || !strings.Contains(err.Error(), `did you mean "work"?`) {
		t.Errorf("the nearest name wanted, got %v", err)
	}
	if _, err := new(Config).FindProfile("work"); err == nil || !strings.Contains(err.Error(), "none yet") {
		t.Errorf("got %v", err)
	}
}

func TestEveryFieldIsASetting(t *testing.T) {
	p := Profile{Name: "all", folder: "/"}
	v := reflect.ValueOf(&p).Elem()
	fields := 0
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("toml")
		if key == "-" || key == "" {
			continue
		}
		fields++
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("https://" + key)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{key}))
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Map:
			f.Set(reflect.ValueOf(map[string]string{key: "1"}))
		}
		if settings := p.Settings(); len(settings) != fields || settings[len(settings)-1].Key != key {
			t.Errorf("the field for %s is no setting, or in another order: %+v", key, settings)
		}
	}
	text, err := withProfile("", p)
	if err != nil {
		t.Fatal(err)
	}
	var c Config
	if err := c.parse(text); err != nil || len(c.Profiles) != 1 || !reflect.DeepEqual(c.Profiles[0].Settings(), p.Settings()) {
		t.Errorf("written and read again: %v\n%s", err, text)
	}
}

func TestPathsAreThoseOfTheFile(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	p := Profile{folder: filepath.FromSlash("/etc/x"), CAFile: "ca.pem", ClientSecret: "file:~/secret"}.Resolved()
	if p.CAFile != filepath.FromSlash("/etc/x/ca.pem") || p.ClientSecret != "file:"+filepath.Join(home, "secret") {
		t.Errorf("got %+v", p)
	}
	for given, want := range map[string]string{"keyring:": "keyring:work", "keyring:other": "keyring:other"} {
		if p := (Profile{Name: "work", ClientSecret: given}).Resolved(); p.ClientSecret != want {
			t.Errorf("%s: got %s", given, p.ClientSecret)
		}
	}
	if p := (Profile{folder: "/etc", ClientSecret: "env:A"}).Resolved(); p.CAFile != "" || p.ClientSecret != "env:A" {
		t.Errorf("got %+v", p)
	}
}

func TestWarnsOfBareSecrets(t *testing.T) {
	for reference, bare := range map[string]bool{"": false, "env:A": false, "keyring:": false, "-": false, "hunter2": true, "http://x": true} {
		w := Profile{Name: "p", ClientSecret: reference}.Warnings()
		if (len(w) > 0) != bare {
			t.Errorf("%q: %v", reference, w)
		}
		if bare && strings.Contains(w[0], reference) {
			t.Errorf("the warning repeats the secret: %v", w)
		}
	}
}

func TestProfileIsChangedInPlace(t *testing.T) {
	var c Config
	if err := c.parse(sample); err != nil {
		t.Fatal(err)
	}
	p, _ := c.FindProfile("work")
	p.Issuer, p.Flow, p.ClientSecret = "https://new.example", "device", ""
	got, err := withProfile(sample, p)
	want := strings.NewReplacer(
		`issuer        = "https://idp.example"   # the new one`, `issuer = "https://new.example" # the new one`,
		`client_secret = "env:WORK"`+"\n", `flow = "device"`+"\n").Replace(sample)
	if err != nil || got != want {
		t.Errorf("%v\ngot\n%s\nwant\n%s", err, got, want)
	}
	p.Scopes, p.Params = []string{"openid"}, map[string]string{"prompt": "consent", "ui_locales": "de"}
	got, err = withProfile(got, p)
	for _, line := range []string{`scopes = ["openid"]`, `params = { "prompt" = "consent", "ui_locales" = "de" }`, "# asked for by security", "# At home", `theme = "dark"`} {
		if err != nil || !strings.Contains(got, line+"\n") {
			t.Errorf("%v: no line %s in\n%s", err, line, got)
		}
	}
	if strings.Contains(got, "[profile.work.params]") || strings.Contains(got, "ticket") {
		t.Errorf("what was replaced is still there:\n%s", got)
	}
}

func TestProfileIsAdded(t *testing.T) {
	p := Profile{Name: "new", Issuer: "https://idp.example", ClientID: `a "quoted" \ ` + "\x1b id"}
	for _, text := range []string{"", "theme = \"dark\"", sample, "# only a comment\n\n\n"} {
		got, err := withProfile(text, p)
		if err != nil || !strings.HasPrefix(got, strings.TrimRight(text, "\n")) || !strings.HasSuffix(got, `\U0000001B id"`+"\n") {
			t.Errorf("%q: %v\n%s", text, err, got)
		}
	}
}

func TestProfileIsRemoved(t *testing.T) {
	got, err := withoutProfile(sample, "work")
	want := "# My providers\ntheme = \"dark\"\n\n\n# At home\n[profile.home]\nissuer = \"https://home.example\"\nclient_id = \"x\"\n"
	if err != nil || got != want {
		t.Errorf("%v\n%q\nwant\n%q", err, got, want)
	}
	got, err = withoutProfile(sample, "home")
	if err != nil || strings.Contains(got, "home") || !strings.HasSuffix(got, "prompt = \"login\"\n") {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := withoutProfile(sample, "hom"); err == nil || !strings.Contains(err.Error(), `did you mean "home"?`) {
		t.Errorf("got %v", err)
	}
}

// TestOtherFormsAreLeftAlone: what can't be changed line by line is refused, not broken.
func TestOtherFormsAreLeftAlone(t *testing.T) {
	for name, text := range map[string]string{
		"inline":     "profile.work = { issuer = \"https://a.example\" }\n",
		"dotted":     "profile.work.issuer = \"https://a.example\"\n",
		"in a table": "[profile]\nwork.issuer = \"https://a.example\"\n",
		"faulty":     "[profile.work]\nisuer = \"https://a.example\"\n",
	} {
		if got, err := withProfile(text, Profile{Name: "work", Issuer: "https://b.example"}); err == nil {
			t.Errorf("%s: changed to\n%s", name, got)
		}
		if got, err := withoutProfile(text, "work"); err == nil {
			t.Errorf("%s: removed, which leaves\n%s", name, got)
		}
	}
}

func TestSaveProfile(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "elsewhere.toml")
	if err := os.WriteFile(target, []byte(sample), 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "config.toml")
	if err := os.Symlink(target, path); err != nil {
		t.Skip(err)
	}
	if err := SaveProfile(path, Profile{Name: "new", Issuer: "https://c.example"}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(target)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("0600 wanted, got %v, %v", info.Mode(), err)
	}
	if link, err := os.Lstat(path); err != nil || link.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".config-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := RemoveProfile(path, "new"); err != nil {
		t.Error(err)
	}
	if text, err := Text(path); err != nil || text != sample {
		t.Errorf("added and removed leaves something else: %v\n%s", err, text)
	}
	fresh := filepath.Join(dir, "deep", "er", "config.toml")
	if err := SaveProfile(fresh, Profile{Name: "first", Issuer: "https://c.example"}); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "a b", "a.b", "-x", "ä"} {
		if err := SaveProfile(fresh, Profile{Name: bad}); err == nil {
			t.Errorf("a profile called %q was saved", bad)
		}
	}
	if err := SaveProfile(fresh, Profile{Name: "x", Issuer: "idp.example"}); err == nil {
		t.Error("a profile with a bad issuer was saved")
	}
}

// FuzzProfileRewrite: whatever the file is like, a change keeps every other line's meaning, or is refused.
func FuzzProfileRewrite(f *testing.F) {
	f.Add(sample, "https://idp.example", "id")
	f.Add("[profile.x]\nissuer='https://a.example' # '\n[profile.x.params]\na=\"]\"\n[[y]]\n", "https://b.example", "\"\\")
	f.Add("[profile.x]\nscopes=[\n'a', # ]\n]\n", "", "\u202e")
	f.Fuzz(func(t *testing.T, text, issuer, client string) {
		p := Profile{Name: "x", Issuer: issuer, ClientID: client}
		if _, err := p.check(); err != nil {
			return
		}
		got, err := withProfile(text, p)
		if err != nil {
			return
		}
		var before, after Config
		if err := before.parse(text); err != nil {
			t.Fatalf("a faulty file was changed: %v", err)
		}
		if err := after.parse(got); err != nil {
			t.Fatalf("%v\n%s", err, got)
		}
		for _, q := range before.Profiles {
			if same, err := after.FindProfile(q.Name); q.Name != "x" && (err != nil || !reflect.DeepEqual(same.Settings(), q.Settings())) {
				t.Fatalf("profile %q changed: %v\n%s", q.Name, err, got)
			}
		}
	})
}
