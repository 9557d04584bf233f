package flow

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/tui/ui"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// dropVerifier edits the held token request and sends it; what that must cause is predicted as the engine does.
func (p *script) dropVerifier() {
	p.toHeld()
	p.keys("E", "down", "down", "down", "down", "ctrl+d", "enter")
	all := flows.PredictRequest(p.s.run.stop.Held, p.s.draft.command(0).Request)
	p.release()
	p.event(flows.Predicted{Meta: p.meta("token"), Exchange: 3, Predictions: all})
}

// toJudged plays a token request without its verifier, which the provider refuses as it must.
func (p *script) toJudged() {
	p.dropVerifier()
	e := exchange(3, "POST", sampleIssuer+"/token", strings.Split(sampleForm(), "&code_verifier")[0], `{"error":"invalid_grant"}`, 400, "400 Bad Request")
	e.Edits = []string{"dropped code_verifier"}
	p.event(flows.Exchange{Meta: p.meta("token"), Exchange: e})
	p.event(flows.Judged{Meta: p.meta("token"), Exchange: 3, Verdicts: predict.Judge(p.predictions(), predict.Came{Answered: true, Refused: true, Code: "invalid_grant", Status: 400})})
	problem := flows.Problem{Kind: flows.ProblemRefused, Mark: -1, Exchange: 3, OAuth: &flows.OAuthError{Code: "invalid_grant", Status: 400, Shape: "json"}}
	p.event(flows.StepFailed{Meta: p.meta("token"), Problem: problem})
	p.event(flows.Done{Meta: p.meta(""), Duration: 4300 * time.Millisecond})
	p.tell(ui.RunEnded{Run: 1, Kind: ui.RunLogin, Err: &problem, Duration: 4300 * time.Millisecond, At: p.now})
}

func (p *script) predictions() (all []predict.Prediction) {
	for _, f := range p.s.run.steps[p.s.run.index("token")].foretold {
		all = append(all, f.Prediction)
	}
	return all
}

// tries plays the same login again, with the verifier.
func (p *script) tries() {
	p.wait(20 * time.Second)
	p.toDone()
	p.s.choose(p.s.run.index("token"))
}

func (p *script) toSentAgain() {
	p.toAnswer()
	first, again := p.s.run.stop.Answer.Exchange, exchange(4, "POST", sampleIssuer+"/token", sampleForm(), `{"error":"invalid_grant"}`, 400, "400 Bad Request")
	again.ResentOf = 3
	p.tell(ui.RunReleased{Run: 1, Stop: p.s.run.stop, Command: flows.Command{Do: flows.Resend}})
	p.hold(flows.Stop{Kind: flows.BeforeTaking, Step: "token", Answer: &record.HeldAnswer{Exchange: again, Earlier: []record.Exchange{first}}})
}

func TestEditIsForetoldWhileItIsMade(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toHeld()
	p.keys("E", "down", "down", "down", "down")
	if strings.Contains(p.s.View(), "What must happen then") {
		t.Fatal("nothing was changed yet")
	}
	p.keys("ctrl+d")
	if view := p.s.View(); !strings.Contains(view, "What must happen then") || !strings.Contains(view, "RFC 7636 4.6") {
		t.Errorf("a dropped verifier is not foretold:\n%s", view)
	}
	p.keys("ctrl+d")
	if strings.Contains(p.s.View(), "What must happen then") {
		t.Error("what was taken back is still foretold")
	}
}

func TestVerdictStandsAtTheEdit(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.dropVerifier()
	p.s.setTab(tabExplain)
	p.s.fill()
	if view := p.s.View(); !strings.Contains(view, "nothing has shown it yet") {
		t.Errorf("before the answer:\n%s", view)
	}
	p = newScript(plain(), 120, 32)
	p.toJudged()
	if view := p.s.View(); !strings.Contains(view, "✓ as predicted") || strings.Contains(view, "nothing has shown") {
		t.Errorf("after the answer:\n%s", view)
	}
}

func TestEditedAnswerIsTakenInAsEdited(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toAnswer()
	p.keys("E", "end", "backspace", "1") // the status
	p.keys("down", "down", "down")       // expires_in
	p.text("0")
	p.keys("ctrl+n")
	p.text("note=a\"b")
	p.keys("enter")
	got := p.intents("n")
	d := got[0].(ui.Release).Command.Answer
	want := strings.Replace(strings.Replace(tokenAnswer, "600", "6000", 1), `,"id_token"`, `,"note":"a\"b","id_token"`, 1)
	if d.Status != 201 || string(d.Body) != want || d.Header != nil {
		t.Errorf("status %d, header %v, body\n%s, want\n%s", d.Status, d.Header, d.Body, want)
	}
	if want := []string{"changed the status", "changed member expires_in", "added member note"}; !slices.Equal(d.Edits, want) {
		t.Errorf("edits are %q, want %q", d.Edits, want)
	}
}

