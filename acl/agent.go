package acl

import "skrin/linkeddata"

// Agent is whoever asks: a person (or service) by WebID, through a client
// (an app), vouched for by an issuer. It is comparable. The zero Agent is the
// public: nobody in particular.
type Agent struct{ WebID, Client, Issuer linkeddata.IRI }

// IsPublic says whether nobody in particular asks.
func (a Agent) IsPublic() bool { return a.WebID.IsZero() }
