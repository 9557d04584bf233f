package flows

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// debugger answers stops in the order of a script; a stop that no line is for goes on.
type debugger struct {
	t      *testing.T
	script []scripted
	seen   []Stop
}

type scripted struct {
	kind StopKind
	step string
	do   func(Stop) Command
}

func (d *debugger) at(kind StopKind, step string, do func(Stop) Command) {
	d.script = append(d.script, scripted{kind, step, do})
}

func (d *debugger) ask(_ context.Context, at Stop) (Command, error) {
	d.seen = append(d.seen, at)
	for i, line := range d.script {
		if line.kind == at.Kind && line.step == at.Step {
			d.script = slices.Delete(d.script, i, i+1)
			return line.do(at), nil
		}
	}
	return Command{}, nil
}

// debugged runs a login under a debugger.
func debugged(t *testing.T, w *world) *debugger {
	d := &debugger{t: t}
	w.cfg.Debug, w.cfg.Trail = d.ask, new(Trail)
	return d
}

func without1(held *record.Held, name string) Command {
	form, _ := url.ParseQuery(string(held.Body))
	form.Del(name)
	return Command{Request: record.Decision{Body: []byte(form.Encode())}}
}

func command(c Command) func(Stop) Command { return func(Stop) Command { return c } }

func verdicts(w *world) (all []predict.Verdict) {
	for _, j := range of[Judged](w) {
		all = append(all, j.Verdicts...)
	}
	return all
}

func TestADroppedVerifierIsPredictedAndJudged(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		want   predict.Result
		says   string
	}{
		"refused":  {replyJSON(400, map[string]any{"error": "invalid_grant"}), predict.AsPredicted, "as predicted"},
		"accepted": {replyJSON(200, map[string]any{"access_token": "access-0123456789", "token_type": "Bearer"}), predict.NotRefused, "does not enforce PKCE"},
		"another":  {replyJSON(400, map[string]any{"error": "invalid_request"}), predict.Otherwise, "refused, but with invalid_request where RFC 7636 4.6 says invalid_grant"},
		"status":   {replyJSON(403, map[string]any{"error": "invalid_grant"}), predict.Otherwise, "HTTP 403"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.answer("/token", c.answer)
				d := debugged(t, w)
				d.at(BeforeSend, "token", func(at Stop) Command { return without1(at.Held, "code_verifier") })
				w.run(t.Context(), AuthorizationCode(w.cfg))
				told := of[Predicted](w)
				if len(told) != 1 || told[0].Predictions[0].ID != "verifier-dropped" || !strings.Contains(told[0].Predictions[0].Text, "invalid_grant") {
					t.Fatalf("predicted %+v", told)
				}
				got := verdicts(w)
				if len(got) != 1 || got[0].Result != c.want || !strings.Contains(got[0].Said, c.says) {
					t.Errorf("verdicts %+v, want %s, %q", got, c.want, c.says)
				}
				e := exchangeOf(w, "token")
				if !slices.Equal(e.Edits, []string{"dropped code_verifier"}) || e.Unedited == nil || !strings.Contains(string(e.Unedited.Body.Data), "code_verifier") {
					t.Errorf("the exchange keeps neither edit nor original: %v %v", e.Edits, e.Unedited)
				}
			})
		})
	}
}

func exchangeOf(w *world, purpose string) *Exchange {
	w.t.Helper()
	for _, e := range of[Exchange](w) {
		if e.Purpose == purpose {
			return &e
		}
	}
	w.t.Fatalf("no %s exchange", purpose)
	return nil
}

func TestAnEditedAnswerIsTakenInAndTheWireStaysVisible(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		d := debugged(t, w)
		d.at(BeforeTaking, "userinfo", func(at Stop) Command {
			if got := string(at.Answer.Exchange.Response.Body.Data); !strings.Contains(got, `"sub"`) {
				t.Errorf("the held answer is %q", got)
			}
			return Command{Answer: record.AnswerDecision{Body: []byte(`{"sub":"mallory","email":"alice@example.com"}`)}}
		})
		_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if p := problemOf(t, err); p.Kind != ProblemCheck || p.Got != "mallory" {
			t.Errorf("the edited answer was not judged: %+v", p)
		}
		e := exchangeOf(w, "userinfo")
		if e.Wire == nil || strings.Contains(string(e.Wire.Body.Data), "mallory") || !strings.Contains(string(e.Response.Body.Data), "mallory") || !slices.Contains(e.AnswerEdits, "changed member sub") {
			t.Errorf("exchange: %v, wire %v", e.AnswerEdits, e.Wire)
		}
		if got := verdicts(w); len(got) != 1 || got[0].ID != "userinfo-sub" || got[0].Result != predict.AsPredicted {
			t.Errorf("verdicts %+v", got)
		}
	})
}

