package pod

// Grants and rules of other pods name people by their WebIDs, and so by the names of
// their pods. Whoever gets the name of a pod that was deleted is, to all of these,
// the person who had it. So a name is remembered when its pod goes.

// Former says whether the name was that of a pod that was deleted here, and so of
// somebody whom others may have let in. Create takes such a name all the same: it is for
// the host to know that it is the same person, or that nobody is meant any more.
func (v *Vault) Former(name string) (bool, error) {
	noted, err := v.Kept(formerName(name))
	return noted != nil, err
}

// formerName is under what the host keeps that a name was a pod's.
func formerName(name string) string { return "former " + name }
