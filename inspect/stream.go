package inspect

import "strings"

// Stream inspects one token after another with the same keys and the same context, without what explains a token to a reader (header
// and payload with their meanings, and the checklist), where words would cost as much as the cryptography. It remembers the headers
// it met, since the tokens of an issuer have the same few, and uses its memory again: a report and its token are only good until the
// next one is asked for. It is for one goroutine.
type Stream struct {
	in     inspection
	memory memory
	token  Token
	report Report
}

// NewStream makes a stream that verifies with these keys, which may be nil.
func NewStream(keys *KeySet, ctx Context) *Stream {
	s := &Stream{memory: memory{headers: make(map[string]*Document)}}
	s.in = inspection{keys: keys, ctx: ctx, room: &s.report}
	return s
}

// Brief decodes, verifies and judges a token.
func (s *Stream) Brief(raw string) *Report {
	s.memory.reset()
	s.token = Token{Pasted: raw, Raw: raw, Kind: Unknown, memory: &s.memory}
	s.token.decode()
	return s.in.inspect(&s.token)
}

// memory is what tokens that are decoded one after another share. All of its methods work on nil, and then make what they give.
type memory struct {
	headers map[string]*Document // by the text of the part
	bytes   []byte               // decoded parts
	parts   [4]Part
	members []Member
	input   []byte // signing input
}

// Bounds of what is remembered: headers, the length of one in bytes, and the members of a document.
const (
	keptHeaders = 64
	keptHeader  = 1 << 10
	keptMembers = 256
	keptBytes   = 16 << 10
)

// reset forgets the token before. A large one's memory is left to the garbage collector.
func (m *memory) reset() {
	if cap(m.members) > keptMembers {
		m.members = nil
	}
	if cap(m.bytes) > keptBytes {
		m.bytes = nil
	}
	if cap(m.input) > keptBytes {
		m.input = nil
	}
	m.members = m.members[:0]
}

// header gives the document of a header that was met before.
func (m *memory) header(text string) *Document {
	if m == nil {
		return nil
	}
	return m.headers[text]
}

// keepHeader remembers a header in which nothing is odd.
func (m *memory) keepHeader(text string, doc *Document) {
	if m == nil || len(text) > keptHeader || len(doc.Faults) > 0 || !doc.Complete || doc.Root.Kind != Object {
		return
	}
	if len(m.headers) >= keptHeaders {
		clear(m.headers) // headers that are all different are somebody's trick, or no headers of an issuer
	}
	m.headers[strings.Clone(text)] = doc
}

// room gives n bytes.
func (m *memory) room(n int) []byte {
	if m == nil {
		return make([]byte, n)
	}
	if cap(m.bytes) < n {
		m.bytes = make([]byte, n)
	}
	return m.bytes[:n]
}

// list gives room for the parts of a token.
func (m *memory) list() []Part {
	if m == nil {
		return make([]Part, 0, 4)
	}
	return m.parts[:0]
}

// keep copies the members of an object from the scanner's stack.
func (m *memory) keep(held []Member) []Member {
	if m == nil {
		return append(make([]Member, 0, len(held)), held...)
	}
	if cap(m.members)-len(m.members) < len(held) {
		m.members = make([]Member, 0, max(2*cap(m.members), len(held), 32)) // what lies in the old one stays there
	}
	start := len(m.members)
	m.members = append(m.members, held...)
	return m.members[start:len(m.members):len(m.members)]
}
