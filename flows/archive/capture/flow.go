package capture

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows"
	"github.com/oidcscope/oidcscope/flows/explain"
)

// Which of the engine's flows a login is a run of.

// chooseFlow takes the engine's flow that the group is a run of, with a step for what came after it.
func (r *rebuilder) chooseFlow() flows.Flow {
	cfg := r.config
	cfg.Request.PAR = r.g.push != nil
	cfg.Request.JAR = r.g.asked.Has("request")
	f := r.baseFlow(cfg)
	if r.g.device == nil && r.g.request == nil && r.g.answer == nil && r.g.token == nil {
		f.Steps = nil
	}
	has := func(id string) bool {
		return slices.ContainsFunc(f.Steps, func(s flows.Step) bool { return s.ID == id })
	}
	for _, m := range r.g.after {
		id := stepOf(m.kind)
		if has(id) {
			continue
		}
		for _, k := range explain.Flows() {
			if i := slices.IndexFunc(k.Steps, func(s flows.Step) bool { return s.ID == id }); i >= 0 && !has(id) {
				step := k.Steps[i]
				step.Optional = true
				f.Steps = append(f.Steps, step)
				if f.ID == "" {
					f.ID, f.Title = k.ID, k.Title
				}
			}
		}
	}
	return f
}

func stepOf(k kind) string {
	return map[kind]string{userinfo: "userinfo", introspection: "introspect", revocation: "revoke", logout: "logout"}[k]
}

func (r *rebuilder) baseFlow(cfg flows.Config) flows.Flow {
	g := r.g
	responseType := strings.Fields(g.asked.Get("response_type"))
	switch {
	case g.device != nil && g.device.kind == backchannel:
		return flows.CIBA(cfg)
	case g.device != nil:
		return flows.DeviceCode(cfg)
	case g.request == nil && g.answer == nil && g.token != nil && g.token.sent.Has("grant_type"):
		return grantFlow(cfg, g.token.sent.Get("grant_type"))
	case slices.Contains(responseType, "code") && len(responseType) > 1, g.answer.Has("code") && g.answer.Has("id_token"):
		return flows.Hybrid(cfg)
	case slices.Contains(responseType, "token") || slices.Contains(responseType, "id_token"), !g.answer.Has("code") && g.answer.Has("id_token"):
		return flows.Implicit(cfg)
	case g.request == nil && g.answer == nil && g.token == nil:
		return flows.Flow{}
	}
	f := flows.AuthorizationCode(cfg)
	if g.request == nil && g.answer == nil && g.token != nil && !g.token.sent.Has("grant_type") {
		f.Title = "Token request"
		f.Steps = slices.DeleteFunc(slices.Clone(f.Steps), func(s flows.Step) bool { return s.ID == "prepare" || s.ID == "authorize" })
	}
	if g.request != nil && !g.asked.Has("code_challenge") {
		f.Title = "Authorization code without PKCE"
	}
	if g.asked.Get("prompt") == "none" {
		f.Title += ", silent"
	}
	return f
}

func grantFlow(cfg flows.Config, grant string) flows.Flow {
	switch grant {
	case "refresh_token":
		return flows.Refresh(&flows.Session{Metadata: &flows.Metadata{}})
	case "client_credentials":
		return flows.ClientCredentials(cfg)
	case "password":
		return flows.Password(cfg)
	case "urn:ietf:params:oauth:grant-type:jwt-bearer":
		return flows.JWTBearer(cfg)
	case "urn:ietf:params:oauth:grant-type:token-exchange":
		return flows.TokenExchange(cfg)
	case "urn:ietf:params:oauth:grant-type:device_code":
		return flows.DeviceCode(cfg)
	case "urn:openid:params:grant-type:ciba":
		return flows.CIBA(cfg)
	}
	return flows.AuthorizationCode(cfg)
}
