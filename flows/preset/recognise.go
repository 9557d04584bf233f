package preset

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// signs are what gives a provider away.
type signs struct {
	hosts   []string // of any of its addresses; with a dot in front, the end of the host
	members []string // of discovery documents, that no other provider has
	paths   []string // of its endpoints; all must occur
	marks   []string // of its error answers, lower case, that settle it: no other provider can use them
	phrases []string // of its error answers, lower case, that no other provider is known to use
}

// Clues are what a provider showed of itself. All are optional.
type Clues struct {
	Issuer   string
	Document []byte   // the discovery document, as it came
	URLs     []string // addresses of it that are known, such as the one that was called
	Text     string   // the words of an error answer: code, description, page, as it came
}

// Evidence is what a provider was recognised by.
type Evidence string

const (
	ByIssuer   Evidence = "its issuer"
	ByHost     Evidence = "its host"
	ByDocument Evidence = "its discovery document"
	ByEndpoint Evidence = "the paths of its endpoints"
	ByWords    Evidence = "the words of its answer"
)

// Recognise finds the provider behind what it showed of itself: the issuer first, then hosts, the discovery document, the
// paths of endpoints, and at last the words of an error answer. p is nil when nothing says which one it is.
func Recognise(c Clues) (p *Preset, by Evidence) {
	if p := byIssuer(c.Issuer); p != nil {
		return p, ByIssuer
	}
	members, addresses := readDocument(c.Document)
	addresses = append(addresses, c.URLs...)
	if c.Issuer != "" {
		addresses = append(addresses, c.Issuer)
	}
	if p := best(func(s *signs) int { return s.matchHosts(addresses) }); p != nil {
		return p, ByHost
	}
	if p := best(func(s *signs) int { return s.matchMembers(members) }); p != nil {
		return p, ByDocument
	}
	if p := best(func(s *signs) int { return s.matchPaths(addresses) }); p != nil {
		return p, ByEndpoint
	}
	// A provider that has places of its own was found by them, or it is not this one, whatever its words are like.
	somewhere := len(addresses) > 0
	text := strings.Join(strings.Fields(strings.ToLower(c.Text[:min(len(c.Text), maxText)])), " ")
	text = strings.ReplaceAll(text, `": `, `":`) // JSON is written with and without a blank there
	if p := best(func(s *signs) int {
		if somewhere && s.fixed() {
			return 0
		}
		return s.matchPhrases(text)
	}); p != nil {
		return p, ByWords
	}
	return nil, ""
}

// maxText bounds what is read of an answer's words, in bytes.
const maxText = 64 << 10

// best gives the preset with the highest score above 0; of equals, the first by id.
func best(score func(*signs) int) *Preset {
	var found *Preset
	highest := 0
	all := All()
	for i := range all {
		if n := score(&all[i].signs); n > highest {
			found, highest = &all[i], n
		}
	}
	return found
}

// certain is how many fixed characters an issuer pattern needs to say anything. Patterns with little that is fixed
// ("https://{host}/oidc") fit too much.
const certain = len("https:///realms/")

func byIssuer(issuer string) *Preset {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" {
		return nil
	}
	text := "https://" + u.Host + u.Path
	var found *Preset
	highest := certain - 1
	all := All()
	for i := range all {
		for _, pattern := range all[i].Issuers {
			if n := matchPattern(pattern, text); n > highest {
				found, highest = &all[i], n
			}
		}
	}
	return found
}

// matchPattern says how many fixed characters of a pattern text has, when it fits; 0 when it does not. A placeholder stands
// for one or more characters other than a slash.
func matchPattern(pattern, text string) int {
	fixed := 0
	text = strings.TrimSuffix(text, "/")
	pattern = strings.TrimSuffix(pattern, "/")
	for {
		before, rest, more := strings.Cut(pattern, "{")
		if !strings.HasPrefix(text, before) {
			return 0
		}
		text, fixed = text[len(before):], fixed+len(before)
		if !more {
			if text != "" {
				return 0
			}
			return fixed
		}
		_, pattern, _ = strings.Cut(rest, "}")
		next, _, _ := strings.Cut(pattern, "{")
		at := len(text)
		if next != "" {
			at = strings.Index(text, next)
		}
		if at <= 0 || strings.Contains(text[:at], "/") {
			return 0
		}
		text = text[at:]
	}
}

// readDocument gives the members of a discovery document and the addresses in it.
func readDocument(document []byte) (members, addresses []string) {
	var object map[string]json.RawMessage
	if json.Unmarshal(document, &object) != nil {
		return nil, nil
	}
	for name, raw := range object {
		members = append(members, name)
		var text string
		if json.Unmarshal(raw, &text) == nil && strings.Contains(text, "://") {
			addresses = append(addresses, text)
		}
	}
	return members, addresses
}

func (s *signs) matchHosts(addresses []string) (score int) {
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil || u.Host == "" {
			continue
		}
		host := strings.ToLower(u.Hostname())
		for _, h := range s.hosts {
			if host == h || strings.HasPrefix(h, ".") && strings.HasSuffix(host, h) {
				score = max(score, len(h))
			}
		}
	}
	return score
}

func (s *signs) matchMembers(members []string) (score int) {
	for _, m := range s.members {
		if slices.Contains(members, m) {
			score = max(score, len(m))
		}
	}
	return score
}

func (s *signs) matchPaths(addresses []string) (score int) {
	for _, path := range s.paths {
		if !slices.ContainsFunc(addresses, func(a string) bool { return strings.Contains(a, path) }) {
			return 0
		}
		score += len(path)
	}
	return score
}

// fixed reports whether the provider is always found by its addresses: by paths of its own, or a host that nobody can
// replace with one of theirs.
func (s *signs) fixed() bool {
	return len(s.paths) > 0 || len(s.hosts) > 0 && !strings.HasPrefix(s.hosts[0], ".")
}

// matchPhrases goes by the marks, then by the longest phrase: the more words agree, the less likely it is chance.
func (s *signs) matchPhrases(text string) (score int) {
	for _, mark := range s.marks {
		if strings.Contains(text, mark) {
			return 1000 + len(mark)
		}
	}
	for _, phrase := range s.phrases {
		if len(phrase) > score && strings.Contains(text, phrase) {
			score = len(phrase)
		}
	}
	return score
}
