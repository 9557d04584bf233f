package flows

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

// pendingPrediction waits for the step that shows what becomes of it.
type pendingPrediction struct {
	exchange    int
	step        string // at whose end it is judged
	predictions []predict.Prediction
}

// PredictRequest says what the changes to a held request must cause: the same that the run tells when it is sent. It may be asked
// while the person is still editing.
func PredictRequest(held *record.Held, d record.Decision) []predict.Prediction {
	before, after, err := sentBeforeAndAfter(held, d)
	if err != nil {
		return nil
	}
	return predict.Request(before, after)
}

// PredictAnswer says what the changes to a held answer must cause.
func PredictAnswer(held *record.HeldAnswer, d record.AnswerDecision) []predict.Prediction {
	before, after := d.Edited(held)
	if before == nil {
		return nil
	}
	return predict.Answer(sentOf(&held.Exchange), before, after)
}

func sentBeforeAndAfter(held *record.Held, d record.Decision) (before, after predict.Sent, err error) {
	req, body, err := d.Edited(held)
	if err != nil {
		return before, after, err
	}
	before = predict.Sent{Step: held.Step, Purpose: held.Purpose, Method: held.Request.Method, URL: held.Request.URL.String(),
		Headers: record.Fields(held.Request.Header), Body: held.Body, IssAlways: held.IssAlways}
	after = before
	after.Method, after.URL, after.Headers, after.Body = req.Method, req.URL.String(), record.Fields(req.Header), body
	return before, after, nil
}

func sentOf(e *record.Exchange) predict.Sent {
	r := e.Request
	return predict.Sent{Step: e.Step, Purpose: e.Purpose, Method: r.Method, URL: r.URL, Headers: r.Headers, Body: r.Body.Data}
}

// predictRequest tells what the edit of a request must cause, before it is sent, and remembers it for afterwards.
func (s *state) predictRequest(held *record.Held, d record.Decision) {
	before, after, err := sentBeforeAndAfter(held, d)
	if err != nil {
		return
	}
	all := predict.Request(before, after)
	s.edited(Edited{Purpose: held.Purpose, exchange: held.ID}, predict.Edits(before, after), all)
	s.foretell(held.ID, all)
}

// predictAnswer tells what the edit of an answer must cause, before it is taken in.
func (s *state) predictAnswer(held *record.HeldAnswer, d record.AnswerDecision) {
	before, after := d.Edited(held)
	if before == nil {
		return
	}
	all := predict.Answer(sentOf(&held.Exchange), before, after)
	s.edited(Edited{Purpose: held.Exchange.Purpose, Answer: true, exchange: held.Exchange.ID}, predict.AnswerEdits(before, after), all)
	s.foretellLater(held.Exchange.ID, all)
}

// edited remembers changes for the diagnosis, with what they had to cause.
func (s *state) edited(where Edited, edits []predict.Edit, predictions []predict.Prediction) {
	where.Step = s.step
	for _, e := range edits {
		one := where
		one.What = e.String()
		for _, p := range predictions {
			if p.Edit == one.What {
				one.Must, one.Ref = p.Text, p.Ref
				one.harmless = p.Outcome == predict.Accepted || p.Outcome == predict.Unharmed
			}
		}
		s.debug.edits = append(s.debug.edits, one)
	}
}

// editsBefore gives what was changed before a problem and may be its cause: what is about its own exchange first, then the newest.
func (s *state) editsBefore(p *Problem) []Edited {
	var own, others []Edited
	for _, e := range slices.Backward(s.debug.edits) {
		switch {
		case e.harmless:
		case e.exchange != 0 && e.exchange == p.Exchange:
			own = append(own, e)
		default:
			others = append(others, e)
		}
	}
	return append(own, others...)
}

// foretell tells predictions about a request. Those that its answer shows are judged with it, the others at the step that does.
func (s *state) foretell(exchange int, all []predict.Prediction) {
	var now, later []predict.Prediction
	for _, p := range all {
		if p.Later == "" {
			now = append(now, p)
		} else {
			later = append(later, p)
		}
	}
	if len(now) > 0 {
		if s.debug.predicted == nil {
			s.debug.predicted = make(map[int][]predict.Prediction)
		}
		s.debug.predicted[exchange] = now
		s.emit(Predicted{Meta: s.here(), Exchange: exchange, Predictions: now})
	}
	s.foretellLater(exchange, later)
}

