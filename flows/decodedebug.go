package flows

import (
	"encoding/json"

	"github.com/oidcscope/oidcscope/flows/predict"
	"github.com/oidcscope/oidcscope/flows/record"
)

func decodeAnswerHeld(line []byte, m Meta) (Event, error) {
	var in struct {
		ID       int
		Purpose  string
		Response *decodedResponse
	}
	err := json.Unmarshal(line, &in)
	return AnswerHeld{m, &record.HeldAnswer{Exchange: record.Exchange{ID: in.ID, Step: m.Step, Purpose: in.Purpose, Response: in.Response.response()}}}, err
}

func decodePredicted(line []byte, m Meta) (Event, error) {
	var in struct {
		Exchange    int
		Predictions []predict.Prediction
	}
	err := json.Unmarshal(line, &in)
	return Predicted{m, in.Exchange, in.Predictions}, err
}

func decodeJudged(line []byte, m Meta) (Event, error) {
	var in struct {
		Exchange int
		Verdicts []predict.Verdict
	}
	err := json.Unmarshal(line, &in)
	return Judged{m, in.Exchange, in.Verdicts}, err
}

func decodeResent(line []byte, m Meta) (Event, error) {
	var in struct {
		Exchange, Of int
		Same         bool
		Differences  []string
	}
	err := json.Unmarshal(line, &in)
	return Resent{m, in.Exchange, in.Of, in.Same, in.Differences}, err
}

func decodeRestarted(line []byte, m Meta) (Event, error) {
	var in struct{ Of, Text string }
	err := json.Unmarshal(line, &in)
	return Restarted{m, in.Of, in.Text}, err
}
