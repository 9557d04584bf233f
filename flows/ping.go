package flows

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/oidcscope/oidcscope/flows/record"
)

// pingListener is where the provider says that a CIBA request has its answer (CIBA 10.2). It believes only who knows the
// notification token, and tells no more than that it is time to ask.
type pingListener struct {
	server *http.Server
	path   string
	token  string
	now    func() time.Time
	pinged chan *record.Exchange // the notification that was believed
	odd    chan string           // what is wrong with those that were not
	once   sync.Once
}

func (s *state) openPings(ctx context.Context, r redirect, token string) (*pingListener, error) {
	listeners, _, err := s.openPorts(ctx, r)
	if err != nil {
		return nil, problem(ProblemConfig, "to listen at "+r.url.Host+" for the provider", err.Error(), "CIBA 10.2")
	}
	p := &pingListener{path: r.path(), token: token, now: s.cfg.Now, pinged: make(chan *record.Exchange, 1), odd: make(chan string, 4)}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 20 * time.Second,
		MaxHeaderBytes: maxCallback, ErrorLog: log.New(io.Discard, "", 0)}
	p.server.SetKeepAlivesEnabled(false)
	for _, l := range listeners {
		go p.server.Serve(l)
	}
	return p, nil
}

// ServeHTTP takes the notification. The request it is about is not compared: this listener has one only, and its token too.
func (p *pingListener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	var about struct {
		ID string `json:"auth_req_id"`
	}
	body, _ := io.ReadAll(io.LimitReader(r.Body, record.BodyLimit))
	switch {
	case r.URL.Path != p.path || r.Method != http.MethodPost:
		w.WriteHeader(http.StatusNotFound)
	case !strings.EqualFold(scheme, "Bearer") || given == "":
		w.WriteHeader(http.StatusUnauthorized)
		p.tell("without a notification token")
	case subtle.ConstantTimeCompare([]byte(given), []byte(p.token)) != 1:
		w.WriteHeader(http.StatusUnauthorized)
		p.tell("with another notification token than that of this request")
	case json.Unmarshal(body, &about) != nil || about.ID == "":
		w.WriteHeader(http.StatusBadRequest)
		p.tell("without auth_req_id")
	default:
		w.WriteHeader(http.StatusNoContent)
		p.once.Do(func() { p.pinged <- inbound(r, body, http.StatusNoContent, w.Header(), nil, p.now()) })
	}
}

func (p *pingListener) tell(what string) {
	select {
	case p.odd <- what:
	default: // the same four times is enough
	}
}

// close may be called on nil.
func (p *pingListener) close() {
	if p != nil {
		p.server.Close()
	}
}
