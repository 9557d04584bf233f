package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/probe"
)

// visits sends the browser again and again. The first time it says everything, as a login does; afterwards a line, with the address on
// request, or when the browser could not be opened.
type visits struct {
	user
	ended   chan string            // addresses that the browser ended on, pasted for the engine
	say     chan probe.Word        // about a visit that does not come back
	address atomic.Pointer[string] // that is open now
}

func newVisits(ctx context.Context, sys *system, from references, o *loginOptions, beside *background) *visits {
	v := &visits{ended: make(chan string), say: make(chan probe.Word)}
	typed := make(chan string)
	v.user = user{sys: sys, notes: from.notes, keys: from.keys, noBrowser: o.run.noBrowser, pasteOnly: o.paste, reveal: o.run.showSecrets, pasted: typed, ctx: ctx, background: beside}
	beside.do(func() error { v.sort(typed); return nil })
	return v
}

// announce says why the browser is opened.
func (v *visits) announce(e probe.Opening, plan probe.Plan) {
	v.notes.Note(fmt.Sprintf("   → browser, visit %d of at most %d: %s", e.N, plan.Visits+plan.IfOpen, e.Why))
	if e.N == 1 && v.keys.available() {
		v.notes.Note("     If it does not come back: s and enter leaves this one out, e says that the browser shows an error page, a shows the address.")
	}
}

// event is told every event of the engine.
func (v *visits) event(e flows.Event) {
	need, ok := e.(flows.NeedUser)
	if !ok {
		v.user.event(e)
		return
	}
	first := v.address.Swap(&need.URL) == nil
	if first || v.noBrowser || v.pasteOnly {
		v.asked(need)
		return
	}
	v.background.do(func() error {
		if err := v.sys.openBrowser(v.ctx, need.URL); err != nil && v.ctx.Err() == nil {
			v.user.address(v.sys.notes(true), "     ", need.URL)
		}
		return nil
	})
	if v.keys.available() {
		v.listen()
	}
}

// sort tells what is typed while the browser is out: a word about the visit, or an address that is pasted.
func (v *visits) sort(typed <-chan string) {
	for {
		var text string
		var open bool
		select {
		case <-v.ctx.Done():
			return
		case text, open = <-typed:
		}
		if !open {
			close(v.ended)
			return
		}
		switch strings.ToLower(text) {
		case "s", "skip":
			hand(v.ctx, v.say, probe.Skip)
		case "e", "error":
			hand(v.ctx, v.say, probe.SawError)
		case "a", "address":
			if address := v.address.Load(); address != nil {
				v.user.address(v.sys.notes(true), "     ", *address)
			}
		default:
			hand(v.ctx, v.ended, text)
		}
	}
}

// hand hands something over, unless the run ends first or nobody waits for it any more: it must not be taken for a word about the next visit.
func hand[T any](ctx context.Context, to chan<- T, what T) {
	late := time.NewTimer(time.Second / 2)
	defer late.Stop()
	select {
	case to <- what:
	case <-late.C:
	case <-ctx.Done():
	}
}
