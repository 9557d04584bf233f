package flows

import (
	"context"
	"net/url"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

// openJARM opens and verifies a signed answer and gives the parameters in it (JARM 2.4). An answer by a key that the key set
// lacks has it fetched once more, so this runs in the engine's goroutine: the listener asks for it and waits.
func (s *state) openJARM(ctx context.Context, raw string) (url.Values, *Problem) {
	const ref = "JARM 2.4"
	answer := secret.New(raw)
	s.secrets.Add(raw)
	if err := s.findKey(ctx, s.speaking(answer)); err != nil {
		return url.Values{}, asProblem(ctx, err)
	}
	report := s.look(answer, inspect.Context{Now: s.cfg.Now(), Profile: inspect.ProfileJWT})
	if p := s.judgeJWT(report, "answer", ref); p != nil {
		return url.Values{}, p
	}
	claims := innermost(report).Token.Payload
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
