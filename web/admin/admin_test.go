package admin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"skrin/internal/desk"
	"skrin/internal/podtest"
	"skrin/web/admin"
)

// door is the handler behind its socket, as the command line has it.
type door struct {
	t    *testing.T
	w    *podtest.World
	back *desk.Back
	http *http.Client
}

func open(t *testing.T) *door {
	t.Helper()
	w := podtest.New(t)
	ln, err := admin.Listen(w.Dir)
	if err != nil {
		t.Fatal(err)
	}
	back, err := desk.OpenBack(t.Context(), desk.Config{Vault: w.Vault, Now: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(back.Close)
	server := &http.Server{Handler: admin.New(admin.Config{Vault: w.Vault, Accounts: back.Accounts, Provider: back.Provider, Issuer: back.Issuer})}
	go server.Serve(ln)
	socket := filepath.Join(w.Dir, admin.SocketName)
	t.Cleanup(func() {
		server.Close()
		if _, err := os.Stat(socket); err == nil {
			t.Error("the socket is left behind")
		}
	})
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the socket: %v %v", info, err)
	}
	return &door{t, w, back, &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
	}}}
}

func (d *door) ask(method, path string, body io.Reader, want int) []byte {
	d.t.Helper()
	req, err := http.NewRequest(method, "http://admin"+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	res, err := d.http.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		d.t.Errorf("%s %s: %d %v, want %d: %s", method, path, res.StatusCode, err, want, text)
	}
	return text
}

func (d *door) json(method, path string, what any, want int, into any) {
	d.t.Helper()
	text, err := json.Marshal(what)
	if err != nil {
		d.t.Fatal(err)
	}
	got := d.ask(method, path, strings.NewReader(string(text)), want)
	if into != nil {
		if err := json.Unmarshal(got, into); err != nil {
			d.t.Errorf("%s %s: %v: %s", method, path, err, got)
		}
	}
}

func TestPods(t *testing.T) {
	d := open(t)
	var made admin.Created
	d.json("POST", "/pods", admin.NewPod{Name: "maria", Owner: "https://id.example/maria#me"}, 201, &made)
	if made.Name != "maria" || len(made.Recovery) < 40 || made.Root != d.w.Base+"maria/" {
		t.Errorf("%+v", made)
	}
	var p admin.Problem
	d.json("POST", "/pods", admin.NewPod{Name: "maria"}, 409, &p)
	d.json("POST", "/pods", admin.NewPod{Name: "App"}, 422, &p)
	d.json("POST", "/pods", map[string]string{"nome": "x"}, 400, &p)
	d.json("POST", "/pods", admin.NewPod{Name: "other", Owner: "not an iri"}, 400, &p)
	if p.Detail == "" || p.Code != "iri" {
		t.Errorf("%+v", p)
	}
	var list admin.Pods
	d.json("GET", "/pods", nil, 200, &list)
	if len(list.Pods) != 1 || list.Pods[0].Owner != "https://id.example/maria#me" {
		t.Errorf("%+v", list)
	}
	d.json("GET", "/pods/nobody", nil, 404, &p)
	d.json("DELETE", "/pods/maria", nil, 200, nil)
	d.json("GET", "/pods/maria", nil, 404, &p)
}

// A name that is mistyped is told; the grant is given all the same.
func TestGrantsOfNothing(t *testing.T) {
	d := open(t)
	d.w.Citizen("maria").Put("/maria/health/labs/x", "text/plain", "hello").Want(201)
	var g admin.Grant
	d.json("POST", "/pods/maria/grants", admin.NewGrant{
		To: "https://ana.example/#me", Until: d.w.Now().Add(time.Hour), Targets: []string{"/health/labs", "/health/labs/", "/health/labs/x", "/none/%C3%A5/"},
	}, 201, &g)
	if len(g.Targets) != 4 || !slices.Equal(g.Vacant, []string{d.w.Base + "maria/health/labs", d.w.Base + "maria/none/%C3%A5/"}) {
		t.Errorf("nothing is at %q", g.Vacant)
	}
}

