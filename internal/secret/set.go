package secret

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"
)

// shortest is the length in bytes below which a value is not searched for in free text: it would be found by chance.
const shortest = 6

// Set holds the secrets of a run, so that they can be masked wherever they turn up: a provider that echoes the client
// secret in an error description, a library that puts an address into an error. The zero value is empty and ready to use.
// It may be used by several goroutines.
type Set struct {
	mu     sync.RWMutex
	values map[string]struct{}
	order  []string // longest first, rebuilt when stale
	masks  *strings.Replacer
	plain  []string // texts in plain view
}

// Add remembers a secret. A mask is none, and neither is a word like "secret" or "password": of a test client it may be the value, but
// every message is full of it. By its name it is masked all the same.
func (s *Set) Add(value string) {
	if len(value) < shortest || isMask(value) || IsParam(value) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.values == nil {
		s.values = make(map[string]struct{})
	}
	if _, known := s.values[value]; known {
		return
	}
	s.values[value] = struct{}{}
	s.masks = nil
}

// Spare remembers a text that everybody sees, such as a client's id. A value that stands in it is no longer searched for in free text:
// people take passwords that are also names, and an address would be masked in the middle. Where such a value is named
// as a secret it is masked all the same.
func (s *Set) Spare(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if text != "" && !slices.Contains(s.plain, text) {
		s.plain = append(s.plain, text)
		s.masks = nil
	}
}

// AddBasic remembers client credentials in the form that HTTP Basic sends them (RFC 7617 2, RFC 6749 2.3.1).
func (s *Set) AddBasic(user, password string) {
	if password == "" {
		return
	}
	s.Add(password)
	s.Add(base64.StdEncoding.EncodeToString([]byte(user + ":" + password)))
	s.Add(base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(user) + ":" + url.QueryEscape(password))))
}

// Scrub masks every remembered secret in a text, as it is and in its percent-encoded and JSON-escaped forms.
func (s *Set) Scrub(text string) string {
	s.mu.RLock()
	masks := s.masks
	empty := len(s.values) == 0
	s.mu.RUnlock()
	if empty || text == "" {
		return text
	}
	if masks == nil {
		masks = s.build()
	}
	return masks.Replace(text)
}

// Holds reports whether the text contains any remembered secret in any of the forms that Scrub masks.
func (s *Set) Holds(text string) bool { return s.Scrub(text) != text }

func (s *Set) build() *strings.Replacer {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order = s.order[:0]
	for v := range s.values {
		if !slices.ContainsFunc(s.plain, func(text string) bool { return strings.Contains(text, v) }) {
			s.order = append(s.order, v)
		}
	}
	// The longest first: a secret that contains another must not be left half seen.
	sort.Slice(s.order, func(i, j int) bool {
		if len(s.order[i]) != len(s.order[j]) {
			return len(s.order[i]) > len(s.order[j])
		}
		return s.order[i] < s.order[j]
	})
	var pairs []string
	for _, v := range s.order {
		mask := Mask(v)
		for _, form := range forms(v) {
			pairs = append(pairs, form, mask)
		}
	}
	s.masks = strings.NewReplacer(pairs...)
	return s.masks
}

// forms gives the ways in which a value is written in messages.
func forms(value string) []string {
	all := []string{value}
	add := func(f string) {
		for _, have := range all {
			if have == f {
				return
			}
		}
		all = append(all, f)
	}
	add(url.QueryEscape(value))
	add(url.PathEscape(value))
	if quoted, err := json.Marshal(value); err == nil {
		add(strings.Trim(string(quoted), `"`))
	}
	return all
}
