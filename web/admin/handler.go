package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"skrin/acl"
	"skrin/identity"
	"skrin/identity/account"
	"skrin/identity/provider"
	"skrin/linkeddata"
	"skrin/pod"
)

// Config is what the door leads to.
type Config struct {
	Vault    *pod.Vault
	Accounts *account.Accounts

	// Provider gives the host's own issuer. It is called when something is asked
	// that needs it, since making the first one makes signing keys.
	Provider func() (*provider.Provider, error)
	Issuer   linkeddata.IRI // its name, below which the pages stand
	Closed   bool           // nobody makes an account there, also not by invitation

	// Verifier forgets the issuer's keys when they are replaced. Nil: nobody is verified in this process.
	Verifier *identity.Verifier

	Log *slog.Logger // hears of what failed inside, never of what is in a pod; nil: nobody does
}

// New makes the handler.
func New(conf Config) http.Handler {
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	h := &handler{conf}
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request) error{
		"GET /pods":                       h.listPods,
		"POST /pods":                      h.createPod,
		"GET /pods/{pod}":                 h.showPod,
		"DELETE /pods/{pod}":              h.deletePod,
		"GET /pods/{pod}/quota":           h.showQuota,
		"PUT /pods/{pod}/quota":           h.setQuota,
		"GET /quota":                      h.showDefaultQuota,
		"PUT /quota":                      h.setDefaultQuota,
		"GET /pods/{pod}/issuers":         h.showIssuers,
		"POST /pods/{pod}/issuers":        h.changeIssuers,
		"POST /pods/{pod}/import":         h.importFile,
		"GET /pods/{pod}/grants":          h.listGrants,
		"POST /pods/{pod}/grants":         h.giveGrant,
		"POST /pods/{pod}/grants/confirm": h.confirmGrants,
		"DELETE /pods/{pod}/grants/{id}":  h.revokeGrant,
		"GET /pods/{pod}/journal":         h.showJournal,
		"POST /pods/{pod}/journal/verify": h.verifyJournal,
		"POST /pods/{pod}/verify":         h.verifyPod,
		"POST /pods/{pod}/backup":         h.backupPod,
		"POST /pods/{pod}/compact":        h.compactPod,
		"POST /pods/{pod}/rotate":         h.rotatePod,
		"POST /pods/{pod}/recover":        h.recoverPod,
		"POST /restore/look":              h.lookAtBackup,
		"POST /restore":                   h.restorePod,
		"POST /adopt/look":                h.lookAtFiles,
		"POST /adopt":                     h.adoptPod,
		"POST /verify":                    h.verifyHost,
		"GET /invitations":                h.listInvitations,
		"POST /invitations":               h.invite,
		"DELETE /invitations/{id}":        h.withdrawInvitation,
		"GET /accounts":                   h.listAccounts,
		"POST /accounts":                  h.createAccount,
		"GET /accounts/{name}":            h.showAccount,
		"DELETE /accounts/{name}":         h.removeAccount,
		"POST /accounts/{name}/sign-out":  h.signOut,
		"POST /keys/replace":              h.replaceKeys,
		"GET /clock":                      h.showClock,
		"POST /clock/confirm":             h.confirmClock,
	} {
		mux.HandleFunc(pattern, h.answering(serve))
	}
	return mux
}

type handler struct{ Config }

// answering turns an error into a problem, unless the answer has begun.
func (h *handler) answering(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := serve(w, r); err != nil {
			p := h.problem(err)
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(p.Status)
			json.NewEncoder(w).Encode(p)
		}
	}
}

// errRequest is wrapped by errors about a request that was not understood.
var errRequest = errors.New("not understood")

