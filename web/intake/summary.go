package intake

import (
	"cmp"
	"slices"

	"skrin/health"
	"skrin/pod"
)

// Summary counts what filing has done.
type Summary struct {
	Read       int // records and problems
	Created    int
	Unchanged  int // there already, with the same bytes
	Replaced   int
	Containers []Count          // by path
	Problems   []health.Problem // the first thousand
	Refused    int              // records that were left out: all problems
	Ended      bool             // the data broke off: nothing behind that place was read
	First      pod.Receipt      // of the first record
}

// Count is one container's part.
type Count struct {
	Container                    pod.Path
	Created, Unchanged, Replaced int
}

// maxProblems bounds the list, not the count.
const maxProblems = 1000

func (s *Summary) refuse(p health.Problem) {
	s.Refused++
	s.Ended = s.Ended || p.Ended
	if len(s.Problems) < maxProblems {
		s.Problems = append(s.Problems, p)
	}
}

func (s *Summary) count(receipt pod.Receipt) {
	if s.First.Path.IsZero() {
		s.First = receipt
	}
	at, found := slices.BinarySearchFunc(s.Containers, receipt.Path.Parent(), func(c Count, p pod.Path) int {
		return cmp.Compare(c.Container.String(), p.String())
	})
	if !found {
		s.Containers = slices.Insert(s.Containers, at, Count{Container: receipt.Path.Parent()})
	}
	c := &s.Containers[at]
	switch {
	case receipt.Unchanged:
		s.Unchanged, c.Unchanged = s.Unchanged+1, c.Unchanged+1
	case receipt.Created:
		s.Created, c.Created = s.Created+1, c.Created+1
	default:
		s.Replaced, c.Replaced = s.Replaced+1, c.Replaced+1
	}
}
