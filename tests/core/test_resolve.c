/*
 * Names of hosts: they are looked up on another thread, while the others run; whoever gives up is
 * free at once; and all addresses of a name are tried.
 *
 * The linker sends getaddrinfo() here (see --wrap in meson.build), so no name server is asked.
 */

#include "wires.h"

#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_int lookups;
static sem_t may_answer; /* "slow.test" is not answered before this */
static pthread_t loop_thread;

int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
                       struct addrinfo **found);
void __wrap_freeaddrinfo(struct addrinfo *found);

/* What the names here stand for; a name that is not among them is unknown. */
static const struct {
    const char *name, *addresses;
    int failure;
} hosts[] = {
    {"one.test", "127.0.0.1", 0},
    {"slow.test", "127.0.0.1", 0},
    {"two.test", "127.0.0.2 127.0.0.1", 0}, /* nobody listens at the first */
    {"none.test", "127.0.0.2 127.0.0.3", 0},
    {"silent.test", NULL, EAI_AGAIN},
    {"broken.test", NULL, EAI_SYSTEM},
    {"huge.test", NULL, EAI_MEMORY},
    {"empty.test", "", 0},
};

static struct addrinfo *answer(const char *address, const char *port)
{
    struct addrinfo *info = calloc(1, sizeof *info + sizeof(struct sockaddr_in));
    struct sockaddr_in *at = (struct sockaddr_in *)(info + 1);
    at->sin_family = AF_INET;
    at->sin_port = htons((in_port_t)atoi(port));
    inet_pton(AF_INET, address, &at->sin_addr);
    info->ai_addr = (struct sockaddr *)at;
    info->ai_addrlen = sizeof *at;
    return info;
}

int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
                       struct addrinfo **found)
{
    (void)hints;
    lookups++;
    *found = NULL;
    if (pthread_equal(pthread_self(), loop_thread))
        return EAI_FAIL; /* it would block the loop */
    if (strcmp(host, "slow.test") == 0)
        sem_wait(&may_answer);
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        char addresses[64], *rest = addresses, *address;
        struct addrinfo **end = found;
        if (strcmp(host, hosts[i].name) != 0)
            continue;
        errno = hosts[i].failure == EAI_SYSTEM ? EMFILE : 0;
        if (hosts[i].failure != 0)
            return hosts[i].failure;
        snprintf(addresses, sizeof addresses, "%s", hosts[i].addresses);
        for (; (address = strtok_r(rest, " ", &rest)) != NULL; end = &(*end)->ai_next)
            *end = answer(address, port);
        return 0;
    }
    return EAI_NONAME;
}

void __wrap_freeaddrinfo(struct addrinfo *found)
{
    while (found != NULL) {
        struct addrinfo *next = found->ai_next;
        free(found);
        found = next;
    }
}

/* The addresses of `text`, or the code, on the trail. */
static int resolve(const char *text)
{
    troupe_address found[4];
    char address[TROUPE_ADDRESS_BYTES];
    int count = troupe_resolve(found, 4, text);
    if (count < 0)
        leave_trail("%d ", count);
    for (int i = 0; i < count; i++) {
        assert_int_equal(troupe_address_text(&found[i], "udp", address, sizeof address), 0);
        leave_trail("%s ", address);
    }
    return count < 0 ? count : 0;
}

/* The same, as an actor. */
static int resolve_it(void *text)
{
    return resolve(text);
}

static int resolve_known(void *arg)
{
    (void)arg;
    lookups = 0;
    resolve("tcp:127.0.0.1:80");
    resolve("udp:[::1]:9");
    resolve("tls:localhost:443");
    resolve("unix:a/path");
    assert_int_equal(lookups, 0);
    return 0;
}

static void numbers_and_localhost_are_not_looked_up(void **state)
{
    (void)state;
    run_trail(resolve_known,
              "udp:127.0.0.1:80 udp:[::1]:9 udp:127.0.0.1:443 udp:[::1]:443 unix:a/path ");
}

static int resolve_names(void *arg)
{
    (void)arg;
    loop_thread = pthread_self();
    resolve("tcp:one.test:80");
    resolve("udp:two.test:9");
    resolve("tcp:nobody.test:80");
    resolve("tcp:empty.test:80");
    resolve("tcp:silent.test:80");
    resolve("tcp:broken.test:80");
    resolve("tcp:huge.test:80");
    troupe_address found;
    assert_int_equal(troupe_resolve(&found, 1, "tcp:two.test:80"), 1);
    assert_int_equal(troupe_resolve(&found, 0, "tcp:two.test:80"), -EINVAL);
    return 0;
}

static void names_are_looked_up_on_another_thread(void **state)
{
    (void)state;
    run_trail(resolve_names, "udp:127.0.0.1:80 udp:127.0.0.2:9 udp:127.0.0.1:9 -6 -6 -64 -24 -12 ");
}

static int resolve_slowly(void *arg)
{
    (void)arg;
    troupe_pid asker = start(resolve_it, (intptr_t) "tcp:slow.test:80");
    for (int i = 0; i < 1000; i++)
        assert_int_equal(troupe_yield(), 0);
    leave_trail("meanwhile ");
    sem_post(&may_answer);
    return end_of(asker);
}

