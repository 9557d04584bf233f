// Package explain is what oidcscope knows, to be looked up without a network: claims, header parameters, error codes, checks, flows
// and their steps, parameters of requests and answers, terms, specifications. [Find] is what to use.
//
// The knowledge is where the program itself uses it (the glossary of package inspect, the rules of lint and doctor, the rows of diagnose,
// the flows); only
// parameters, terms and specifications have tables here. Nothing is computed before the first question.
package explain

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/oidcscope/oidcscope/internal/config"
)

// Kind says what sort of thing a topic is.
type Kind string

const (
	Claim         Kind = "claim"
	Header        Kind = "header parameter"
	Check         Kind = "check"
	ErrorCode     Kind = "error code"
	Flow          Kind = "flow"
	Step          Kind = "step"
	Parameter     Kind = "parameter"
	Term          Kind = "term"
	Specification Kind = "specification"
	Provider      Kind = "provider"
)

// Kinds lists them in the order in which topics of one name are told.
func Kinds() []Kind {
	return []Kind{Term, Claim, Header, Parameter, ErrorCode, Flow, Step, Check, Specification, Provider}
}

// Topic is one thing that can be explained.
type Topic struct {
	Kind    Kind     `json:"kind"`
	Name    string   `json:"name"`            // "exp", "TOK-050", "RFC 7519"
	Title   string   `json:"title,omitempty"` // "The token has expired"
	Text    string   `json:"text"`
	Details []Detail `json:"details,omitempty"`
	Refs    []string `json:"refs,omitempty"` // where it is written
	See     []string `json:"see,omitempty"`  // other topics

	also []string // other names
}

// Detail is a further line about a topic.
type Detail struct {
	Label string `json:"label"` // "severity", "fix"
	Text  string `json:"text"`
}

// All lists every topic, by kind in the order of [Kinds], then in the order of their tables.
func All() []Topic { return slices.Clone(all()) }

var all = sync.OnceValue(func() []Topic {
	var list []Topic
	for _, topics := range []func() []Topic{termTopics, glossaryTopics, parameterTopics, flowTopics, errorTopics, checkTopics, specificationTopics, providerTopics} {
		list = append(list, topics()...)
	}
	order := Kinds()
	slices.SortStableFunc(list, func(a, b Topic) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return list
})

// Answer is what was found for a question.
type Answer struct {
	Topics  []Topic  // that have the name; several kinds may share one
	Meant   string   // the name that was probably meant, when it was spelt in another way; the topics are then its
	Similar []string // when there are no topics: names that are near
}

// maxQuestion bounds what is compared, in bytes.
const maxQuestion = 200

// Find looks a question up: a name in any letter case and spelling of blanks ("TOK-50", "rfc7519", "code challenge"), one with a
// small mistake in it, or a part of one.
func Find(question string) Answer {
	if len(question) > maxQuestion {
		return Answer{}
	}
	want := normal(question)
	if topics := named(want); len(topics) > 0 {
		return Answer{Topics: topics}
	}
	if spec, section := withSection(want); section != "" {
		if topics := named(spec); len(topics) > 0 {
			return Answer{Topics: topics}
		}
	}
	if name, _, assigned := strings.Cut(want, "="); assigned { // prompt=none, nonce=abc
		if topics := named(strings.TrimSpace(name)); len(topics) > 0 {
			return Answer{Topics: topics}
		}
	}
	if strings.Contains(question, "://") { // an address is a name of its own, and no mistake in another's
		return Answer{Similar: similar(want)}
	}
	if near := config.Nearest(want, slices.Sorted(maps.Keys(index()))); near != "" {
		topics := named(near)
		return Answer{Topics: topics, Meant: topics[0].Name}
	}
	return Answer{Similar: similar(want)}
}

// named gives the topics of a normal name.
func named(want string) []Topic {
	var found []Topic
	for _, i := range index()[want] {
		found = append(found, all()[i])
	}
	return found
}

// index has the topics of every normal name.
var index = sync.OnceValue(func() map[string][]int {
	names := make(map[string][]int)
	for i, t := range all() {
		for _, name := range append([]string{t.Name}, t.also...) {
			if name = normal(name); !slices.Contains(names[name], i) {
				names[name] = append(names[name], i)
			}
		}
	}
	return names
})

// similar lists names that hold the question, or a word of it.
func similar(want string) []string {
	const most = 10
	var found []string
	add := func(part string) {
		for _, t := range all() {
			if len(part) > 2 && len(found) < most && !slices.Contains(found, t.Name) &&
				(strings.Contains(normal(t.Name), part) || strings.Contains(strings.ToLower(t.Title), part)) {
				found = append(found, t.Name)
			}
		}
	}
	add(want)
	for _, word := range strings.Fields(want) {
		add(word)
	}
	return found
}

// normal brings a name into the form that names are compared in: lower case, one blank for every mark between words, "rfc 7519" and
// "tok 050" for all their spellings.
func normal(name string) string {
	text := strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune(" \t_-`\"'?", r) }), " ")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "the "), "what is ")
	for _, prefix := range []string{"rfc", "tok"} {
		rest, ok := strings.CutPrefix(text, prefix)
		number := strings.TrimLeft(rest, " ")
		if !ok || number == "" || number[0] < '0' || number[0] > '9' {
			continue
		}
		for prefix == "tok" && len(number) < 3 {
			number = "0" + number
		}
		return prefix + " " + number
	}
	return text
}

// withSection splits a section off the name of a specification: "rfc 7519 4.1.4".
func withSection(want string) (spec, section string) {
	i := strings.LastIndexByte(want, ' ')
	if i < 0 || !strings.Contains(want[:i], " ") || strings.Trim(want[i+1:], "0123456789.§") != "" {
		return "", ""
	}
	return want[:i], want[i+1:]
}
