package faults

import (
	"fmt"
	"slices"
	"strings"
)

// An op is one thing that the script does, and that the judge knows the effect of.
type op struct {
	lane, n int
	kind    string // see script.do
	pod     string
	path    string
	version int
	size    int
}

func (o op) id() string { return fmt.Sprintf("%d.%d", o.lane, o.n) }

// refused says whether the answer must be a refusal.
func (o op) refused() bool { return o.kind == "clash" || o.kind == "deny" }

// body is what a put writes: text that tells where and which it is, so that bytes from elsewhere are noticed.
func (o op) body() string {
	line := fmt.Sprintf("%s%s version %d\n", o.pod, o.path, o.version)
	return line + strings.Repeat(line, o.size/len(line))
}

// shown is the value that the judge gives to a body.
func (o op) shown() string { return fmt.Sprintf("v%d %d", o.version, len(o.body())) }

func (o op) note() string { return fmt.Sprintf("note-%d", o.version) }

// members are the paths that an append makes.
func (o op) members() []op {
	var all []op
	for i, size := range []int{20, 900, 70_000} {
		m := o
		m.kind, m.path, m.size = "put", fmt.Sprintf("%sm%d-%d", o.path, o.version, i), size
		all = append(all, m)
	}
	return all
}

// workload is a list of operations that are done in order, and then lanes that run beside each other.
type workload struct {
	first []op
	lanes [][]op
	last  []op
}

func (w workload) all() []op {
	all := append([]op(nil), w.first...)
	for _, lane := range w.lanes {
		all = append(all, lane...)
	}
	return append(all, w.last...)
}

// builder numbers operations.
type builder struct {
	lane    int
	pod     string
	version int
	ops     []op
}

func (b *builder) add(kind, path string, size int) *builder {
	b.version++
	b.ops = append(b.ops, op{lane: b.lane, n: len(b.ops), kind: kind, pod: b.pod, path: path, version: b.version, size: size})
	return b
}

func (b *builder) in(pod string) *builder { b.pod = pod; return b }

// large is beyond what stands in the pod's own file.
const large = 70_000

// everything is the workload with every kind of change in it.
func everything() workload {
	b := &builder{pod: "maria"}
	b.add("create-pod", "", 0).in("karin").add("create-pod", "", 0).add("put", "/x", 100).in("maria")
	b.add("put", "/a/x", 100).add("put", "/a/big", large).add("put", "/a/x", 5000).add("put", "/a/big", large+999)
	b.add("patch", "/a/doc", 0).add("patch", "/a/doc", 0).add("patch", "/a/doc", 0)
	b.add("acl", "/a/", 0).add("grant", "/a/", 0).add("read", "/a/x", 0).add("read", "/a/big", 0).add("deny", "/b/x", 0)
	b.add("clash", "/a/x", 40).add("append", "/a/", 0).add("put", "/a/big", 30).add("delete", "/a/x", 0).add("put", "/a/x", 2000)
	b.add("keep", "word", 0).add("revoke", "/a/", 0).add("reopen", "", 0).add("put", "/a/y", 64000).add("keep", "word", 0)
	b.in("olle").add("create-pod", "", 0).add("put", "/x", large).add("delete-pod", "", 0).in("maria")
	b.add("put", "/a/large", large).add("delete", "/a/y", 0).add("compact", "", 0).add("put", "/a/x", 10).add("delete", "/a/large", 0)
	b.add("recovery", "", 0).add("rotate", "", 0).add("put", "/a/y", 400).add("recovery", "", 0)
	w := workload{first: b.ops}
	for i := range 4 {
		w.lanes = append(w.lanes, lane(1+i))
	}
	z := &builder{lane: 9, pod: "maria", version: 900}
	z.add("compact", "", 0).add("rotate", "", 0).add("put", "/z/x", 300).add("grant", "/z/", 0).add("revoke", "/z/", 0).add("reopen", "", 0).add("patch", "/a/doc", 0)
	w.last = z.ops
	return w
}

