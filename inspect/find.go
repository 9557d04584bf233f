package inspect

import (
	"fmt"
	"strings"
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
// is found, the text itself as [Decode] reads it. What is cut over several lines is put together only when it is the whole
// text.
func FindTokens(text string) []Found {
	if len(text) > MaxText {
		return []Found{{Token: Decode(text)}}
	}
	inside := findIn(text)
	if len(inside) < 2 {
		whole := Decode(text)
		if len(inside) == 0 || whole.Raw == inside[0].Token.Raw || whole.structured() && (whole.Fault(FaultSegments, "token") == nil || oneRun(whole.Raw)) {
			return []Found{{Token: whole, Offset: whole.PastedOffset(0)}}
		}
	}
	return inside
}

// structured reports a form with something to decode.
func (t *Token) structured() bool {
	return t.Kind != Unknown && t.Kind != Opaque && len(t.Parts) > 0
}

// oneRun reports a text that is a token and nothing else, though it has a part too many: what follows its third part is not a text
// around it.
func oneRun(text string) bool {
	for i := range len(text) {
		if !tokenByte(text[i]) {
			return false
		}
	}
	return true
}

func findIn(text string) []Found {
	f := finder{text: text}
	if trimmed := strings.TrimLeft(text, " \t\r\n"); trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		if doc := ScanJSON(text); doc.Complete && len(doc.Faults) == 0 {
			f.json(doc.Root, "")
			return f.found
		}
	}
	f.plain()
	return f.found
}

type finder struct {
	text  string
	found []Found

	line  int    // where the line begins that is being read
	head  string // its beginning in lower case, made when it is asked for
	known int    // the line that head is of
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
	if len(f.found) >= MaxFound {
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
			inner := finder{text: v.Str}
			inner.plain()
			for _, i := range inner.found { // a URL or a header line in a HAR or a log
				f.take(v.Start+1+i.Offset, v.Start+1+i.Offset+len(i.Token.Raw), i.Name, orElse(i.Where, where("member", name)))
			}
		}
	}
	for i := range v.Members {
		f.json(&v.Members[i].Value, v.Members[i].Name)
	}
	for i := range v.Items {
		f.json(&v.Items[i], name)
	}
}

// where says in words what names a token. The name comes from the text, so it is quoted.
func where(kind, name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("%s %q", kind, clip(name, 60))
}

// isNamedToken lists the parameters of RFC 6749, RFC 7521, RFC 8693, RFC 9101 and OpenID Connect whose value is a token
// whatever it looks like.
func isNamedToken(name string) bool {
	switch name {
	case "access_token", "id_token", "refresh_token", "id_token_hint", "logout_token", "client_assertion", "assertion",
		"subject_token", "actor_token", "token", "accessToken", "idToken", "refreshToken":
		return true
	}
	return false
}

// plain goes over a text that is not JSON.
func (f *finder) plain() {
	for i := 0; i < len(f.text) && len(f.found) < MaxFound; {
		if !tokenByte(f.text[i]) {
			i++
			if c := f.text[i-1]; c == '\n' || c == '\r' {
				f.line = i
			}
			continue
		}
		end := i
		for end < len(f.text) && tokenByte(f.text[end]) {
			end++
		}
		if i > 0 && f.text[i-1] == '%' && end-i > 2 {
			i += 2 // the digits of an escape such as %20
		}
		f.run(i, end)
		i = end
	}
}

func tokenByte(c byte) bool { return sextets[c] != 0xff || c == '.' || c == '~' }

// run looks for tokens in a run of token characters. A run without any is a token all the same when its name says so.
func (f *finder) run(start, end int) {
	run := f.text[start:end]
	took := false
	for at := 0; at < len(run) && len(f.found) < MaxFound; {
		if n := tokenEnd(run, at); n > at {
			name, words := f.named(start + at)
			f.take(start+at, start+n, name, words)
			took = true
			at = n
			continue
		}
		next := strings.IndexByte(run[at:], '.')
		if next < 0 {
			break
		}
		at += next + 1
	}
	if took {
		return
	}
	f.opaque(start, end)
}

// opaque takes a run that its name or its prefix shows to be a token. In prose the name alone is not enough.
func (f *finder) opaque(start, end int) {
	name, words := f.named(start)
	prefix, _ := KnownPrefix(f.text[start:end])
	if name != "authorization" && !isNamedToken(name) && len(prefix) < 4 {
		return
	}
	for end < len(f.text) && (tokenByte(f.text[end]) || f.text[end] == '+' || f.text[end] == '/') {
		end++ // the rest of the b64token of RFC 6750 2.1
	}
	for end < len(f.text) && f.text[end] == '=' {
		end++
	}
	text := strings.TrimRight(f.text[start:end], ".")
	var sure bool
	switch {
	case len(prefix) >= 4: // shorter ones occur by chance
		sure = len(text) >= 16
	case name == "authorization":
		sure = looksRandom(text) || f.lineSays("authorization")
	case name == "token" || name == "assertion":
		sure = looksRandom(text)
	case isNamedToken(name):
		sure = len(text) >= 4
	}
	if sure {
		f.take(start, start+len(text), name, words)
	}
}

