package inspect

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

var testNow = time.Unix(1795305600, 0).UTC() // 2026-11-22 00:00:00

// encoded writes a report as the program does.
func encoded(t testing.TB, r *Report) []byte {
	t.Helper()
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReportJSON(t *testing.T) {
	rs := mint("RS256")
	payload := `{"iss":"https://idp.example","sub":"a<b>&\u0000","exp":1795309200.50,"big":12345678901234567890,"exp2":1E2,"sub":"b","bidi":"x` + "\u202e\u009b" + `y","nonce":"n"}`
	raw := rs.token(t, `{"alg":"RS256","kid":"k1","typ":"JWT"}`, payload)
	r := Inspect("Bearer "+raw, rs.jwks("k1", ""), Context{Now: testNow})
	out := encoded(t, r)
	if !strings.Contains(string(out), `"payload":`+payload) {
		t.Errorf("the payload is not as it was sent:\n%s\nwant\n%s", out, payload)
	}
	var got struct {
		Kind, Type string
		Size       int
		Signature  map[string]any
		Time       map[string]any
		Claims     []struct{ Name, Meaning, Source, Kind, Text string }
		Findings   []any
		Error      map[string]any
		Faults     []map[string]any
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if got.Kind != "jws-compact" || got.Type != "id_token" || got.Size != len(raw) || got.Error != nil || got.Findings == nil {
		t.Errorf("got %+v", got)
	}
	if got.Signature["status"] != "verified" || got.Signature["kid"] != "k1" || got.Signature["key_source"] != "jwks" || got.Signature["reason"] != "" {
		t.Errorf("signature %v", got.Signature)
	}
	if got.Time["status"] != "valid" || got.Time["expires_at"] != "2026-11-22T01:00:00.5Z" || got.Time["remaining_s"] != 3600.0 {
		t.Errorf("time %v", got.Time)
	}
	if len(got.Claims) != 8 || got.Claims[0].Source != "RFC 7519 4.1.1" || got.Claims[2].Text != "2026-11-22 01:00:00.500 UTC, in 1 h" {
		t.Errorf("claims %+v", got.Claims)
	}
	if len(got.Faults) != 1 || got.Faults[0]["code"] != "json_duplicate" {
		t.Errorf("faults %v", got.Faults)
	}
}

func TestReportOfFaultyTokens(t *testing.T) {
	for _, tt := range []struct {
		name, raw string
		in        string
		offset    int
	}{
		{"no token", "", "token", 0},
		{"header", b64(`{"alg":`) + ".e30.c2ln", "header", 7},
		{"payload", sampleHeader + "." + b64(`{"iss":"a"`) + ".c2ln", "payload", 10},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Inspect(tt.raw, nil, Context{Now: testNow})
			if r.Error == nil || r.Error.In != tt.in || r.Error.Offset != tt.offset {
				t.Errorf("error %+v", r.Error)
			}
			if out := encoded(t, r); !json.Valid(out) {
				t.Errorf("no JSON: %s", out)
			}
		})
	}
	r := Inspect(sampleHeader+"."+b64("just text\x00")+".c2ln", nil, Context{})
	if r.PayloadText != "just text\x00" || r.Type != "jws" || r.Payload != nil || r.Error != nil {
		t.Errorf("text payload: %+v", r)
	}
	r = Inspect(sampleHeader+"."+b64("\xff\xfe")+".c2ln", nil, Context{})
	if string(r.PayloadBytes) != "\xff\xfe" || r.PayloadText != "" {
		t.Errorf("binary payload: %+v", r)
	}
}

