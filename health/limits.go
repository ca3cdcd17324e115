package health

// Limits bound what one reading may cost. A zero field means the default.
type Limits struct {
	Resource int // bytes of one resource, point or line; default 16 MiB
	Depth    int // nesting of JSON objects and arrays in one resource; default 64
	Entries  int // resources or points of one input; default 1,000,000
}

// DefaultLimits are what zero fields of Limits stand for.
var DefaultLimits = Limits{Resource: 16 << 20, Depth: 64, Entries: 1_000_000}

func (l Limits) filled() Limits {
	if l.Resource <= 0 {
		l.Resource = DefaultLimits.Resource
	}
	if l.Depth <= 0 {
		l.Depth = DefaultLimits.Depth
	}
	if l.Entries <= 0 {
		l.Entries = DefaultLimits.Entries
	}
	return l
}
