// Zitadel serves the example provider of zitadel/oidc, in memory, for the end-to-end stories: a provider with other habits than Dex's. Its
// issuer ends in a slash, its access tokens look opaque (they are encrypted for itself), and it speaks all of introspection,
// revocation, end of session and client credentials.
//
//	zitadel PORT WEB_REDIRECT_URI
package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

// onlyUser is the one person there is. Their id is their name: the example's page for devices takes the one for the other.
type onlyUser struct{}

var person = storage.User{ID: "test-user@localhost", Username: "test-user@localhost", Password: "verysecure",
	FirstName: "Test", LastName: "User", Email: "test-user@zitadel.ch", EmailVerified: true}

func (onlyUser) GetUserByID(id string) *storage.User         { return find(id) }
func (onlyUser) GetUserByUsername(name string) *storage.User { return find(name) }
func (onlyUser) ExampleClientID() string                     { return storage.ServiceUserID }

func find(name string) *storage.User {
	if name != person.ID {
		return nil
	}
	return &person
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: zitadel PORT WEB_REDIRECT_URI")
		os.Exit(2)
	}
	issuer := "http://localhost:" + os.Args[1] + "/"
	storage.RegisterClients(
		storage.NativeClient("native", "http://localhost/callback", "http://127.0.0.1/callback"),
		storage.WebClient("web", "secret", os.Args[2]),
		storage.DeviceClient("device", "secret"),
	)
	router := exampleop.SetupServer(issuer, storage.NewStorage(onlyUser{}), slog.New(slog.NewTextHandler(io.Discard, nil)), false)
	fmt.Fprintln(os.Stderr, http.ListenAndServe("127.0.0.1:"+os.Args[1], router))
	os.Exit(1)
}