func TestGuessType(t *testing.T) {
	header := func(typ string) string { return `{"alg":"none","typ":"` + typ + `"}` }
	for _, tt := range []struct {
		header, payload string
		want            Profile
	}{
		{header("at+jwt"), `{"nonce":"n"}`, ProfileATJWT},
		{header("application/AT+JWT"), `{}`, ProfileATJWT},
		{header("dpop+jwt"), `{}`, ProfileDPoP},
		{header("logout+jwt"), `{}`, ProfileLogout},
		{header("secevent+jwt"), `{}`, ProfileSET},
		{header("kb+jwt"), `{}`, ProfileKB},
		{header("vc+sd-jwt"), `{}`, ProfileSDJWT},
		{header("oauth-authz-req+jwt"), `{}`, ProfileRequestObject},
		{header("client-authentication+jwt"), `{}`, ProfileClientAssertion},
		{header("JWT"), `{"events":{"` + backChannelLogout + `":{}},"nonce":"n"}`, ProfileLogout},
		{header("JWT"), `{"htm":"GET","htu":"x"}`, ProfileDPoP},
		{header("JWT"), `{"token_use":"id","scope":"x"}`, ProfileIDToken},
		{header("JWT"), `{"token_use":"access"}`, ProfileAccess},
		{header("JWT"), `{"typ":"ID"}`, ProfileIDToken},
		{header("JWT"), `{"typ":"Bearer","nonce":"n"}`, ProfileAccess},
		{header("JWT"), `{"typ":"Offline"}`, ProfileRefresh},
		{header("JWT"), `{"at_hash":"x","scope":"y"}`, ProfileIDToken},
		{header("JWT"), `{"c_hash":"x"}`, ProfileIDToken},
		{header("JWT"), `{"scp":["a"]}`, ProfileAccess},
		{header("JWT"), `{"client_id":"a"}`, ProfileAccess},
		{header("JWT"), `{"iss":"c","sub":"c","jti":"1","iat":1795305600,"exp":1795305900}`, ProfileClientAssertion},
		{header("JWT"), `{"iss":"c","sub":"c","jti":"1","iat":1795305600,"exp":1795392000}`, ProfileJWT},
		{header("JWT"), `{"sub":"c"}`, ProfileJWT},
		{header("JWT"), `["a"]`, ProfileJWS},
		{header("JWT"), `text`, ProfileJWS},
	} {
		tok := Decode(b64(tt.header) + "." + b64(tt.payload) + ".")
		if got, reason := GuessType(tok); got != tt.want || reason == "" {
			t.Errorf("%s %s: got %s (%s), want %s", tt.header, tt.payload, got, reason, tt.want)
		}
	}
	if got, _ := GuessType(Decode("opaque-token")); got != "" {
		t.Errorf("opaque: %s", got)
	}
}

func TestNumericDate(t *testing.T) {
	for _, tt := range []struct {
		literal string
		want    string // RFC 3339; empty: no time
		fault   TimeFault
	}{
		{"1795305600", "2026-11-22T00:00:00Z", TimeFine},
		{"1795305600.25", "2026-11-22T00:00:00.25Z", TimeFine},
		{"1.7953056e9", "2026-11-22T00:00:00Z", TimeFine},
		{"1", "1970-01-01T00:00:01Z", TimeFine},
		{"99999999999", "5138-11-16T09:46:39Z", TimeFine},
		{"1795305600000", "2026-11-22T00:00:00Z", TimeUnit},
		{"1795305600000000", "2026-11-22T00:00:00Z", TimeUnit},
		{"1795305600000000000", "2026-11-22T00:00:00Z", TimeUnit},
		{"0", "", TimeRange}, {"-5", "", TimeRange}, {"-0.0", "", TimeRange}, {"1e30", "", TimeRange}, {"1e400", "", TimeRange},
		{"9223372036854775808999999", "", TimeRange},
		{`"1795305600"`, "", TimeType}, {"null", "", TimeType}, {"true", "", TimeType}, {"[1]", "", TimeType}, {"{}", "", TimeType},
	} {
		got, fault := NumericDate(ScanJSON(tt.literal).Root)
		text := ""
		if !got.IsZero() {
			text = got.Format(time.RFC3339Nano)
		}
		if text != tt.want || fault != tt.fault {
			t.Errorf("%s: %s %q, want %s %q", tt.literal, text, fault, tt.want, tt.fault)
		}
	}
	if _, fault := NumericDate(nil); fault != TimeType {
		t.Errorf("absent: %q", fault)
	}
}