// problem says what an error means to whoever asked. The host may hear more than
// a client of the network; still, what nobody foresaw goes to the log alone.
func (h *handler) problem(err error) *Problem {
	known := []struct {
		err    error
		status int
		code   string
	}{
		{errRequest, http.StatusBadRequest, "request"},
		{pod.ErrPodName, http.StatusUnprocessableEntity, "pod-name"},
		{pod.ErrPodExists, http.StatusConflict, "pod-exists"},
		{pod.ErrInUse, http.StatusConflict, "in-use"},
		{pod.ErrSlot, http.StatusConflict, "slot"},
		{pod.ErrQuota, http.StatusInsufficientStorage, "quota"},
		{pod.ErrNoSpace, http.StatusInsufficientStorage, "no-space"},
		{pod.ErrBackup, http.StatusUnprocessableEntity, "backup"},
		{pod.ErrWrongKey, http.StatusUnprocessableEntity, "wrong-key"},
		{pod.ErrNoPod, http.StatusNotFound, "no-pod"},
		{pod.ErrNotFound, http.StatusNotFound, "not-found"},
		{pod.ErrGrant, http.StatusUnprocessableEntity, "grant"},
		{acl.ErrGrant, http.StatusUnprocessableEntity, "grant"},
		{linkeddata.ErrIRI, http.StatusBadRequest, "iri"},
		{pod.ErrPath, http.StatusBadRequest, "path"},
		{pod.ErrBadRDF, http.StatusUnprocessableEntity, "rdf"},
		{pod.ErrIssuers, http.StatusUnprocessableEntity, "issuers"},
		{account.ErrInvitation, http.StatusNotFound, "no-invitation"},
		{account.ErrNoAccount, http.StatusNotFound, "no-account"},
		{account.ErrName, http.StatusUnprocessableEntity, "account-name"},
		{account.ErrNameTaken, http.StatusConflict, "name-taken"},
		{account.ErrPods, http.StatusUnprocessableEntity, "pods"},
		{account.ErrPodTaken, http.StatusConflict, "pod-taken"},
		{account.ErrLabel, http.StatusUnprocessableEntity, "label"},
		{account.ErrTooMany, http.StatusConflict, "too-many"},
		{pod.ErrDenied, http.StatusForbidden, "denied"},
		{pod.ErrExists, http.StatusConflict, "exists"},
		{pod.ErrLocked, http.StatusServiceUnavailable, "locked"},
		{pod.ErrFenced, http.StatusServiceUnavailable, "fenced"},
		{pod.ErrClosed, http.StatusServiceUnavailable, "closed"},
		{pod.ErrDamaged, http.StatusInternalServerError, "damaged"},
	}
	for _, k := range known {
		if errors.Is(err, k.err) {
			return &Problem{Status: k.status, Code: k.code, Detail: err.Error()}
		}
	}
	h.Log.Error("admin request failed", "error", err.Error())
	return &Problem{Status: http.StatusInternalServerError, Code: "internal", Detail: "it failed; the log says why: " + err.Error()}
}

// read takes a JSON body, to the letter: a field that nobody knows is an error.
func read(r *http.Request, into any) error {
	d := json.NewDecoder(io.LimitReader(r.Body, 1<<20))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: the body: %w", errRequest, err)
	}
	return nil
}

func reply(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return ignore(json.NewEncoder(w).Encode(v))
}

// ignore drops the error of a client that has gone.
func ignore(error) error { return nil }

// lines is an answer of JSON values, one a line, each sent at once.
type lines struct{ w http.ResponseWriter }

// newLines begins the answer. The request's body may still be on its way: without
// full duplex the server would stop reading it now. A handler that is called in
// this process has no such trouble, and no such switch.
func newLines(w http.ResponseWriter) lines {
	_ = http.NewResponseController(w).EnableFullDuplex()
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.WriteHeader(http.StatusOK)
	return lines{w}
}

func (l lines) send(v any) {
	json.NewEncoder(l.w).Encode(v)
	if f, ok := l.w.(http.Flusher); ok {
		f.Flush()
	}
}

// owner finds the pod of a request, and gives it as the host has it: as its owner,
// with the console's client.
func (h *handler) owner(r *http.Request) (pod.Info, *pod.Session, error) {
	info, err := h.Vault.Lookup(r.PathValue("pod"))
	if err != nil {
		return pod.Info{}, nil, err
	}
	return info, h.asOwner(info), nil
}

func (h *handler) asOwner(p pod.Info) *pod.Session {
	return h.Vault.As(p.ID, acl.Agent{WebID: p.Owner, Client: pod.CLI})
}
