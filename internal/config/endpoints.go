package config

import "strings"

// Endpoints are the addresses of a provider that publishes no discovery document, or leaves them out of it.
type Endpoints struct {
	Authorization       string `toml:"authorization_endpoint"`
	Token               string `toml:"token_endpoint"`
	UserInfo            string `toml:"userinfo_endpoint"`
	JWKS                string `toml:"jwks_uri"`
	DeviceAuthorization string `toml:"device_authorization_endpoint"`
	Introspection       string `toml:"introspection_endpoint"`
	Revocation          string `toml:"revocation_endpoint"`
	EndSession          string `toml:"end_session_endpoint"`
	PAR                 string `toml:"pushed_authorization_request_endpoint"`
	Backchannel         string `toml:"backchannel_authentication_endpoint"`
	Registration        string `toml:"registration_endpoint"`
}

// Given reports whether there is any of them.
func (e Endpoints) Given() bool { return e != Endpoints{} }

// settings are the keys of the endpoints. The flag of each is its name with dashes.
func (e *Endpoints) settings() []setting {
	var all []setting
	for _, one := range []struct {
		key string
		to  *string
	}{
		{"authorization_endpoint", &e.Authorization}, {"token_endpoint", &e.Token}, {"userinfo_endpoint", &e.UserInfo}, {"jwks_uri", &e.JWKS},
		{"device_authorization_endpoint", &e.DeviceAuthorization}, {"introspection_endpoint", &e.Introspection}, {"revocation_endpoint", &e.Revocation},
		{"end_session_endpoint", &e.EndSession}, {"pushed_authorization_request_endpoint", &e.PAR}, {"backchannel_authentication_endpoint", &e.Backchannel},
		{"registration_endpoint", &e.Registration},
	} {
		all = append(all, setting{key: one.key, flag: strings.ReplaceAll(one.key, "_", "-"), text: one.to})
	}
	return all
}
