// Package strangers tells people apart whom nobody knows yet, and counts what
// they do: [Class] says what an address is counted as, and a [Rate] bounds what
// each class, and all of them together, may have done within a window of time.
// Where that is done is often far from where the address is known: a context says
// it ([From], [Asking]).
//
// It knows no clock and keeps nothing on a disk.
package strangers