func TestGrantsAndJournal(t *testing.T) {
	d := open(t)
	ana := d.w.As("dr-ana")
	d.w.Citizen("maria").Put("/maria/health/labs/x", "text/plain", "hello").Want(201)
	var g admin.Grant
	want := admin.NewGrant{To: ana.WebID.String(), Targets: []string{"/health/labs/"}, Purpose: "treatment of the knee", Until: d.w.Now().Add(time.Hour)}
	d.json("POST", "/pods/maria/grants", want, 201, &g)
	if g.State != "active" || g.Note != "treatment of the knee" || len(g.Modes) != 1 || g.Targets[0] != d.w.Base+"maria/health/labs/" {
		t.Errorf("%+v", g)
	}
	ana.Get("/maria/health/labs/x").Want(200)
	var p admin.Problem
	d.json("POST", "/pods/maria/grants", admin.NewGrant{To: ana.WebID.String(), Targets: []string{"/health/labs/"}, Modes: []string{"control"}, Until: want.Until}, 400, &p)
	d.json("POST", "/pods/maria/grants", admin.NewGrant{To: ana.WebID.String(), Targets: []string{"/health/labs/"}}, 422, &p)
	d.json("POST", "/pods/maria/grants", admin.NewGrant{To: ana.WebID.String(), Targets: []string{"/a//b"}, Until: want.Until}, 400, &p)
	d.json("DELETE", "/pods/maria/grants/"+g.ID, nil, 204, nil)
	d.json("DELETE", "/pods/maria/grants/nothing", nil, 404, &p)
	ana.Get("/maria/health/labs/x").Want(403)
	var list admin.Grants
	d.json("GET", "/pods/maria/grants", nil, 200, &list)
	if len(list.Grants) != 1 || list.Grants[0].State != "revoked" {
		t.Errorf("%+v", list)
	}

	var j admin.Journal
	d.json("GET", "/pods/maria/journal", nil, 200, &j)
	read := false
	for _, line := range j.Lines {
		read = read || line.Did == "read" && line.Who == ana.WebID.String() && line.Allowed && line.Grant == g.ID
	}
	if !read {
		t.Errorf("the reading is not in the journal: %+v", j.Lines)
	}
	last := d.last("/pods/maria/journal/verify?since=" + j.Head)
	if !last.Done || len(last.Damage) > 0 || last.Problem != nil || last.Head == "" {
		t.Errorf("%+v", last)
	}
	_, root, _ := strings.Cut(j.Head, ":")
	if last := d.last("/pods/maria/journal/verify?since=3:" + root); len(last.Damage) == 0 {
		t.Errorf("a head that never was is proved: %+v", last)
	}
	if last := d.last("/pods/maria/verify"); !last.Done || len(last.Damage) > 0 || last.Checked == 0 {
		t.Errorf("%+v", last)
	}
	var clock admin.Clock
	d.json("GET", "/clock", nil, 200, &clock)
	d.json("POST", "/clock/confirm", admin.Confirm{By: "host"}, 200, &clock)
	if clock.Suspended || clock.Now.IsZero() {
		t.Errorf("%+v", clock)
	}
}

func (d *door) last(path string) (last admin.VerifyEvent) {
	d.t.Helper()
	lines := strings.Split(strings.TrimSpace(string(d.ask("POST", path, nil, 200))), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		d.t.Fatal(err)
	}
	return last
}

// An import tells its progress while it goes on, and can be done again.
func TestImport(t *testing.T) {
	d := open(t)
	maria := d.w.Citizen("maria")
	const n = 3000
	bundle := func() io.Reader {
		r, w := io.Pipe()
		go func() {
			out := bufio.NewWriter(w)
			fmt.Fprint(out, `{"resourceType":"Bundle","type":"collection","entry":[`)
			for i := range n {
				fmt.Fprintf(out, `{"resource":{"resourceType":"Basic","id":"b%d","code":{"text":"%s"}}},`, i, strings.Repeat("x", 1000))
			}
			fmt.Fprint(out, `{"resource":{"resourceType":"Nonsense"}}]}`)
			w.CloseWithError(out.Flush())
		}()
		return r
	}
	var last admin.ImportEvent
	troubles := 0
	for _, line := range strings.Split(strings.TrimSpace(string(d.ask("POST", "/pods/maria/import?name=x.json", bundle(), 200))), "\n") {
		last = admin.ImportEvent{}
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		if last.Trouble != nil {
			troubles++
		}
	}
	if !last.Done || last.Problem != nil || last.Summary.Created != n || last.Summary.Troubles != 1 || troubles != 1 || last.Bytes < n*1000 {
		t.Errorf("%+v %+v", last, last.Summary)
	}
	if c := last.Summary.Containers; len(c) != 1 || c[0].Container != "/health/other/" || c[0].Created != n {
		t.Errorf("%+v", c)
	}
	again := string(d.ask("POST", "/pods/maria/import", bundle(), 200))
	if !strings.Contains(again, fmt.Sprintf(`"unchanged":%d`, n)) {
		t.Errorf("%.300s", again)
	}
	maria.Get("/maria/health/other/basic-b7").Want(200)
	d.ask("POST", "/pods/maria/import", strings.NewReader("not a record"), 400)
	d.ask("POST", "/pods/nobody/import", strings.NewReader("{}"), 404)
}
