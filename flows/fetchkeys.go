package flows

import (
	"context"

	"github.com/oidcscope/oidcscope/inspect"
)

// FetchKeys fetches a key set (RFC 7517 5) from its address, outside of a run: for a token that came from elsewhere. The error is a
// *[Problem].
func FetchKeys(ctx context.Context, t Transport, address string) (*inspect.KeySet, error) {
	s, err := newState(Flow{ID: "keys"}, Config{Transport: t}, func(Event) {})
	if err != nil {
		return nil, asProblem(ctx, err)
	}
	defer s.record.CloseIdleConnections()
	s.metadata = &Metadata{JWKSURI: address}
	if err := s.fetchKeys(ctx, "keys"); err != nil {
		return nil, asProblem(ctx, err)
	}
	return s.keys, nil
}
