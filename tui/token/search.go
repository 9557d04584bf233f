package token

import (
	"slices"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/tui/widget"
)

// A search leaves what it found and what leads there, and goes from hit to hit with n and N. esc shows everything again, with the last hit
// still selected.

// firstHit selects the first hit while the text is being typed.
func (s *Screen) firstHit() {
	if len(s.hits) > 0 {
		s.goTo(s.hits[0])
	}
}

// nextHit selects the hit after the selected row, or before it, around the end.
func (s *Screen) nextHit(step int) {
	n := len(s.hits)
	if n == 0 {
		return
	}
	at := slices.Index(s.hits, s.selected())
	if at < 0 && step < 0 {
		at = 0
	}
	s.goTo(s.hits[((at+step)%n+n)%n])
}

func (s *Screen) goTo(id string) {
	s.onRight = false
	s.left.Select(id)
}

// hitNumber is which hit is selected, from 1; 0 for none.
func (s *Screen) hitNumber() int { return slices.Index(s.hits, s.selected()) + 1 }

// found reports whether the search keeps a claim: by its name, its meaning, or what it holds.
func (s *Screen) found(c *inspect.Claim) bool {
	part := s.filter.Text()
	return widget.ContainsFold(c.Name, part) || widget.ContainsFold(string(c.Value), part) || widget.ContainsFold(c.Meaning, part)
}

// hit counts a row among what was found.
func (s *Screen) hit(ids ...string) {
	if s.filter.Text() != "" {
		s.hits = append(s.hits, ids...)
	}
}
