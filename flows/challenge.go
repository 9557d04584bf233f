package flows

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/oidcscope/oidcscope/flows/record"
)

// challenge is one challenge of a WWW-Authenticate field (RFC 9110 11.3).
type challenge struct {
	scheme string
	params map[string]string // by name in lower case; the first of a name counts
}

// maxChallenges bounds how many challenges and parameters of one answer are read.
const maxChallenges = 50

// challengesOf reads every challenge of an answer. Servers put several into one field or one into each.
func challengesOf(r *record.Response) []challenge {
	var all []challenge
	for _, h := range r.Headers {
		if strings.EqualFold(h.Name, "WWW-Authenticate") && len(all) < maxChallenges {
			all = append(all, parseChallenges(h.Value)...)
		}
	}
	return all
}

// parseChallenges reads a list of challenges. The list and the parameters of one challenge are both separated by commas: a
// word that no equals sign follows begins the next challenge. What can't be read is passed over.
func parseChallenges(value string) []challenge {
	var all []challenge
	for rest := value; len(all) < maxChallenges; {
		rest = strings.TrimLeft(rest, ", \t")
		if rest == "" {
			break
		}
		end := strings.IndexAny(rest, ", \t=\"")
		if end < 0 {
			end = len(rest)
		}
		word, after := rest[:end], strings.TrimLeft(rest[end:], " \t")
		isParam := strings.HasPrefix(after, "=")
		switch {
		case isParam && len(all) > 0:
			var v string
			v, rest = paramValue(strings.TrimLeft(after[1:], " \t"))
			if name, known := strings.ToLower(word), all[len(all)-1].params; len(known) < maxChallenges {
				if _, twice := known[name]; !twice {
					known[name] = v
				}
			}
		case word == "": // a stray quote or equals sign
			rest = rest[end+1:]
		case isParam: // of no challenge
			_, rest = paramValue(strings.TrimLeft(after[1:], " \t"))
		default:
			all = append(all, challenge{scheme: word, params: make(map[string]string)})
			rest = withoutToken68(after)
		}
	}
	return all
}

// withoutToken68 passes over the one opaque value that schemes like Negotiate have instead of parameters.
func withoutToken68(s string) string {
	end := strings.IndexByte(s, ',')
	if end < 0 {
		end = len(s)
	}
	if text := strings.TrimRight(s[:end], " \t"); text != "" && !strings.ContainsAny(strings.TrimRight(text, "="), "=\" \t") {
		return s[end:]
	}
	return s
}

// named finds the first challenge of a scheme.
func named(all []challenge, scheme string) *challenge {
	for i := range all {
		if strings.EqualFold(all[i].scheme, scheme) {
			return &all[i]
		}
	}
	return nil
}

// challengeParam gives the first value of a parameter, of whatever challenge.
func challengeParam(all []challenge, name string) string {
	for _, c := range all {
		if c.params[name] != "" {
			return excerpt([]byte(c.params[name]), 300)
		}
	}
	return ""
}

// ChallengeParam gives a parameter of an answer's WWW-Authenticate fields by its name in lower case, or "".
func ChallengeParam(r *record.Response, name string) string {
	return challengeParam(challengesOf(r), name)
}

// Challenges reports whether an answer asks for a scheme of authentication, such as Bearer.
func Challenges(r *record.Response, scheme string) bool { return named(challengesOf(r), scheme) != nil }

// StepUp gives the flags of a login that fulfils what an answer's WWW-Authenticate fields ask for (RFC 9470 3), or "".
func StepUp(r *record.Response) string { return stepUp(challengesOf(r)) }

func stepUp(all []challenge) string {
	var flags []string
	if acr := challengeParam(all, "acr_values"); acr != "" {
		flags = append(flags, "--acr-values "+shellWord(acr))
	}
	if age, err := strconv.ParseUint(challengeParam(all, "max_age"), 10, 31); err == nil {
		flags = append(flags, fmt.Sprintf("--max-age %d", age))
	}
	return strings.Join(flags, " ")
}

// shellWord makes one word of a text for a shell. The text is a server's, and the person will paste it into theirs: within double
// quotes a shell would run what stands in $() or backquotes.
func shellWord(text string) string {
	if !strings.ContainsAny(text, "$`!\\\"") {
		return `"` + text + `"`
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
