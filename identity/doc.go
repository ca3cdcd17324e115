// Package identity turns the credentials of a request into an acl.Agent:
// proof in, agent out.
package identity
