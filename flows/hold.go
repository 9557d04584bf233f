package flows

import (
	"context"
	"errors"
	"time"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// debugging is what a run keeps for whoever holds it.
type debugging struct {
	held  time.Duration // at stops, of the whole run
	leave *leaving      // set while a step is being left in its middle
	sent  []int         // ids of the requests that can be sent again

	predicted map[int][]predict.Prediction // by exchange
	pending   []pendingPrediction          // what the end of a step will show
	edits     []Edited                     // all that were made, for the diagnosis
	answers   map[int]*record.Response     // by exchange, to compare what was sent again
}

// leaving says why a step ends before it is done.
type leaving struct{ to string } // the step to go back to; empty: the step is left out

func (l *leaving) reason() string {
	if l.to == "" {
		return "left out at the gate"
	}
	return "left, to go back to " + l.to
}

var errLeft = errors.New("the step was left at the gate")

// ask asks whoever debugs what to do, until it is something that can be done here. The stop's common members are filled in.
func (s *state) ask(ctx context.Context, at Stop) (Command, error) {
	at.Step, at.Exchanges = s.step, s.debug.sent
	at.NoSkip = s.noSkip()
	at.Restarts = s.trail.Restarts()
	for {
		at.Meta = s.here()
		began := s.cfg.Now()
		c, err := s.cfg.Debug(ctx, at)
		s.debug.held += s.cfg.Now().Sub(began)
		if err == nil {
			err = ctx.Err()
		}
		switch {
		case err != nil || c.Do == Go || c.Do == Abort:
			return c, err
		case c.Do == Skip && at.NoSkip != "":
			at.Refused = at.NoSkip
		case c.Do == Skip:
			s.debug.leave = &leaving{}
			return c, nil
		case c.Do == RestartFrom && !s.trail.has(c.Step):
			at.Refused = "the run has not come to a step " + c.Step
		case c.Do == RestartFrom:
			s.debug.leave = &leaving{c.Step}
			return c, nil
		case at.Kind == BeforeTaking && (c.Exchange == 0 || c.Exchange == at.Answer.Exchange.ID):
			return c, nil // the transport does it, and asks again with both answers
		default:
			at.Refused = s.resend(ctx, c.Exchange)
		}
	}
}

// noSkip says why the step that runs can't be left out; empty when it can.
func (s *state) noSkip() string {
	for _, step := range s.flow.Steps {
		if step.ID != s.step && step.ID != "discovery" && step.ID != "keys" {
			return s.stepOf(s.step).NoSkip
		}
	}
	if why := s.stepOf(s.step).NoSkip; why != "" {
		return why
	}
	return "there is nothing else to do in this flow"
}

// holdStep asks before a step. The error ends the run.
func (s *state) holdStep(ctx context.Context) error {
	if s.cfg.Debug == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	c, err := s.ask(ctx, Stop{Kind: BeforeStep})
	if err == nil && c.Do == Abort {
		err = record.ErrAborted
	}
	if err != nil {
		return canceled(ctx, err)
	}
	return nil
}

// holdFailure asks after a step failed. It reports whether the run goes on in spite of it.
func (s *state) holdFailure(ctx context.Context, p *Problem) bool {
	if s.cfg.Debug == nil || p.Kind == ProblemCanceled {
		return false
	}
	c, err := s.ask(ctx, Stop{Kind: AfterFailure, Problem: p})
	return err == nil && (c.Do == Skip || c.Do == RestartFrom)
}

// gate is the record's gate: whoever debugs, or Config.Gate.
func (s *state) gate() record.Gate {
	switch {
	case s.cfg.Debug != nil:
		return s.holdRequest
	case s.cfg.Gate != nil:
		return func(ctx context.Context, held *record.Held) (record.Decision, error) {
			began := s.cfg.Now()
			d, err := s.cfg.Gate(ctx, held)
			s.debug.held += s.cfg.Now().Sub(began)
			if err == nil && d.Action == record.Send {
				s.predictRequest(held, d)
			}
			return d, err
		}
	}
	return nil
}

func (s *state) answerGate() record.AnswerGate {
	if s.cfg.Debug == nil {
		return nil
	}
	return s.holdAnswer
}

func (s *state) holdRequest(ctx context.Context, held *record.Held) (record.Decision, error) {
	s.debug.sent = append(s.debug.sent, held.ID)
	c, err := s.ask(ctx, Stop{Kind: BeforeSend, Held: held, NoResend: "the request has not been sent yet"})
	switch {
	case err != nil:
		return record.Decision{}, err
	case s.debug.leave != nil:
		return record.Decision{}, errLeft
	case c.Do == Abort:
		return record.Decision{Action: record.Abort}, nil
	}
	if c.Request.Action == record.Send {
		s.predictRequest(held, c.Request)
	}
	return c.Request, nil
}

func (s *state) holdAnswer(ctx context.Context, held *record.HeldAnswer) (record.AnswerDecision, error) {
	learnExchange(s.secrets, &held.Exchange, &s.reading)
	s.trail.used(&held.Exchange)
	s.emit(AnswerHeld{Meta: s.here(), Held: held})
	c, err := s.ask(ctx, Stop{Kind: BeforeTaking, Answer: held, Resend: resendCaution(&held.Exchange, held.Exchange.Response)})
	switch {
	case err != nil:
		return record.AnswerDecision{}, err
	case s.debug.leave != nil:
		return record.AnswerDecision{}, errLeft
	case c.Do == Abort:
		return record.AnswerDecision{Action: record.Refuse}, nil
	case c.Do == Resend:
		return record.AnswerDecision{Action: record.Resend}, nil
	}
	s.predictAnswer(held, c.Answer)
	return c.Answer, nil
}
