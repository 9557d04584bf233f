package flows

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

var errAddressInUse error = syscall.EADDRINUSE

// world is a run with everything around it: provider, network, browser, and the events that came.
type world struct {
	t       *testing.T
	idp     *idp
	memory  *memory
	cfg     Config
	events  []Event
	browser func(need NeedUser) // what the person does, in a goroutine of its own
	tabs    sync.WaitGroup
	onEvent func(Event)
}

type shown struct {
	status int
	body   string
	header http.Header
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, idp: newIDP(t), memory: newMemory()}
	w.cfg = Config{
		Issuer: w.idp.issuer, ClientID: "practice", Listen: w.memory.listen,
		Scopes:    []string{"openid profile offline_access"},
		Transport: Transport{Base: w.idp},
	}
	w.browser = func(need NeedUser) {
		if need.Kind == NeedOpenURL {
			w.visit(w.answerOf(need, nil))
		}
	}
	return w
}

// answerOf gives the address that the provider sends the browser to; change may spoil its parameters.
func (w *world) answerOf(need NeedUser, change func(url.Values)) string {
	u, err := url.Parse(need.URL)
	if err != nil {
		w.t.Error(err)
		return ""
	}
	q := u.Query()
	w.idp.mu.Lock()
	w.idp.login = q
	w.idp.mu.Unlock()
	back := url.Values{"code": {"code-0123456789"}, "state": {q.Get("state")}, "iss": {w.idp.issuer}}
	if change != nil {
		change(back)
	}
	return q.Get("redirect_uri") + "?" + back.Encode()
}

// visit opens an address as a browser does.
func (w *world) visit(address string) shown {
	res, err := w.memory.client().Get(address)
	if err != nil {
		w.t.Errorf("visiting %s: %v", address, err)
		return shown{}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Errorf("reading the page of %s: %v", address, err)
	}
	return shown{res.StatusCode, string(body), res.Header}
}

// run runs a flow to its end.
func (w *world) run(ctx context.Context, f Flow) (*Session, error) {
	s, err := Run(ctx, f, w.cfg, func(e Event) {
		w.events = append(w.events, e)
		if w.onEvent != nil {
			w.onEvent(e)
		}
		if need, ok := e.(NeedUser); ok && w.browser != nil {
			w.tabs.Go(func() { w.browser(need) })
		}
	})
	w.tabs.Wait()
	w.checkOrder()
	return s, err
}

// checkOrder holds for every run: it begins with RunStarted, ends with Done, each started step ends once, and no secret of
// the run is in the redacted stream.
func (w *world) checkOrder() {
	w.t.Helper()
	w.checkReadBack()
	if _, ok := w.events[0].(RunStarted); !ok {
		w.t.Errorf("the first event is %T", w.events[0])
	}
	if _, ok := w.events[len(w.events)-1].(Done); !ok {
		w.t.Errorf("the last event is %T", w.events[len(w.events)-1])
	}
	open := ""
	for _, e := range w.events {
		switch e := e.(type) {
		case StepStarted:
			if open != "" {
				w.t.Errorf("step %s started before %s ended", e.Step, open)
			}
			open = e.Step
		case StepDone, StepSkipped, StepFailed:
			if open != e.Common().Step {
				w.t.Errorf("step %s ended, open is %q", e.Common().Step, open)
			}
			open = ""
		}
	}
	w.checkSecrets()
}

func (w *world) checkSecrets() {
	w.t.Helper()
	var hidden []string
	for _, e := range w.events {
		if v, ok := e.(Variable); ok && v.Secret {
			hidden = append(hidden, v.Value)
		}
	}
	hidden = append(hidden, "access-0123456789", "refresh-0123456789", "device-code-0123456789", "code-0123456789")
	if secret := w.cfg.ClientSecret.Reveal(); secret != "" {
		hidden = append(hidden, secret, url.QueryEscape(secret))
	}
	for _, e := range w.events {
		if _, ok := e.(NeedUser); ok && w.cfg.Request.PKCE == PKCEPlain {
			continue // the verifier is what the person's address carries
		}
		line, err := EncodeEvent(e, false)
		if err != nil {
			w.t.Errorf("encoding %T: %v", e, err)
		}
		for _, h := range hidden {
			if strings.Contains(string(line), h) {
				w.t.Errorf("a secret (%s) is in the stream: %s", h, line)
			}
		}
	}
}

// of gives the events of one type.
func of[E Event](w *world) []E {
	var all []E
	for _, e := range w.events {
		if v, ok := e.(E); ok {
			all = append(all, v)
		}
	}
	return all
}

// failure gives the one StepFailed.
func (w *world) failure() StepFailed {
	w.t.Helper()
	failed := of[StepFailed](w)
	if len(failed) != 1 {
		w.t.Fatalf("want one failed step, got %d: %+v", len(failed), failed)
	}
	return failed[0]
}

func (w *world) found(slug string) *Found {
	for _, f := range of[Found](w) {
		if f.Slug == slug {
			return &f
		}
	}
	return nil
}

// inBubble runs a test in a synctest bubble: time is fake, and a goroutine that is left over fails the test.
func inBubble(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f(t, newWorld(t))
		time.Sleep(time.Second) // net/http itself lingers half a second on a connection that it cut off
	})
}

func problemOf(t *testing.T, err error) *Problem {
	t.Helper()
	p, ok := errors.AsType[*Problem](err)
	if !ok {
		t.Fatalf("want a *Problem, got %T: %v", err, err)
	}
	return p
}

func stepsDone(w *world) []string {
	var ids []string
	for _, e := range of[StepDone](w) {
		ids = append(ids, e.Step)
	}
	return ids
}
