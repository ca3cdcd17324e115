package faults

// strict says that package pod keeps the four promises below, and then this file can go. While it does not, images are
// those of a journalling file system and begin when host.db is founded, and three tests are skipped:
//
//   - The name of every folder and of host.db is synced before anything in it is answered for, and a host.db of which
//     only a part was written when the power failed is no reason not to open.
//   - Nobody reads a commit that has been written and not yet synced.
//   - A panic of the database while a transaction begins leaves no lock behind that everybody else would wait for.
//   - Two rotations at the same time leave a pod that opens.
const strict = false
