/*
 * A chat room: a reader and a writer for each client, so a slow one holds up nobody but itself.
 * `24_chat_room tcp:127.0.0.1:7000` opens the room there; join it with `nc 127.0.0.1 7000`.
 *
 * prints:
 *     ann: welcome
 *     bob: welcome
 *     ann: hello
 *     bob: hello
 * look at: who waits for io, and who for a message
 */
#include <stdio.h>
#include <troupe.h>

enum { LINE_BYTES = 200, MEMBERS_MAX = 100, LINES_KEPT = 16, SAY = 1 };
static troupe_pid members[MEMBERS_MAX]; /* the writers: all on one loop, so no lock is needed */
static int member_count;

static int write_lines(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    troupe_msg *msg;
    size_t bytes;
    for (int rc = 0; rc >= 0 && troupe_recv(&msg, TROUPE_FOREVER) == 0; troupe_msg_free(&msg)) {
        const char *text = troupe_msg_data(msg, &bytes);
        rc = troupe_stream_write(stream, text, bytes);
    }
    return 0;
}

static int read_lines(void *arg)
{
    troupe_stream stream = {(uintptr_t)arg};
    troupe_pid writer;
    char line[LINE_BYTES];
    if (member_count == MEMBERS_MAX || troupe_spawn(write_lines, arg, &writer) < 0)
        return 0;
    troupe_mailbox_limit(writer, LINES_KEPT, TROUPE_DROP_OLD);
    members[member_count++] = writer;
    troupe_send(writer, SAY, "welcome\n", 8);
    for (int rc; (rc = troupe_stream_read_until(stream, '\n', line, LINE_BYTES)) > 0;)
        for (int i = 0; i < member_count; i++)
            troupe_send(members[i], SAY, line, (size_t)rc);
    for (int i = 0; i < member_count; i++)
        if (troupe_pid_equal(members[i], writer))
            members[i] = members[--member_count];
    return troupe_cancel(writer, "the client has left");
}

/* Stands in for ann and bob: both come, then ann says hello. */
static int visit(void *server)
{
    char line[LINE_BYTES], address[TROUPE_ADDRESS_BYTES];
    troupe_stream guests[2];
    int rc = troupe_stream_address(*(troupe_stream *)server, address, sizeof address);
    for (int i = 0; i < 4 && rc >= 0; i++) {
        if (i < 2)
            rc = troupe_dial(&guests[i], address);
        else if (i == 2)
            rc = troupe_stream_write(guests[0], "hello\n", 6);
        if (rc >= 0 && (rc = troupe_stream_read_line(guests[i % 2], line, LINE_BYTES)) > 0)
            printf("%s: %s\n", i % 2 == 0 ? "ann" : "bob", line);
    }
    troupe_stream_close(server);
    return rc;
}

static int amain(void *where)
{
    troupe_stream listener;
    int rc = troupe_listen(&listener, where != NULL ? where : "tcp:127.0.0.1:0");
    if (rc == 0 && where == NULL)
        rc = troupe_spawn(visit, &listener, NULL);
    return rc < 0 ? rc : troupe_stream_serve(listener, read_lines);
}

int main(int argc, char **argv)
{
    return troupe_run(amain, argc > 1 ? argv[1] : NULL) < 0;
}