static void the_others_run_while_a_name_is_looked_up(void **state)
{
    (void)state;
    assert_int_equal(sem_init(&may_answer, 0, 0), 0);
    run_trail(resolve_slowly, "meanwhile udp:127.0.0.1:80 ");
}

static int give_up(void *arg)
{
    (void)arg;
    troupe_pid asker = start(resolve_it, (intptr_t) "tcp:slow.test:80");
    assert_int_equal(troupe_cancel(asker, "enough"), 0);
    assert_int_equal(end_of(asker), -ECANCELED);
    asker = start(resolve_it, (intptr_t) "tcp:slow.test:80");
    assert_int_equal(troupe_kill(asker), 0);
    assert_int_equal(end_of(asker), TROUPE_KILLED);
    troupe_scope scope;
    troupe_stream stream;
    troupe_scope_open(&scope, TROUPE_MS(1));
    assert_int_equal(troupe_dial(&stream, "tcp:slow.test:80"), -ECANCELED);
    assert_int_equal(troupe_scope_join(&scope), -ETIMEDOUT);
    for (int i = 0; i < 3; i++)
        sem_post(&may_answer); /* the threads still wait */
    return 0;
}

static void who_gives_up_is_free_at_once(void **state)
{
    (void)state;
    assert_int_equal(sem_init(&may_answer, 0, 0), 0);
    run_trail(give_up, "-125 ");
}

static int accept_once(void *listener)
{
    troupe_stream stream;
    return troupe_stream_accept(*(troupe_stream *)listener, &stream);
}

static int dial_many(void *arg)
{
    (void)arg;
    char address[TROUPE_ADDRESS_BYTES], to[TROUPE_ADDRESS_BYTES];
    troupe_stream listener, stream;
    assert_int_equal(troupe_listen(&listener, "tcp:one.test:0"), 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    const char *port = strrchr(address, ':');
    troupe_pid server = start(accept_once, (intptr_t)&listener);
    snprintf(to, sizeof to, "tcp:two.test%s", port);
    assert_int_equal(troupe_dial(&stream, to), 0); /* the second address */
    assert_int_equal(troupe_stream_peer(stream, to, sizeof to), 0);
    assert_string_equal(to, address);
    assert_int_equal(end_of(server), 0);
    snprintf(to, sizeof to, "tcp:none.test%s", port);
    assert_int_equal(troupe_dial(&stream, to), -ECONNREFUSED);
    assert_int_equal(stream.value, 0);
    assert_int_equal(troupe_dial(&stream, "tcp:nobody.test:80"), -ENXIO);
    assert_int_equal(troupe_listen(&listener, "tcp:nobody.test:80"), -ENXIO);
    return 0;
}

static void all_addresses_of_a_name_are_tried(void **state)
{
    (void)state;
    run(dial_many);
}

static int dial_version_six(void *arg)
{
    (void)arg;
    char address[TROUPE_ADDRESS_BYTES], to[TROUPE_ADDRESS_BYTES];
    troupe_stream listener, stream;
    int rc = troupe_listen(&listener, "tcp:[::1]:0");
    if (rc == -EADDRNOTAVAIL || rc == -EAFNOSUPPORT)
        return 0; /* this machine has no such addresses */
    assert_int_equal(rc, 0);
    assert_int_equal(troupe_stream_address(listener, address, sizeof address), 0);
    troupe_pid server = start(accept_once, (intptr_t)&listener);
    snprintf(to, sizeof to, "tcp:localhost%s", strrchr(address, ':')); /* not at 127.0.0.1 */
    assert_int_equal(troupe_dial(&stream, to), 0);
    return end_of(server);
}

static void localhost_has_two_addresses(void **state)
{
    (void)state;
    run(dial_version_six);
}

static int send_to_name(void *arg)
{
    (void)arg;
    struct sockaddr_in own;
    char to[TROUPE_ADDRESS_BYTES], text[8];
    troupe_address found;
    int fd = bind_loopback(SOCK_DGRAM, &own);
    snprintf(to, sizeof to, "udp:one.test:%d", ntohs(own.sin_port));
    assert_int_equal(troupe_resolve(&found, 1, to), 1);
    const struct sockaddr *at = (const struct sockaddr *)&found.storage;
    assert_int_equal(troupe_sendto(fd, "abc", 3, at, found.bytes), 3);
    assert_int_equal(troupe_recvfrom(fd, text, sizeof text, NULL, NULL), 3);
    return troupe_close(fd);
}

static void datagrams_go_to_names(void **state)
{
    (void)state;
    run(send_to_name);
}

static int everything(void *arg)
{
    (void)arg;
    troupe_stream listener;
    return troupe_listen(&listener, "tcp:one.test:0");
}

static void every_lack_of_memory_is_told(void **state)
{
    (void)state;
    run_out_of_memory(everything, 5);
}

HARNESS_MAIN(cmocka_unit_test(numbers_and_localhost_are_not_looked_up),
             cmocka_unit_test(names_are_looked_up_on_another_thread),
             cmocka_unit_test(the_others_run_while_a_name_is_looked_up),
             cmocka_unit_test(who_gives_up_is_free_at_once),
             cmocka_unit_test(all_addresses_of_a_name_are_tried),
             cmocka_unit_test(localhost_has_two_addresses), cmocka_unit_test(datagrams_go_to_names),
             cmocka_unit_test(every_lack_of_memory_is_told))
