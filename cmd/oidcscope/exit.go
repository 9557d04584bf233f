package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
)

// Exit codes are a contract with scripts.
const (
	exitGood        = 0
	exitBad         = 1 // the thing that was checked is bad, or the login was refused
	exitUsage       = 2 // usage or input
	exitUnreachable = 3 // network or provider
	exitInterrupted = 130
)

// failure is an error that knows its exit code and a hint. Without err nothing is printed: the answer said it.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string {
	if f.err == nil {
		return fmt.Sprintf("exit code %d", f.code)
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// usage makes an error of what the person typed. The hint says what to type instead; it may be empty.
func usage(hint, format string, args ...any) error {
	return &failure{code: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// withCode gives an error an exit code; the answer that was printed says the rest when err is nil.
func withCode(code int, err error) error { return &failure{code: code, err: err} }

// exitCode maps what a command returned. An error of the engine is mapped by its kind.
func exitCode(err error) int {
	var known *failure
	var problem *flows.Problem
	var transport *record.Failure
	var signalled signalError
	switch {
	case err == nil:
		return exitGood
	case errors.As(err, &signalled):
		return 128 + int(signalled)
	case errors.As(err, &known):
		return known.code
	case errors.As(err, &problem):
		return problemCode(problem)
	case errors.As(err, &transport):
		return exitUnreachable
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	default:
		return exitBad
	}
}

func problemCode(p *flows.Problem) int {
	switch p.Kind {
	case flows.ProblemTransport:
		if p.Failure != nil && p.Failure.Kind == record.FailDropped {
			return exitBad // the person dropped it; the network is not to blame
		}
		return exitUnreachable
	case flows.ProblemConfig:
		return exitUsage
	case flows.ProblemCanceled:
		return exitInterrupted
	default:
		return exitBad
	}
}
