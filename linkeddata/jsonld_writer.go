package linkeddata

func encodeJSONLD(o output, g *Graph, st Style, profile string) error { return ErrUnsupported }
