package flows

import (
	"encoding/base64"
	"encoding/json"

	"github.com/oidcscope/oidcscope/inspect"
	"github.com/oidcscope/oidcscope/internal/secret"
)

func decodeReceived(line []byte, m Meta) (Event, error) {
	var in struct {
		Which      TokenName
		Value      concealed
		Claims     json.RawMessage
		Inspection *inspect.Report
	}
	if err := json.Unmarshal(line, &in); err != nil {
		return nil, err
	}
	attachToken(in.Inspection, string(in.Value))
	return Received{Meta: m, Which: in.Which, Raw: secret.New(string(in.Value)), Report: in.Inspection, Claims: in.Claims}, nil
}

// attachToken gives a report that was read its token again: the text as it came where that was saved, else what can be made
// of header and payload. The signature of a redacted token is gone; what the report says about it was found out before.
func attachToken(r *inspect.Report, raw string) {
	if r == nil {
		return
	}
	mask := secret.Mask(raw) == raw
	if mask && r.Kind == inspect.JWSCompact && len(r.Header) > 0 && len(r.Payload) > 0 {
		encode := base64.RawURLEncoding.EncodeToString
		raw = encode(r.Header) + "." + encode(r.Payload) + "."
	}
	if r.Token = inspect.Decode(raw); mask {
		r.Token.Kind, r.Token.Faults = r.Kind, r.Faults
	}
	for _, claims := range [][]inspect.Claim{r.Headers, r.Claims} {
		for i := range claims {
			claims[i].JSON = inspect.ScanJSON(string(claims[i].Value)).Root
		}
	}
	attachToken(r.Inner, secret.Mask(" "))
	attachToken(r.KeyBinding, secret.Mask(" "))
}
