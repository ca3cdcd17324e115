package page

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
)

// same are texts that are the same in English and another language, by right.
var same = map[Language][]string{
	Swedish:   {"frame.problem", "account.passkeys", "passkeys.title", "key.print.pod", "scripts.id", "scripts.secret", "scripts.issuer"},
	Norwegian: {"frame.problem", "key.print.pod", "scripts.id", "scripts.secret", "scripts.issuer"},
	Spanish:   {"key.print.pod", "scripts.id", "scripts.secret", "scripts.issuer"},
}

var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

func TestEveryTextInEveryLanguage(t *testing.T) {
	for _, l := range Languages() {
		for key, text := range catalogue[l] {
			english, ok := catalogue[English][key]
			if !ok {
				t.Errorf("%s has %q, English has not", l, key)
			}
			if strings.TrimSpace(text) != text || text == "" {
				t.Errorf("%s: %q is empty, or begins or ends with space", l, key)
			}
			if a, b := places(text), places(english); !slices.Equal(a, b) {
				t.Errorf("%s: %q has %v, English has %v", l, key, a, b)
			}
			if l != English && (text == english) != slices.Contains(same[l], key) && strings.ContainsFunc(placeholder.ReplaceAllString(text, ""), func(r rune) bool { return r >= 'A' }) {
				t.Errorf("%s: %q is the same as in English, or is listed and is not: %q", l, key, text)
			}
		}
		for key := range catalogue[English] {
			if _, ok := catalogue[l][key]; !ok {
				t.Errorf("%s has no %q", l, key)
			}
		}
	}
}

func places(text string) []string {
	all := placeholder.FindAllString(text, -1)
	slices.Sort(all)
	return all
}

// A key that stands twice in a file would count once, the last.
func TestNoTextTwice(t *testing.T) {
	for _, l := range Languages() {
		text, err := textFiles.ReadFile("texts/" + string(l) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(text)))
		seen := map[any]bool{}
		for i := 0; ; i++ {
			token, err := d.Token()
			if err != nil {
				break
			}
			if i%2 == 1 && seen[token] {
				t.Errorf("%s: %q stands twice", l, token)
			}
			if i%2 == 1 {
				seen[token] = true
			}
		}
	}
}

// given are the beginnings of keys that come from outside of this package.
var given = []string{"problem.", "notice.", "trouble."}

// made are the beginnings of keys that are put together here.
var made = []string{"duration.", "container.", "place.", "document.", "purpose.", "method.", "next."}

// spoken are keys that Go says, and not a template.
var spoken = []string{"frame.step", "field.reveal", "field.hide", "problem.other", "home.rule.changes", "home.rule.changes-only", "home.rule.shares",
	"home.rule.pod", "home.rule.with", "home.rule.alone", "home.rule.inside"}

var keyShape = regexp.MustCompile(`^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$`)

func TestEveryTextIsSaid(t *testing.T) {
	said := map[string]bool{}
	for _, key := range append(templateStrings(t), spoken...) {
		forms := []string{key}
		if Has(key + ".more") {
			forms = append(forms, key+".none", key+".one", key+".more")
		}
		for _, form := range forms {
			said[form] = true
		}
		if _, asset := hashed[key]; keyShape.MatchString(key) && !asset && !Has(key) && !Has(key+".more") {
			t.Errorf("a template says %q, which no language has", key)
		}
	}
	sources := consoleSource(t)
	for key := range catalogue[English] {
		begins := func(p string) bool { return strings.HasPrefix(key, p) }
		if slices.ContainsFunc(given, begins) {
			_, rest, _ := strings.Cut(strings.TrimSuffix(key, ".title"), ".")
			said[key] = said[key] || strings.HasPrefix(key, "trouble.other") || strings.Contains(sources, rest+`"`) || strings.HasPrefix(rest, "password-")
		}
		if !said[key] && !slices.ContainsFunc(made, begins) {
			t.Errorf("nobody says %q", key)
		}
	}
}

// consoleSource is the program that gives pages their keys.
func consoleSource(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("../*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of the console: %v", err)
	}
	var b strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(f, "_test.go") {
			b.Write(text)
		}
	}
	return b.String()
}

// templateStrings are all strings that stand in templates as such.
func templateStrings(t *testing.T) (all []string) {
	t.Helper()
	sets, err := templates()
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range sets {
		for _, one := range set.Templates() {
			if one.Tree != nil {
				all = append(all, strs(one.Tree.Root)...)
			}
		}
	}
	return all
}

func strs(node parse.Node) (all []string) {
	add := func(nodes ...parse.Node) {
		for _, n := range nodes {
			all = append(all, strs(n)...)
		}
	}
	branch := func(b parse.BranchNode) {
		add(b.Pipe, b.List)
		if b.ElseList != nil {
			add(b.ElseList)
		}
	}
	switch n := node.(type) {
	case *parse.ListNode:
		add(n.Nodes...)
	case *parse.ActionNode:
		add(n.Pipe)
	case *parse.TemplateNode:
		if n.Pipe != nil {
			add(n.Pipe)
		}
	case *parse.IfNode:
		branch(n.BranchNode)
	case *parse.RangeNode:
		branch(n.BranchNode)
	case *parse.WithNode:
		branch(n.BranchNode)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			add(c)
		}
	case *parse.CommandNode:
		add(n.Args...)
	case *parse.StringNode:
		all = append(all, n.Text)
	}
	return all
}

func TestTextsOfOthersAreKnown(t *testing.T) {
	if !Has("problem.name-taken") || Has("problem.nothing-of-the-kind") || Has("") {
		t.Error("Has does not say what there is")
	}
}
