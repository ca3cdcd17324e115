package faults

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"skrin/acl"
	"skrin/crypto"
	"skrin/linkeddata"
	"skrin/pod"
)

// judge knows from a script's marks what must be in a folder and what may be.
type judge struct {
	base    linkeddata.IRI
	may     model
	least   map[string]int // journal lines that must be there
	most    map[string]int // and how many may be there
	appends []op
	ending  map[string]bool   // pods that are perhaps half deleted
	making  map[string]bool   // pods that are perhaps half made
	keys    map[string]string // recovery keys of pods, as they were given out; "": perhaps another one since
}

func newJudge(base linkeddata.IRI) *judge {
	return &judge{base: base, may: model{}, least: map[string]int{}, most: map[string]int{}, ending: map[string]bool{}, making: map[string]bool{}, keys: map[string]string{}}
}

// judgeOf reads the marks. Operations that had begun and were not answered may have happened or not.
func judgeOf(w workload, marks []string) (*judge, error) {
	j := newJudge(base)
	ops := map[string]op{}
	for _, o := range w.all() {
		ops[o.id()] = o
	}
	begun := map[string]bool{}
	for _, mark := range marks {
		f := strings.Fields(mark)
		if strings.HasPrefix(mark, "failed open ") {
			continue
		}
		if len(f) == 3 && f[0] == "key" {
			j.keys[ops[f[1]].pod] = f[2]
			continue
		}
		if len(f) < 2 || ops[f[1]].kind == "" {
			return nil, fmt.Errorf("a mark that is not understood: %q", mark)
		}
		if o := ops[f[1]]; f[0] == "begin" {
			begun[f[1]] = true
			j.mayHappen(o)
		} else {
			delete(begun, f[1])
			j.answered(o, f[0])
		}
	}
	for id := range begun {
		if !ops[id].refused() {
			j.answered(ops[id], "unknown")
		}
	}
	return j, nil
}

func (j *judge) mayHappen(o op) {
	if line := o.line(); line != "" {
		j.most[line]++
	}
	j.ending[o.pod] = j.ending[o.pod] || o.kind == "delete-pod"
	j.making[o.pod] = j.making[o.pod] || o.kind == "create-pod"
	if o.kind == "append" {
		j.appends = append(j.appends, o)
	}
	if o.kind == "recovery" {
		j.keys[o.pod] = ""
	}
}

func (j *judge) answered(o op, how string) {
	line := o.line()
	switch how {
	case "done":
		j.may.apply(o, true)
		delete(j.ending, o.pod)
		delete(j.making, o.pod)
	case "unknown":
		j.may.apply(o, false)
	}
	if line != "" && (how == "done" || how == "refused") {
		j.least[line]++
	}
	if o.kind == "delete-pod" && how != "failed" {
		for l := range j.least {
			if strings.HasPrefix(l, o.pod+" ") {
				j.least[l] = 0
			}
		}
	}
}

// inspect opens the folder and gives everything that is not as it must be.
func (j *judge) inspect(folder string, key *crypto.HostKey) error {
	v, err := pod.Open(folder, key, pod.Options{Base: j.base, FreeSpace: justEnough})
	if err != nil {
		return fmt.Errorf("the vault does not open: %w", err)
	}
	seen, err := j.look(v)
	if err == nil {
		err = j.compare(seen)
	}
	if err == nil {
		err = j.recoverable(v)
	}
	if err == nil {
		err = j.goOn(v)
	}
	return errors.Join(err, v.Close())
}

// recoverable says whether the recovery keys that were given out open their pods.
func (j *judge) recoverable(v *pod.Vault) error {
	for name, text := range j.keys {
		if text == "" {
			continue
		}
		key, err := pod.ParseRecoveryKey(text)
		if err == nil {
			err = v.OpensWith(ctx, name, key)
		}
		if err != nil {
			return fmt.Errorf("the recovery key of %s: %w", name, err)
		}
	}
	return nil
}

// sight is what is there.
type sight struct {
	values map[string]string
	lines  map[string]int
}

// look verifies every pod and reads all there is to read.
func (j *judge) look(v *pod.Vault) (*sight, error) {
	s := &sight{values: map[string]string{}, lines: map[string]int{}}
	pods, err := v.Pods()
	if err != nil {
		return nil, fmt.Errorf("list pods: %w", err)
	}
	for _, info := range pods {
		s.values["pod "+info.Name] = "there"
		if j.ending[info.Name] {
			continue
		}
		report, err := v.Verify(ctx, info.Name, nil)
		if err != nil {
			return nil, fmt.Errorf("verify %s: %w", info.Name, err)
		}
		if !report.Sound() {
			return nil, fmt.Errorf("verify %s: %q", info.Name, report.Problems)
		}
		owner := v.As(info.ID, acl.Agent{WebID: info.Owner, Client: pod.CLI})
		if err := errors.Join(s.tree(owner, info.Name, pod.Root), s.grants(owner, info), s.journal(owner, info)); err != nil {
			return nil, err
		}
	}
	kept, err := v.Kept("word")
	s.values["kept word"] = string(kept)
	return s, err
}

// seeded is what every new pod has.
var seeded = regexp.MustCompile(`^/(profile|settings|inbox|health)/|^/$`)

func (s *sight) tree(owner *pod.Session, name string, c pod.Path) error {
	for after := ""; ; {
		members, next, err := owner.List(ctx, c, after, 100)
		if err != nil {
			return fmt.Errorf("list %s%s: %w", name, c, err)
		}
		for _, m := range members {
			if seeded.MatchString(m.Path.String()) {
				continue
			}
			if m.Path.IsContainer() {
				err = errors.Join(s.document(owner, name, m.Path.ACL()), s.tree(owner, name, m.Path))
			} else {
				err = s.document(owner, name, m.Path)
			}
			if err != nil {
				return err
			}
		}
		if after = next; next == "" {
			return nil
		}
	}
}

