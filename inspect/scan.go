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
func ScanJSON(text string) *Document {
	d := &struct {
		Document
		root Value
	}{}
	s := scanners.Get().(*scanner)
	s.text, s.root = text, &d.root
	read := s.document()
	d.Text, d.Complete, d.Faults = text, read && !s.bad, s.faults
	if d.root.End > 0 {
		d.Root = &d.root
	}
	s.release()
	return &d.Document
}

// MaxValues bounds how many JSON values are read of one text; each takes about a hundred bytes of memory.
const MaxValues = 200_000

var scanners = sync.Pool{New: func() any { return new(scanner) }}

type scanner struct {
	text   string
	pos    int
	values int
	bad    bool // something keeps the document from being complete
	faults []Fault

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
		s.faults = append(s.faults, fault(FaultBOM, 0, "a byte order mark stands before the JSON value"))
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

// value reads one value with everything in it.
func (s *scanner) value() bool {
	for {
		opened, ok := s.open()
		if !ok {
			return false
		}
		for !opened {
			if s.depth == 0 {
				return true
			}
			if opened, ok = s.next(); !ok {
				return false
			}
		}
	}
}

// slot is where the value that is being read goes.
func (s *scanner) slot() *Value {
	switch {
	case s.depth == 0:
		return s.root
	case s.frames[s.depth-1].kind == Object:
		return &s.members[len(s.members)-1].Value
	}
	return &s.items[len(s.items)-1]
}

// open reads a scalar or an empty container, or opens a container and stops before its first value.
func (s *scanner) open() (opened, ok bool) {
	s.space()
	if s.pos >= len(s.text) {
		s.fail(FaultSyntax, s.pos, "wanted a value, got the end of the text")
		return false, false
	}
	if s.values++; s.values > MaxValues {
		s.fail(FaultSize, s.pos, "more than %d JSON values", MaxValues)
		return false, false
	}
	start, kind, str := s.pos, Number, ""
	switch c := s.text[start]; c {
	case '{', '[':
		return s.openContainer(c)
	case '"':
		kind = String
		str, ok = s.str()
	case 't':
		kind, ok = Bool, s.literal("true")
	case 'f':
		kind, ok = Bool, s.literal("false")
	case 'n':
		kind, ok = Null, s.literal("null")
	default:
		ok = s.number()
	}
	if ok {
		v := s.slot()
		v.Kind, v.Start, v.End, v.Raw, v.Str = kind, start, s.pos, s.text[start:s.pos], str
		s.pending = false
	}
	return false, ok
}

func (s *scanner) openContainer(c byte) (opened, ok bool) {
	if s.depth == MaxDepth {
		s.fail(FaultDepth, s.pos, "nested deeper than %d levels", MaxDepth)
		return false, false
	}
	f := &s.frames[s.depth]
	*f = frame{kind: Array, start: s.pos, base: len(s.items)}
	if c == '{' {
		f.kind, f.base = Object, len(s.members)
	}
	s.depth++
	s.pending = false
	s.pos++
	s.space()
	if s.pos < len(s.text) && s.text[s.pos] == c+2 { // '}' is '{'+2, ']' is '['+2
		s.pos++
		s.close()
		return false, true
	}
	return true, s.element(f)
}

// element makes room for the next value of a container.
func (s *scanner) element(f *frame) bool {
	if f.kind == Object {
		return s.memberName()
	}
	s.items = append(s.items, Value{})
	s.pending = true
	return true
}

// next goes on after a value: to the next one of the container, or past the container's end, which makes that a value.
func (s *scanner) next() (opened, ok bool) {
	f := &s.frames[s.depth-1]
	s.space()
	if s.pos >= len(s.text) {
		s.fail(FaultSyntax, s.pos, "wanted a comma or the end of %s, got the end of the text", f.kind)
		return false, false
	}
	switch c := s.text[s.pos]; {
	case c == ',':
		s.pos++
		s.space()
		return true, s.element(f)
	case c == '}' && f.kind == Object, c == ']' && f.kind == Array:
		s.pos++
		s.close()
		return false, true
	default:
		s.fail(FaultSyntax, s.pos, "wanted a comma or the end of %s, got %s", f.kind, quoteByte(c))
		return false, false
	}
}

// memberName reads a name and its colon.
func (s *scanner) memberName() bool {
	if s.pos >= len(s.text) || s.text[s.pos] != '"' {
		s.failAt("a member name in quotes")
		return false
	}
	start := s.pos
	name, ok := s.str()
	if !ok {
		return false
	}
	s.space()
	if s.pos >= len(s.text) || s.text[s.pos] != ':' {
		s.failAt("a colon after the member name")
		return false
	}
	s.pos++
	s.members = append(s.members, Member{Name: name, NameStart: start})
	s.pending = true
	return true
}

// failAt reports a syntax fault at the present position.
func (s *scanner) failAt(want string) {
	if s.pos >= len(s.text) {
		s.fail(FaultSyntax, s.pos, "wanted %s, got the end of the text", want)
		return
	}
	s.fail(FaultSyntax, s.pos, "wanted %s, got %s", want, quoteByte(s.text[s.pos]))
}

// close makes the innermost container a value.
func (s *scanner) close() {
	s.depth--
	f := &s.frames[s.depth]
	var members []Member
	var items []Value
	if f.kind == Object {
		if held := s.members[f.base:]; len(held) > 0 {
			members = append(make([]Member, 0, len(held)), held...)
			s.members = s.members[:f.base]
			s.markDuplicates(members)
		}
	} else if held := s.items[f.base:]; len(held) > 0 {
		items = append(make([]Value, 0, len(held)), held...)
		s.items = s.items[:f.base]
	}
	*s.slot() = Value{Kind: f.kind, Start: f.start, End: s.pos, Raw: s.text[f.start:s.pos], Members: members, Items: items}
}

// unwind closes what is open after a fault, so that what was read so far can be shown.
func (s *scanner) unwind() {
	for s.depth > 0 {
		if s.pending { // the name of a member is known, its value is not
			s.pending = false
			if s.frames[s.depth-1].kind == Object {
				s.members = s.members[:len(s.members)-1]
			} else {
				s.items = s.items[:len(s.items)-1]
			}
		}
		s.close()
	}
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
	f := fault(FaultDuplicate, m.NameStart, "the member %q occurs more than once", m.Name)
	f.Name = m.Name
	s.faults = append(s.faults, f)
}

func index(i int) string { return "[" + strconv.Itoa(i) + "]" }
