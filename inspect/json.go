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

// Get returns the last member of that name, as most parsers do, or nil.
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
