package faults

// strict says that package pod keeps the promises below, and then this constant can go. While it does not, images are
// those of a journalling file system and begin when host.db has been founded, and the tests that ask for it are skipped:
//
//   - The names of folders and of host.db are synced before anything in them is answered for, also when a process was
//     killed before it came to that; and a host.db of which only a part was written is no reason not to open.
//   - Nobody reads a commit that has been written and not yet synced.
//   - A panic of the database while a transaction begins leaves no lock behind that everybody else would wait for.
//   - Two rotations at the same time leave a pod that opens.
const strict = false