func TestTimes(t *testing.T) {
	for _, tt := range []struct {
		claims string
		want   TimeStatus
		left   int64
		detail string
	}{
		{`{"exp":1795305871}`, TimeValid, 271, ""},
		{`{"exp":1795305600}`, TimeExpired, 0, ""},
		{`{"exp":1795305601}`, TimeValid, 1, ""},
		{`{"exp":1795305599}`, TimeExpired, -1, ""},
		{`{"exp":1795309200,"nbf":1795305601}`, TimeNotYetValid, 3600, ""},
		{`{"exp":1795305500,"nbf":1795309200}`, TimeExpired, -100, ""},
		{`{"nbf":1795305000}`, TimeNoExpiry, 0, ""},
		{`{"nbf":1795309200}`, TimeNotYetValid, 0, ""},
		{`{}`, TimeNoExpiry, 0, ""},
		{`{"exp":1795305600000}`, TimeMalformed, 0, "exp is in milliseconds instead of seconds; meant is probably 2026-11-22 00:00:00 UTC"},
		{`{"exp":"1795305600"}`, TimeMalformed, 0, "exp is a text where a number of seconds is wanted; meant is probably 2026-11-22 00:00:00 UTC"},
		{`{"exp":"soon"}`, TimeMalformed, 0, "exp is a text where a number of seconds is wanted"},
		{`{"exp":"2026-11-22T01:00:00+01:00"}`, TimeMalformed, 0, "exp is a text where a number of seconds is wanted; meant is probably 2026-11-22 00:00:00 UTC"},
		{`{"exp":1e400}`, TimeMalformed, 0, "exp is no date: 1e400 is zero, negative or too large"},
		{`{"exp":1795309200,"nbf":-1}`, TimeMalformed, 3600, "nbf is no date: -1 is zero, negative or too large"},
		{`{"exp":1795309200,"iat":null}`, TimeValid, 3600, "iat is null where a number of seconds is wanted"},
		{`[]`, TimeUnknown, 0, ""},
	} {
		got := judgeTimes(ScanJSON(tt.claims).Root, testNow)
		if got.Status != tt.want || got.Detail != tt.detail {
			t.Errorf("%s: %s %q, want %s %q", tt.claims, got.Status, got.Detail, tt.want, tt.detail)
		}
		if got.ExpiresAt != nil && *got.Remaining != tt.left {
			t.Errorf("%s: %d s left, want %d", tt.claims, *got.Remaining, tt.left)
		}
		if _, err := json.Marshal(got); err != nil {
			t.Errorf("%s: %v", tt.claims, err)
		}
	}
	clockless := judgeTimes(ScanJSON(`{"exp":1795309200}`).Root, time.Time{})
	if clockless.Status != TimeUnknown || clockless.Remaining != nil || clockless.StatusAt(testNow) != TimeValid {
		t.Errorf("without a clock: %+v", clockless)
	}
	later := judgeTimes(ScanJSON(`{"exp":1795309200}`).Root, testNow)
	if later.StatusAt(testNow.Add(time.Hour)) != TimeExpired {
		t.Error("the countdown does not end")
	}
}

func TestInWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", time.Second: "1 s", 271 * time.Second: "4 min 31 s", time.Hour: "1 h", 10*time.Hour + time.Second: "10 h",
		25 * time.Hour: "1 day 1 h", 72 * time.Hour: "3 days", -90 * time.Second: "1 min 30 s", 800 * 24 * time.Hour: "2 years 69 days",
		20 * 368 * 24 * time.Hour: "20 years",
	} {
		if got := InWords(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
