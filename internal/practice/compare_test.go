package practice_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/compare"
	"github.com/oidcscope/oidcscope/internal/practice"
)

// stepNamed gives a step of a comparison.
func stepNamed(t *testing.T, c compare.Comparison, id string) compare.Step {
	t.Helper()
	i := slices.IndexFunc(c.Steps, func(s compare.Step) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("no step %s in %+v", id, c.Steps)
	}
	return c.Steps[i]
}

func TestTwoRunsOfOneLoginAreTheSame(t *testing.T) {
	p := start(t, practice.Options{DeviceInterval: 1})
	for _, make := range []func(flows.Config) flows.Flow{flows.AuthorizationCode, flows.Hybrid, flows.DeviceCode} {
		for _, dpop := range []bool{false, true} {
			cfg := config(t, p, "practice")
			cfg.Request.DPoP = dpop
			if make(cfg).ID == "hybrid" {
				cfg.ResponseMode = "form_post" // who logs in here is no browser, and knows no fragments
			}
			_, first := run(t, p, make(cfg), cfg)
			_, second := run(t, p, make(cfg), cfg)
			c := compare.Runs(first, second)
			if c.Differ != 0 || c.Outcomes != compare.Same || len(c.Steps) != len(make(cfg).Steps) {
				t.Errorf("%s: %d steps differ", c.First.Flow, c.Differ)
				for _, s := range c.Steps {
					if s.Change != compare.Same {
						t.Logf("%+v", s)
					}
				}
			}
		}
	}
}

func TestWhatDiffersBetweenTwoRuns(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	_, first := run(t, p, flows.AuthorizationCode(cfg), cfg)
	cfg.Scopes = []string{"openid", "email"}
	cfg.Debug = edited(t, flows.BeforeSend, "token", "-code_verifier")
	_, second, err := try(t, p, flows.AuthorizationCode(cfg), cfg)
	if err == nil {
		t.Fatal("a request without its verifier was accepted")
	}
	c := compare.Runs(first, second)
	if c.First.Ended != "ok" || c.Second.Ended != "failed at token" || c.Outcomes != compare.Changed {
		t.Errorf("ended %q and %q", c.First.Ended, c.Second.Ended)
	}
	for id, want := range map[string]compare.Change{"discovery": compare.Same, "keys": compare.Same, "prepare": compare.Same, "authorize": compare.Changed, "token": compare.Changed, "userinfo": compare.Changed} {
		if got := stepNamed(t, c, id).Change; got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	token := stepNamed(t, c, "token")
	r := token.Requests[0]
	if token.Outcome != [2]string{"done", "failed"} || r.Status != [2]int{200, 400} || stepNamed(t, c, "userinfo").Outcome[1] != "not reached" {
		t.Errorf("token: %+v", token)
	}
	for name, want := range map[string]compare.Change{"code_verifier": compare.OnlyFirst, "edits": compare.OnlySecond, "code": compare.Fresh} {
		if i := slices.IndexFunc(r.Sent, func(d compare.Difference) bool { return d.Name == name }); i < 0 || r.Sent[i].Change != want {
			t.Errorf("%s: want %s in %+v", name, want, r.Sent)
		}
	}
	if !slices.ContainsFunc(r.Answer, func(d compare.Difference) bool { return d.Name == "member error" && d.Change == compare.OnlySecond }) {
		t.Errorf("answers: %+v", r.Answer)
	}
}

func TestTwoProvidersDifferOnlyInWhatIsTheirs(t *testing.T) {
	var sides [2][]flows.Event
	for i := range sides {
		p := start(t, practice.Options{})
		cfg := config(t, p, "practice")
		_, sides[i] = run(t, p, flows.AuthorizationCode(cfg), cfg)
	}
	c := compare.Runs(sides[0], sides[1])
	if c.Differ != 1 || stepNamed(t, c, "keys").Change != compare.Changed {
		t.Errorf("only the keys are others; %d steps differ: %+v", c.Differ, c.Steps)
	}
}

func TestRunsOfTwoFlowsAreLaidBesideEachOther(t *testing.T) {
	p := start(t, practice.Options{DeviceInterval: 1})
	cfg := config(t, p, "practice")
	_, first := run(t, p, flows.AuthorizationCode(cfg), cfg)
	_, second := run(t, p, flows.DeviceCode(cfg), cfg)
	c := compare.Runs(first, second)
	var ids []string
	for _, s := range c.Steps {
		ids = append(ids, s.ID)
	}
	if want := []string{"discovery", "keys", "device", "user", "prepare", "authorize", "token", "id_token", "userinfo"}; !slices.Equal(ids, want) {
		t.Errorf("steps %v, want %v", ids, want)
	}
	if s := stepNamed(t, c, "device"); s.Change != compare.OnlySecond || s.Outcome[0] != "not in this flow" {
		t.Errorf("device: %+v", s)
	}
	if s := stepNamed(t, c, "authorize"); s.Change != compare.OnlyFirst {
		t.Errorf("authorize: %+v", s)
	}
	if s := stepNamed(t, c, "discovery"); s.Change != compare.Same {
		t.Errorf("discovery: %+v", s)
	}
}

// TestWhatTheBrowserIsSentWith: how a login was asked for stands in the address that the browser opened, and nowhere else.
func TestWhatTheBrowserIsSentWith(t *testing.T) {
	p := start(t, practice.Options{})
	cfg := config(t, p, "practice")
	cfg.Request.DPoP = true
	_, first := run(t, p, flows.AuthorizationCode(cfg), cfg)
	cfg = config(t, p, "practice")
	cfg.Scopes, cfg.Request.Prompt = []string{"openid"}, []string{"none"}
	_, second, err := try(t, p, flows.AuthorizationCode(cfg), cfg)
	if err == nil {
		t.Fatal("a login without a person went well")
	}
	step := stepNamed(t, compare.Runs(first, second), "authorize")
	if step.Change != compare.Changed || len(step.Requests) != 2 || step.Requests[0].Purpose != "authorization" || step.Requests[1].Purpose != "callback" {
		t.Fatalf("%+v", step)
	}
	got := make(map[string]compare.Change)
	for _, d := range step.Requests[0].Sent {
		got[d.Name] = d.Change
	}
	want := map[string]compare.Change{"scope": compare.Changed, "prompt": compare.OnlySecond, "dpop_jkt": compare.OnlyFirst, "state": compare.Fresh,
		"nonce": compare.Fresh, "code_challenge": compare.Fresh, "redirect_uri": compare.Fresh}
	if !maps.Equal(got, want) {
		t.Errorf("the browser was sent with %v, want %v", got, want)
	}
	if answer := step.Requests[1].Answer; len(answer) != 0 {
		t.Errorf("our own page is compared: %+v", answer)
	}
}
