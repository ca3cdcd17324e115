package linkeddata

// Isomorphic says whether two graphs are the same but for the names of their
// blank nodes.
func Isomorphic(a, b *Graph) bool { return false }
