package faults

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"skrin/internal/podtest/issuer"
	"skrin/pod"
)

// flow is a body that is worked out while it is read: no two blocks of it are alike.
type flow struct{ at, size int64 }

const flowBlock = 1 << 16

func (f *flow) Read(p []byte) (n int, err error) {
	if f.at >= f.size {
		return 0, io.EOF
	}
	p = p[:min(int64(len(p)), f.size-f.at)]
	for n < len(p) {
		var block [8]byte
		binary.BigEndian.PutUint64(block[:], uint64(f.at/flowBlock)*0x9E3779B97F4A7C15)
		within := int(f.at % flowBlock)
		k := min(len(p)-n, flowBlock-within)
		for i := range k {
			p[n+i] = block[(within+i)%8] ^ byte((within+i)>>3)
		}
		n, f.at = n+k, f.at+int64(k)
	}
	return n, nil
}

func hashOf(r io.Reader) (string, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, r)
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

// TestLargeBodiesTakeNoMemory promises that a body of any size goes in and comes out through the real server, also from
// its middle on, with memory that does not grow with it. SKRIN_LARGE says how many bytes; the long form takes 10 GB.
func TestLargeBodiesTakeNoMemory(t *testing.T) {
	size := int64(100 << 20 / slow)
	if soak() {
		size = 10 << 30
	}
	if n, err := strconv.ParseInt(os.Getenv("SKRIN_LARGE"), 10, 64); err == nil {
		size = n
	}
	w := newServerWorldIn(t, t.TempDir()) // on a disk: what is in memory already proves nothing
	v, err := pod.Open(w.folder, w.key, pod.Options{})
	w.must(err)
	w.must(errors.Join(v.SetQuota("maria", pod.Unlimited), v.Close()))
	server := w.start()
	defer func() { server.Process.Kill(); server.Wait() }()
	peak := func() int64 { return memory(t, server.Process.Pid, "VmHWM") }
	before := peak()

	whole := sha256.New()
	w.flows(w.maria, http.MethodPut, "", io.TeeReader(&flow{size: size}, whole), size, http.StatusCreated)
	afterPut := peak()
	res := w.flows(w.ana, http.MethodGet, "", nil, 0, http.StatusOK)
	got, err := hashOf(res.Body)
	if want := fmt.Sprintf("%x", whole.Sum(nil)); err != nil || got != want {
		t.Errorf("read: %v, %s instead of %s", err, got, want)
	}
	afterGet := peak()
	from := size/2 + 12345
	res = w.flows(w.ana, http.MethodGet, fmt.Sprintf("bytes=%d-", from), nil, 0, http.StatusPartialContent)
	rest, err := hashOf(res.Body)
	want, _ := hashOf(&flow{at: from, size: size})
	if err != nil || rest != want {
		t.Errorf("read from %d on: %v, %s instead of %s", from, err, rest, want)
	}
	t.Logf("%d MiB; at most %d MiB resident before, %d after it came in, %d after it went out, %d after its second half",
		size>>20, before>>20, afterPut>>20, afterGet>>20, peak()>>20)
	if grown := peak() - before; grown > 64<<20 {
		t.Errorf("the server's memory has grown by %d MiB", grown>>20)
	}
	if files, err := filepath.Glob(filepath.Join(w.folder, "pods", "*", "*.blobs", "*")); err != nil || len(files) != 1 {
		t.Errorf("%q %v", files, err)
	}
}

// flows sends a request whose body or answer is too large to be kept.
func (w *serverWorld) flows(who *issuer.Person, method, part string, body io.Reader, size int64, want int) *http.Response {
	w.Helper()
	req, err := http.NewRequest(method, w.judge.base.String()+"maria/shared/asker-0/scan", body)
	w.must(err)
	if body != nil {
		req.ContentLength = size
		req.Header.Set("Content-Type", "image/tiff")
	}
	if part != "" {
		req.Header.Set("Range", part)
	}
	w.must(who.Sign(req))
	res, err := http.DefaultTransport.RoundTrip(req)
	w.must(err)
	w.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != want {
		text, _ := io.ReadAll(io.LimitReader(res.Body, 1000))
		w.Fatalf("%s: %s %s", method, res.Status, text)
	}
	return res
}

// memory reads what the system says of a process, in bytes.
func memory(t *testing.T, pid int, field string) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skipf("skipped: the system does not tell how much memory a process has: %v", err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatalf("no %s", field)
	return 0
}
