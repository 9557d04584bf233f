package practice

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// The people here have a telephone each, for backchannel authentication (CIBA): alice agrees as soon as the client asks for
// the second time, and bob says no.

// findPerson finds whom a backchannel request means.
func (p *Provider) findPerson(_ context.Context, as *goidc.AuthnSession, _ *goidc.Client) error {
	name := as.LoginHint
	if sub, ok := as.IDTokenHintClaims["sub"].(string); ok {
		name = sub
	}
	someone, ok := personByLogin(name)
	if !ok {
		return goidc.WrapError("unknown_user_id", "unknown user", errors.New("nobody here has that name; try alice or bob"))
	}
	adopt(as, browser{login: someone.Login, authTime: int(time.Now().Unix())})
	as.GrantedScopes, as.GrantedResources = as.Scopes, as.Resources
	return nil
}

// askSoon lets the person answer after a while when the client wants to be told (ping mode): it may never ask before.
func (p *Provider) askSoon(a *answer, r *http.Request) {
	var started struct {
		ID string `json:"auth_req_id"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body.Bytes(), &started) != nil {
		return
	}
	as, err := p.store.SessionByAuthReqID(r.Context(), started.ID)
	if err != nil || as.ClientNotificationToken == "" {
		return
	}
	ctx := context.WithoutCancel(r.Context())
	p.active.Go(func() {
		select {
		case <-p.stopping:
			return
		case <-time.After(telephoneDelay):
		}
		p.libraryMu.Lock()
		defer p.libraryMu.Unlock()
		_ = p.decide(ctx, as) // a client that is gone by now is not told
	})
}

// telephoneDelay is how long a person takes to answer.
const telephoneDelay = time.Second

// decide answers for the person.
func (p *Provider) decide(ctx context.Context, as *goidc.AuthnSession) error {
	if as.Subject == "bob" {
		return p.op.DenyCIBARequest(ctx, as.AuthReqID, goidc.NewError(goidc.ErrorCodeAccessDenied, "the person refused"))
	}
	return p.op.GrantCIBARequest(ctx, as.AuthReqID)
}

// askPerson lets the person answer when a client that polls asks for the second time.
func (p *Provider) askPerson(r *http.Request) {
	id := r.PostFormValue("auth_req_id")
	if r.URL.Path != pathToken || r.PostFormValue("grant_type") != string(goidc.GrantCIBA) {
		return
	}
	as, err := p.store.SessionByAuthReqID(r.Context(), id)
	if err != nil {
		return
	}
	polls := p.asked.get(id) + 1
	p.asked.put(id, polls)
	if polls != 2 || as.ClientNotificationToken != "" {
		return
	}
	if err := p.decide(r.Context(), as); err != nil {
		seenFrom(r.Context()).Reason = err.Error()
	}
}
