package practice_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// restartAt gives what a run says about going back to a step.
func restartAt(t *testing.T, trail *flows.Trail, step string) flows.Restart {
	t.Helper()
	all := trail.Restarts()
	i := slices.IndexFunc(all, func(r flows.Restart) bool { return r.Step == step })
	if i < 0 {
		t.Fatalf("no way back to %s in %+v", step, all)
	}
	return all[i]
}

func TestWhatIsUsedUpIsKnownAndTrue(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	cfg.Request.PAR, cfg.Trail = true, new(flows.Trail)
	flow := flows.AuthorizationCode(cfg)
	run(t, p, flow, cfg)
	for step, want := range map[string]struct{ from, spent string }{
		"discovery": {"discovery", ""}, "prepare": {"prepare", ""}, "par": {"par", ""},
		"authorize": {"par", "request_uri"}, "token": {"par", "code"}, "id_token": {"id_token", ""}, "userinfo": {"userinfo", ""},
	} {
		r := restartAt(t, cfg.Trail, step)
		var names []string
		for _, s := range r.Spent {
			names = append(names, s.Name)
		}
		if r.From != want.from || strings.Join(names, " ") != want.spent || (r.Text == "") != (want.spent == "") {
			t.Errorf("%s: from %s, spent %v (%s), want %+v", step, r.From, names, r.Text, want)
		}
		again := cfg
		again.From, again.Trail = cfg.Trail.At(r.From), nil
		if _, _, err := try(t, p, flow, again); err != nil { // from where it says, it works
			t.Errorf("again from %s: %v", r.From, err)
		}
	}
	again := cfg
	again.From, again.Trail = cfg.Trail.At("token"), new(flows.Trail)
	if _, _, err := try(t, p, flow, again); err == nil || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("a used code: %v", err)
	}
	if retry, ok := again.Trail.Retry(); !ok || retry.Step != "token" || retry.From != "par" {
		t.Errorf("a run that began at a checkpoint does not know what was used up before it: %+v", retry)
	}
}

func TestAUsedRefreshTokenCanNotBeMadeAnew(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	s, _ := run(t, p, flows.AuthorizationCode(cfg), cfg)
	trail := new(flows.Trail)
	run(t, p, flows.Refresh(s), flows.Config{Trail: trail})
	r := restartAt(t, trail, "token")
	if len(r.Spent) != 1 || r.Spent[0].Name != "refresh_token" || r.Spent[0].MadeBy != "" || r.From != "token" || !strings.Contains(r.Text, "No step makes a new one") {
		t.Errorf("restart: %+v", r)
	}
}
