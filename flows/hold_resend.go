package flows

import (
	"context"

	"github.com/oidcscope/oidcscope/flows/record"
)

// resend sends a request of this run once more and tells how the answers compare. It gives why it could not, or "".
func (s *state) resend(ctx context.Context, id int) string {
	if id == 0 {
		return "say which request to send again"
	}
	if _, err := s.record.Repeat(ctx, id); err != nil {
		return "want " + err.Error()
	}
	return ""
}

// compareResent keeps an answer, and tells how that to a request that was sent again differs from the first one.
func (s *state) compareResent(again *record.Exchange) {
	if s.cfg.Debug == nil {
		return
	}
	answer := again.Response
	if again.Wire != nil {
		answer = again.Wire
	}
	if again.ResentOf == 0 {
		if s.debug.answers == nil {
			s.debug.answers = make(map[int]*record.Response)
		}
		s.debug.answers[again.ID] = answer
		return
	}
	first := s.debug.answers[again.ResentOf]
	if !again.Aside {
		s.debug.edits = append(s.debug.edits, Edited{Step: s.step, Purpose: again.Purpose, Resent: true, What: "sent it again", Must: resendCaution(again, first), exchange: again.ID})
	}
	told := Resent{Meta: s.here(), Exchange: again.ID, Of: again.ResentOf}
	switch {
	case again.Failure != nil:
		told.Differences = []string{"no answer: " + again.Failure.Message}
	case first == nil:
		told.Differences = []string{"an answer came this time"}
	default:
		told.Differences = record.AnswerDifferences(first, answer)
		told.Same = first.Status == answer.Status && string(first.Body.Data) == string(answer.Body.Data)
	}
	s.emit(told)
}
