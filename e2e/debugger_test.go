//go:build e2e

package e2e

import (
	"testing"
	"time"
)

// TestDebugger plays a login as somebody does who wants to know what each part of it protects: a verifier that is left out, an answer
// that is asked for twice, a browser that brings back another state, a step that is left out, and two runs side by side. Everything is
// done with keys, in the program as it is shipped.
func TestDebugger(t *testing.T) {
	s := startShell(t)
	s.enter(t, "oidcscope demo --break token")
	term, soon := s.Terminal, 15*time.Second
	keys := func(names ...string) {
		t.Helper()
		for _, name := range names {
			press(t, term, name)
		}
	}
	see(t, term, soon, "your turn", "log in for me")
	keys("a")
	see(t, term, soon, "held before step 5", "Send, hold answer")

	// Without the verifier: told before, seen, sent again, taken in, judged.
	keys("E", "Down", "Down", "C-d")
	see(t, term, soon, "dropped", "the provider must answer invalid_grant", "RFC 7636 4.6")
	keys("Enter")
	see(t, term, soon, "edited: dropped code_verifier", "1 edit applied")
	keys("n")
	see(t, term, soon, "answer held in step 5", "400 Bad Request", "the answer is held: this")
	keys("t")
	see(t, term, soon, "Sent 2 times", "sent again: the same request")
	keys("n")
	see(t, term, soon, "failed at step 5", "as predicted: refused with invalid_grant", "you edited this step: dropped code_verifier")

	// Once more from the step that makes a new code. The browser brings back another state than it was sent with.
	keys("r")
	see(t, term, soon, "held before step 4", "Open, hold answer")
	keys("i")
	see(t, term, soon, "your turn")
	keys("a")
	see(t, term, soon, "answer held in step 4", "Your browser brought this back")
	keys("E", "Down", "Down", "x")
	see(t, term, soon, "an answer without our state is not an answer to this login")
	keys("Enter", "n")
	see(t, term, soon, "failed at step 4", "as predicted: the check failed here", "changed state")

	// And unharmed; the last step is left out. The two runs differ.
	keys("r")
	see(t, term, soon, "held before step 4")
	keys("n")
	see(t, term, soon, "your turn")
	keys("a")
	see(t, term, soon, "held before step 5")
	keys("i")
	see(t, term, soon, "answer held in step 5", "200 OK")
	keys("n")
	see(t, term, soon, "held before step 7")
	keys("S")
	see(t, term, soon, "finished", "Compare")
	keys("d")
	see(t, term, soon, "The run before, and this one", "failed at authorize", "left out at")
	keys("q")
	s.left(t, 1) // two logins failed
}