// lane is what one of several askers does at the same time.
func lane(i int) []op {
	b := &builder{lane: i, pod: "maria", version: 100 * i}
	dir := fmt.Sprintf("/lane-%d/", i)
	b.add("put", dir+"x", 200).add("put", dir+"y", 3000).add("patch", dir+"doc", 0).add("grant", dir, 0).add("put", dir+"x", 900)
	b.add("read", dir+"x", 0).add("delete", dir+"y", 0).add("append", dir, 0).add("revoke", dir, 0).add("patch", dir+"doc", 0)
	return b.add("put", dir+"big", large).add("put", dir+"x", 50).ops
}

// fifty is a script of fifty operations, one after the other.
func fifty() workload {
	b := &builder{pod: "maria"}
	b.add("create-pod", "", 0).in("karin").add("create-pod", "", 0).in("maria")
	for i := range 5 {
		x := fmt.Sprintf("/c%d/x", i)
		b.add("put", x, 300).add("put", x, 9000).add("patch", fmt.Sprintf("/c%d/doc", i), 0).add("put", fmt.Sprintf("/c%d/big", i), large)
		b.add("grant", fmt.Sprintf("/c%d/", i), 0).add("read", x, 0).add("delete", x, 0).add("revoke", fmt.Sprintf("/c%d/", i), 0)
	}
	b.add("compact", "", 0).add("rotate", "", 0).add("reopen", "", 0).in("karin")
	for range 4 {
		b.add("put", "/x", 1000)
	}
	return workload{first: b.ops}
}

// afterwards is what is done when a server was killed and started again.
func afterwards() workload {
	b := &builder{lane: 8, pod: "karin", version: 800}
	b.add("create-pod", "", 0).add("put", "/z/big", large).in("maria").add("create-pod", "", 0).add("put", "/z/x", 40).add("put", "/z/big", large)
	return workload{first: b.add("grant", "/z/", 0).add("put", "/z/x", 4000).add("rotate", "", 0).ops}
}

// model is what may be there: for each key the values that it may have. A key that is not in it has nothing.
type model map[string]map[string]bool

func (m model) values(key string) map[string]bool {
	if m[key] == nil {
		return map[string]bool{"": true}
	}
	return m[key]
}

// change lets a key take the value that next makes of the old one. If it is only possible, the old one is possible too.
func (m model) change(key string, certain bool, next func(old string) string) {
	values := map[string]bool{}
	for old := range m.values(key) {
		values[next(old)] = true
		if !certain {
			values[old] = true
		}
	}
	m[key] = values
}

// apply makes the effect of an operation, certain or possible.
func (m model) apply(o op, certain bool) {
	to := func(v string) func(string) string { return func(string) string { return v } }
	key := o.pod + o.path
	switch o.kind {
	case "put", "refer":
		m.change(key, certain, to(o.shown()))
	case "append":
		for _, member := range o.members() {
			m.change(o.pod+member.path, certain, to(member.shown()))
		}
	case "patch":
		m.change(key, certain, func(old string) string {
			all := append(strings.Fields(old), o.note())
			slices.Sort(all)
			return strings.Join(all, " ")
		})
	case "acl", "open":
		m.change(key+".acl", certain, to(o.note()))
	case "delete":
		m.change(key, certain, to(""))
	case "grant":
		m.change("grant "+key, certain, to("given"))
	case "revoke":
		m.change("grant "+key, certain, to("revoked"))
	case "keep":
		m.change("kept "+o.path, certain, to(o.note()))
	case "create-pod":
		m.change("pod "+o.pod, certain, to("there"))
	case "delete-pod":
		for k := range m {
			if k == "pod "+o.pod || strings.HasPrefix(k, o.pod+"/") {
				m.change(k, certain, to(""))
			}
		}
	}
}

// line is the journal line that the operation leaves; "" for none.
func (o op) line() string {
	did := map[string]string{"put": "write", "refer": "write", "append": "write", "patch": "write", "delete": "delete", "acl": "write", "open": "write", "rotate": "rotate", "recovery": "recovery",
		"grant": "grant", "revoke": "revoke", "read": "read", "deny": "refused"}[o.kind]
	if did == "" {
		return ""
	}
	path := o.path
	if o.kind == "acl" || o.kind == "open" {
		path += ".acl"
	}
	return o.pod + " " + did + " " + path
}
