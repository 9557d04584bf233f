package probe

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/record"
	"github.com/oidcscope/oidcscope/internal/rule"
)

// Verdict is what a probe says of the answer that it got.
type Verdict struct {
	Result   Result
	Text     string        // what came, or why there is nothing to say
	Severity rule.Severity // of a fail that is not as bad as the probe's worst; 0: the probe's
}

func met(format string, args ...any) Verdict {
	return Verdict{Result: Pass, Text: fmt.Sprintf(format, args...)}
}

func broken(format string, args ...any) Verdict {
	return Verdict{Result: Fail, Text: fmt.Sprintf(format, args...)}
}

func unclear(format string, args ...any) Verdict {
	return Verdict{Result: Inconclusive, Text: fmt.Sprintf(format, args...)}
}

func moot(format string, args ...any) Verdict {
	return Verdict{Result: NotApplicable, Text: fmt.Sprintf(format, args...)}
}

func missed(format string, args ...any) Verdict {
	return Verdict{Result: NotReached, Text: fmt.Sprintf(format, args...)}
}

// unsent is the verdict when a request had no usable answer.
func unsent(err error) Verdict {
	if p, ok := errors.AsType[*flows.Problem](err); ok && p.Failure != nil {
		return missed("%s", p.Failure.Message)
	}
	return missed("%v", err)
}

// said gives an answer in a line: "HTTP 400 invalid_grant: the code was used before".
func said(e *record.Exchange) string {
	if e == nil || e.Response == nil {
		return "no answer"
	}
	status := fmt.Sprintf("HTTP %d", e.Response.Status)
	oauth := flows.Normalise(e.Response)
	if oauth == nil {
		return status
	}
	words := oauth.Code
	if d := oauth.Description; d != "" && d != words && oauth.Shape != "html" {
		words = strings.TrimPrefix(words+": "+shorten(d), ": ")
	}
	return strings.TrimSpace(status + " " + words)
}

// shorten gives the beginning of what a provider said.
func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	const most = 160
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return text
}

// errorCode is the OAuth error code of an answer, empty without one.
func errorCode(e *record.Exchange) string {
	if oauth := flows.Normalise(e.Response); oauth != nil {
		return oauth.Code
	}
	return ""
}

// refusal judges the answer to a request that must be refused with one of the codes. A refusal that is about something else (the client is
// not known, the server is in trouble) says nothing about the question.
func refusal(e *record.Exchange, err error, want ...string) Verdict {
	switch {
	case err != nil:
		return unsent(err)
	case hasTokens(e):
		return broken("tokens, HTTP %d", e.Response.Status)
	}
	got := errorCode(e)
	switch status := e.Response.Status; {
	case slices.Contains(want, got):
		return met("%s", said(e))
	case status == http.StatusTooManyRequests || got == "temporarily_unavailable" || got == "slow_down":
		return missed("the provider is busy: %s", said(e))
	case status >= 500 || got == "server_error":
		return unclear("refused, but not cleanly: %s", said(e))
	case got == "invalid_client" || got == "unauthorized_client" || got == "use_dpop_nonce" || got == "unsupported_grant_type":
		return unclear("refused for another reason: %s", said(e))
	case got != "" && status >= 400:
		return met("%s (%s is the code to expect)", said(e), strings.Join(want, " or "))
	case status >= 400:
		return unclear("refused without an OAuth error: %s", said(e))
	}
	return unclear("%s, with neither tokens nor an error", said(e))
}

// hasTokens reports whether an answer brings an access token.
func hasTokens(e *record.Exchange) bool {
	return e.Response.Status < 300 && members(e)["access_token"] != ""
}

func isSuccess(e *record.Exchange) bool { return e.Response.Status >= 200 && e.Response.Status < 300 }
