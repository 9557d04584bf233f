package flows

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
)

// TestCancelAtEachEvent cancels a run at every one of its events in turn. Whatever the moment, the run ends at once, says
// so, and leaves no goroutine: synctest fails the test otherwise.
func TestCancelAtEachEvent(t *testing.T) {
	for _, flow := range []func(Config) Flow{AuthorizationCode, DeviceCode} {
		total := 0
		inBubble(t, func(t *testing.T, w *world) {
			if _, err := w.run(t.Context(), flow(w.cfg)); err != nil {
				t.Fatal(err)
			}
			total = len(w.events)
		})
		for at := range total - 1 {
			t.Run(fmt.Sprintf("%s %d", flow(Config{}).ID, at), func(t *testing.T) {
				inBubble(t, func(t *testing.T, w *world) {
					ctx, cancel := context.WithCancel(t.Context())
					defer cancel()
					w.browser = func(need NeedUser) {
						if res, err := w.memory.client().Get(w.answerOf(need, nil)); err == nil {
							res.Body.Close()
						}
					}
					n := 0
					w.onEvent = func(Event) {
						if n == at {
							cancel()
						}
						n++
					}
					_, err := w.run(ctx, flow(w.cfg))
					done := of[Done](w)[0]
					if err == nil { // the last step had already ended
						if step := w.events[at].Common().Step; step != "userinfo" || !done.OK {
							t.Errorf("cancelled in step %q, and the run is good", step)
						}
						return
					}
					p := problemOf(t, err)
					if p.Kind != ProblemCanceled || !errors.Is(err, context.Canceled) || !done.Canceled || done.OK {
						t.Errorf("%+v, done %+v", p, done)
					}
				})
			})
		}
	}
}

// TestCancelWhileARequestHangs cancels in the middle of each request.
func TestCancelWhileARequestHangs(t *testing.T) {
	for _, path := range []string{"/.well-known/openid-configuration", "/keys", "/token", "/userinfo"} {
		t.Run(path, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				ctx, cancel := context.WithCancel(t.Context())
				w.idp.answer(path, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
				time.AfterFunc(2*time.Second, cancel)
				_, err := w.run(ctx, AuthorizationCode(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemCanceled {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

func TestRequestTimesOut(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.cfg.Transport.Timeout = 3 * time.Second
		w.idp.answer("/token", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		p := problemOf(t, err)
		if p.Kind != ProblemTransport || p.Failure.Kind != record.FailTimeout || w.failure().Meta.Step != "token" {
			t.Errorf("%+v", p)
		}
	})
}

// TestGateOfARun holds every request, and edits, drops or aborts at the token request.
func TestGateOfARun(t *testing.T) {
	for name, c := range map[string]struct {
		decision record.Decision
		kind     ProblemKind
		got      string
		edits    []string
	}{
		"send": {},
		"drop": {record.Decision{Action: record.Drop}, ProblemTransport, "dropped at the gate", nil},
		"edit": {record.Decision{Body: []byte("grant_type=authorization_code&code=code-0123456789&client_id=practice")}, ProblemRefused, "invalid_grant",
			[]string{"dropped code_verifier", "dropped redirect_uri"}},
		"abort": {record.Decision{Action: record.Abort}, ProblemCanceled, "aborted", nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.cfg.Gate = func(_ context.Context, h *record.Held) (record.Decision, error) {
					time.Sleep(time.Minute) // a person looks at it
					if h.Purpose == "token" {
						return c.decision, nil
					}
					return record.Decision{}, nil
				}
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				held := of[StepHeld](w)
				if len(held) < 3 || held[2].Meta.Step != "token" {
					t.Errorf("held: %d", len(held))
				}
				if c.kind == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if p := problemOf(t, err); p.Kind != c.kind || !strings.Contains(p.Got, c.got) {
					t.Errorf("%+v", p)
				}
				for _, e := range of[Exchange](w) {
					if e.Purpose == "token" && !slices.Equal(e.Edits, c.edits) {
						t.Errorf("edits %q, want %q", e.Edits, c.edits)
					}
				}
			})
		})
	}
}

func TestGateIsLeftWhenTheRunIsCancelled(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		ctx, cancel := context.WithCancel(t.Context())
		w.cfg.Gate = func(ctx context.Context, _ *record.Held) (record.Decision, error) {
			<-ctx.Done()
			return record.Decision{}, ctx.Err()
		}
		time.AfterFunc(time.Hour, cancel)
		_, err := w.run(ctx, AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemCanceled || len(w.idp.requests()) != 0 {
			t.Errorf("%+v after %v", p, w.idp.requests())
		}
	})
}

func TestDiagnosisHook(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		var asked DiagnosisInput
		w.cfg.Diagnose = func(p *Problem, in DiagnosisInput) *Diagnosis {
			asked = in
			return &Diagnosis{ID: "X-1", Summary: p.OAuth.Code}
		}
		w.idp.answer("/token", oauthError("invalid_grant"))
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Diagnosis == nil || p.Diagnosis.Summary != "invalid_grant" {
			t.Errorf("%+v", p.Diagnosis)
		}
		if asked.Step != "token" || asked.Exchange == nil || asked.Exchange.Response.Status != 400 || asked.Metadata == nil {
			t.Errorf("asked with %+v", asked)
		}
		if !strings.HasPrefix(asked.RedirectURI, "http://127.0.0.1:") || !slices.Contains(asked.Scopes, "openid") {
			t.Errorf("what was sent is not known: %q, %q", asked.RedirectURI, asked.Scopes)
		}
	})
}

