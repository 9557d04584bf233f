package inspect

import (
	"fmt"
	"iter"
	"strings"
	"unicode"
)

// People paste what they have: a header, a curl command, the answer of a token endpoint, the address they were sent back to, a
// page of a log. [FindTokens] finds the tokens in it. It goes over the text once: a run of characters that tokens are made of is
// cut into segments, and a segment that decodes to a JOSE header begins a token. Values that only their name or their
// prefix shows to be tokens are taken too; anything else is left alone.

// Found is a token in a text.
type Found struct {
	Token  *Token // Pasted is the whole text; Trims are what stands around the token
	Offset int    // of the token in the text, bytes
	Name   string // what it is called there: "id_token", "authorization", the name of a cookie; "" when nothing names it
	Where  string // the same in words: "member id_token", "Authorization header"; "" for a text that is the token
}

// MaxFound bounds how many tokens are taken from one text.
const MaxFound = 1000

// FindTokens returns the tokens of a text in the order in which they stand there. It returns at least one: when nothing else
// is found, the text itself as [Decode] reads it.
func FindTokens(text string) []Found {
	if len(text) > MaxText {
		return []Found{{Token: Decode(text)}}
	}
	inside := findIn(text)
	if len(inside) < 2 {
		whole := Decode(text)
		clean := whole.Fault(FaultSegments, "token") == nil && (whole.Unreadable() == nil || len(inside) > 0 && inside[0].Token.Unreadable() != nil)
		if len(inside) == 0 || whole.Raw == inside[0].Token.Raw || whole.structured() && (clean || strings.Contains(text, whole.Raw) && oneRun(whole.Raw)) {
			return []Found{{Token: whole, Offset: whole.PastedOffset(0)}}
		}
	}
	return inside
}

// structured reports a form with something to decode.
func (t *Token) structured() bool {
	return t.Kind != Unknown && t.Kind != Opaque && len(t.Parts) > 0
}

// oneRun reports a text that is a token and nothing else, though it has a part or a character too many: what stands there belongs to
// the damage, and is not a text around it.
func oneRun(text string) bool {
	for _, r := range text {
		if r <= ' ' || strings.ContainsRune("\"'`<>(){}[]&;,|\\", r) || r >= 0x7f && !unicode.IsLetter(r) {
			return false
		}
	}
	return true
}

// TokensIn yields the places of the tokens in a line as [FindTokens] finds them, and their texts, without decoding them.
func TokensIn(line string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		going := true
		f := finder{text: line, emit: func(s span) {
			if going {
				going = yield(s.start, line[s.start:s.end])
			}
		}}
		f.find()
	}
}

func findIn(text string) (found []Found) {
	f := finder{text: text, wraps: 4*len(text) + 1<<16, emit: func(s span) { found = append(found, s.token(text)) }}
	f.find()
	return found
}

// span is where a token stands in a text.
type span struct {
	start, end  int
	name, words string  // what it is called there
	lines       []piece // of a token that is cut over lines
}

type finder struct {
	text  string
	emit  func(span)
	count int
	wraps int // bytes of cut tokens that may still be put together

	line  int    // where the line begins that is being read
	head  string // its beginning in lower case, made when it is asked for
	known int    // the line that head is of
}

func (f *finder) find() {
	if trimmed := strings.TrimLeft(f.text, " \t\r\n"); trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		if doc := ScanJSON(f.text); doc.Complete && len(doc.Faults) == 0 {
			f.json(doc.Root, "")
			return
		}
	}
	f.plain()
}

// lineSays reports whether the line names a header, in its first few thousand bytes.
func (f *finder) lineSays(word string) bool {
	const long = 4096
	if f.head == "" || f.known != f.line {
		end := min(len(f.text), f.line+long)
		if n := strings.IndexAny(f.text[f.line:end], "\r\n"); n >= 0 {
			end = f.line + n
		}
		f.head, f.known = strings.ToLower(f.text[f.line:end]), f.line
	}
	return strings.Contains(f.head, word)
}

// json takes the texts of a JSON value that are tokens. The value itself is no token: that was tried first.
func (f *finder) json(v *Value, name string) {
	if f.count >= MaxFound {
		return
	}
	switch {
	case v.Kind == Object && (v.Get("signatures") != nil || v.Get("signature") != nil || v.Get("ciphertext") != nil):
		f.take(v.Start, v.End, name, where("member", name))
		if v.Get("signatures") != nil || v.Get("ciphertext") != nil || v.Get("protected") != nil || v.Get("payload") != nil {
			return // what is inside are its parts
		}
	case v.Kind == String && len(v.Str) == v.End-v.Start-2: // no escapes: no token needs one
		if isNamedToken(name) && v.Str != "" {
			f.take(v.Start+1, v.End-1, name, where("member", name))
		} else if end := tokenEnd(v.Str, 0); end == len(v.Str) && end > 0 {
			f.take(v.Start+1, v.End-1, name, where("member", name))
		} else {
			inner := finder{text: v.Str, emit: func(i span) { // a URL or a header line in a HAR or a log
				f.take(v.Start+1+i.start, v.Start+1+i.end, i.name, orElse(i.words, where("member", name)))
			}}
			inner.plain()
		}
	}
	for i := range v.Members {
		f.json(&v.Members[i].Value, v.Members[i].Name)
	}
	for i := range v.Items {
		f.json(&v.Items[i], name)
	}
}

// take emits the token that stands at a place of the text.
func (f *finder) take(start, end int, name, words string) {
	if f.count < MaxFound {
		f.count++
		f.emit(span{start: start, end: end, name: name, words: words})
	}
}

// token decodes what stands in a text.
func (s *span) token(text string) Found {
	t := &Token{Pasted: text, Raw: text[s.start:s.end], Kind: Unknown}
	if s.start > 0 {
		t.Trims = append(t.Trims, Trim{TrimAround, 0, text[:s.start]})
		t.runs = []run{{0, s.start}}
	}
	if s.lines != nil {
		t.putTogether(s.lines)
	}
	if s.end < len(text) {
		t.Trims = append(t.Trims, Trim{TrimAround, s.end, text[s.end:]})
	}
	t.Removed = removedAround(s.start, len(text)-s.end, s.words)
	if n := len(s.lines); n > 1 {
		t.Removed += fmt.Sprintf("; it stood on %d lines", n)
	}
	t.recognise()
	return Found{t, s.start, s.name, s.words}
}

func removedAround(before, after int, words string) string {
	text := "the text around it"
	if words != "" {
		text += " (" + words + ")"
	}
	return fmt.Sprintf("%s: %d bytes before, %d after", text, before, after)
}
