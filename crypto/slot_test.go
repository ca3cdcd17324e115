package crypto

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

func must[T any](t testing.TB, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// quick stretches for next to nothing: tests are not what passphrases are kept from.
func quick(atOnce int) *Stretcher {
	st := NewStretcher(atOnce)
	st.work = 4
	return st
}

func phrase(t testing.TB, text string) Passphrase {
	t.Helper()
	p, err := NewPassphrase([]byte(text))
	return must(t, p, err)
}

// way is one kind of slot: how it is sealed and opened, by the right holder and by a stranger.
type way struct {
	slot           Slot
	open, stranger func(Slot, [16]byte) (PodKey, error)
	plain          age.Identity // opens the slot without this package
}

func ways(t *testing.T, key PodKey) map[string]way {
	ctx := t.Context()
	host, err := GenerateHostKey()
	must(t, host, err)
	otherHost, err := GenerateHostKey()
	must(t, otherHost, err)
	classic, err := age.GenerateX25519Identity()
	must(t, classic, err)
	classicHost, err := ParseHostKey(strings.NewReader("# classic\n" + classic.String() + "\n"))
	must(t, classicHost, err)
	recovery, err := GenerateRecoveryKey()
	must(t, recovery, err)
	otherRecovery, err := GenerateRecoveryKey()
	must(t, otherRecovery, err)
	st, right, wrong := quick(1), phrase(t, "right"), phrase(t, "wrong")
	scrypt, err := age.NewScryptIdentity("right")
	must(t, scrypt, err)
	seal := func(s Slot, err error) Slot { t.Helper(); return must(t, s, err) }
	return map[string]way{
		"host": {
			seal(SealHost(host, pod, key)),
			func(s Slot, pod [16]byte) (PodKey, error) { return s.OpenHost(host, pod) },
			func(s Slot, pod [16]byte) (PodKey, error) { return s.OpenHost(otherHost, pod) },
			host.keys().identities[0],
		},
		"classic host": {
			seal(SealHost(classicHost, pod, key)),
			func(s Slot, pod [16]byte) (PodKey, error) { return s.OpenHost(classicHost, pod) },
			func(s Slot, pod [16]byte) (PodKey, error) { return s.OpenHost(host, pod) },
			classic,
		},
		"recovery": {
			seal(SealRecovery(recovery, pod, key)),
			func(s Slot, pod [16]byte) (PodKey, error) { return s.OpenRecovery(recovery, pod) },
			func(s Slot, pod [16]byte) (PodKey, error) { return s.OpenRecovery(otherRecovery, pod) },
			recovery.identity(),
		},
		"passphrase": {
			seal(st.SealPassphrase(ctx, right, pod, key)),
			func(s Slot, pod [16]byte) (PodKey, error) { return st.OpenPassphrase(ctx, s, right, pod) },
			func(s Slot, pod [16]byte) (PodKey, error) { return st.OpenPassphrase(ctx, s, wrong, pod) },
			scrypt,
		},
	}
}

func TestSlots(t *testing.T) {
	key := NewPodKey()
	for name, w := range ways(t, key) {
		t.Run(name, func(t *testing.T) {
			if got, err := w.open(w.slot, pod); err != nil || !got.Equal(key) {
				t.Errorf("the holder gets another key: %v", err)
			}
			if _, err := w.stranger(w.slot, pod); !errors.Is(err, ErrWrongKey) {
				t.Errorf("a stranger: %v", err)
			}
			if _, err := w.open(w.slot, otherPod); !errors.Is(err, ErrMisfiled) {
				t.Errorf("as the slot of another pod: %v", err)
			}
			renamed := w.slot
			renamed.ID[0] ^= 1
			if _, err := w.open(renamed, pod); !errors.Is(err, ErrMisfiled) {
				t.Errorf("under another id: %v", err)
			}
			renamed = w.slot
			renamed.Kind = PasskeySlot
			if _, err := w.stranger(renamed, pod); !errors.Is(err, ErrMisfiled) {
				t.Errorf("as another kind, by a stranger: %v", err)
			}
			if _, err := w.open(renamed, pod); !errors.Is(err, ErrMisfiled) {
				t.Errorf("as another kind: %v", err)
			}
			opensWithAge(t, w.slot, w.plain, key)
		})
	}
}

// Whoever has the identity needs none of our code to get at the pod key.
func opensWithAge(t *testing.T, s Slot, id age.Identity, key PodKey) {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(s.Age), id)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	want := append([]byte{1, byte(s.Kind)}, s.ID[:]...)
	want = append(append(want, pod[:]...), key.id[:]...)
	want = append(want, key.bytes()[:]...)
	if err != nil || !bytes.Equal(plain, want) {
		t.Errorf("age opens it to %x, %v", plain, err)
	}
}

