package pod

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// slowBody is a body whose first bytes come at once, and the rest when it is let.
type slowBody struct {
	io.Reader
	begun chan struct{} // closed when what comes first has been read
	gate  chan struct{} // closed to let the rest come
}

func newSlowBody(first, rest int) *slowBody {
	b := &slowBody{begun: make(chan struct{}), gate: make(chan struct{})}
	wait := readerFunc(func([]byte) (int, error) { close(b.begun); <-b.gate; return 0, io.EOF })
	b.Reader = io.MultiReader(bytes.NewReader(make([]byte, first)), wait, bytes.NewReader(make([]byte, rest)))
	return b
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestErasedPodsStayErased erases a pod while bodies are being sent to it, which
// go on coming when it is gone: they are refused, and leave no file behind.
func TestErasedPodsStayErased(t *testing.T) {
	t.Parallel() // it waits for the patience of the erasing to end
	w := newWorld(t)
	p := w.maria()
	bodies := []*slowBody{newSlowBody(100, 2*inlineLimit), newSlowBody(inlineLimit+100, 3<<20)} // one in memory so far, one in a file
	results := make(chan error, len(bodies))
	for i, b := range bodies {
		go func() {
			_, err := w.vault.As(p.ID, owner(p)).Put(ctx, MustPath([]string{"/a", "/b"}[i]), Draft{MediaType: "image/tiff", Body: b}, Precondition{})
			results <- err
		}()
		<-b.begun
	}
	if err := w.vault.Delete(ctx, "maria"); err != nil {
		t.Fatal(err)
	}
	for _, b := range bodies {
		close(b.gate)
		if err := <-results; !errors.Is(err, ErrNoPod) {
			t.Errorf("put into an erased pod: %v, want %v", err, ErrNoPod)
		}
	}
	filepath.WalkDir(filepath.Join(w.dir, "pods"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && (!d.IsDir() || strings.HasSuffix(path, ".blobs")) {
			t.Errorf("%s is left behind", path)
		}
		return err
	})
	w.maria()
}

// TestGrowingBodyLeavesTheReserve lets the disk become full while a body is coming.
func TestGrowingBodyLeavesTheReserve(t *testing.T) {
	w := newWorld(t)
	w.vault.Close()
	var free atomic.Int64
	free.Store(1 << 40)
	w.opt.FreeSpace = func(string) (int64, error) { return free.Load(), nil }
	w.start()
	p := w.maria()
	maria := w.vault.As(p.ID, owner(p))
	body := newSlowBody(2*inlineLimit, 40<<20)
	rest := &counting{Reader: body}
	put := make(chan error, 1)
	go func() {
		_, err := maria.Put(ctx, MustPath("/scan"), Draft{MediaType: "image/tiff", Body: rest}, Precondition{})
		put <- err
	}()
	<-body.begun
	free.Store(writeReserve - 1)
	w.vault.space.checked.Store(0)
	close(body.gate)
	if err := <-put; !errors.Is(err, ErrNoSpace) {
		t.Errorf("put: %v, want %v", err, ErrNoSpace)
	}
	if rest.n > 4<<20 {
		t.Errorf("%d MiB were taken on a full disk", rest.n>>20)
	}
	free.Store(1 << 40)
	w.vault.space.checked.Store(0)
	w.refused(maria, "/scan", ErrNotFound)
	if left, _ := os.ReadDir(w.vault.bodyDir(p.ID)); len(left) > 0 {
		t.Errorf("%d files of the body are left", len(left))
	}
}

type counting struct {
	io.Reader
	n int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// withoutBodies runs fn while the files of the pod's large bodies are elsewhere.
func (w *world) withoutBodies(p Created, fn func()) {
	w.Helper()
	dir := w.vault.bodyDir(p.ID)
	if err := os.Rename(dir, dir+".away"); err != nil {
		w.Fatal(err)
	}
	fn()
	if err := os.Rename(dir+".away", dir); err != nil {
		w.Fatal(err)
	}
}
