package record

import (
	"context"
	"fmt"
	"net/http"
)

// maxKept bounds how many requests are kept to be sent again.
const maxKept = 200

// sent is a request as it left.
type sent struct {
	exchange Exchange // without what came of it
	request  *http.Request
	body     []byte
}

// keep remembers a request, so that it can be sent again.
func (t *Transport) keep(e Exchange, req *http.Request, body []byte) {
	if !t.options.Keep {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sent == nil {
		t.sent = make(map[int]sent)
	}
	if len(t.sent) < maxKept {
		t.sent[e.ID] = sent{e, req, body}
	}
}

// Repeat sends a request once more, to the byte, without asking a gate, and tells the exchange, of which Aside is set: nobody
// waits for the answer. The error says that there is no such request; a failure on the way is in the exchange.
func (t *Transport) Repeat(ctx context.Context, id int) (Exchange, error) {
	t.mu.Lock()
	old, known := t.sent[id]
	t.mu.Unlock()
	if !known {
		return Exchange{}, fmt.Errorf("a request of this run to send again: there is none with the number %d", id)
	}
	e := old.exchange
	e.ID, e.ResentOf, e.Aside = t.next(), id, true
	p := t.pass(withBody(old.request.WithContext(ctx), old.body), old.body, e)
	t.tell(p.exchange)
	return p.exchange, nil
}
