package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"skrin/internal/podtest/pages"
)

func TestDemo(t *testing.T) {
	p := newPlace(t)
	out, errOut := p.skrin(exitDone, "", "demo", "--once", "--listen", "127.0.0.1:0")
	for _, want := range []string{"403", "401", "201", "204", "/oidc/token", "fhir:Observation.valueQuantity", "was revoked", "as they were written"} {
		if !strings.Contains(out, want) {
			t.Errorf("the story does not show %q:\n%s", want, out)
		}
	}
	if errOut != "" || strings.Contains(out, "\x1b[") {
		t.Errorf("noise: %q", errOut)
	}
}

// What the demo prints at its end can be tried: Carmen's name and password open her account, in which she ends what her
// app may; then that app's request is refused, and nothing else ends.
func TestDemoCanBeTried(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	out, ended := &notebook{}, make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"demo", "--listen", "127.0.0.1:0"}, newPlace(t).getenv, strings.NewReader(""), out, out)
	}()
	defer func() {
		cancel()
		if code := <-ended; code != exitDone {
			t.Errorf("the demo ended with %d", code)
		}
	}()
	for deadline := time.Now().Add(2 * time.Minute); !strings.Contains(out.String(), "# Carmen sees who did what"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the demo is not ready: %s", out)
		}
	}
	found := regexp.MustCompile(`Sign in: (\S+)app/[^$]*?name carmen, password ([a-z ]+)\n`).FindStringSubmatch(out.String())
	line := regexp.MustCompile(`curl -i -H @(\S+) (\S+/carmen/health/)\n`).FindStringSubmatch(out.String())
	if found == nil || line == nil {
		t.Fatalf("where to sign in, or what to try: %s", out)
	}
	tries := func(want int) {
		t.Helper()
		code := 0
		for deadline := time.Now().Add(time.Minute); code != want && time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
			code = tried(t, line[1], line[2])
		}
		if code != want {
			t.Errorf("the curl line gives %d instead of %d", code, want)
		}
	}
	tries(200)
	carmen := newVisitor(t, found[1])
	carmen.get(found[1] + "app/home").on("app/sign-in").fill(map[string]string{"name": "carmen", "password": found[2]}).on("app/home")
	carmen.get(found[1] + "app/account/apps").on("app/account/apps")
	for _, form := range pages.Forms(carmen.page) {
		if strings.HasSuffix(form.Fields["client"], "/apps/home") {
			carmen.fill(form.Fields)
		}
	}
	tries(401)
}

// tried asks with the header lines of a file, as curl -H @FILE does.
func tried(t *testing.T, file, address string) int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// An app that was withdrawn keeps the others from nothing.
func TestHandoutsOfAWithdrawnApp(t *testing.T) {
	key := keyOf(t)
	file := func(name string) string { return filepath.Join(t.TempDir(), name) }
	set := &handouts{base: "http://localhost/", all: []handout{
		{who: newPlayer("gone", key, func() (string, error) { return "", errWithdrawn }), method: "GET", file: file("gone")},
		{who: newPlayer("stays", key, key.Token), method: "GET", file: file("stays")},
	}}
	if err := set.write(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(set.all[0].file); err == nil {
		t.Error("there is a token for what was withdrawn")
	}
	if _, err := os.Stat(set.all[1].file); err != nil {
		t.Error(err)
	}
}