// foretellLater tells predictions that a step shows, this one or a later one.
func (s *state) foretellLater(exchange int, all []predict.Prediction) {
	if len(all) == 0 {
		return
	}
	s.emit(Predicted{Meta: s.here(), Exchange: exchange, Predictions: all})
	for _, p := range all {
		step := p.Later
		if step == "" || s.stepOf(step).ID == "" {
			step = s.step
		}
		i := len(s.debug.pending) - 1
		if i < 0 || s.debug.pending[i].step != step || s.debug.pending[i].exchange != exchange {
			s.debug.pending = append(s.debug.pending, pendingPrediction{exchange: exchange, step: step})
			i++
		}
		s.debug.pending[i].predictions = append(s.debug.pending[i].predictions, p)
	}
}

// unseen gives the predictions so that those of a step are never judged: what becomes of them is seen by nobody here.
func unseen(all []pendingPrediction, step string) []pendingPrediction {
	for i, w := range all {
		if w.step != step {
			continue
		}
		all[i].step = ""
		for j := range w.predictions {
			w.predictions[j].Silent = false
		}
	}
	return all
}

// judgeExchange says what became of the predictions about a request.
func (s *state) judgeExchange(e *record.Exchange) {
	predictions := s.debug.predicted[e.ID]
	if len(predictions) == 0 {
		return
	}
	delete(s.debug.predicted, e.ID)
	came := predict.Came{Answered: e.Response != nil}
	answer := e.Response
	if e.Wire != nil {
		answer = e.Wire
	}
	if answer != nil {
		came.Status = answer.Status
		if oauth := normalise(answer, &s.reading); oauth != nil {
			came.Refused, came.Code = true, oauth.Code
		}
	}
	s.emit(Judged{Meta: s.here(), Exchange: e.ID, Verdicts: predict.Judge(predictions, came)})
}

// judgeStep says what became of the predictions that this step was to show. One that ends the run shows the others too.
func (s *state) judgeStep(p *Problem) {
	rest := s.debug.pending[:0]
	for _, w := range s.debug.pending {
		if w.step != s.step && !p.decides() {
			rest = append(rest, w)
			continue
		}
		s.emit(Judged{Meta: s.here(), Exchange: w.exchange, Verdicts: predict.Judge(w.predictions, cameOf(p))})
	}
	s.debug.pending = rest
}

// decides reports whether a problem is what predictions wait for, although an earlier step shows it. It may be called on nil.
func (p *Problem) decides() bool {
	return p != nil && (p.Kind == ProblemRefused || p.Kind == ProblemCheck)
}

// judgeRest says of the predictions that are left that nothing showed what became of them.
func (s *state) judgeRest() {
	for _, w := range s.debug.pending {
		s.emit(Judged{Meta: s.metaOf(""), Exchange: w.exchange, Verdicts: predict.Judge(w.predictions, predict.Came{})})
	}
	s.debug.pending = nil
}

// cameOf reads the end of a step.
func cameOf(p *Problem) predict.Came {
	if p == nil {
		return predict.Came{Answered: true}
	}
	c := predict.Came{Answered: true, Refused: true}
	if p.OAuth != nil {
		c.Code, c.Status = p.OAuth.Code, p.OAuth.Status
	}
	switch p.Kind {
	case ProblemCheck, ProblemAnswer:
		c.Check = true
	case ProblemRefused:
	default:
		c.Answered = false
	}
	return c
}

// browserRequest is what a browser sends, in the form that a gate shows: only its address can be changed.
func (s *state) browserRequest(purpose, address string) *record.Held {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil
	}
	return &record.Held{Step: s.step, Purpose: purpose, Request: req, Visit: true, IssAlways: s.metadata != nil && s.metadata.IssInAuthResponse}
}

// queryOf gives the parameters of an address.
func queryOf(address string) url.Values {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	return u.Query()
}
