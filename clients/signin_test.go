package clients

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"skrin/clients/npm"
	"skrin/internal/podtest"
	"skrin/pod"
)

// Every library of signin/, each with a house of its own, whose provider it signs in with.
func TestSignIn(t *testing.T) {
	npm.Install(t)
	scripts, err := filepath.Glob("signin/*.test.js")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no clients here: %v", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".test.js"), func(t *testing.T) { run(t, script, newHouse(t)) })
	}
}

// house is what a script is told of the house: see signin/house.js.
type house struct {
	Issuer string   `json:"issuer"`
	Client string   `json:"client"` // a client_id with a document, for redirects to Redirect
	Back   string   `json:"back"`   // its redirect URI
	Maria  resident `json:"maria"`
	Script secret   `json:"script"` // of Maria's own
}

type resident struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	WebID    string `json:"webid"`
	Pod      string `json:"pod"` // with diary, which nobody else may read
}

type secret struct {
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// newHouse is one where Maria has an account and a pod.
func newHouse(t *testing.T) house {
	t.Helper()
	w := podtest.NewHouse(t, podtest.House{})
	maria := w.Settle("maria")
	draft := pod.Draft{MediaType: "text/plain", Body: strings.NewReader("Dear diary")}
	if _, err := w.Owner("maria").Put(t.Context(), pod.MustPath("/diary"), draft, pod.Precondition{}); err != nil {
		t.Fatal(err)
	}
	script, word, err := w.Provider.NewScript(maria.Account.ID, maria.WebID, "backup")
	if err != nil {
		t.Fatal(err)
	}
	h := house{
		Issuer: w.Provider.Issuer().String(),
		Client: w.Issuer.URL("/apps/diary"),
		Back:   "http://localhost:7000/callback",
		Maria:  resident{maria.Name, maria.Password, maria.WebID.String(), w.Base + "maria/"},
		Script: secret{script.ID, word.Reveal()},
	}
	document, err := json.Marshal(map[string]any{
		"@context": []string{"https://www.w3.org/ns/solid/oidc-context.jsonld"}, "client_id": h.Client, "client_name": "Diary",
		"redirect_uris": []string{h.Back}, "post_logout_redirect_uris": []string{"http://localhost:7000/bye"},
		"grant_types": []string{"authorization_code", "refresh_token"}, "scope": "openid webid offline_access",
		"token_endpoint_auth_method": "none",
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Issuer.Publish("/apps/diary", "application/ld+json", string(document))
	return h
}
