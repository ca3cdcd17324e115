package pod

// steps counts what is done of something long, and tells. What is done never
// exceeds the total, and equals it at the end: the total grows when there turns
// out to be more to do, as there may while the pod is used.
type steps struct {
	done, total int
	tell        func(done, total int) // nil: nobody asks
}

func (s *steps) add(n int) {
	s.done += n
	s.total = max(s.total, s.done)
	if s.tell != nil && n > 0 {
		s.tell(s.done, s.total)
	}
}

// finish is for the end: what went away meanwhile need not be done.
func (s *steps) finish() { s.add(s.total - s.done) }

// count says how many keys the buckets have.
func (t *tx) count(buckets ...bucket) (n int) {
	for _, b := range buckets {
		n += t.bucket(b).Stats().KeyN
	}
	return n
}
