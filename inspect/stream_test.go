package inspect

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// A stream says of every token what it would say if it were the only one, whatever came before it.
func TestStreamRemembersNothingOfTokens(t *testing.T) {
	rs, es := mint("RS256"), mint("ES256")
	keys := JoinKeySets(rs.jwks("k1", ""), es.jwks("k2", ""))
	first := rs.token(t, `{"alg":"RS256","kid":"k1"}`, `{"iss":"https://a.example","exp":2000000000,"a":{"b":[1,{"c":2}]},"x":1}`)
	second := rs.token(t, `{"alg":"RS256","kid":"k1"}`, `{"iss":"https://b.example","a":{"b":"other"}}`)
	third := es.token(t, `{"alg":"ES256","kid":"k2"}`, `{"sub":"s"}`)
	raws := []string{
		first, second, third, first[:len(first)-4] + "AAAA", first[:40] + "\n" + first[40:], first + ".", second, "opaque-token",
		strings.Replace(first, ".", ".!", 1), first + "=", `{"payload":"e30","signatures":[]}`, "", third, first,
	}
	ctx := Context{Now: time.Unix(1795305600, 0)}
	stream := NewStream(keys, ctx)
	for i, raw := range raws {
		tok := Decode(raw)
		alone := Brief(tok, Verify(tok, keys), ctx)
		got := stream.Brief(raw)
		want, _ := json.Marshal(alone)
		text, _ := json.Marshal(got)
		if string(text) != string(want) {
			t.Errorf("token %d:\n got %s\nwant %s", i, text, want)
		}
		for _, v := range [][2]*Value{{alone.Token.Header, got.Token.Header}, {alone.Token.Payload, got.Token.Payload}} {
			if !reflect.DeepEqual(v[0], v[1]) {
				t.Errorf("token %d was read as\n%+v, want\n%+v", i, v[1], v[0])
			}
		}
	}
}

// Headers that are all different are not remembered without end.
func TestStreamBoundsItsMemory(t *testing.T) {
	stream := NewStream(nil, Context{})
	for i := range 10 * keptHeaders {
		stream.Brief(b64(`{"alg":"RS256","kid":"`+strings.Repeat("k", i)+`"}`) + ".e30.AA")
	}
	if n := len(stream.memory.headers); n > keptHeaders {
		t.Errorf("%d headers are kept, want at most %d", n, keptHeaders)
	}
	stream.Brief(b64(`{"alg":"RS256"}`) + "." + b64(`{"a":"`+strings.Repeat("x", 1<<20)+`"}`) + ".AA")
	stream.Brief("e30.e30.")
	if cap(stream.memory.bytes) > keptBytes || cap(stream.memory.input) > keptBytes {
		t.Error("the memory of a large token is kept")
	}
}
