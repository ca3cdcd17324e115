package crypto

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"filippo.io/age"
)

const (
	bodyStanza  = "skrin/body"
	bodyIntro   = "age-encryption.org/v1\n-> " + bodyStanza + "\n\n--- "
	bodyHead    = int64(len(bodyIntro) + 43 + 1 + 16) // intro, MAC in base64, line end, nonce
	bodyChunk   = 64 << 10
	bodyKeySize = 16
)

// BodyKey is the file key of one large body. Copies share their bytes.
type BodyKey struct {
	secret
	bytes func() *[bodyKeySize]byte // nil: none
}

// ParseBodyKey takes over what Bytes gave; any other length is an ErrFormat.
func ParseBodyKey(b []byte) (BodyKey, error) {
	if len(b) != bodyKeySize {
		return BodyKey{}, fmt.Errorf("a body key: %w", ErrFormat)
	}
	return BodyKey{bytes: hold((*[bodyKeySize]byte)(bytes.Clone(b)))}, nil
}

// Bytes gives the key itself, for the sealed record that it stands in.
func (k BodyKey) Bytes() []byte {
	if k.bytes == nil {
		return nil
	}
	return bytes.Clone(k.bytes()[:])
}

// Destroy zeroes the key in every copy.
func (k BodyKey) Destroy() {
	if k.bytes != nil {
		clear(k.bytes()[:])
	}
}

// SealBody begins a body: what is written to the returned writer goes, sealed
// under a new random key, to dst. The body is whole only after Close returned
// nil; Close does not close dst.
func SealBody(dst io.Writer) (io.WriteCloser, BodyKey, error) {
	key := BodyKey{bytes: hold(new([bodyKeySize]byte))}
	w, err := age.Encrypt(dst, capture{key})
	if err != nil {
		return nil, BodyKey{}, fmt.Errorf("sealing a body: %w", err)
	}
	return w, key, nil
}

// capture is a recipient that keeps the file key and wraps it for nobody.
type capture struct{ key BodyKey }

func (c capture) Wrap(fileKey []byte) ([]*age.Stanza, error) {
	if copy(c.key.bytes()[:], fileKey) != len(fileKey) {
		return nil, ErrFormat
	}
	return []*age.Stanza{{Type: bodyStanza}}, nil
}

// OpenBody gives random access to a sealed body of sealedSize bytes, and its
// plain size. The end of the body is read and authenticated first, so a cut body
// does not open. Errors of OpenBody and of the reader wrap ErrFormat, or
// ErrMisfiled when the key does not fit or the bytes were changed; a failed
// reading from src is handed on. The reader may be used by several goroutines.
func OpenBody(src io.ReaderAt, sealedSize int64, key BodyKey) (io.ReaderAt, int64, error) {
	if key.bytes == nil {
		return nil, 0, fmt.Errorf("opening a body: %w", ErrDestroyed)
	}
	intro := make([]byte, len(bodyIntro))
	if n, err := src.ReadAt(intro, 0); n < len(intro) && !errors.Is(err, io.EOF) {
		return nil, 0, fmt.Errorf("opening a body: %w", err)
	}
	if string(intro) != bodyIntro || sealedSize < SealedBodySize(0) {
		return nil, 0, fmt.Errorf("opening a body: %w", ErrFormat)
	}
	r, size, err := age.DecryptReaderAt(src, sealedSize, age.NewInjectedFileKeyIdentity(key.Bytes()))
	if err != nil {
		return nil, 0, fmt.Errorf("opening a body: %w", bodyError(err))
	}
	return bodyReader{r}, size, nil
}

// SealedBodySize is the size of a sealed body, given its plain size.
func SealedBodySize(plain int64) int64 {
	chunks := max(1, (plain+bodyChunk-1)/bodyChunk)
	return bodyHead + plain + chunks*tagSize
}

type bodyReader struct{ r io.ReaderAt }

func (b bodyReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := b.r.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("reading a body: %w", bodyError(err))
	}
	return n, err
}

// bodyError tells a failing disk from bytes that do not authenticate.
func bodyError(err error) error {
	if disk := new(fs.PathError); errors.As(err, &disk) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrMisfiled, err)
}
