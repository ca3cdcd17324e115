package faults

import "syscall"

// The calls that are looked at. Those that Go's os package does not make today are in the list so that the tracer says
// so when it does, instead of missing them.
const (
	sysRenameat2     = 316
	sysCopyFileRange = 326
	sysIoUringSetup  = 425
)

var watched = map[uint64]string{
	syscall.SYS_OPEN: "open", syscall.SYS_OPENAT: "openat", syscall.SYS_CREAT: "creat", syscall.SYS_CLOSE: "close",
	syscall.SYS_WRITE: "write", syscall.SYS_PWRITE64: "pwrite64", syscall.SYS_WRITEV: "writev", syscall.SYS_PWRITEV: "pwritev",
	syscall.SYS_TRUNCATE: "truncate", syscall.SYS_FTRUNCATE: "ftruncate", syscall.SYS_FALLOCATE: "fallocate",
	syscall.SYS_FSYNC: "fsync", syscall.SYS_FDATASYNC: "fdatasync",
	syscall.SYS_RENAME: "rename", syscall.SYS_RENAMEAT: "renameat", sysRenameat2: "renameat2",
	syscall.SYS_UNLINK: "unlink", syscall.SYS_UNLINKAT: "unlinkat", syscall.SYS_RMDIR: "rmdir",
	syscall.SYS_MKDIR: "mkdir", syscall.SYS_MKDIRAT: "mkdirat", syscall.SYS_LINK: "link", syscall.SYS_LINKAT: "linkat",
	syscall.SYS_DUP: "dup", syscall.SYS_DUP2: "dup2", syscall.SYS_DUP3: "dup3", syscall.SYS_MMAP: "mmap",
	syscall.SYS_SENDFILE: "sendfile", syscall.SYS_SPLICE: "splice", sysCopyFileRange: "copy_file_range",
	sysIoUringSetup: "io_uring_setup",
}

// A call is a system call of a stopped thread.
type call struct {
	name string
	args [6]uint64
}

func callOf(r *syscall.PtraceRegs) (call, bool) {
	name, ok := watched[r.Orig_rax]
	return call{name, [6]uint64{r.Rdi, r.Rsi, r.Rdx, r.R10, r.R8, r.R9}}, ok
}

func result(r *syscall.PtraceRegs) int64 { return int64(r.Rax) }

// skip makes the kernel do nothing for the call that is about to begin.
func skip(r *syscall.PtraceRegs) { r.Orig_rax = ^uint64(0) }

func fail(r *syscall.PtraceRegs, errno syscall.Errno) { r.Rax = -uint64(errno) }
