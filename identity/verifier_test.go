package identity

import (
	"context"
	"testing"

	"skrin/internal/podtest/issuer"
)

func BenchmarkVerify(b *testing.B) {
	w := newWorld(b, issuer.Options{})
	ctx := context.Background()
	token := w.token(nil)
	run := func(b *testing.B, token func() string) {
		proofs := make([]Proof, 0, b.N)
		for range b.N {
			proofs = append(proofs, w.with(token()))
		}
		w.v.replay.max = len(w.v.replay.seen) + b.N + 1
		b.ReportAllocs()
		b.ResetTimer()
		for _, p := range proofs {
			if _, err := w.v.Verify(ctx, p); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("token known", func(b *testing.B) { run(b, func() string { return token }) })
	b.Run("token new", func(b *testing.B) { run(b, func() string { return w.token(nil) }) })
}
