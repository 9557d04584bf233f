package lint

import (
	"testing"
	"time"

	"github.com/oidcscope/oidcscope/inspect"
)

func TestInspectText(t *testing.T) {
	_, keys := signer()
	ctx := inspect.Context{Now: time.Unix(now, 0)}
	hash := inspect.HalfHash("ES256", "opaque-access-token")
	answer := func(atHash string) string {
		return `{"access_token":"opaque-access-token","id_token":"` + mint(t, es256, `{`+idBase+`,"at_hash":"`+atHash+`"}`) + `"}`
	}
	reports := InspectText(answer(hash), keys, ctx)
	if len(reports) != 2 || reports[0].Kind != inspect.Opaque || reports[1].Type != "id_token" || reports[1].TypeReason != `it was found as member "id_token"` {
		t.Fatalf("got %+v", reports)
	}
	compare(t, reports[1], "TOK-005 info input")
	if p := reports[1].Found; p == nil || p.Offset != 50 {
		t.Errorf("found at %+v", p)
	}
	compare(t, InspectText(answer(inspect.HalfHash("ES256", "another one")), keys, ctx)[1], "TOK-005 info input; TOK-070 error claims.at_hash")
	alone := InspectText("Bearer "+mint(t, es256, `{`+idBase+`,"nonce":"n"}`), keys, ctx)
	if len(alone) != 1 || alone[0].Found != nil {
		t.Errorf("a token alone: %+v", alone)
	}
	if r := InspectText("", nil, ctx); len(r) != 1 || r[0].Kind != inspect.Unknown {
		t.Errorf("nothing: %+v", r)
	}
}
