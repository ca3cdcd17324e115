// Package account knows the citizens of a host: what they sign in with, where
// they are signed in, and how they get back in when all of that is lost. It
// knows nothing of HTTP, and nothing of apps: whoever was let in here is
// handed to the provider (identity/provider) as a session.
//
// Make one [Accounts] with [New], call [Accounts.Save] at shutdown and
// [Accounts.Sweep] once in a while.
//
// # Getting an account
//
// [Accounts.Check] says early whether a [Draft] could become one,
// [Accounts.Create] makes it and signs the person in. Who may is the host's
// [Policy]: nobody, whoever has an invitation ([Accounts.Invite]), or anybody.
// [Accounts.CreateByHost] asks for none. The pods are made elsewhere; an
// account names them. All pods of an account belong to one person, and the
// recovery key of each of them opens the account.
//
// # Signing in
//
// Each way ends in a [Step]: either a session was opened, or the account
// demands two factors and the other one is still missing.
//
//	passkey   BeginPasskey  -> the browser -> WithPasskey
//	password  WithPassword
//	both      BeginPasskey(pending) -> WithPasskey, or AlsoPassword(pending), with the first step's Pending
//	elsewhere BeforeLeaving -> upstream.Begin -> the issuer -> BeforeExternal -> upstream.Finish -> WithExternal
//	recovery  Recover, with the printed recovery key of the pod: ends every session, and opens one
//
// A [From] says where the request comes from. If it brings a session of the
// same account, that session goes on with a new token and a new time of
// authentication (a step-up) instead of a second one being opened.
//
// [Accounts.Resume] turns a token into a [Session]. What changes the ways to
// sign in is asked for with that session, and only granted if the person
// proved themselves within Config.StepUp; it gives the session a new token.
//
// An identity elsewhere (a bank, an authority, a hospital) opens an account only
// after somebody who was signed in to it linked the two with [Accounts.AddLink];
// it makes no account. It takes the place of the password where two factors are
// demanded.
//
// # What it promises
//
// Unknown names, wrong passwords and accounts without a password give the same
// error after the same work. Passwords are kept as Argon2id hashes; tokens and
// invitations as SHA-256 of 16 or 32 random bytes; who somebody is elsewhere as
// a keyed hash. What somebody else holds for
// a while (a ceremony, a first factor, a device cookie) is a [Secret] text
// signed by us; beginning a ceremony therefore stores nothing, and nobody can
// fill the disk by beginning.
//
// # Guessing
//
// Wrong passwords make waiting times grow: for strangers who try one name, and
// for each address (a /56 of IPv6). Nobody is locked out by somebody else's
// guessing: a device that was signed in before has a budget of its own, and
// passkeys and recovery keys, which cannot be guessed, are not held up by it at
// all. What was counted is saved by [Accounts.Save]; a crash forgets it.
package account
