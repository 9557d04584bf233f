package browser

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/oidcscope/oidcscope/internal/secret"
)

// An address may carry a token: the ID token that says who is to be logged out (OpenID Connect RP-Initiated Logout 2). Everybody on a
// machine can read the arguments of a command, so the browser is given an address on this machine instead, which nobody can guess
// and which leads on to the real one, once.

func carriesToken(address string) bool { return secret.Address(address) != address }

// relay leads one visitor on.
type relay struct {
	listener net.Listener
	path     string
	to       string
	visited  chan struct{}
	patience time.Duration // how long the browser may take to come
}

func newRelay(to string) (*relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{listener: l, path: "/" + strings.ToLower(rand.Text()), to: to, visited: make(chan struct{}), patience: relayTime}
	go r.serve()
	return r, nil
}

func (r *relay) address() string { return "http://" + r.listener.Addr().String() + r.path }

func (r *relay) close() { r.listener.Close() }

// serve answers until the one visit was made; who asks for anything else learns nothing.
func (r *relay) serve() {
	for {
		c, err := r.listener.Accept()
		if err != nil {
			return
		}
		if r.answer(c) {
			close(r.visited)
			r.close()
			return
		}
	}
}

// maxRequest bounds what is read of a visitor, and visitTime how long.
const maxRequest, visitTime = 16 << 10, 2 * time.Second

func (r *relay) answer(c net.Conn) (led bool) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(visitTime))
	in := bufio.NewReader(io.LimitReader(c, maxRequest))
	line, err := in.ReadString('\n')
	if err != nil {
		return false
	}
	for rest := line; strings.TrimSpace(rest) != ""; { // a browser that is answered before it has asked takes it for a broken connection
		if rest, err = in.ReadString('\n'); err != nil {
			return false
		}
	}
	answer := "HTTP/1.1 404 Not Found\r\n"
	if led = strings.HasPrefix(line, "GET "+r.path+" "); led {
		answer = "HTTP/1.1 303 See Other\r\nLocation: " + r.to + "\r\nReferrer-Policy: no-referrer\r\nCache-Control: no-store\r\n"
	}
	_, err = io.WriteString(c, answer+"Content-Length: 0\r\nConnection: close\r\n\r\n")
	return led && err == nil
}

// relayTime is the usual patience.
const relayTime = 15 * time.Second

// errNoVisit is told when the browser's command was started and nobody came: a browser on another machine can't reach this one.
var errNoVisit = errors.New("open the browser: it was started, but did not ask this machine for the address; is it on another one? Open the address there yourself")

// wait gives the browser the time to come, also when the run that sent it there is over; not when the person ends the program.
func (r *relay) wait(ctx context.Context) error {
	timer := time.NewTimer(r.patience)
	defer timer.Stop()
	ended := ctx.Done()
	for {
		select {
		case <-r.visited:
			return ctx.Err()
		case <-timer.C:
			return errNoVisit
		case <-ended:
			if !errors.Is(context.Cause(ctx), context.Canceled) {
				return ctx.Err()
			}
			ended = nil
		}
	}
}
