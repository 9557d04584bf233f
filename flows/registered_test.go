package flows

import (
	"strings"
	"testing"
)

func TestUpdateRegistration(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.meta = set("registration_endpoint", w.idp.issuer+"/register")
		manage := map[string]any{"client_id": "new", "registration_access_token": "manage-0123456789", "registration_client_uri": w.idp.issuer + "/register/new"}
		w.idp.answer("/register", replyJSON(201, manage))
		w.idp.answer("/register/new",
			replyJSON(200, map[string]any{"client_id": "new", "client_name": "old", "contacts": []string{"a@example.com"}, "scope": "openid email",
				"registration_access_token": "manage-two-0123456789", "registration_client_uri": w.idp.issuer + "/register/new", "client_id_issued_at": 1}),
			replyJSON(200, map[string]any{"client_id": "new", "client_name": "other", "scope": "email openid", "logo_uri": "https://x.example/logo"}))
		w.cfg.ClientID = ""
		s, err := w.run(t.Context(), Register(w.cfg))
		if err != nil {
			t.Fatal(err)
		}
		w.events, w.idp.seen = nil, nil
		if s, err = w.over(t, UpdateRegistration(s, []byte(`{"client_name":"wanted","contacts":null}`))); err != nil {
			t.Fatal(err)
		}
		put := w.idp.seen[len(w.idp.seen)-1]
		body, _ := readAll(put.Body)
		if got := string(body); put.Method != "PUT" || got != `{"client_id":"new","client_name":"wanted","scope":"openid email"}` {
			t.Errorf("%s %s", put.Method, got)
		}
		if put.Header.Get("Authorization") != "Bearer manage-two-0123456789" {
			t.Error("the token of the reading is the one to use")
		}
		if changed := w.found("registration-changed"); changed == nil || !strings.Contains(changed.Finding.Message, `"wanted"`) || !strings.Contains(changed.Finding.Message, `"other"`) {
			t.Errorf("%+v", changed)
		}
		if added := w.found("registration-added"); added == nil || !strings.Contains(added.Finding.Message, "logo_uri") || strings.Contains(added.Finding.Message, "scope") {
			t.Errorf("%+v", added)
		}
		w.events = nil
		if _, err := w.over(t, UpdateRegistration(s, []byte(`[]`))); problemOf(t, err).Kind != ProblemConfig {
			t.Error(err)
		}
	})
}

func TestRegistrationTellsWhatWasChanged(t *testing.T) {
	inBubble(t, func(t *testing.T, w *world) {
		w.idp.meta = set("registration_endpoint", w.idp.issuer+"/register")
		w.idp.answer("/register", replyJSON(201, map[string]any{"client_id": "new", "redirect_uris": []string{"http://127.0.0.1/callback"}, "application_type": "native",
			"client_name": "oidcscope", "grant_types": []string{"authorization_code"}, "response_types": []string{"code"}, "scope": "profile openid offline_access"}))
		if _, err := w.run(t.Context(), Register(w.cfg)); err != nil {
			t.Fatal(err)
		}
		changed, dropped := w.found("registration-changed"), w.found("registration-dropped")
		if changed == nil || !strings.Contains(changed.Finding.Message, "grant_types") {
			t.Errorf("%+v", changed)
		}
		if dropped == nil || !strings.Contains(dropped.Finding.Message, "token_endpoint_auth_method") {
			t.Errorf("%+v", dropped)
		}
		if n := len(of[Found](w)); n != 2 {
			t.Errorf("%d findings, want 2: order in lists and scopes means nothing", n)
		}
	})
}
