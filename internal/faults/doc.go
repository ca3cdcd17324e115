// Package faults breaks things on purpose and looks what becomes of the pods: it is the proof behind what package pod
// promises about crashes, full disks, failing syncs and damaged files.
//
// It has two instruments. The first is a tracer: [Program.Run] starts a program, stops it at every call that changes a
// file of its data folder, writes the call down with its bytes, and lets it go on, fail, or die there. The second is a
// disk that forgets: from such a [Recording], [Disk.Image] makes the folder as a power failure at any moment could have
// left it. What was synced is there; of what was not, each write, size and name may be lost, kept, or torn between
// sectors, whatever the order it came in.
//
// The tests are what it is for. Each says what is promised, each harness is also run with a fault planted that it must
// find, and the long forms run in
//
//	make soak
//
// The tracer needs Linux on amd64 and the right to trace one's own children, no root and no tool. Elsewhere its tests
// are skipped, and with CI=true they fail.
package faults