func TestTimeAtAStopIsNoTimeOfTheStep(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		d := debugged(t, w)
		wait := func(Stop) Command { time.Sleep(time.Minute); return Command{} }
		d.at(BeforeStep, "keys", wait)
		d.at(BeforeSend, "keys", wait)
		d.at(BeforeTaking, "keys", wait)
		began := time.Now()
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		for _, done := range of[StepDone](w) {
			if done.Duration >= time.Minute {
				t.Errorf("%s took %s", done.Step, done.Duration)
			}
			if done.Step == "keys" && done.Held != 2*time.Minute {
				t.Errorf("keys was held %s", done.Held)
			}
		}
		done := of[Done](w)[0]
		if done.Held != 3*time.Minute || done.Duration+done.Held > time.Since(began) || done.Duration > time.Minute {
			t.Errorf("the run took %s and was held %s", done.Duration, done.Held)
		}
	})
}

func TestSkippingAStep(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		d := debugged(t, w)
		d.at(BeforeStep, "authorize", command(Command{Do: Skip}))
		d.at(BeforeSend, "userinfo", command(Command{Do: Skip}))
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		refused := slices.IndexFunc(d.seen, func(s Stop) bool { return s.Refused != "" })
		if refused < 0 || d.seen[refused].Step != "authorize" {
			t.Error("a login can't go on without its code, and nobody said so")
		}
		if s := of[StepSkipped](w); len(s) != 1 || s[0].Step != "userinfo" || !strings.Contains(s[0].Reason, "left out") {
			t.Errorf("skipped: %+v", s)
		}
		if slices.ContainsFunc(w.idp.seen, func(r *seenRequest) bool { return r.URL.Path == "/userinfo" }) {
			t.Error("a step that was left out was sent all the same")
		}
	})
}

func TestACodeSentTwice(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.answer("/token", w.idp.token, replyJSON(400, map[string]any{"error": "invalid_grant"}))
		d := debugged(t, w)
		first := 0
		d.at(BeforeTaking, "token", func(at Stop) Command {
			if !strings.Contains(at.Resend, "invalid_grant") {
				t.Errorf("nobody says what sending a code twice does: %q", at.Resend)
			}
			first = at.Answer.Exchange.ID
			return Command{Do: Resend}
		})
		d.at(BeforeTaking, "token", func(at Stop) Command {
			if at.Answer.Exchange.Response.Status != 400 || len(at.Answer.Earlier) != 1 || at.Answer.Earlier[0].ID != first {
				t.Errorf("the second answer is not held with the first: %+v", at.Answer)
			}
			return Command{Answer: record.AnswerDecision{Use: first}}
		})
		d.at(BeforeStep, "userinfo", func(at Stop) Command { return Command{Do: Resend, Exchange: first} })
		s, err := w.run(t.Context(), AuthorizationCode(w.cfg))
		if err != nil || s.Tokens.Access.IsZero() {
			t.Fatalf("the first answer was to be taken in: %v", err)
		}
		resent := of[Resent](w)
		if len(resent) != 2 || resent[0].Same || resent[0].Of != first || !slices.Contains(resent[0].Differences, "changed the status to 400") {
			t.Errorf("resent: %+v", resent)
		}
	})
}

func TestTakingInTheSecondAnswerIsTheCauseOfItsFailure(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.answer("/token", w.idp.token, replyJSON(400, map[string]any{"error": "invalid_grant"}))
		d := debugged(t, w)
		d.at(BeforeTaking, "token", command(Command{Do: Resend}))
		var in DiagnosisInput
		w.cfg.Diagnose = func(_ *Problem, given DiagnosisInput) *Diagnosis { in = given; return nil }
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err == nil {
			t.Fatal("the answer to the second request was to be taken in")
		}
		if len(in.Edits) != 1 || !in.Edits[0].Resent || !strings.Contains(in.Edits[0].Must, "the second time") {
			t.Errorf("the diagnosis is told of %+v", in.Edits)
		}
	})
}

