package flows

import (
	"net/url"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// openJARM verifies a signed answer and gives the parameters in it (JARM 2.4). It is called from the listener's goroutine
// while the engine waits, and only reads. The key set is that of the login: a key that the provider made since is not known.
func (s *state) openJARM(raw string) (url.Values, *Problem) {
	const ref = "JARM 2.4"
	report := inspect.Inspect(raw, s.keysFor(secret.New(raw)), inspect.Context{Now: s.cfg.Now(), Profile: inspect.ProfileJWT})
	if p := s.judgeJWT(report, "answer", ref); p != nil {
		return url.Values{}, p
	}
	claims := report.Token.Payload
	q := url.Values{}
	for i := range claims.Members {
		if text, ok := claims.Members[i].Value.Text(); ok {
			q.Add(claims.Members[i].Name, text)
		} else if claims.Members[i].Value.Kind == inspect.Number { // expires_in
			q.Add(claims.Members[i].Name, claims.Members[i].Value.Raw)
		}
	}
	for _, name := range []string{"iss", "aud", "exp"} {
		if claims.Get(name) == nil {
			return q, problem(ProblemCheck, "a signed answer with "+name, "one without it", ref)
		}
	}
	q.Del("exp")
	q.Del("aud")
	return q, nil
}
