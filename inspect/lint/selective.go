package lint

import (
	"fmt"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/rule"
	"github.com/oidcscope/oidcscope/internal/safe"
)

// selectiveRules are about SD-JWTs: their disclosures, and the proof of their holder.
func selectiveRules() []Rule {
	return []Rule{
		{
			ID: "TOK-081", Slug: "sdjwt-disclosure", Title: "A disclosure that does not belong", Severity: rule.Error,
			Refs:    refs("RFC 9901 7.1"),
			Why:     "One disclosure that is malformed, belongs to no digest or is used twice makes all of the token invalid: it could change what the issuer signed.",
			Fix:     "Refuse the token. A holder shows disclosures exactly as the issuer made them, each once.",
			Good:    "a disclosure for one of the digests in _sd",
			Bad:     "a disclosure that no digest is of",
			Applies: func(s *Subject) bool { return s.Token.SD != nil },
			Check: func(s *Subject) (all []rule.Finding) {
				sd := s.Token.SD
				for i := range sd.Disclosures {
					if problem := sd.Disclosures[i].Problem; problem != "" {
						all = append(all, found(fmt.Sprintf("disclosure[%d]", i), "%s", safe.Text(problem))...)
					}
				}
				if len(sd.Problems) > 0 && inspect.KnownDigest(sd.Alg) {
					all = append(all, found("claims", "%s", safe.Text(sd.Problems[0]))...)
				}
				return all
			},
		},
		{
			ID: "TOK-082", Slug: "sdjwt-kb", Title: "The holder does not prove to be the holder", Severity: rule.Error,
			Refs:    refs("RFC 9901 4.3", "RFC 9901 7.3"),
			Why:     "Without a valid proof anybody who has a copy of the credential can show it.",
			Fix:     "Ask the holder for a key binding token over these disclosures, with your nonce and your name as audience.",
			Good:    "a key binding token signed with the key in cnf",
			Bad:     "sd_hash of other disclosures",
			Applies: func(s *Subject) bool { return s.Token.SD != nil && s.Claims != nil },
			Check: func(s *Subject) []rule.Finding {
				if problem := inspect.KeyBindingProblem(s.Token, s.Ctx); problem != "" {
					return found("key_binding", "%s", safe.Text(problem))
				}
				return nil
			},
		},
		{
			ID: "TOK-083", Slug: "sdjwt-alg", Title: "Digests that prove little", Severity: rule.Warn,
			Refs:    refs("RFC 9901 4.1.1"),
			Why:     "Whoever finds a second text with the same digest can put other claims under the issuer's signature.",
			Fix:     "Use sha-256 or stronger.",
			Good:    `{"_sd_alg":"sha-256"}`,
			Bad:     `{"_sd_alg":"md5"}`,
			Applies: func(s *Subject) bool { return s.Token.SD != nil && s.Claims != nil },
			Check: func(s *Subject) []rule.Finding {
				alg := object(s.Token.Payload).Get("_sd_alg")
				if name, ok := alg.Text(); alg == nil || ok && inspect.KnownDigest(name) {
					return nil
				}
				return found("claims._sd_alg", "%s is unknown or too weak", quoteRaw(alg))
			},
		},
	}
}
