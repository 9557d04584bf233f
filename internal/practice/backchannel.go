package practice

import (
	"context"
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

// askPerson lets the person answer when the client asks for the second time.
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
	if polls != 2 {
		return
	}
	if as.Subject == "bob" {
		err = p.op.DenyCIBARequest(r.Context(), id, goidc.NewError(goidc.ErrorCodeAccessDenied, "the person refused"))
	} else {
		err = p.op.GrantCIBARequest(r.Context(), id)
	}
	if err != nil {
		seenFrom(r.Context()).Reason = err.Error()
	}
}
