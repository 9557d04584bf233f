package record

import (
	"context"
	"fmt"
	"net/http"
)

// Label travels in a request's context: which step sends the request, what for, and how many redirects it may follow.
type Label struct {
	Step      string
	Purpose   string
	Redirects int // 0: an answer with a redirect status is the answer
}

// ByBrowser reports whether a purpose is that of a request which the person's browser makes to us: it brings an answer back.
func ByBrowser(purpose string) bool { return purpose == "callback" || purpose == "logout callback" }

type labelKey struct{}

// WithLabel puts a label into the context of requests.
func WithLabel(ctx context.Context, l Label) context.Context {
	return context.WithValue(ctx, labelKey{}, l)
}

// LabelOf gives the label of a context, or the zero label.
func LabelOf(ctx context.Context) Label {
	l, _ := ctx.Value(labelKey{}).(Label)
	return l
}

// checkRedirect follows redirects where the label allows it, and never from https to http: what is fetched that way (a
// discovery document, a key set) decides whom to trust.
func checkRedirect(req *http.Request, via []*http.Request) error {
	limit := LabelOf(req.Context()).Redirects
	if limit == 0 {
		return http.ErrUseLastResponse
	}
	if len(via) > limit {
		return &Failure{Kind: FailRedirect, Host: req.URL.Host,
			Message: fmt.Sprintf("more than %d redirects, the last one to %s", limit, req.URL.Redacted())}
	}
	if via[len(via)-1].URL.Scheme == "https" && req.URL.Scheme != "https" {
		return &Failure{Kind: FailRedirect, Host: req.URL.Host,
			Message: "a redirect from https to " + req.URL.Redacted() + " was not followed"}
	}
	return nil
}
