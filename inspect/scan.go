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
	d.Text = text
	s := scanners.Get().(*scanner)
	s.begin(text)
	root, ok := s.document()
	if s.started {
		d.root = root
		d.Root = &d.root
	}
	d.Complete = ok && s.bad == nil
	d.Faults = s.faults
	s.release()
	return &d.Document
}

// MaxValues bounds how many JSON values are read of one text; each takes about a hundred bytes of memory.
const MaxValues = 200_000

var scanners = sync.Pool{New: func() any { return new(scanner) }}

type scanner struct {
	text    string
	pos     int
	values  int
	started bool   // some value was read or opened
	bad     *Fault // the fault that ended the reading, or made it incomplete
	faults  []Fault

	depth   int
	frames  [MaxDepth]frame
	members []Member // of all open objects
	items   []Value  // of all open lists
}

// frame is an open object or list. base is where its members or items begin on the shared stack.
type frame struct {
	kind      ValueKind
	start     int
	base      int
	name      string // of the member whose value is being read
	nameStart int
}

func (s *scanner) begin(text string) {
	s.text, s.pos, s.values, s.depth = text, 0, 0, 0
	s.started, s.bad, s.faults = false, nil, nil
}

// release gives the scanner back without keeping the token's text alive.
func (s *scanner) release() {
	const keep = 1024
	if cap(s.members) > keep || cap(s.items) > keep {
		return
	}
	clear(s.members[:cap(s.members)])
	clear(s.items[:cap(s.items)])
	clear(s.frames[:])
	s.members, s.items = s.members[:0], s.items[:0]
	s.text, s.bad, s.faults = "", nil, nil
	scanners.Put(s)
}

func (s *scanner) fail(code FaultCode, offset int, format string, args ...any) {
	f := fault(code, offset, format, args...)
	if offset < len(s.text) {
		f.Byte = s.text[offset]
	}
	s.faults = append(s.faults, f)
	s.bad = &f
}