var (
	version = regexp.MustCompile(`^(\S+) version (\d+)\n`)
	notes   = regexp.MustCompile(`note-\d+`)
)

// document reads one resource and gives it the value that the model would.
func (s *sight) document(owner *pod.Session, name string, p pod.Path) error {
	r, err := owner.Get(ctx, p)
	if errors.Is(err, pod.ErrNotFound) && p.Kind() == acl.ACLResource {
		return nil
	}
	if err != nil {
		return fmt.Errorf("get %s%s: %w", name, p, err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return fmt.Errorf("read %s%s: %w", name, p, err)
	}
	key := name + p.String()
	head := version.FindSubmatch(body)
	switch {
	case head == nil:
		found := notes.FindAllString(string(body), -1)
		slices.Sort(found)
		s.values[key] = strings.Join(found, " ")
	case string(head[1]) != key || strings.Trim(strings.ReplaceAll(string(body), string(head[0]), ""), "\n") != "":
		s.values[key] = "bytes that were never written there"
	default:
		s.values[key] = fmt.Sprintf("v%s %d", head[2], len(body))
	}
	return nil
}

func (s *sight) grants(owner *pod.Session, info pod.Info) error {
	list, err := owner.Grants(ctx)
	if err != nil {
		return fmt.Errorf("grants of %s: %w", info.Name, err)
	}
	for _, g := range list {
		key := "grant " + info.Name + "/" + strings.TrimPrefix(g.Targets[0].String(), info.Root.String())
		switch {
		case g.Suspended:
			s.values[key] = "suspended"
		case !g.Revoked.IsZero():
			s.values[key] = "revoked"
		default:
			s.values[key] = "given"
		}
	}
	return nil
}

var class = map[string]string{"create": "write", "replace": "write", "patch": "write", "delete": "delete", "grant": "grant", "revoke": "revoke",
	"read": "read", "rotate": "rotate", "new-recovery-key": "recovery"}

func (s *sight) journal(owner *pod.Session, info pod.Info) error {
	for from, more := uint64(0), true; more; {
		page, err := owner.Journal(ctx, from, 500)
		if err != nil {
			return fmt.Errorf("journal of %s: %w", info.Name, err)
		}
		for _, e := range page.Entries {
			if seeded.MatchString(e.Path) || e.Path == "/.acl" {
				continue
			}
			did := class[e.Did]
			if !e.Allowed {
				did = "refused"
			}
			s.lines[info.Name+" "+did+" "+e.Path]++
		}
		from, more = page.Next, page.Next != 0
	}
	return nil
}

// compare holds what is there against what must and may be there.
func (j *judge) compare(s *sight) error {
	var wrong []string
	keys := maps.Clone(s.values)
	for key := range j.may {
		keys[key] = ""
	}
	for key := range keys {
		if name, _, _ := strings.Cut(key, "/"); j.ending[name] || j.ending[strings.TrimPrefix(name, "grant ")] {
			continue
		}
		if want := j.may.values(key); !want[s.values[key]] {
			wrong = append(wrong, fmt.Sprintf("%s is %q, and may be %q", key, s.values[key], slices.Sorted(maps.Keys(want))))
		}
	}
	for _, o := range j.appends {
		if n := s.present(o); n != 0 && n != len(o.members()) && s.values["pod "+o.pod] != "" {
			wrong = append(wrong, fmt.Sprintf("%d of %d members of one append to %s are there", n, len(o.members()), o.path))
		}
	}
	for line, n := range s.lines {
		if n > j.most[line] && !j.ending[strings.Fields(line)[0]] {
			wrong = append(wrong, fmt.Sprintf("the journal tells %d times of %q, which was done %d times", n, line, j.most[line]))
		}
	}
	for line, n := range j.least {
		if s.lines[line] < n && !j.ending[strings.Fields(line)[0]] {
			wrong = append(wrong, fmt.Sprintf("the journal tells %d times of %q, which was done %d times", s.lines[line], line, n))
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return fmt.Errorf("%s", strings.Join(wrong, "; "))
	}
	return nil
}

func (s *sight) present(o op) (n int) {
	for _, m := range o.members() {
		if s.values[o.pod+m.path] != "" {
			n++
		}
	}
	return n
}

// goOn goes on using what is there: pods take writes, what was half made or half deleted can be made or deleted.
func (j *judge) goOn(v *pod.Vault) error {
	for name, perhaps := range j.ending {
		if !perhaps {
			continue
		}
		if err := v.Delete(ctx, name); err != nil && !errors.Is(err, pod.ErrNoPod) {
			return fmt.Errorf("delete %s again: %w", name, err)
		}
	}
	for name, perhaps := range j.making {
		if !perhaps {
			continue
		}
		if _, err := v.Create(ctx, pod.NewPod{Name: name}); err != nil && !errors.Is(err, pod.ErrPodExists) {
			return fmt.Errorf("make %s again: %w", name, err)
		}
	}
	info, err := v.Lookup("maria")
	if errors.Is(err, pod.ErrNoPod) {
		return nil
	} else if err != nil {
		return err
	}
	o := op{kind: "put", pod: "maria", path: "/afterwards", size: 10}
	owner := v.As(info.ID, acl.Agent{WebID: info.Owner, Client: pod.CLI})
	if _, err := owner.Put(ctx, pod.MustPath(o.path), pod.Draft{MediaType: "text/plain", Body: strings.NewReader(o.body())}, pod.Precondition{}); err != nil {
		return fmt.Errorf("write afterwards: %w", err)
	}
	j.mayHappen(o)
	j.answered(o, "done")
	return nil
}
