package flows

import (
	"context"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// Debug is asked at every [Stop] of a run, from the goroutine that called [Run], and may block until ctx ends: time that
// passes in it counts for no step. The zero Command goes on. An error ends the run as cancelled. With Config.Debug set,
// Config.Gate is not asked.
type Debug func(ctx context.Context, at Stop) (Command, error)

// StopKind says what waits at a stop.
type StopKind string

const (
	BeforeStep   StopKind = "step"     // a step is about to begin
	BeforeSend   StopKind = "request"  // a request is about to be sent
	BeforeTaking StopKind = "answer"   // an answer came and is about to be taken in
	AfterFailure StopKind = "failed"   // a step failed, and the run is about to end
	BeforeOpen   StopKind = "browser"  // the browser is about to be sent to the provider
	BeforeReturn StopKind = "callback" // the browser came back, and what it brings is about to be judged
)

// Stop is a place where a run can be held: what waits there, and what can be done with it.
type Stop struct {
	Kind StopKind
	Step string
	Meta Meta // of the moment, so that what is held can be shown without secrets

	// Held is the request of BeforeSend. For BeforeOpen it is the address that the browser is to open, and for BeforeReturn
	// the request that the browser made to the redirect URI; of those only the URL (and the body of a form_post) can be changed.
	Held    *record.Held
	Answer  *record.HeldAnswer // of BeforeTaking
	Problem *Problem           // of AfterFailure

	NoSkip    string    // why the step can't be skipped; empty: it can
	NoResend  string    // why nothing can be sent again here; empty: it can
	Resend    string    // what sending the request again will probably do, in words: a code is good once
	Restarts  []Restart // where the run can go on from instead, in the order of the steps
	Refused   string    // why the command before this one could not be done; the stop is asked about once more then
	Exchanges []int     // ids of the requests that can be sent again here; the newest last
}

// Command is what a run does next.
type Command struct {
	Do       Do
	Request  record.Decision       // for Go at BeforeSend, BeforeOpen, BeforeReturn: the changes; Drop drops the request
	Answer   record.AnswerDecision // for Go at BeforeTaking: the changes, and which answer to use
	Exchange int                   // for Resend: which request; 0: that of the stop
	Step     string                // for RestartFrom: the step to go back to
}

// Do names a command.
type Do int

const (
	Go          Do = iota // go on; after a failure: let the run end
	Skip                  // leave the step out, where Stop.NoSkip is empty
	Resend                // send a request once more and stop here again
	RestartFrom           // go back to a step, with the variables as they were before it
	Abort                 // end the run
)

// Restart is a step that a run can go back to.
type Restart struct {
	Step  string
	Spent []Spent // of what the step would use again, what is used up
	From  string  // the step to begin with so that all of it is made anew; Step itself when nothing is spent
	Text  string  // all of this in words, for the person to read before it is done
}

// Spent is a value that is good once and was used.
type Spent struct {
	Name     string // of the variable: "code"
	Exchange int    // that used it up; 0 when the browser did
	MadeBy   string // the step that makes a new one; empty for one that was given
	Text     string // "the code was redeemed in exchange 4; a code is good once (RFC 6749 4.1.2)"
}

// Events of a run that is debugged.
type (
	// AnswerHeld says that an answer is at the gate. As with StepHeld, only the gate's owner knows for how long.
	AnswerHeld struct {
		Meta
		Held *record.HeldAnswer
	}
	// Predicted says what an edit must cause, before the request is sent or the answer is taken in.
	Predicted struct {
		Meta
		Exchange    int // 0 for what the browser sends
		Predictions []predict.Prediction
	}
	// Judged says what became of predictions.
	Judged struct {
		Meta
		Exchange int
		Verdicts []predict.Verdict
	}
	// Resent compares the answers to a request that was sent again.
	Resent struct {
		Meta
		Exchange, Of int
		Same         bool
		Differences  []string // "changed the status to 400", "changed member error"
	}
	// Restarted says that the run goes back to a step. The steps from there on run again, with StepStarted as before; the
	// variables of those before stay. In a run that begins from a [Checkpoint] it follows RunStarted, with a StepKept, and the
	// variables anew, for every step before.
	Restarted struct {
		Meta        // Step: the step that runs next
		Of   string // id of the run that the checkpoint is of; that of this run when it goes back within itself
		Text string // what is used up and what follows, in words; may be empty
	}
	// StepKept is a step that need not run again.
	StepKept struct{ Meta }
)
