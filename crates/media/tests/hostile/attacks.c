/* What a decoder may try that someone has taken over. As a library it is loaded into a worker and strikes when that
   first answers, which is after it was confined; as a program it strikes at once. It says what succeeded.

   VICTIM is a process of the same account, FILE one of its files. A program takes its parent for the victim, and for
   the file the database of the library that its last argument lies in. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int victim;
static const char *file;
static char successes[4096];

static void note(const char *attack, long result) {
    if (result >= 0) {
        strncat(successes, " ", sizeof successes - strlen(successes) - 1);
        strncat(successes, attack, sizeof successes - strlen(successes) - 1);
    }
}

/* A system call as it is, whatever a library would make of it. */
#define TRY(name, ...) note(#name, syscall(SYS_##name, ##__VA_ARGS__))

static void change_files(void) {
    int opened = open("/dev/null", O_RDONLY);
    TRY(chmod, file, 0666);
    TRY(fchmodat, AT_FDCWD, file, 0666);
    note("fchmodat2", syscall(452, AT_FDCWD, file, 0666, 0));
    TRY(fchmod, opened < 0 ? 0 : opened, 0666);
    TRY(chown, file, geteuid(), -1);
    TRY(fchownat, AT_FDCWD, file, geteuid(), -1, 0);
    TRY(utimensat, AT_FDCWD, file, NULL, 0);
    TRY(setxattr, file, "user.hostile", "x", 1, 0);
    TRY(truncate, file, 0);
    TRY(link, file, "/tmp/hostile-link");
    TRY(rename, file, "/tmp/hostile-rename");
    note("open", open(file, O_RDONLY));
    note("open for writing", open(file, O_WRONLY | O_APPEND));
    note("create", open("/tmp/hostile-created", O_WRONLY | O_CREAT, 0600));
    note("passwords", open("/etc/passwd", O_RDONLY));
    TRY(mknodat, AT_FDCWD, "/tmp/hostile-node", S_IFIFO | 0600, 0);
    TRY(unlink, file);
    TRY(mount, "none", "/mnt", "tmpfs", 0, NULL);
    TRY(chroot, "/");
}

static void raise_own_limits(void) {
    struct rlimit more = {1 << 16, 1 << 16};
    note("more descriptors", syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &more, NULL));
    struct rlimit any = {RLIM_INFINITY, RLIM_INFINITY};
    note("more memory", syscall(SYS_prlimit64, 0, RLIMIT_DATA, &any, NULL));
    note("no politeness", syscall(SYS_setpriority, PRIO_PROCESS, 0, -5));
}

static void change_others(void) {
    struct rlimit none = {0, 0};
    note("prlimit of another", syscall(SYS_prlimit64, victim, RLIMIT_NPROC, &none, NULL));
    note("asking limits of another", syscall(SYS_prlimit64, victim, RLIMIT_NPROC, NULL, &none));
    TRY(setpriority, PRIO_PROCESS, victim, 19);
    TRY(ioprio_set, 1, victim, 3 << 13);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    TRY(sched_setaffinity, victim, sizeof one, &one);
    struct sched_param plain = {0};
    TRY(sched_setscheduler, victim, SCHED_IDLE, &plain);
    TRY(setpgid, victim, 0);
    TRY(pidfd_open, victim, 0);
    TRY(ptrace, 0x4206 /* PTRACE_SEIZE */, victim, 0, 0);
    char byte;
    struct { void *base; size_t length; } here = {&byte, 1}, there = {(void *)&byte, 1};
    TRY(process_vm_readv, victim, &here, 1, &there, 1, 0);
    TRY(kcmp, getpid(), victim, 0, 0, 0);
}

static void start_others(void) {
    long child = syscall(SYS_fork);
    if (child == 0) _exit(0);
    note("fork", child);
    child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) _exit(0);
    note("clone", child);
    struct { uint64_t words[11]; } arguments = {{0}};
    arguments.words[4] = SIGCHLD;
    child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child == 0) _exit(0);
    note("clone3", child);
    TRY(unshare, CLONE_NEWUSER);
    TRY(setns, 0, 0);
}

static void reach_out(void) {
    note("internet socket", syscall(SYS_socket, 2, 1, 0));
    note("local socket", syscall(SYS_socket, 1, 1, 0));
    TRY(shmget, 0x6b616c, 4096, 01666);
    TRY(msgget, 0x6b616c, 01666);
    TRY(io_uring_setup, 1, NULL);
    note("io_uring", errno == EFAULT ? 0 : -1);
    TRY(inotify_init1, 0);
    TRY(userfaultfd, 1);
    TRY(perf_event_open, NULL, 0, -1, -1, 0);
    note("perf_event_open", errno == EFAULT ? 0 : -1);
    TRY(bpf, 0, NULL, 0);
    note("bpf", errno == EFAULT ? 0 : -1);
    note("adding a key", syscall(SYS_add_key, "user", "hostile", "x", 1, -5));
    note("by another table", syscall(0x40000000 | SYS_getuid));
}

/* With signal 0 it is only asked whether one may; the last does it. */
static void signal_others(void) {
    siginfo_t information = {.si_code = -1, .si_signo = SIGURG};
    TRY(kill, victim, 0);
    TRY(tgkill, victim, victim, 0);
    TRY(rt_sigqueueinfo, victim, SIGURG, &information);
    TRY(rt_tgsigqueueinfo, victim, victim, SIGURG, &information);
    note("signals of a descriptor", fcntl(0, F_SETOWN, victim));
    note("any signal of a descriptor", fcntl(0, F_SETSIG, SIGKILL));
    note("signals asked of a device", ioctl(0, 0x8901 /* FIOSETOWN */, &victim));
    TRY(tkill, victim, SIGKILL);
}

static void strike(void) {
    change_files();
    raise_own_limits();
    change_others();
    start_others();
    reach_out();
    signal_others();
}

#ifdef WORKER

/* No one needs this in a program, which has code of its own to load. */
static void run_own_code(void) {
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    note("new code", memory == MAP_FAILED ? -1 : 0);
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    note("data as code", mprotect(memory, 4096, PROT_READ | PROT_EXEC));
    TRY(memfd_create, "hostile", 0);
    char *arguments[] = {"true", NULL};
    TRY(execve, "/bin/true", arguments, NULL);
}

/* The worker's first word is ours: that the file is broken, and what succeeded. */
ssize_t send(int descriptor, const void *bytes, size_t length, int flags) {
    static int struck;
    if (struck++) return syscall(SYS_sendto, descriptor, bytes, length, flags, NULL, 0);
    victim = atoi(getenv("VICTIM"));
    file = getenv("FILE");
    strike();
    run_own_code();
    char message[sizeof successes + 64];
    int size = snprintf(message + 4, sizeof message - 4, "{\"Failed\":{\"Malformed\":\"succeeded:%s\"}}", successes);
    uint32_t prefix = size;
    memcpy(message, &prefix, 4);
    syscall(SYS_write, descriptor, message, size + 4);
    return length;
}

#else

int main(int count, char **arguments) {
    static char path[4096];
    const char *input = count > 1 ? arguments[count - 1] : "";
    if (!strncmp(input, "file:", 5)) input += 5;
    const char *end = strstr(input, "/upload/");
    if (!end) return 1;
    snprintf(path, sizeof path, "%.*s/kallitype.sqlite", (int)(end - input), input);
    victim = getppid();
    file = path;
    strike();
    fprintf(stderr, "succeeded:%s\n", successes);
    return 1;
}

#endif
