package flows

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/inspect/lint"
	"github.com/oidcscope/oidcscope/internal/jose"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// keptSession is the form in which a session outlives the program. The client's own secret, keys and certificate are not in it:
// they come with the Config again.
type keptSession struct {
	Issuer    string          `json:"issuer"`
	Endpoints Endpoints       `json:"endpoints,omitempty"` // of a provider without an issuer
	ClientID  string          `json:"client_id"`
	At        time.Time       `json:"at"`
	Tokens    keptTokens      `json:"tokens"`
	DPoPKey   json.RawMessage `json:"dpop_key,omitempty"` // private JWK
	Revoked   []TokenName     `json:"revoked,omitempty"`
	Doubt     string          `json:"doubt,omitempty"` // of a session in doubt the ID token is the one before
}

type keptTokens struct {
	ID        string            `json:"id_token,omitempty"`
	Access    string            `json:"access_token,omitempty"`
	Refresh   string            `json:"refresh_token,omitempty"`
	TokenType string            `json:"token_type,omitempty"`
	Scope     string            `json:"scope,omitempty"`
	ExpiresAt time.Time         `json:"expires_at,omitzero"`
	Extra     map[string]string `json:"extra,omitempty"`
}

// maxKept bounds a kept session, in bytes.
const maxKept = 1 << 20

// Keep writes what is needed to go on with a session later: its tokens, and the key that they are bound to. These are secrets in the
// clear, for a caller who encrypts them.
func (s *Session) Keep() ([]byte, error) {
	if s.Config.Issuer == "" && len(s.Config.Endpoints) == 0 { // by which it is told whose tokens these are when they come back
		return nil, errors.New("want a session with an issuer or endpoints to keep, this one has neither")
	}
	t := s.Tokens
	k := keptSession{Issuer: s.Config.Issuer, ClientID: s.Config.ClientID, At: s.At, Revoked: s.Revoked, Doubt: s.Doubt, Tokens: keptTokens{
		ID: s.lastTrusted().id.Reveal(), Access: t.Access.Reveal(), Refresh: t.Refresh.Reveal(), TokenType: t.TokenType, Scope: t.Scope, ExpiresAt: t.ExpiresAt, Extra: t.Extra}}
	if k.Issuer == "" {
		k.Endpoints = s.Config.Endpoints
	}
	if s.dpop != nil {
		members, err := s.dpop.key.JWK(true)
		if err != nil {
			return nil, err
		}
		jwk := make(map[string]string, len(members))
		for _, m := range members {
			jwk[m.Name] = m.Value
		}
		if k.DPoPKey, err = json.Marshal(jwk); err != nil {
			return nil, err
		}
	}
	data, err := json.Marshal(k)
	if err == nil && len(data) > maxKept {
		err = fmt.Errorf("want a session of at most %d bytes to keep, got %d", maxKept, len(data))
	}
	return data, err
}

// Restore reads what [Session.Keep] wrote. The configuration has to be that of the same client at the same provider, as the tokens
// must not go to another: of the same issuer, or with the same endpoints where there is none. The session knows nothing of the provider yet, so a flow over it begins with discovery, and its tokens
// count as unverified until [CheckSession] has run.
func Restore(data []byte, cfg Config) (*Session, error) {
	var k keptSession
	if len(data) > maxKept {
		return nil, fmt.Errorf("want a kept session of at most %d bytes, got %d", maxKept, len(data))
	}
	if err := json.Unmarshal(data, &k); err != nil {
		return nil, fmt.Errorf("want a kept session: %w", err)
	}
	switch {
	case k.Issuer != cfg.Issuer:
		return nil, fmt.Errorf("want a session with the issuer %s, this one is with %s", cfg.Issuer, k.Issuer)
	case k.Issuer == "" && !maps.Equal(k.Endpoints, cfg.Endpoints):
		return nil, fmt.Errorf("want a session with the endpoints at %s, this one is with others at %s", cfg.Endpoints.Place(), k.Endpoints.Place())
	case k.ClientID != cfg.ClientID:
		return nil, fmt.Errorf("want a session of the client %s, this one is of %s", cfg.ClientID, k.ClientID)
	}
	t := k.Tokens
	s := &Session{Issuer: cfg.Issuer, Config: cfg, At: k.At, Revoked: k.Revoked, Doubt: k.Doubt, Reports: make(map[TokenName]*inspect.Report), Tokens: Tokens{
		ID: secret.New(t.ID), Access: secret.New(t.Access), Refresh: secret.New(t.Refresh), TokenType: t.TokenType, Scope: t.Scope, ExpiresAt: t.ExpiresAt, Extra: t.Extra}}
	if s.Tokens.Access.IsZero() && s.Tokens.Refresh.IsZero() && s.Tokens.ID.IsZero() {
		return nil, errors.New("want a kept session with a token, it has none")
	}
	if len(k.DPoPKey) > 0 {
		key, err := jose.ParseJWK(k.DPoPKey)
		if err != nil || !key.Private() || key.Curve() != "P-256" {
			return nil, errors.New("the key that the kept tokens are bound to can't be read")
		}
		s.dpop = &dpopKey{key: key, nonces: make(map[string]string)}
	}
	s.inspectKept(cfg)
	return s, nil
}

// inspectKept looks at the tokens of a session that was taken up, without keys.
func (s *Session) inspectKept(cfg Config) {
	now := cfg.withDefaults(nil).Now()
	for _, which := range []TokenName{IDToken, AccessToken, RefreshToken} {
		if raw := s.Token(which); !raw.IsZero() {
			s.Reports[which] = lint.Inspect(raw.Reveal(), nil, inspect.Context{Now: now, Profile: inspect.ProfileAuto})
		}
	}
	if s.Doubt != "" {
		s.trusted = &trusted{s.Tokens.ID, s.Reports[IDToken]}
	}
}

// Fresh reports whether the access token can still be used for a while, as far as its lifetime tells. One without a known end is
// taken for fresh: only the provider can say. One in doubt is not.
func (s *Session) Fresh(now time.Time, leeway time.Duration) bool {
	if s.Tokens.Access.IsZero() || s.Doubt != "" {
		return false
	}
	end := s.Tokens.ExpiresAt
	if r := s.Reports[AccessToken]; end.IsZero() && r != nil && r.Time.ExpiresAt != nil {
		end = *r.Time.ExpiresAt
	}
	return end.IsZero() || now.Add(leeway).Before(end)
}
