package inspect

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Why a scanner of our own: encoding/json reports neither duplicates nor offsets, replaces what is not UTF-8, accepts
// names in another letter case, and reads on to 10000 levels. What an attacker put into a token is just what must be
// seen. The scanner is iterative, so that depth costs no stack, and collects members on one pooled stack, so that a
// container costs one allocation.

// Document is a JSON text and what was read of it.
type Document struct {
	Text     string
	Root     *Value  // nil when nothing could be read; what was read up to the fault when Complete is false
	Complete bool    // the text holds one whole JSON value in UTF-8, within the bounds
	Faults   []Fault // in the order they were met; In is empty
}

// ScanJSON reads a JSON text without losing anything of it. Offsets are bytes into text. Peculiarities (see
// [FaultCode.Peculiar]) and trailing bytes are told in Faults and leave the document complete.
func ScanJSON(text string) *Document { return scan(text, nil) }

// scan keeps the members of objects in a memory.
func scan(text string, m *memory) *Document {
	d := &struct {
		Document
		root Value
	}{}
	s := scanners.Get().(*scanner)
	s.text, s.root, s.memory = text, &d.root, m
	read := s.document()
	d.Text, d.Complete, d.Faults = text, read && !s.bad, s.faults
	if d.root.End > 0 {
		d.Root = &d.root
	}
	s.release()
	return &d.Document
}

// MaxValues bounds how many JSON values are read of one text; each takes about a hundred bytes of memory.
const MaxValues = 60_000

var scanners = sync.Pool{New: func() any { return new(scanner) }}

type scanner struct {
	text   string
	pos    int
	values int
	bad    bool // something keeps the document from being complete
	faults []Fault
	memory *memory // of the members, when they are not to be kept

	// A value is written into its slot: the root, or the last element of the stack of its container's kind. What an open
	// container holds lies on these stacks from its base on; closing it copies that out.
	root    *Value
	depth   int
	frames  [MaxDepth]frame
	members []Member // of all open objects
	items   []Value  // of all open lists
	pending bool     // the slot waits for its value
}

// frame is an open object or list.
type frame struct {
	kind  ValueKind
	start int
	base  int // where its members or items begin on the stack
}

// release gives the scanner back without keeping the token's text alive.
func (s *scanner) release() {
	const keep = 256 // elements; a larger stack is left to the garbage collector
	if cap(s.members) > keep || cap(s.items) > keep {
		return
	}
	members, items := s.members[:cap(s.members)], s.items[:cap(s.items)]
	for i := 0; i < len(members) && members[i].NameStart > 0; i++ { // used slots lie at the front
		members[i] = Member{}
	}
	for i := 0; i < len(items) && items[i].End > 0; i++ {
		items[i] = Value{}
	}
	*s = scanner{members: members[:0], items: items[:0]}
	scanners.Put(s)
}

// maxFaults bounds how many peculiarities of one document are told; Duplicate of every member is set all the same.
const maxFaults = 100

// peculiar adds a fault that the reading goes on after, and reports whether there was room for it.
func (s *scanner) peculiar(code FaultCode, offset int, format string, args ...any) bool {
	if len(s.faults) >= maxFaults {
		return false
	}
	s.faults = append(s.faults, fault(code, offset, format, args...))
	return true
}

func (s *scanner) fail(code FaultCode, offset int, format string, args ...any) {
	f := fault(code, offset, format, args...)
	if offset < len(s.text) {
		f.Byte = s.text[offset]
	}
	s.faults = append(s.faults, f)
	s.bad = true
}

// document reads the text and reports whether a value was read to its end.
func (s *scanner) document() bool {
	const bom = "\ufeff"
	if strings.HasPrefix(s.text, bom) {
		s.peculiar(FaultBOM, 0, "a byte order mark stands before the JSON value")
		s.pos = len(bom)
	}
	s.pending = true
	if !s.value() {
		s.unwind()
		return false
	}
	s.space()
	if s.pos < len(s.text) {
		f := fault(FaultTrailing, s.pos, "wanted the end of the JSON value, got %s and %d bytes in all",
			quoteByte(s.text[s.pos]), len(s.text)-s.pos)
		f.Byte = s.text[s.pos]
		s.faults = append(s.faults, f)
	}
	if !utf8.ValidString(s.text) {
		at := invalidUTF8(s.text)
		s.fail(FaultUTF8, at, "wanted UTF-8, got %s", quoteByte(s.text[at]))
	}
	return true
}

func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return i
			}
		}
	}
	return len(text)
}

func (s *scanner) markDuplicates(members []Member) {
	const few = 32 // up to here comparing pairs is faster than a map
	if len(members) <= few {
		for i := 1; i < len(members); i++ {
			for j := range i {
				if members[i].Name == members[j].Name {
					s.duplicate(&members[i])
					break
				}
			}
		}
		return
	}
	seen := make(map[string]struct{}, len(members))
	for i := range members {
		if _, again := seen[members[i].Name]; again {
			s.duplicate(&members[i])
		}
		seen[members[i].Name] = struct{}{}
	}
}

func (s *scanner) duplicate(m *Member) {
	m.Duplicate = true
	if s.peculiar(FaultDuplicate, m.NameStart, "the member %q occurs more than once", clip(m.Name, 80)) {
		s.faults[len(s.faults)-1].Name = m.Name
	}
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
