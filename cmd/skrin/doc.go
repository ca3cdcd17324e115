// Command skrin keeps vaults of health data: it serves the pods of a data folder, makes and deletes them, invites
// people and looks after their accounts, imports records, grants and revokes access, shows the journal and checks what
// is stored.
//
// main does nothing but call run, which takes everything it uses from the outside world as arguments; tests start the
// same program the same way. Every command is a file and a struct: its fields are its flags, its Run is what it does.
// A command that touches pods does so through the admin interface of package web/admin: over the socket in the data
// folder when a server holds the folder, and otherwise by opening the folder itself and calling the same handler.
//
// Every flag can be given in the environment too: --host-key FILE is SKRIN_HOST_KEY=FILE.
//
// Exit codes: 0 done; 1 failed, with the reason on standard error; 2 not understood; 3 damage was found by a check;
// 130 interrupted.
package main