// TestDiagnosisKnowsTheClocks lets the provider's clock be an hour ahead.
func TestDiagnosisKnowsTheClocks(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		var asked DiagnosisInput
		w.cfg.Diagnose = func(_ *Problem, in DiagnosisInput) *Diagnosis { asked = in; return nil }
		answer := oauthError("invalid_grant")
		w.idp.answer("/token", func(rw http.ResponseWriter, r *http.Request) {
			rw.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
			answer(rw, r)
		})
		w.run(t.Context(), AuthorizationCode(w.cfg))
		if !asked.SkewKnown || asked.Skew < 59*time.Minute || asked.Skew > 61*time.Minute {
			t.Errorf("skew %v, known %v", asked.Skew, asked.SkewKnown)
		}
	})
}

// TestEngineDiagnosisStays: nil leaves what the engine found by itself.
func TestEngineDiagnosisStays(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		var had *Diagnosis
		w.cfg.Issuer += "/"
		w.cfg.Diagnose = func(p *Problem, _ DiagnosisInput) *Diagnosis { had = p.Diagnosis; return nil }
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); had == nil || p.Diagnosis != had || had.ID != "CL-01" {
			t.Errorf("asked with %+v, told %+v", had, p.Diagnosis)
		}
	})
}

func TestConfigurationsThatCanNotWork(t *testing.T) {
	for name, spoil := range map[string]func(*Config){
		"no client":       func(c *Config) { c.ClientID = "" },
		"no secret":       func(c *Config) { c.AuthMethod = AuthBasic },
		"unknown method":  func(c *Config) { c.AuthMethod = "private_key_jwt" },
		"bad authorities": func(c *Config) { c.Transport = Transport{CAPEM: []byte("x")} },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				spoil(&w.cfg)
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemConfig || len(w.idp.requests()) != 0 {
					t.Errorf("%+v", p)
				}
			})
		})
	}
}

// TestStepsAreComplete holds every step to what a screen and the documentation need.
func TestStepsAreComplete(t *testing.T) {
	s := &Session{}
	for _, f := range []Flow{AuthorizationCode(Config{}), DeviceCode(Config{}), Refresh(s), FetchUserInfo(s)} {
		if f.ID == "" || f.Title == "" || f.Summary == "" || len(f.Refs) == 0 {
			t.Errorf("flow %q is incomplete", f.ID)
		}
		seen := map[string]bool{}
		for _, step := range f.Steps {
			if seen[step.ID] {
				t.Errorf("%s: step %s is there twice", f.ID, step.ID)
			}
			seen[step.ID] = true
			if step.Title == "" || step.Arrow == "" || step.From == "" || step.To == "" || len(step.Refs) == 0 || step.run == nil {
				t.Errorf("%s: step %s is incomplete", f.ID, step.ID)
			}
			if n := strings.Count(step.Why, ". ") + 1; n < 2 || n > 4 || len(step.Why) < 120 {
				t.Errorf("%s: step %s explains itself in %d sentences, %d bytes", f.ID, step.ID, n, len(step.Why))
			}
		}
	}
}