// looksRandom tells a token from a word: long, and of more than one kind of character.
func looksRandom(s string) bool {
	return len(s) >= 16 && (strings.ContainsAny(s, "0123456789") || s != strings.ToLower(s) && s != strings.ToUpper(s))
}

// tokenEnd gives the end of the structured token that begins at a place of a run, or 0.
func tokenEnd(run string, at int) int {
	rest := run[at:]
	if isPASETO(rest) {
		return at + len(strings.TrimRight(rest, ".~"))
	}
	dot := strings.IndexByte(rest, '.')
	if dot < 8 || rest[0] != 'e' || rest[1] != 'y' && rest[1] != 'w' { // {" and { with a blank or line break behind it
		return 0
	}
	room := make([]byte, dot*3/4)
	n, flaw := decodeBase64(room, rest[:dot])
	if flaw != nil && !flaw.Code.Peculiar() {
		return 0
	}
	header := ScanJSON(string(room[:n]))
	if !header.Complete || header.Root.Get("alg") == nil && header.Root.Get("enc") == nil {
		return 0
	}
	parts := 3
	if header.Root.Get("enc") != nil {
		parts = 5
	}
	end := dot
	for i := 1; i < parts; i++ {
		if end >= len(rest) || rest[end] != '.' {
			return 0 // not all of it is here
		}
		for end++; end < len(rest) && sextets[rest[end]] != 0xff; end++ {
		}
	}
	if end < len(rest) && rest[end] == '~' { // disclosures, and perhaps a key binding token
		end = len(strings.TrimRight(rest, "."))
	}
	return at + end
}

// named says what stands before a place: a header and its scheme, a parameter, a cookie, a member.
func (f *finder) named(at int) (name, words string) {
	const look = 80 // characters; names are short
	before := f.text[max(0, at-look):at]
	trimmed := strings.TrimRight(before, "\"'` \t\\")
	for _, scheme := range []string{"bearer", "dpop", "token"} {
		if cut := len(trimmed) - len(scheme); cut >= 0 && len(trimmed) < len(before) && strings.EqualFold(trimmed[cut:], scheme) &&
			(cut == 0 || strings.IndexByte(" \t:\"'", trimmed[cut-1]) >= 0) {
			if scheme != "token" || f.lineSays("authorization") {
				return "authorization", "Authorization header, " + trimmed[cut:]
			}
		}
	}
	if trimmed == "" || trimmed[len(trimmed)-1] != '=' && trimmed[len(trimmed)-1] != ':' {
		return "", ""
	}
	sign := trimmed[len(trimmed)-1]
	trimmed = strings.TrimRight(trimmed[:len(trimmed)-1], "\"'` \t\\")
	start := len(trimmed)
	for start > 0 && (tokenByte(trimmed[start-1]) && trimmed[start-1] != '.' && trimmed[start-1] != '~') {
		start--
	}
	name = trimmed[start:]
	switch {
	case name == "":
		return "", ""
	case strings.EqualFold(name, "dpop") && sign == ':':
		return "dpop", "DPoP header"
	case sign == '=' && f.lineSays("cookie:"):
		return name, where("cookie", name)
	case sign == '=':
		return name, where("parameter", name)
	}
	return name, where("member", name)
}

// take adds the token that stands at a place of the text.
func (f *finder) take(start, end int, name, words string) {
	raw := f.text[start:end]
	t := &Token{Pasted: f.text, Raw: raw, Kind: Unknown}
	if start > 0 {
		t.Trims = append(t.Trims, Trim{TrimAround, 0, f.text[:start]})
		t.runs = []run{{0, start}}
	}
	if end < len(f.text) {
		t.Trims = append(t.Trims, Trim{TrimAround, end, f.text[end:]})
	}
	t.Removed = removedAround(start, len(f.text)-end, words)
	t.recognise()
	f.found = append(f.found, Found{t, start, name, words})
}

func removedAround(before, after int, words string) string {
	text := "the text around it"
	if words != "" {
		text += " (" + words + ")"
	}
	return fmt.Sprintf("%s: %d bytes before, %d after", text, before, after)
}
