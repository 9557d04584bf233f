package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/oidcscope/oidcscope/flows"
)

// grantFlags are what the flows without a browser are made with.
type grantFlags struct {
	username, password             string
	assertion, subject             string
	subjectToken, subjectTokenType string
	actorToken, actorTokenType     string
	requestedTokenType             string
	idTokenHint, binding, userCode string
	notifyURI                      string
}

func (o *grantFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.username, "username", "", "`NAME` of the person, for --flow password")
	f.StringVar(&o.password, "password", "", "the person's password, a `REF` as of --client-secret")
	f.StringVar(&o.assertion, "assertion", "", "assertion for --flow jwt-bearer, a `REF` (default: signed with --client-key)")
	f.StringVar(&o.subject, "subject", "", "`SUB` of an assertion that is made here (default the client id)")
	f.StringVar(&o.subjectToken, "subject-token", "", "token to exchange, a `REF`, for --flow token-exchange")
	f.StringVar(&o.subjectTokenType, "subject-token-type", "", "`TYPE` of it: access_token (default), id_token, refresh_token, jwt, or a URI")
	f.StringVar(&o.actorToken, "actor-token", "", "token of who is going to act, a `REF`")
	f.StringVar(&o.actorTokenType, "actor-token-type", "", "`TYPE` of it")
	f.StringVar(&o.requestedTokenType, "requested-token-type", "", "`TYPE` of the token that is wanted (default the provider's choice)")
	f.StringVar(&o.idTokenHint, "id-token-hint", "", "ID token that names the person, a `REF`, for --flow ciba (or --login-hint)")
	f.StringVar(&o.binding, "binding-message", "", "`TEXT` that the person's device shows, for --flow ciba")
	f.StringVar(&o.userCode, "user-code", "", "code that only the person knows, a `REF`, for --flow ciba")
	f.StringVar(&o.notifyURI, "notify-uri", "", "registered notification `URI` on this machine, for --flow ciba in ping mode")
}

// input makes the engine's input of the flags.
func (o *grantFlags) input(ctx context.Context, from references) (flows.GrantInput, error) {
	in := flows.GrantInput{Username: o.username, Subject: o.subject, SubjectTokenType: o.subjectTokenType, ActorTokenType: o.actorTokenType,
		RequestedTokenType: o.requestedTokenType, BindingMessage: o.binding, NotifyURI: o.notifyURI}
	return in, from.all(ctx, []reference{
		{"password", o.password, &in.Password}, {"assertion", o.assertion, &in.Assertion}, {"subject token", o.subjectToken, &in.SubjectToken},
		{"actor token", o.actorToken, &in.ActorToken}, {"ID token hint", o.idTokenHint, &in.IDTokenHint}, {"user code", o.userCode, &in.UserCode},
	})
}
