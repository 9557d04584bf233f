package tui

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/oidcscope/oidcscope/flows"
)

// programEnv makes the test binary run the program instead of the tests, so that it can be watched in a terminal.
const programEnv = "OIDCSCOPE_TEST_PROGRAM"

// panicEnv makes that program fail in the given place.
const panicEnv = "OIDCSCOPE_TEST_PANIC"

func runProgram() {
	o, out := Options{Mouse: true}, realOutside()
	if place := os.Getenv(panicEnv); place != "" {
		o.Login = &Login{Config: flows.Config{Issuer: "https://op.example"}}
		out.openURL = func(context.Context, string) error { panic("in a command") }
		out.engine = func(ctx context.Context, _ flows.Flow, _ flows.Config, emit func(flows.Event)) (*flows.Session, error) {
			if place == "update" {
				emit(broken{})
			}
			emit(flows.NeedUser{Meta: flows.Meta{Step: "authorize"}, Kind: flows.NeedOpenURL, URL: "https://op.example/authorize"})
			<-ctx.Done()
			return nil, ctx.Err()
		}
	}
	s, err := show(context.Background(), o, out)
	fmt.Printf("summary ok=%v interrupted=%v err=%v\n", s.OK, s.Interrupted, err)
}

// broken is an event that panics where it is looked at.
type broken struct{ flows.Meta }

func (broken) Common() flows.Meta { panic("in Update") }

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		runProgram()
		return
	}
	os.Exit(m.Run())
}
