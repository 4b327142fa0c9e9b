/*
 * Programs to which things come in from outside, each under a name; test_replay.py records and
 * replays them.  What they print depends on what came.  CHANGED in the environment makes a program
 * another one than that which was recorded.
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <troupe.h>

#define MUST(call) must((call), #call)

static int must(int rc, const char *call)
{
    if (rc < 0) {
        fprintf(stderr, "%s: %s\n", call, troupe_strerror(rc));
        exit(1);
    }
    return rc;
}

static bool is_changed(const char *how)
{
    const char *changed = getenv("CHANGED");
    return changed != NULL && strcmp(changed, how) == 0;
}

/* --- echo: a server and its clients --------------------------------------------------------- */

static char address[80];

static int answer(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    char line[80];
    int rc;
    while ((rc = troupe_stream_read_line(stream, line, sizeof line)) > 0) {
        char reply[100];
        int bytes =
            snprintf(reply, sizeof reply, "%s %s\n", is_changed("reply") ? "hallo" : "hello", line);
        MUST(troupe_stream_write(stream, reply, (size_t)bytes));
    }
    return rc;
}

static int serve(void *arg)
{
    return troupe_stream_serve(*(troupe_stream *)arg, answer);
}

static int ask(void *arg)
{
    troupe_stream stream;
    char line[80];
    (void)arg;
    MUST(troupe_sleep(TROUPE_MS(troupe_random() % 5)));
    MUST(troupe_dial(&stream, address));
    for (int i = 0; i < 3; i++) {
        int bytes = snprintf(line, sizeof line, "%d from %d at %lld\n", i,
                             (int)(troupe_random() % 1000), (long long)troupe_now());
        MUST(troupe_stream_write(stream, line, (size_t)bytes));
        MUST(troupe_stream_read_line(stream, line, sizeof line));
        puts(line);
    }
    troupe_stream_close(&stream);
    return 0;
}

static int echo(void *arg)
{
    troupe_stream listener;
    troupe_pid server;
    (void)arg;
    MUST(troupe_listen(&listener, "tcp:127.0.0.1:0"));
    MUST(troupe_stream_address(listener, address, sizeof address));
    puts(address);
    MUST(troupe_spawn(serve, &listener, &server));
    MUST(troupe_gather((troupe_fn[]){ask, ask, ask}, 3, NULL));
    troupe_stream_close(&listener);
    return troupe_join(server, NULL, TROUPE_FOREVER);
}

/* --- mix: timers, chance and jobs ----------------------------------------------------------- */

static int compute(void *arg)
{
    int sum = 0, *number = arg;
    usleep((unsigned)*number % 3000);
    for (int i = 0; i < *number % 1000; i++)
        sum += i;
    *number = sum;
    return is_changed("job") ? -5 : sum % 100;
}

static int work(void *arg)
{
    int result, number = (int)(troupe_random() % 10000);
    (void)arg;
    for (int i = 0; i < 3; i++) {
        MUST(troupe_sleep(TROUPE_US(number % 700)));
        MUST(troupe_offload(compute, &number, &result, TROUPE_FOREVER));
        printf("%d %d at %lld\n", number, result, (long long)troupe_now());
        number = (int)(troupe_random() % 10000);
    }
    return 0;
}

static int mix(void *arg)
{
    (void)arg;
    if (is_changed("turns"))
        MUST(troupe_yield());
    return troupe_gather((troupe_fn[]){work, work, work, work}, 4, NULL);
}

/* --- text: standard input, and a file ------------------------------------------------------- */

static int text(void *arg)
{
    troupe_stream in;
    char line[80], *data;
    size_t bytes;
    int rc;
    (void)arg;
    MUST(troupe_stream_open(&in, STDIN_FILENO));
    while ((rc = troupe_stream_read_line(in, line, sizeof line)) > 0)
        printf("in: %s\n", line);
    MUST(rc);
    MUST(troupe_file_read("it.txt", 1000, &data, &bytes));
    printf("file: %s", data);
    free(data);
    MUST(troupe_file_write("copy.txt", "copied\n", 7, 0644));
    return 0;
}

/* --- child: a process, and a signal --------------------------------------------------------- */

static int child(void *arg)
{
    troupe_process process;
    troupe_stream out;
    char line[80];
    int status, which;
    (void)arg;
    MUST(troupe_signal_keep((int[]){SIGUSR1}, 1));
    troupe_process_spec spec = {
        .argv = (const char *[]){"sh", "-c", "kill -USR1 $PPID; echo I am $$; exit 7", NULL},
        .out = TROUPE_STDIO_PIPE,
    };
    MUST(troupe_process_start(&spec, &process));
    MUST(troupe_stream_open(&out, process.out));
    MUST(troupe_stream_read_line(out, line, sizeof line));
    MUST(troupe_process_wait(process, &status, TROUPE_FOREVER));
    MUST(troupe_signal_wait((int[]){SIGUSR1}, 1, &which, TROUPE_FOREVER));
    printf("%s, status %d, signal %d\n", line, status, which == SIGUSR1);
    return 0;
}

/* --- port: what cannot be replayed; rest: what never ends ----------------------------------- */

static int port(void *arg)
{
    troupe_port *it;
    (void)arg;
    MUST(troupe_sleep(TROUPE_MS(1)));
    MUST(troupe_port_open(&it));
    troupe_port_close(it);
    puts("done");
    return 0;
}

static int rest(void *arg)
{
    (void)arg;
    puts("resting");
    fflush(stdout);
    return troupe_sleep(TROUPE_S(600));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        troupe_fn fn;
    } programs[] = {{"echo", echo},   {"mix", mix},   {"text", text},
                    {"child", child}, {"port", port}, {"rest", rest}};
    for (size_t i = 0; argc > 1 && i < sizeof programs / sizeof programs[0]; i++)
        if (strcmp(argv[1], programs[i].name) == 0)
            return troupe_run(programs[i].fn, NULL) < 0;
    return 2;
}
