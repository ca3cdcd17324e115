package faults

// strict says that package pod keeps the promise below, and then this constant can go. While it does not, the test that
// asks for it is skipped:
//
//   - Nobody reads a commit that has been written and not yet synced.
const strict = false
