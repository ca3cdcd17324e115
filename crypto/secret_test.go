package crypto

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

// Every secret, as itself, behind a pointer, and inside a struct that knows
// nothing of secrets, under every verb that somebody might use.
func TestSecretsDoNotPrint(t *testing.T) {
	key := NewPodKey()
	body, _ := ParseBodyKey(key.bytes()[:bodyKeySize])
	words := "correct horse battery staple"
	pass, _ := NewPassphrase([]byte(words))
	host, err := GenerateHostKey()
	if err != nil {
		t.Fatal(err)
	}
	recovery, err := GenerateRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		secret any
		gives  []string
	}{
		"PodKey":      {key, forms(key.bytes()[:])},
		"BodyKey":     {body, forms(body.bytes()[:])},
		"Passphrase":  {pass, append(forms([]byte(words)), words)},
		"HostKey":     {*host, append(host.keys().lines, "SECRET-KEY")},
		"RecoveryKey": {*recovery, []string{recovery.Line(), "SECRET-KEY"}},
	} {
		for how, text := range printings(t, c.secret) {
			for _, give := range c.gives {
				if strings.Contains(strings.ToLower(text), strings.ToLower(give)) {
					t.Errorf("%s gives itself away by %s: %s", name, how, text)
				}
			}
		}
		if reflect.TypeOf(c.secret).Comparable() {
			t.Errorf("%s can be compared with ==", name)
		}
		if text, err := json.Marshal(c.secret); err == nil {
			t.Errorf("%s was marshalled to %s", name, text)
		}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
			if got := fmt.Sprintf(verb, c.secret); got != redacted {
				t.Errorf("%s prints under %s as %q", name, verb, got)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("here", "key", c.secret)
		if !strings.Contains(log.String(), `"key":"[secret]"`) {
			t.Errorf("%s is logged as %s", name, log.String())
		}
	}
}

func forms(b []byte) []string {
	return []string{string(b), hex.EncodeToString(b), fmt.Sprint(b), fmt.Sprintf("%#v", b)[len("[]byte"):]}
}

func printings(t *testing.T, secret any) map[string]string {
	t.Helper()
	pointer := reflect.New(reflect.TypeOf(secret))
	pointer.Elem().Set(reflect.ValueOf(secret))
	type around struct {
		Shown  any
		hidden any
	}
	out := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o", "%b", "%t", "%p"} {
		out[verb] = fmt.Sprintf(verb, secret)
		out["pointer "+verb] = fmt.Sprintf(verb, pointer.Interface())
		out["struct "+verb] = fmt.Sprintf(verb, around{secret, secret})
		out["slice "+verb] = fmt.Sprintf(verb, []any{secret})
	}
	for name, make := range map[string]func(*bytes.Buffer) slog.Handler{
		"slog text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		"slog json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
	} {
		var b bytes.Buffer
		slog.New(make(&b)).Info("here", "secret", secret, "pointer", pointer.Interface(), "around", around{secret, secret})
		out[name] = b.String()
	}
	return out
}

func TestDestroyReachesCopies(t *testing.T) {
	key := NewPodKey()
	twin := key
	if !twin.Equal(key) {
		t.Error("a copy is not equal")
	}
	key.Destroy()
	if !twin.destroyed() || twin.Equal(key) {
		t.Error("a copy outlived its key")
	}
	pass, _ := NewPassphrase([]byte("words"))
	held := *pass.bytes()
	pass.Destroy()
	if !bytes.Equal(held, make([]byte, 5)) {
		t.Error("the passphrase was not zeroed")
	}
	body, _ := ParseBodyKey(make([]byte, bodyKeySize))
	body.Destroy()
	PodKey{}.Destroy()
	BodyKey{}.Destroy()
	Passphrase{}.Destroy()
}
