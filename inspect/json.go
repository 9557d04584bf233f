package inspect

// ValueKind is the JSON type of a [Value].
type ValueKind uint8

const (
	Null ValueKind = iota
	Bool
	Number
	String
	Array
	Object
)

// String gives the kind's name with its article, as messages use it: "a text", "an object".
func (k ValueKind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "a boolean"
	case Number:
		return "a number"
	case String:
		return "a text"
	case Array:
		return "a list"
	case Object:
		return "an object"
	}
	return "unknown"
}

// Value is a JSON value as it was written: order, duplicates and number text kept, with byte offsets.
type Value struct {
	Kind    ValueKind
	Start   int      // offset of the first byte in the document
	End     int      // offset after the last byte
	Raw     string   // the literal text
	Str     string   // the decoded text of a String
	Members []Member // of an Object, in order, duplicates included
	Items   []Value  // of an Array
}

// Member is one name and value of an object.
type Member struct {
	Name      string // decoded
	NameStart int    // offset of the opening quote of the name
	Duplicate bool   // an earlier member has the same name
	Value     Value
}

// Get returns the last member of that name, as most parsers do, or nil. It may be called on nil.
func (v *Value) Get(name string) *Value {
	if v == nil {
		return nil
	}
	for i := len(v.Members) - 1; i >= 0; i-- {
		if v.Members[i].Name == name {
			return &v.Members[i].Value
		}
	}
	return nil
}

// Text returns the decoded text of a String; anything else, and nil, has none.
func (v *Value) Text() (string, bool) {
	if v == nil || v.Kind != String {
		return "", false
	}
	return v.Str, true
}

// Texts returns the entries of a list of texts, or a single text as a list of one: the shape of aud (RFC 7519 4.1.3).
// It reports false for anything else, also for a list with another kind of entry in it.
func (v *Value) Texts() ([]string, bool) {
	if v == nil {
		return nil, false
	}
	switch v.Kind {
	case String:
		return []string{v.Str}, true
	case Array:
		texts := make([]string, len(v.Items))
		for i := range v.Items {
			if v.Items[i].Kind != String {
				return nil, false
			}
			texts[i] = v.Items[i].Str
		}
		return texts, true
	}
	return nil, false
}

// IsTrue reports whether the value is the literal true.
func (v *Value) IsTrue() bool { return v != nil && v.Kind == Bool && v.Raw == "true" }

// IsFalse reports whether the value is the literal false.
func (v *Value) IsFalse() bool { return v != nil && v.Kind == Bool && v.Raw == "false" }

// Walk calls visit for v and everything below it, in the order of the text. path holds the member names and, for entries
// of a list, "[0]", "[1]" …; it is empty for v itself and only valid during the call. m is nil unless the value is a
// member. Walk stops when visit returns false.
func (v *Value) Walk(visit func(path []string, m *Member, v *Value) bool) {
	if v != nil {
		v.walk(make([]string, 0, MaxDepth), nil, visit)
	}
}

func (v *Value) walk(path []string, m *Member, visit func([]string, *Member, *Value) bool) bool {
	if !visit(path, m, v) {
		return false
	}
	for i := range v.Members {
		m := &v.Members[i]
		if !m.Value.walk(append(path, m.Name), m, visit) {
			return false
		}
	}
	for i := range v.Items {
		if !v.Items[i].walk(append(path, index(i)), nil, visit) {
			return false
		}
	}
	return true
}
