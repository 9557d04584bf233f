package predict

import (
	"fmt"
	"slices"
	"strings"
)

// Came is what came of an edited request, or of a step that took an edited answer in.
type Came struct {
	Answered bool   // an answer came
	Refused  bool   // it is an error, or our own check failed
	Code     string // the OAuth error, when there is one
	Status   int    // of the answer; 0 where there is none to see
	Check    bool   // it was a check of this client that failed
}

// Judge says what became of predictions that were made together. One error is put down to the first edit that explains it;
// of the others it can't be told.
func Judge(predicted []Prediction, came Came) []Verdict {
	verdicts := make([]Verdict, len(predicted))
	explained := came.Refused && slices.ContainsFunc(predicted, func(p Prediction) bool { return p.explains(came) })
	taken := false
	for i, p := range predicted {
		v := Verdict{Prediction: p}
		v.Result, v.Said = p.judge(came, explained && !p.explains(came) || taken, len(predicted) > 1)
		taken = taken || came.Refused && v.Result == AsPredicted
		verdicts[i] = v
	}
	return verdicts
}

// explains reports whether the edit alone would cause what came.
func (p Prediction) explains(c Came) bool {
	switch p.Outcome {
	case Refused:
		return !c.Check && c.Refused && (len(p.Errors) == 0 || slices.Contains(p.Errors, c.Code))
	case CheckFails:
		return c.Check && c.Refused
	}
	return false
}

func (p Prediction) judge(c Came, other, several bool) (Result, string) {
	switch {
	case p.Outcome == Undetermined:
		return NotJudged, "not judged: the specifications leave it to the provider"
	case !c.Answered && p.Outcome == Refused && p.Silent:
		return AsPredicted, "as predicted, as far as can be seen from here: nothing came back"
	case !c.Answered:
		return NotJudged, "not judged: no answer came"
	case other:
		return NotJudged, "not judged: what came is explained by another change"
	}
	switch p.Outcome {
	case Refused:
		return p.judgeRefusal(c)
	case CheckFails:
		switch {
		case c.Check && c.Refused:
			return AsPredicted, "as predicted: the check failed here"
		case c.Refused:
			return NotJudged, "not judged: it was refused before the check"
		}
		return NotRefused, "not as predicted: it was taken for good here"
	default:
		if !c.Refused {
			return AsPredicted, "as predicted: nothing was refused"
		}
		if several {
			return NotJudged, "not judged: another change may be the reason"
		}
		return NotAccepted, "the provider refused it" + with(c) + ": " + first2(p.Missed, "it should not have")
	}
}

func (p Prediction) judgeRefusal(c Came) (Result, string) {
	switch {
	case !c.Refused:
		return NotRefused, "the provider accepted it: " + first2(p.Missed, "it does not check this")
	case c.Check:
		return NotJudged, "not judged: the answer was refused here, not by the provider"
	case len(p.Errors) > 0 && !slices.Contains(p.Errors, c.Code):
		return Otherwise, fmt.Sprintf("refused, but%s where %s says %s", with(c), p.Ref, p.Errors[0])
	case len(p.Status) > 0 && c.Status != 0 && !slices.Contains(p.Status, c.Status):
		return Otherwise, fmt.Sprintf("refused as predicted, but with HTTP %d where %s says %d", c.Status, p.Ref, p.Status[0])
	}
	return AsPredicted, "as predicted: refused" + with(c)
}

// with names how it was refused: " with invalid_request".
func with(c Came) string {
	switch {
	case c.Code != "":
		return " with " + c.Code
	case c.Status != 0:
		return fmt.Sprintf(" with HTTP %d", c.Status)
	}
	return ""
}

func first2(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}
