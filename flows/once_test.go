package flows

import (
	"strings"
	"testing"

	"github.com/oidcscope/oidcscope/flows/record"
)

// What sending again does depends on what came: nothing is revoked of tokens that never came.
func TestResendCaution(t *testing.T) {
	for _, c := range []struct {
		form, says string
		status     int
	}{
		{"grant_type=authorization_code&code=c1", "must refuse the code the second time", 200},
		{"grant_type=authorization_code&code=c1", "may have used up the code with it all the same", 400},
		{"grant_type=refresh_token&refresh_token=r1", "may revoke the whole grant", 200},
		{"grant_type=refresh_token&refresh_token=r1", "", 400},
		{"grant_type=d&device_code=d1", "slow_down", 400},
		{"grant_type=client_credentials", "", 200},
	} {
		e := &record.Exchange{Request: record.Request{Headers: []record.Header{{Name: "Content-Type", Value: formType}}, Body: record.Keep([]byte(c.form))}}
		got := resendCaution(e, &record.Response{Status: c.status})
		if c.says == "" && got != "" || !strings.Contains(got, c.says) {
			t.Errorf("%s answered %d: %q, want %q", c.form, c.status, got, c.says)
		}
	}
}
