package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// said runs the program with nothing but arguments and an environment.
func said(t *testing.T, env map[string]string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, func(name string) string { return env[name] }, strings.NewReader(""), &o, &e)
	return code, o.String(), e.String()
}

func TestHelpOfEveryCommand(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"serve", "--help"}, {"demo", "--help"}, {"pod", "--help"}, {"pod", "create", "--help"},
		{"pod", "list", "--help"}, {"pod", "delete", "--help"}, {"import", "--help"}, {"grant", "--help"}, {"grants", "--help"},
		{"revoke", "--help"}, {"backup", "--help"}, {"restore", "--help"}, {"pod", "compact", "--help"},
		{"invite", "--help"}, {"invite", "new", "--help"}, {"invite", "list", "--help"}, {"invite", "withdraw", "--help"}, {"account", "--help"},
		{"account", "list", "--help"}, {"account", "show", "--help"}, {"account", "create", "--help"}, {"account", "remove", "--help"},
		{"account", "sign-out", "--help"}, {"keys", "replace", "--help"}, {"host-key", "--help"}, {"keys", "new", "--help"}, {"keys", "show", "--help"}, {"pod", "issuers", "--help"}, {"move", "--help"},
		{"pod", "rotate", "--help"}, {"pod", "recover", "--help"}, {"pod", "adopt", "--help"}, {"journal", "--help"}, {"verify", "--help"}, {"health", "--help"}, {"version", "--help"}} {
		code, out, errOut := said(t, nil, args...)
		if code != exitDone || !strings.Contains(out, "Usage: skrin") || errOut != "" {
			t.Errorf("%v: %d %q %q", args, code, out, errOut)
		}
	}
	if _, out, _ := said(t, nil, "serve", "--help"); !strings.Contains(out, "$SKRIN_BASE_URL") {
		t.Errorf("the help does not name the variables:\n%s", out)
	}
	_, out, _ := said(t, nil, "grant", "--help")
	if own, folder := strings.Index(out, "--until"), strings.Index(out, "The data folder; "); own < 0 || folder < own || strings.Index(out, "--host-key") < folder {
		t.Errorf("a command's own flags do not come before those that all have:\n%s", out)
	}
}

func TestWhatIsNotUnderstood(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"sreve"}, "unexpected argument sreve"},
		{[]string{"serve", "--lisen=:1"}, "unknown flag --lisen"},
		{[]string{"grant", "maria"}, "missing flags"},
		{[]string{"grant", "maria", "--to=x", "--container=y/", "--until=12h", "--mode=control"}, "--mode"},
		{[]string{"grant", "maria", "--to=x", "--container=y/", "--until=soon"}, "is no time"},
		{[]string{"pod"}, "expected one of"},
		{[]string{"pod", "create"}, "expected \"<name>\""},
		{[]string{"import", "maria"}, "expected \"<file> ...\""},
		{[]string{"pod", "create", "maria", "--base-url=pods.example.org"}, "--base-url"},
		{[]string{"journal", "maria", "--since=3:ab"}, "--since"},
	} {
		code, out, errOut := said(t, map[string]string{"HOME": t.TempDir(), "SKRIN_DATA": t.TempDir()}, c.args...)
		if code != exitUsage || !strings.Contains(errOut, c.want) || out != "" {
			t.Errorf("%v: %d %q %q", c.args, code, out, errOut)
		}
	}
}

func TestFlagsFromTheEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		args []string
		want string
	}{
		{nil, nil, "skrin-data"},
		{map[string]string{"SKRIN_DATA": "/a"}, nil, "/a"},
		{map[string]string{"SKRIN_DATA": "/a"}, []string{"--data", "/b"}, "/b"},
	} {
		args := append([]string{"pod", "list"}, c.args...)
		found, code, err := parse(args, func(name string) string { return c.env[name] }, &bytes.Buffer{}, &bytes.Buffer{})
		if err != nil || code != exitDone {
			t.Fatalf("%v: %v", args, err)
		}
		if got := found.(*podListCommand).Data; got != c.want {
			t.Errorf("%v %v: %q, want %q", c.env, args, got, c.want)
		}
	}
	env := map[string]string{"SKRIN_UNTIL": "14d", "SKRIN_TO": "https://ana.example/#me"}
	found, _, err := parse([]string{"grant", "--container", "health/labs/", "maria"}, func(name string) string { return env[name] }, &bytes.Buffer{}, &bytes.Buffer{})
	if err != nil || found.(*grantCommand).Until != "14d" || found.(*grantCommand).Name != "maria" {
		t.Errorf("required flags from the environment, flags before names: %+v %v", found, err)
	}
}

func TestNothingThere(t *testing.T) {
	env := map[string]string{"HOME": t.TempDir(), "SKRIN_DATA": t.TempDir() + "/none"}
	for _, args := range [][]string{{"pod", "list"}, {"grants", "maria"}, {"journal", "maria"}, {"verify"}, {"health"}, {"invite", "list"},
		{"account", "list"}, {"account", "show", "maria"}, {"keys", "replace"}, {"pod", "issuers", "maria"}} {
		code, _, errOut := said(t, env, args...)
		if code != exitFailed || !strings.Contains(errOut, env["SKRIN_DATA"]) {
			t.Errorf("%v: %d %q", args, code, errOut)
		}
	}
}