func (s *scanner) document() (Value, bool) {
	const bom = "\ufeff"
	if strings.HasPrefix(s.text, bom) {
		s.faults = append(s.faults, fault(FaultBOM, 0, "a byte order mark stands before the JSON value"))
		s.pos = len(bom)
	}
	root, ok := s.value()
	if !ok {
		return root, false
	}
	s.space()
	if s.pos < len(s.text) {
		f := fault(FaultTrailing, s.pos, "wanted the end of the JSON value, got %s and %d bytes in all",
			quoteByte(s.text[s.pos]), len(s.text)-s.pos)
		f.Byte = s.text[s.pos]
		s.faults = append(s.faults, f)
	}
	if !utf8.ValidString(s.text) {
		s.fail(FaultUTF8, invalidUTF8(s.text), "wanted UTF-8, got %s", quoteByte(s.text[invalidUTF8(s.text)]))
	}
	return root, true
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
func (s *scanner) value() (Value, bool) {
	for {
		v, opened, ok := s.open()
		if !ok {
			return s.unwind(v)
		}
		if opened {
			continue
		}
		for {
			if s.depth == 0 {
				return v, true
			}
			more := false
			if v, more, ok = s.attach(v); !ok {
				return s.unwind(v)
			}
			if more {
				break
			}
		}
	}
}

// open reads a scalar or an empty container, or opens a container and stops before its first value.
func (s *scanner) open() (v Value, opened, ok bool) {
	s.space()
	if s.pos >= len(s.text) {
		s.fail(FaultSyntax, s.pos, "wanted a value, got the end of the text")
		return Value{}, false, false
	}
	if s.values++; s.values > MaxValues {
		s.fail(FaultSize, s.pos, "more than %d JSON values", MaxValues)
		return Value{}, false, false
	}
	start := s.pos
	switch c := s.text[start]; c {
	case '{', '[':
		return s.openContainer(c)
	case '"':
		v.Kind = String
		v.Str, ok = s.str()
	case 't':
		v.Kind, ok = Bool, s.literal("true")
	case 'f':
		v.Kind, ok = Bool, s.literal("false")
	case 'n':
		v.Kind, ok = Null, s.literal("null")
	default:
		v.Kind, ok = Number, s.number()
	}
	if !ok {
		return Value{}, false, false
	}
	s.started = true
	v.Start, v.End, v.Raw = start, s.pos, s.text[start:s.pos]
	return v, false, true
}

func (s *scanner) openContainer(c byte) (v Value, opened, ok bool) {
	if s.depth == MaxDepth {
		s.fail(FaultDepth, s.pos, "nested deeper than %d levels", MaxDepth)
		return Value{}, false, false
	}
	f := &s.frames[s.depth]
	*f = frame{kind: Array, start: s.pos, base: len(s.items)}
	if c == '{' {
		f.kind, f.base = Object, len(s.members)
	}
	s.depth++
	s.started = true
	s.pos++
	s.space()
	if s.pos < len(s.text) && s.text[s.pos] == c+2 { // '}' is '{'+2, ']' is '['+2
		s.pos++
		return s.close(), false, true
	}
	if c == '{' {
		return Value{}, true, s.memberName(f)
	}
	return Value{}, true, true
}

// attach adds a finished value to the container it is in. more tells that another value follows; else v is the
// container, now finished itself.
func (s *scanner) attach(in Value) (v Value, more, ok bool) {
	f := &s.frames[s.depth-1]
	if f.kind == Object {
		s.members = append(s.members, Member{Name: f.name, NameStart: f.nameStart, Value: in})
	} else {
		s.items = append(s.items, in)
	}
	s.space()
	if s.pos >= len(s.text) {
		s.fail(FaultSyntax, s.pos, "wanted a comma or the end of %s, got the end of the text", f.kind)
		return Value{}, false, false
	}
	switch c := s.text[s.pos]; {
	case c == ',':
		s.pos++
		if f.kind == Array {
			return Value{}, true, true
		}
		s.space()
		return Value{}, true, s.memberName(f)
	case c == '}' && f.kind == Object, c == ']' && f.kind == Array:
		s.pos++
		return s.close(), false, true
	default:
		s.fail(FaultSyntax, s.pos, "wanted a comma or the end of %s, got %s", f.kind, quoteByte(c))
		return Value{}, false, false
	}
}

// memberName reads a name and its colon.
func (s *scanner) memberName(f *frame) bool {
	if s.pos >= len(s.text) || s.text[s.pos] != '"' {
		s.failAt("a member name in quotes")
		return false
	}
	f.nameStart = s.pos
	name, ok := s.str()
	if !ok {
		return false
	}
	f.name = name
	s.space()
	if s.pos >= len(s.text) || s.text[s.pos] != ':' {
		s.failAt("a colon after the member name")
		return false
	}
	s.pos++
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
func (s *scanner) close() Value {
	s.depth--
	f := &s.frames[s.depth]
	v := Value{Kind: f.kind, Start: f.start, End: s.pos, Raw: s.text[f.start:s.pos]}
	if f.kind == Object {
		if open := s.members[f.base:]; len(open) > 0 {
			v.Members = append(make([]Member, 0, len(open)), open...)
			s.members = s.members[:f.base]
			s.markDuplicates(v.Members)
		}
		return v
	}
	if open := s.items[f.base:]; len(open) > 0 {
		v.Items = append(make([]Value, 0, len(open)), open...)
		s.items = s.items[:f.base]
	}
	return v
}

// unwind closes what is open after a fault, so that what was read so far can be shown.
func (s *scanner) unwind(v Value) (Value, bool) {
	for s.depth > 0 {
		v = s.close()
		if s.depth > 0 {
			f := &s.frames[s.depth-1]
			if f.kind == Object {
				s.members = append(s.members, Member{Name: f.name, NameStart: f.nameStart, Value: v})
			} else {
				s.items = append(s.items, v)
			}
		}
	}
	return v, false
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