func TestEveryChangedByteOfASlotIsFound(t *testing.T) {
	for name, w := range ways(t, NewPodKey()) {
		for i := range w.slot.Age {
			bad := w.slot
			bad.Age = bytes.Clone(w.slot.Age)
			bad.Age[i] ^= 0x04
			_, err := w.open(bad, pod)
			if err == nil {
				t.Errorf("%s: byte %d changed, and it opened", name, i)
			} else if !errors.Is(err, ErrWrongKey) && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrMisfiled) {
				t.Errorf("%s: byte %d: %v", name, i, err)
			}
		}
		for _, n := range []int{0, 1, 20, len(w.slot.Age) / 2, len(w.slot.Age) - 1} {
			bad := w.slot
			bad.Age = w.slot.Age[:n]
			if _, err := w.open(bad, pod); !errors.Is(err, ErrFormat) {
				t.Errorf("%s: cut to %d bytes: %v", name, n, err)
			}
		}
	}
}

// A slot that someone else wrapped for us, with other contents.
func TestASlotHoldsAPodKeyAndNothingElse(t *testing.T) {
	host, err := GenerateHostKey()
	must(t, host, err)
	s := Slot{ID: [8]byte{1}, Kind: HostSlot}
	whole := NewPodKey().appendTo(s.head(nil, pod))
	zero := make([]byte, len(whole))
	copy(zero, s.head(nil, pod))
	for name, plain := range map[string][]byte{
		"nothing": {}, "one byte": whole[:1], "a short one": whole[:len(whole)-1], "a long one": append(bytes.Clone(whole), 0),
		"another version": append([]byte{2}, whole[1:]...), "a key of zeros": zero,
	} {
		var out bytes.Buffer
		if err := encrypt(&out, plain, host.keys().recipient); err != nil {
			t.Fatal(err)
		}
		s.Age = out.Bytes()
		if _, err := s.OpenHost(host, pod); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSlotsAreNotMadeWithoutKeys(t *testing.T) {
	host, err := GenerateHostKey()
	must(t, host, err)
	gone := NewPodKey()
	gone.Destroy()
	if _, err := SealHost(host, pod, gone); !errors.Is(err, ErrDestroyed) {
		t.Errorf("a destroyed pod key: %v", err)
	}
	s, err := SealHost(host, pod, NewPodKey())
	must(t, s, err)
	host.Destroy()
	if _, err := s.OpenHost(host, pod); !errors.Is(err, ErrDestroyed) {
		t.Errorf("opening with a destroyed host key: %v", err)
	}
	if _, err := SealHost(host, pod, NewPodKey()); !errors.Is(err, ErrDestroyed) {
		t.Errorf("sealing for a destroyed host key: %v", err)
	}
	if _, err := quick(1).SealPassphrase(t.Context(), Passphrase{}, pod, NewPodKey()); !errors.Is(err, ErrDestroyed) {
		t.Errorf("no passphrase: %v", err)
	}
	if _, err := NewPassphrase(nil); !errors.Is(err, ErrKey) {
		t.Errorf("an empty passphrase: %v", err)
	}
}

func TestHostKeyFile(t *testing.T) {
	host, err := GenerateHostKey()
	must(t, host, err)
	if !strings.HasPrefix(host.Recipient(), "age1pq1") {
		t.Errorf("a new host key is not post-quantum: %s", host.Recipient())
	}
	var file bytes.Buffer
	n, err := host.WriteTo(&file)
	if err != nil || n != int64(file.Len()) {
		t.Fatalf("wrote %d of %d bytes, %v", n, file.Len(), err)
	}
	again, err := ParseHostKey(bytes.NewReader(file.Bytes()))
	must(t, again, err)
	if again.Recipient() != host.Recipient() {
		t.Error("the file holds another key")
	}
	newer, err := GenerateHostKey()
	must(t, newer, err)
	both, err := ParseHostKey(strings.NewReader(newer.keys().lines[0] + "\n" + host.keys().lines[0] + "\n"))
	must(t, both, err)
	old, err := SealHost(host, pod, NewPodKey())
	must(t, old, err)
	if _, err := old.OpenHost(both, pod); err != nil {
		t.Errorf("a file of two keys does not open a slot of the second: %v", err)
	}
	if both.Recipient() != newer.Recipient() {
		t.Error("the first key of a file does not seal")
	}
	secret := "AGE-SECRET-KEY-PQ-1QQQQQQQQQQQQ"
	for _, bad := range []string{"", "# nothing\n", "hello", secret} {
		if _, err := ParseHostKey(strings.NewReader(bad)); !errors.Is(err, ErrKey) || strings.Contains(fmt.Sprint(err), "QQQ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestRecoveryKeyText(t *testing.T) {
	key, err := GenerateRecoveryKey()
	must(t, key, err)
	text := key.Text()
	for name, typed := range map[string]string{
		"as printed":       text,
		"in one line":      key.Line(),
		"lower case":       strings.ToLower(text),
		"spaces and lines": "\n\t " + strings.Join(strings.Split(key.Line(), ""), " \r\n") + "\u00a0",
		"dashes":           strings.ReplaceAll(text, " ", "\u2013"),
		"O for 0":          recoveryPrefix + strings.ReplaceAll(strings.TrimPrefix(key.Line(), recoveryPrefix), "0", "O"),
		"I for L":          recoveryPrefix + strings.ReplaceAll(strings.TrimPrefix(key.Line(), recoveryPrefix), "L", "i"),
		"no first line":    strings.TrimPrefix(key.Line(), recoveryPrefix),
		"I for 1":          strings.Replace(key.Line(), recoveryPrefix, "age-secret-key-pq-I", 1),
	} {
		got, err := ParseRecoveryKey(typed)
		if err != nil || got.Line() != key.Line() {
			t.Errorf("%s: %v", name, err)
		}
	}
	letters := strings.TrimPrefix(key.Line(), recoveryPrefix)
	for i := range letters {
		typo := []byte(letters)
		typo[i] = map[bool]byte{true: 'P', false: 'Q'}[typo[i] == 'Q']
		if _, err := ParseRecoveryKey(recoveryPrefix + string(typo)); !errors.Is(err, ErrKey) {
			t.Errorf("a typing error at letter %d: %v", i, err)
		} else if strings.Contains(err.Error(), letters[:6]) {
			t.Errorf("the error repeats the key: %v", err)
		}
	}
	for _, bad := range []string{"", "hello", recoveryPrefix, key.Recipient(), letters[1:], letters + letters, "AGE-SECRET-KEY-1" + letters} {
		if _, err := ParseRecoveryKey(bad); !errors.Is(err, ErrKey) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for line := range strings.Lines(text) {
		if len(line) > 31 {
			t.Errorf("a line is too wide to read: %d letters", len(line))
		}
	}
	key.Destroy()
	if key.Text() != "" || key.Line() != "" || key.Recipient() != "" {
		t.Error("a destroyed key still speaks")
	}
}

func TestASlotMayNotCostTooMuch(t *testing.T) {
	st := quick(1)
	pass := phrase(t, "right")
	slot, err := st.SealPassphrase(t.Context(), pass, pod, NewPodKey())
	must(t, slot, err)
	slot.Age = bytes.Replace(slot.Age, []byte(" 4\n"), []byte(" 19\n"), 1)
	begin := time.Now()
	if _, err := st.OpenPassphrase(t.Context(), slot, pass, pod); !errors.Is(err, ErrFormat) {
		t.Errorf("work factor 19: %v", err)
	}
	if d := time.Since(begin); d > 100*time.Millisecond {
		t.Errorf("it worked for %v before it refused", d)
	}
}

func TestStretchersWorkFactor(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the time that a passphrase takes")
	}
	st := NewStretcher(1)
	pass := phrase(t, "right")
	var slot Slot
	holdsItsPlace(t, st, func() (err error) {
		slot, err = st.SealPassphrase(t.Context(), pass, pod, NewPodKey())
		return err
	})
	if !bytes.Contains(slot.Age, []byte(" 16\n")) {
		t.Errorf("made with another work factor: %.80s", slot.Age)
	}
	holdsItsPlace(t, st, func() error {
		_, err := st.OpenPassphrase(t.Context(), slot, pass, pod)
		return err
	})
}

// holdsItsPlace looks often, while the work goes on, whether its place is taken.
func holdsItsPlace(t *testing.T, st *Stretcher, work func() error) {
	t.Helper()
	done := make(chan error)
	go func() { done <- work() }()
	for busy := 0; ; {
		select {
		case err := <-done:
			if err != nil || busy < 3 || len(st.places) > 0 {
				t.Errorf("held its place %d times while it worked, %d after, %v", busy, len(st.places), err)
			}
			return
		case <-time.After(2 * time.Millisecond):
			busy += len(st.places)
		}
	}
}

func TestStretcherKeepsItsPlaces(t *testing.T) {
	st := quick(2)
	pass := phrase(t, "right")
	st.places <- struct{}{}
	st.places <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := st.SealPassphrase(ctx, pass, pod, NewPodKey())
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("did not wait for a place: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("after the asker left: %v", err)
	}
	<-st.places
	if _, err := st.SealPassphrase(t.Context(), pass, pod, NewPodKey()); err != nil {
		t.Error(err)
	}
	if len(st.places) != 1 {
		t.Errorf("%d places are taken, want 1", len(st.places))
	}
}