func TestOneOfSeveralAnswersIsTakenIn(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toSentAgain()
	if !strings.Contains(p.s.View(), "● exchange 4") {
		t.Errorf("the newest answer is not marked:\n%s", p.s.View())
	}
	p.s.details = true
	p.s.column.Select("again.3")
	p.keys("enter")
	if got := p.intents("n"); len(got) != 1 || got[0].(ui.Release).Command.Answer.Use != 3 {
		t.Errorf("n asks for %#v", got)
	}
	if !strings.Contains(p.s.View(), "● exchange 3") {
		t.Errorf("the chosen answer is not marked:\n%s", p.s.View())
	}
}

func TestGoingBackForgetsWhatCameAfter(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toDone()
	p.event(flows.Restarted{Meta: p.meta("callback"), Of: "r1"})
	for i, s := range p.s.run.steps {
		if pending := s.state == widget.StepPending; pending != (i >= 5) {
			t.Errorf("step %d is %v", i+1, s.state)
		}
	}
	for _, v := range p.s.run.variables {
		if v.Name == "code" || v.Name == "access_token" {
			t.Errorf("%s is still there", v.Name)
		}
	}
	if len(p.s.run.steps[6].exchanges) == 0 {
		t.Error("what was sent can't be looked at any more")
	}
}

func TestKeptStepsAreDone(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.begin(sampleFlow())
	p.event(flows.Restarted{Meta: p.meta("token"), Of: "r0"})
	for _, s := range sampleFlow().Steps[:6] {
		p.event(flows.StepKept{Meta: p.meta(s.ID)})
	}
	if s := p.s.run.steps[5]; s.state != widget.StepDone || s.note != "kept from the run before" {
		t.Errorf("step 6 is %v, %q", s.state, s.note)
	}
}

func TestRunsAreCompared(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toJudged()
	p.tries()
	p.keys("d")
	differ := map[string]bool{}
	for i, s := range p.s.run.steps {
		differ[s.ID] = p.s.different(i)
	}
	if differ["discovery"] || differ["login"] || !differ["token"] {
		t.Errorf("different steps: %v", differ)
	}
	view := p.s.View()
	for _, want := range []string{"failed at token", "dropped", "code_verifier", "≠"} {
		if !strings.Contains(view, want) {
			t.Errorf("lacks %q:\n%s", want, view)
		}
	}
	for _, secret := range []string{sampleVerifier, sampleCode, "SlAV32hkKG"} {
		if strings.Contains(view, secret) {
			t.Errorf("shows the secret %s", secret)
		}
	}
	p.tell(ui.RunBegan{Run: 2, Kind: ui.RunRefresh, Flow: flows.Flow{ID: "refresh"}})
	if p.s.before != nil {
		t.Error("a refresh is compared with a login")
	}
}

// TestARequestThatWasNotMadeIsNotTheSame: the run before ended at the login, this one went to its end.
func TestARequestThatWasNotMadeIsNotTheSame(t *testing.T) {
	p := newScript(plain(), 120, 60)
	p.toBrowser()
	p.tell(ui.RunEnded{Run: 1, Canceled: true, Err: fmt.Errorf("cancelled"), At: p.now})
	p.tries()
	p.keys("d")
	if view := p.s.View(); !strings.Contains(view, "nothing in the run before") || strings.Contains(view, "the same") {
		t.Errorf("says that a request which was not made is the same:\n%s", view)
	}
}

// TestWhatTheBrowserBroughtIsTakenIn: what waits there is no request of ours, and is not said to be one.
func TestWhatTheBrowserBroughtIsTakenIn(t *testing.T) {
	p := newScript(plain(), 120, 32)
	p.toBrowser()
	req, _ := http.NewRequest("GET", sampleRedirect+"?code="+sampleCode+"&state=af0ifjsldkj", nil)
	p.hold(flows.Stop{Kind: flows.BeforeReturn, Step: "callback", Held: &record.Held{Step: "callback", Purpose: "callback", Request: req}})
	view := p.s.View()
	for _, want := range []string{"answer held in step 6", "Your browser brought this back", "Take in"} {
		if !strings.Contains(view, want) {
			t.Errorf("lacks %q:\n%s", want, view)
		}
	}
	if strings.Contains(view, "Send") || strings.Contains(view, "Your turn") || strings.Contains(view, sampleCode) {
		t.Errorf("it is not ours to send, and the code is a secret:\n%s", view)
	}
}
