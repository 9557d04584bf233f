package flows

import (
	"context"
	"net/http"

	"github.com/oidcscope/oidcscope/inspect"
)

// FetchKeys fetches a key set (RFC 7517 5) from its address, outside of a run: for a token that came from elsewhere. Who names the
// address may mean a single JWK, or PEM. The error is a *[Problem].
func FetchKeys(ctx context.Context, t Transport, address string) (*inspect.KeySet, error) {
	s, err := newState(Flow{ID: "keys"}, Config{Transport: t}, func(Event) {})
	if err != nil {
		return nil, asProblem(ctx, err)
	}
	defer s.record.CloseIdleConnections()
	s.metadata = &Metadata{JWKSURI: address}
	err = s.fetchKeys(ctx, "keys")
	if err != nil && s.keys == nil && s.last != nil && s.last.Response != nil && s.last.Response.Status == http.StatusOK {
		if keys := inspect.ParseKeySet(jsonBody(s.last.Response), "jwks", address); len(keys.Keys) > 0 {
			keys.Fetched = s.cfg.Now()
			return keys, nil
		}
	}
	if err != nil {
		return nil, asProblem(ctx, err)
	}
	return s.keys, nil
}
