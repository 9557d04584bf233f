package practice

import (
	"net"
	"net/http"
	"time"
)

// Ways to send an answer that HTTP does not ask for. They run after everything else, on the connection itself; each ends when
// the client leaves or the provider stops.

// wayOf makes a change of how an answer is sent.
func wayOf(send func(http.ResponseWriter, *http.Request, *answer)) func(*slip) {
	return func(m *slip) { m.a.send = send }
}

// neverAnswered keeps the client waiting.
func neverAnswered(m *slip) {
	stopping := m.p.stopping
	m.a.send = func(w http.ResponseWriter, r *http.Request, _ *answer) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		select {
		case <-r.Context().Done():
		case <-stopping:
		}
		panic(http.ErrAbortHandler)
	}
}

// dripped sends the answer byte by byte, more slowly than anybody waits for.
func dripped(m *slip) {
	stopping := m.p.stopping
	m.a.send = func(w http.ResponseWriter, r *http.Request, a *answer) {
		control := http.NewResponseController(w)
		_ = control.SetWriteDeadline(time.Time{})
		declare(w.Header(), a.body.Len())
		w.WriteHeader(a.status)
		for _, b := range a.body.Bytes() {
			if _, err := w.Write([]byte{b}); err != nil || control.Flush() != nil {
				break
			}
			select {
			case <-time.After(time.Second / 4):
			case <-r.Context().Done():
				panic(http.ErrAbortHandler)
			case <-stopping:
				panic(http.ErrAbortHandler)
			}
		}
	}
}

// halved announces the whole answer, sends one half and closes the connection.
func halved(w http.ResponseWriter, _ *http.Request, a *answer) {
	declare(w.Header(), a.body.Len())
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body.Bytes()[:a.body.Len()/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// reset ends the connection as a firewall does: with a TCP reset, which a linger time of 0 asks for.
func reset(w http.ResponseWriter, _ *http.Request, _ *answer) {
	takeOver(w, func(c net.Conn) {
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
	})
}

// hungUp closes the connection without a word.
func hungUp(w http.ResponseWriter, _ *http.Request, _ *answer) { takeOver(w, func(net.Conn) {}) }

// foreign answers in the protocol of another service.
func foreign(w http.ResponseWriter, _ *http.Request, _ *answer) {
	takeOver(w, func(c net.Conn) { _, _ = c.Write([]byte("220 mail.practice.example ESMTP ready\r\n")) })
}

// takeOver does something with the bare connection, and closes it.
func takeOver(w http.ResponseWriter, do func(net.Conn)) {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	do(c)
	_ = c.Close()
}
