package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// grace is how long a command may take to end after a signal. All end at once; this is for one that hangs.
const grace = 4 * time.Second

// waiting runs work that may wait for a person or the network, and ends it when a signal asks us to stop; the error is then a
// signalError. Short work goes without: handling signals starts threads, which takes longer than taking a token apart.
// There a signal kills the process as it does any other, and the shell says 130 all the same.
func waiting(parent context.Context, work func(context.Context) error) error {
	ctx, stop := interruptible(parent)
	defer stop()
	finished := make(chan error, 1)
	go func() { finished <- work(ctx) }()
	var err error
	select {
	case err = <-finished:
	case <-ctx.Done():
		select {
		case err = <-finished:
		case <-time.After(grace):
			err = context.Canceled
		}
	}
	var signalled signalError
	if err != nil && errors.As(context.Cause(ctx), &signalled) {
		return signalled
	}
	return err
}

// signalError is the cause of a context that a signal ended.
type signalError syscall.Signal

func (s signalError) Error() string { return "stopped by signal: " + syscall.Signal(s).String() }

// interruptible gives a context that ends with the first signal that asks us to stop; a second one kills as usual. SIGPIPE
// keeps its default: a reader that has seen enough (| head) ends the program without a word.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	done := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			if number, ok := s.(syscall.Signal); ok {
				cancel(signalError(number))
			} else {
				cancel(signalError(syscall.SIGINT))
			}
		case <-done:
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}
