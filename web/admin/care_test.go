package admin_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"skrin/pod"
	"skrin/web/admin"
)

// with asks with a recovery key, and gives the whole answer.
func (d *door) with(key, path string, body io.Reader) (*http.Response, []byte) {
	d.t.Helper()
	req, err := http.NewRequest("POST", "http://admin"+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	if key != "" {
		req.Header.Set(admin.RecoveryField, key)
	}
	res, err := d.http.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res, text
}

func lastEvent(t *testing.T, text []byte) (last admin.RestoreEvent) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return last
}

func TestBackupAndRestore(t *testing.T) {
	here, there := open(t), open(t)
	var made admin.Created
	here.json("POST", "/pods", admin.NewPod{Name: "maria"}, 201, &made)
	here.json("POST", "/pods/maria/grants", admin.NewGrant{To: "https://ana.example/#me", Targets: []string{"/health/"}, Until: here.w.Now().Add(time.Hour)}, 201, nil)
	key, err := pod.ParseRecoveryKey(made.Recovery)
	if err != nil {
		t.Fatal(err)
	}
	line := key.Line()
	res, backup := here.with("", "/pods/maria/backup", nil)
	if res.StatusCode != 200 || res.Trailer.Get(admin.OutcomeField) != admin.Whole || res.Header.Get(admin.TotalField) == "0" {
		t.Errorf("the backup: %s %v %v", res.Status, res.Header, res.Trailer)
	}
	for _, c := range []struct {
		door  *door
		key   string
		opens bool
		here  string
	}{{here, "", false, "maria"}, {here, line, true, "maria"}, {there, "", false, ""}, {there, line, true, ""}} {
		var head admin.BackupHead
		_, text := c.door.with(c.key, "/restore/look", bytes.NewReader(backup[:min(len(backup), pod.MaxBackupHead)]))
		if err := json.Unmarshal(text, &head); err != nil || head.Opens != c.opens || head.Here != c.here || head.Pod != made.ID {
			t.Errorf("%+v: %s", c, text)
		}
	}
	for name, c := range map[string]struct {
		key, path string
		body      string
		status    int // of the answer, or of the problem in its last line
	}{
		"no backup":            {line, "/restore/look", "hello", 422},
		"a key that is none":   {"AGE-SECRET-KEY-PQ-1XX", "/restore", "", 400},
		"a name that is none":  {line, "/restore?name=App", "", 422},
		"nothing opens it":     {"", "/restore", string(backup), 422},
		"cut":                  {line, "/restore", string(backup[:len(backup)-1]), 422},
		"a path that is short": {line, "/adopt", `{"file":"x.db"}`, 400},
		"no such file":         {line, "/adopt", `{"file":"/none/x.db"}`, 422},
		"no such pod":          {line, "/pods/nobody/recover", "", 404},
	} {
		res, text := there.with(c.key, c.path, strings.NewReader(c.body))
		status := res.StatusCode
		if status == 200 {
			if last := lastEvent(t, text); last.Problem != nil {
				status = last.Problem.Status
			}
		}
		if status != c.status {
			t.Errorf("%s: %d instead of %d: %s", name, status, c.status, text)
		}
	}
	_, text := there.with(line, "/restore?name=maria-2", bytes.NewReader(backup))
	last := lastEvent(t, text)
	if last.Restored == nil || last.Restored.Name != "maria-2" || last.Restored.Grants != 1 || last.Restored.OldRoot != made.Root {
		t.Fatalf("%s", text)
	}
	var given admin.Grants
	there.json("GET", "/pods/maria-2/grants", nil, 200, &given)
	if given.Grants[0].State != "suspended" || given.Older {
		t.Errorf("%+v", given)
	}
	there.json("POST", "/pods/maria-2/grants/confirm", nil, 200, &given)
	if given.Grants[0].State != "active" {
		t.Errorf("%+v", given)
	}
	if text := there.ask("POST", "/pods/maria-2/rotate", nil, 200); !bytes.Contains(text, []byte(`"done":true`)) {
		t.Errorf("rotated: %s", text)
	}
	there.ask("POST", "/pods/maria-2/compact", nil, 200)
	if res, text := there.with(line, "/pods/maria-2/recover", nil); res.StatusCode != 204 {
		t.Errorf("%s %s", res.Status, text)
	}
	there.ask("POST", "/pods/maria-2/recover", nil, 400)
	there.json("POST", "/pods", admin.NewPod{Name: "nora"}, 201, nil)
	if res, text := there.with(line, "/pods/nora/recover", nil); res.StatusCode != 422 || !strings.Contains(string(text), "wrong-key") {
		t.Errorf("%s %s", res.Status, text)
	}
}

// A backup that cannot begin is a problem document; a failing vault gives no half file that looks whole.
func TestBackupOfNothing(t *testing.T) {
	d := open(t)
	res, text := d.with("", "/pods/nobody/backup", nil)
	if res.StatusCode != 404 || res.Trailer.Get(admin.OutcomeField) != "" {
		t.Errorf("%s %s", res.Status, text)
	}
	d.w.Citizen("maria")
	if err := d.w.Vault.Close(); err != nil {
		t.Fatal(err)
	}
	if res, text = d.with("", "/pods/maria/backup", nil); res.StatusCode != 503 {
		t.Errorf("%s %s", res.Status, text)
	}
}
