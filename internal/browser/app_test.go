package browser

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"skrin/clients/npm"
)

// An app is a Solid app somewhere else, served over TLS: see testdata/app. At "/"
// it has a document that says who it is; at "/stranger/" it registers itself.
type app struct {
	Origin string // "https://127.0.0.1:1234"
	ID     string // address of its document
	serve  http.Handler
}

func newApp(t *testing.T) *app {
	t.Helper()
	script, page := bundle(t), readFile(t, "testdata/app/index.html")
	a := &app{}
	mux := http.NewServeMux()
	give := func(pattern, mediaType string, body func() string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			_, _ = w.Write([]byte(body()))
		})
	}
	give("GET /{$}", "text/html", func() string { return strings.ReplaceAll(page, "{client}", a.ID) })
	give("GET /stranger/{$}", "text/html", func() string { return strings.ReplaceAll(page, "{client}", "") })
	give("GET /app.js", "text/javascript", func() string { return script })
	give("GET /notebook.jsonld", "application/ld+json", func() string { return a.document() })
	a.serve = mux
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	a.Origin = server.URL
	a.ID = a.Origin + "/notebook.jsonld"
	return a
}

// document is what the app says about itself (Solid-OIDC, section 5.1).
func (a *app) document() string {
	text, _ := json.Marshal(map[string]any{
		"@context":                   "https://www.w3.org/ns/solid/oidc-context.jsonld",
		"client_id":                  a.ID,
		"client_name":                "Notebook",
		"client_uri":                 a.Origin + "/",
		"redirect_uris":              []string{a.Origin + "/"},
		"post_logout_redirect_uris":  []string{a.Origin + "/"},
		"scope":                      "openid webid offline_access",
		"grant_types":                []string{"authorization_code", "refresh_token"},
		"response_types":             []string{"code"},
		"token_endpoint_auth_method": "none",
	})
	return string(text)
}

// bundle makes one script of the app and its libraries.
func bundle(t *testing.T) string {
	t.Helper()
	modules := filepath.Join(npm.Install(t), "node_modules")
	out := filepath.Join(t.TempDir(), "app.js")
	cmd := exec.Command("node", filepath.Join(modules, "esbuild", "bin", "esbuild"), "testdata/app/app.js",
		"--bundle", "--format=esm", "--log-level=warning", "--outfile="+out)
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("bundle the app: %v\n%s", err, said)
	}
	return readFile(t, out)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