func TestGoingBackWithinARun(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.answer("/token", replyJSON(400, map[string]any{"error": "invalid_grant"}), w.idp.token)
		d := debugged(t, w)
		d.at(AfterFailure, "token", func(at Stop) Command {
			retry, ok := w.cfg.Trail.Retry()
			if !ok || retry.Step != "token" || retry.From != "authorize" || len(retry.Spent) != 1 || retry.Spent[0].Name != "code" || !strings.Contains(retry.Text, "Log in at the provider") {
				t.Errorf("retry: %+v", retry)
			}
			return Command{Do: RestartFrom, Step: retry.From}
		})
		if _, err := w.run(t.Context(), AuthorizationCode(w.cfg)); err != nil {
			t.Fatal(err)
		}
		if back := of[Restarted](w); len(back) != 1 || back[0].Step != "authorize" {
			t.Errorf("restarted: %+v", back)
		}
		if need := of[NeedUser](w); len(need) != 2 || need[0].RedirectURI != need[1].RedirectURI && need[0].RedirectURI == "" {
			t.Errorf("the person was asked %d times", len(need))
		}
	})
}

func TestBeginningAtACheckpoint(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.answer("/userinfo", replyJSON(500, map[string]any{"error": "server_error"}))
		w.cfg.Trail = new(Trail)
		flow := AuthorizationCode(w.cfg)
		if _, err := w.run(t.Context(), flow); err != nil {
			t.Fatal(err) // userinfo is optional
		}
		w.idp.answer("/userinfo", replyJSON(200, map[string]any{"sub": "alice"}))
		before := len(w.idp.seen)
		w.cfg.From, w.cfg.Trail, w.events = w.cfg.Trail.At("userinfo"), new(Trail), nil
		if _, err := w.run(t.Context(), flow); err != nil {
			t.Fatal(err)
		}
		if sent := w.idp.seen[before:]; len(sent) != 1 || sent[0].URL.Path != "/userinfo" {
			t.Errorf("%d requests were sent again", len(sent))
		}
		if kept := of[StepKept](w); len(kept) != 6 || kept[5].Step != "id_token" {
			t.Errorf("kept: %+v", kept)
		}
		if names := slices.ContainsFunc(of[Variable](w), func(v Variable) bool { return v.Name == "access_token" }); !names {
			t.Error("the variables of the steps before are not told")
		}
		w.cfg.From = w.cfg.Trail.At("userinfo")
		if _, err := w.run(t.Context(), DeviceCode(w.cfg)); problemOf(t, err).Kind != ProblemConfig {
			t.Error("a checkpoint of another flow was taken")
		}
	})
}

func TestTheBrowserIsHeldBothWays(t *testing.T) {
	change := func(name, value string) func(Stop) Command {
		return func(at Stop) Command {
			u := *at.Held.Request.URL
			q := u.Query()
			q.Set(name, value)
			u.RawQuery = q.Encode()
			return Command{Request: record.Decision{URL: u.String()}}
		}
	}
	for name, c := range map[string]struct {
		kind      StopKind
		do        func(Stop) Command
		predicted string
	}{
		"state on the way out": {BeforeOpen, change("state", "another"), "authz-state"},
		"nonce on the way out": {BeforeOpen, change("nonce", "another"), "authz-nonce"},
		"state on the way in":  {BeforeReturn, change("state", "another"), "callback-state"},
		"issuer on the way in": {BeforeReturn, change("iss", "https://evil.example"), "callback-iss-changed"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, w *world) {
				w.idp.claims = func(claims map[string]any) { claims["nonce"] = w.idp.login.Get("nonce") }
				d := debugged(t, w)
				d.at(c.kind, "authorize", c.do)
				_, err := w.run(t.Context(), AuthorizationCode(w.cfg))
				if p := problemOf(t, err); p.Kind != ProblemCheck {
					t.Errorf("got %v", p)
				}
				got := verdicts(w)
				if len(got) != 1 || got[0].ID != c.predicted || got[0].Result != predict.AsPredicted {
					t.Errorf("verdicts: %+v", got)
				}
			})
		})
	}
}
