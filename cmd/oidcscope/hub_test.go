package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
)

// hubMain is a helper program: hub ADDRESS serves a provider with the habits of GitHub: plain OAuth 2.0 without a discovery document and
// without ID tokens, errors with status 200, answers as forms unless JSON is asked for, scopes with commas, no lifetime.
func hubMain() {
	var polls atomic.Int64
	answer := func(w http.ResponseWriter, r *http.Request, members map[string]any) {
		if strings.Contains(r.Header.Get("Accept"), "json") {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			json.NewEncoder(w).Encode(members)
			return
		}
		q := url.Values{}
		for name, value := range members {
			q.Set(name, fmt.Sprint(value))
		}
		w.Header().Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
		fmt.Fprint(w, q.Encode())
	}
	http.HandleFunc("/login/oauth/authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"code": {"hub-code-0123456789"}, "state": {q.Get("state")}}.Encode(), http.StatusFound)
	})
	http.HandleFunc("/login/device/code", func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, map[string]any{"device_code": "hub-device-0123456789", "user_code": "HUBB-0001", "verification_uri": "http://" + r.Host + "/login/device", "expires_in": 900, "interval": 1})
	})
	http.HandleFunc("/login/oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		r.ParseForm()
		switch {
		case r.PostForm.Get("device_code") != "" && polls.Add(1) < 2:
			answer(w, r, map[string]any{"error": "authorization_pending", "error_description": "The authorization request is still pending."})
		case r.PostForm.Get("device_code") == "" && r.PostForm.Get("client_secret") != "hub-secret":
			answer(w, r, map[string]any{"error": "incorrect_client_credentials", "error_description": "The client_id and/or client_secret passed are incorrect."})
		default:
			answer(w, r, map[string]any{"access_token": "gho_0123456789abcdef", "token_type": "bearer", "scope": "read:user,repo"})
		}
	})
	http.HandleFunc("/user", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer gho_0123456789abcdef" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		fmt.Fprint(w, `{"login":"octocat","id":1,"name":"The Octocat"}`)
	})
	fail(http.ListenAndServe(os.Args[1], nil))
}
