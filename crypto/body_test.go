package crypto

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"testing"

	"filippo.io/age"
)

func sealBody(t testing.TB, plain []byte) ([]byte, BodyKey) {
	t.Helper()
	var out bytes.Buffer
	w, key, err := SealBody(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), key
}

func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

func TestBody(t *testing.T) {
	const chunk = bodyChunk
	for _, size := range []int{0, 1, chunk - 1, chunk, chunk + 1, 3 * chunk, 3*chunk + 17} {
		plain := pattern(size)
		sealed, key := sealBody(t, plain)
		if want := SealedBodySize(int64(size)); int64(len(sealed)) != want {
			t.Errorf("%d bytes: sealed to %d, SealedBodySize says %d", size, len(sealed), want)
		}
		kept, err := ParseBodyKey(key.Bytes())
		must(t, kept, err)
		r, n, err := OpenBody(bytes.NewReader(sealed), int64(len(sealed)), kept)
		if err != nil || n != int64(size) {
			t.Fatalf("%d bytes: opened to %d, %v", size, n, err)
		}
		all, err := io.ReadAll(io.NewSectionReader(r, 0, n))
		if err != nil || !bytes.Equal(all, plain) {
			t.Errorf("%d bytes: read %d, %v", size, len(all), err)
		}
		for range 50 {
			from, length := rand.IntN(size+1), rand.IntN(2*chunk)
			got := make([]byte, length)
			m, err := r.ReadAt(got, int64(from))
			want := plain[from:min(size, from+length)]
			if !bytes.Equal(got[:m], want) || (m < length) != (err == io.EOF) {
				t.Fatalf("%d bytes: [%d:+%d] gave %d bytes, %v", size, from, length, m, err)
			}
		}
	}
}

func TestABodyIsAnAgeFile(t *testing.T) {
	sealed, key := sealBody(t, pattern(100))
	r, err := age.Decrypt(bytes.NewReader(sealed), age.NewInjectedFileKeyIdentity(key.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if all, err := io.ReadAll(r); err != nil || !bytes.Equal(all, pattern(100)) {
		t.Errorf("age reads %d bytes, %v", len(all), err)
	}
	other, otherKey := sealBody(t, pattern(100))
	if bytes.Equal(key.Bytes(), otherKey.Bytes()) || bytes.Equal(sealed, other) {
		t.Error("two bodies share their key")
	}
}

func TestEveryChangedByteOfABodyIsFound(t *testing.T) {
	plain := pattern(bodyChunk + 50)
	sealed, key := sealBody(t, plain)
	head := int(bodyHead)
	for _, i := range append(upTo(head+20), head+bodyChunk-1, head+bodyChunk+15, len(sealed)-40, len(sealed)-1) {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x08
		r, n, err := OpenBody(bytes.NewReader(bad), int64(len(bad)), key)
		if err == nil {
			_, err = io.ReadAll(io.NewSectionReader(r, 0, n))
		}
		if !errors.Is(err, ErrMisfiled) && !errors.Is(err, ErrFormat) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	for _, n := range []int{0, 10, head - 1, head, head + bodyChunk, head + bodyChunk + 16, len(sealed) - 1} {
		if _, _, err := OpenBody(bytes.NewReader(sealed[:n]), int64(n), key); !errors.Is(err, ErrMisfiled) && !errors.Is(err, ErrFormat) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
	_, wrong := sealBody(t, nil)
	if _, _, err := OpenBody(bytes.NewReader(sealed), int64(len(sealed)), wrong); !errors.Is(err, ErrMisfiled) {
		t.Errorf("with the key of another body: %v", err)
	}
	if _, _, err := OpenBody(bytes.NewReader(sealed), int64(len(sealed)), BodyKey{}); !errors.Is(err, ErrDestroyed) {
		t.Errorf("without a key: %v", err)
	}
	if _, err := ParseBodyKey(make([]byte, 15)); !errors.Is(err, ErrFormat) {
		t.Errorf("a short key: %v", err)
	}
}

func upTo(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

// failing is a disk that gives up after so many bytes.
type failing struct {
	r    io.ReaderAt
	good int64
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.good {
		return 0, &fs.PathError{Op: "read", Path: "body", Err: errors.New("input/output error")}
	}
	return f.r.ReadAt(p, off)
}

func TestAFailingDiskIsNotTakenForForgery(t *testing.T) {
	sealed, key := sealBody(t, pattern(1000))
	for good := range int64(len(sealed)) {
		_, _, err := OpenBody(failing{bytes.NewReader(sealed), good}, int64(len(sealed)), key)
		if disk := new(fs.PathError); !errors.As(err, &disk) || errors.Is(err, ErrMisfiled) || errors.Is(err, ErrFormat) {
			t.Fatalf("the disk failed at byte %d: %v", good, err)
		}
	}
}

func BenchmarkSealBody1M(b *testing.B) {
	plain := pattern(1 << 20)
	b.SetBytes(1 << 20)
	for b.Loop() {
		w, _, err := SealBody(io.Discard)
		if err != nil {
			b.Fatal(err)
		}
		w.Write(plain)
		w.Close()
	}
}
