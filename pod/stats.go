package pod

// Stats are figures for the host's metrics. They tell of no pod in particular.
type Stats struct {
	Pods     int // that exist
	Open     int // that are open now
	Fenced   int
	FreeDisk int64
	Doubtful bool // the clock has jumped
}

// Stats counts.
func (v *Vault) Stats() Stats {
	st := Stats{Doubtful: v.clock.doubtful()}
	if pods, err := v.host.pods(); err == nil {
		st.Pods = len(pods)
	}
	st.FreeDisk, _ = v.space.free(v.dir)
	v.mu.Lock()
	defer v.mu.Unlock()
	st.Open = len(v.open)
	for _, s := range v.open {
		if s.handle != nil && s.handle.fenced.Load() {
			st.Fenced++
		}
	}
	return st
}
