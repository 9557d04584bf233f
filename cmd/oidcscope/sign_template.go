package main

import (
	"crypto/rand"
	"time"
)

// template is a kind of token with the members that its specification asks for, ready to be changed. A test inspects each with its
// own profile and wants no complaint.
type template struct {
	name    string
	typ     string // of the header
	profile string // of inspect
	ref     string
	embeds  bool // the header carries the public key
	claims  func(o *object, now time.Time)
}

func templates() []template {
	return []template{
		{name: "jwt", typ: "JWT", profile: "jwt", ref: "RFC 7519", claims: func(o *object, now time.Time) {
			party(o, "my-app")
			times(o, now, time.Hour)
		}},
		{name: "id_token", typ: "JWT", profile: "id_token", ref: "OpenID Connect Core 2", claims: func(o *object, now time.Time) {
			party(o, "my-app")
			times(o, now, time.Hour)
			o.setTime("auth_time", now)
			o.setText("nonce", rand.Text())
		}},
		{name: "access_token", typ: "at+jwt", profile: "at_jwt", ref: "RFC 9068 2.2", claims: func(o *object, now time.Time) {
			party(o, "https://api.example")
			times(o, now, time.Hour)
			o.setText("jti", rand.Text())
			o.setText("client_id", "my-app")
			o.setText("scope", "orders:read")
		}},
		{name: "logout_token", typ: "logout+jwt", profile: "logout_token", ref: "OpenID Connect Back-Channel Logout 2.4", claims: func(o *object, now time.Time) {
			party(o, "my-app")
			times(o, now, 2*time.Minute)
			o.setText("jti", rand.Text())
			o.set("events", `{"http://schemas.openid.net/event/backchannel-logout":{}}`)
		}},
		{name: "dpop", typ: "dpop+jwt", profile: "dpop", ref: "RFC 9449 4.2", embeds: true, claims: func(o *object, now time.Time) {
			o.setText("jti", rand.Text())
			o.setText("htm", "POST")
			o.setText("htu", "https://idp.example/token")
			o.setTime("iat", now)
		}},
		{name: "client_assertion", typ: "JWT", profile: "client_assertion", ref: "RFC 7523 3", claims: func(o *object, now time.Time) {
			o.setText("iss", "my-app")
			o.setText("sub", "my-app")
			o.setText("aud", "https://idp.example")
			times(o, now, 5*time.Minute)
			o.setText("jti", rand.Text())
		}},
		{name: "request_object", typ: "oauth-authz-req+jwt", profile: "request_object", ref: "RFC 9101 4", claims: func(o *object, now time.Time) {
			o.setText("iss", "my-app")
			o.setText("aud", "https://idp.example")
			times(o, now, 5*time.Minute)
			o.setTime("nbf", now)
			o.setText("response_type", "code")
			o.setText("client_id", "my-app")
			o.setText("redirect_uri", "http://127.0.0.1:8085/callback")
			o.setText("scope", "openid")
			o.setText("state", rand.Text())
			o.setText("nonce", rand.Text())
		}},
	}
}

func party(o *object, audience string) {
	o.setText("iss", "https://idp.example")
	o.setText("sub", "alice")
	o.setText("aud", audience)
}

func times(o *object, now time.Time, life time.Duration) {
	o.setTime("iat", now)
	o.setTime("exp", now.Add(life))
}
