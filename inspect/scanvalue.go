package inspect

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
			members = s.memory.keep(held)
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
