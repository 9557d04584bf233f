package run

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"github.com/oidcscope/oidcscope/flows"
)

// Envelope is what the reading command returns: something the engine said, with the number of its run.
type Envelope struct {
	run int
	msg any // flows.Event, *stopped or ended
}

// ended is the last thing a stream says.
type ended struct {
	session *flows.Session
	err     error
	at      time.Time
}

// stream is one run of the engine. Two things end it: cancel asks the engine to stop, and its last words are still read;
// abandon also stops reading.
type stream struct {
	number   int
	now      func() time.Time
	began    time.Time
	ctx      context.Context
	stop     context.CancelFunc
	canceled bool
	messages chan any
	gone     chan struct{} // closed when nobody reads any more
	done     chan struct{} // closed when the goroutine has ended
	pasted   chan string
}

func newStream(ctx context.Context, number int, now func() time.Time) *stream {
	s := &stream{number: number, now: now, began: now(), messages: make(chan any), gone: make(chan struct{}),
		done: make(chan struct{}), pasted: make(chan string, 1)}
	s.ctx, s.stop = context.WithCancel(ctx)
	return s
}

// run starts the goroutine. It waits for the run before, which may still hold the callback's port.
func (s *stream) run(engine Engine, r Request, g *gate, before *stream) {
	cfg := r.Config
	cfg.Pasted = s.pasted
	cfg.Debug = g.forRun(s, r.Flow)
	go func() {
		defer close(s.done)
		defer s.stop()
		if before != nil {
			<-before.done
		}
		end := s.protected(engine, r.Flow, cfg)
		end.at = s.now()
		s.say(end)
	}()
}

func (s *stream) protected(engine Engine, f flows.Flow, cfg flows.Config) (end ended) {
	defer func() {
		if p := recover(); p != nil {
			end = ended{err: &Crash{Value: p, Stack: debug.Stack()}}
		}
	}()
	session, err := engine(s.ctx, f, cfg, func(e flows.Event) { s.say(e) })
	return ended{session: session, err: err}
}

// say hands a message to the reader; false means that nobody listens any more.
func (s *stream) say(msg any) bool {
	select {
	case s.messages <- msg:
		return true
	case <-s.gone:
		return false
	}
}

// next reads one message.
func (s *stream) next() tea.Cmd {
	return func() tea.Msg {
		select {
		case msg := <-s.messages:
			return Envelope{s.number, msg}
		case <-s.gone:
			return nil
		}
	}
}

func (s *stream) cancel() {
	s.canceled = true
	s.stop()
}

func (s *stream) abandon() {
	s.cancel()
	close(s.gone)
}

// Crash is a panic of the engine. Its text names the value only: a stack may hold secrets.
type Crash struct {
	Value any
	Stack []byte
}

// Error says that it was our fault.
func (c *Crash) Error() string {
	return fmt.Sprintf("oidcscope itself failed in this run: %v", c.Value)
}
