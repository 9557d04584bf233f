package explain

import (
	"slices"
	"strings"

	"github.com/oidcscope/oidcscope/flows/diagnose"
)

// met is one way in which an error code is met.
type met struct {
	section int // of the catalogue; the first is what the specifications say
	where   string
	entry   diagnose.Entry
}

// errorTopics makes a topic of every error code that can be diagnosed. What the specifications say is told in full, and so is a code
// that few rows know; of the others the first sentence for each provider, since diagnose tells the rest with the answer at hand.
func errorTopics() []Topic {
	const few = 3
	var codes []string
	meetings := map[string][]met{}
	for i, s := range diagnose.Catalogue() {
		for _, e := range s.Entries {
			for _, code := range e.Codes {
				if code == "" { // rows that go by the words alone
					continue
				}
				if meetings[code] == nil {
					codes = append(codes, code)
				}
				meetings[code] = append(meetings[code], met{i, s.Title, e})
			}
		}
	}
	slices.Sort(codes)
	list := make([]Topic, len(codes))
	for i, code := range codes {
		all := meetings[code]
		slices.SortStableFunc(all, func(a, b met) int { return a.section - b.section })
		general := 0
		for general < len(all) && all[general].section == 0 {
			general++
		}
		slices.Reverse(all[:general]) // the general rows come last in their table, for cases that the narrower ones do not fit
		t := Topic{Kind: ErrorCode, Name: code, Text: sentence(all[0].entry.What)}
		for _, m := range all {
			full := m.section == 0 || len(all) <= few
			if m.section == 0 {
				t.Details = append(t.Details, Detail{"means", m.entry.What})
			} else {
				t.Details = append(t.Details, Detail{"also", m.where + ": " + m.entry.What})
			}
			if full {
				t.Details = append(t.Details, Detail{"causes", m.entry.Causes}, Detail{"to do", m.entry.Fixes})
			}
			for _, ref := range references(m.entry.Ref) {
				if full && !slices.Contains(t.Refs, ref) {
					t.Refs = append(t.Refs, ref)
				}
			}
		}
		list[i] = t
	}
	return list
}

// sentence makes one of a row's words.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
