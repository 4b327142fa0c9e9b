/*
 * A storm: actors that do anything to each other at random, and an account of every message and of
 * every actor at the end.
 *
 * There are two kinds of message.  A parcel wraps a byte that says what has become of it, so its
 * release is seen wherever it happens: by the receiver, in the mailbox of one who has ended, at a
 * full one, in a delay that was cancelled.  A letter is a copy, with the numbers of sender and
 * receiver and one that grows with every letter; letters from one to another must be taken in
 * order, and whoever lives to empty its mailbox must have as many as were sent to it.
 *
 * Waits have a limit of a nanosecond, which has passed whenever anybody looks: so the clock decides
 * nothing, and a seed is a storm.  It is printed; TROUPE_SEED=N runs that storm again.
 */

#include "harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <troupe.h>

#include "actor.h"

enum { SOULS_MAX = 2000, SOULS_FIRST = 200, STEPS = 40, PARCELS_MAX = 200000, REFS_MAX = 3 };
enum { PARCEL = 1, LETTER, REQUEST, NEWBORN };

/* What has become of a parcel. */
enum fate { UNMADE, SENT, TAKEN, RELEASED };

struct letter {
    int from;
    int to;
    uint32_t number;
};

/* An actor, for as long as the storm lasts. */
struct soul {
    troupe_pid pid;
    bool is_stackless;
    bool is_scoped; /* in a scope of another one: must not wait without a limit */
    bool may_lose;  /* its mailbox drops what is too much */
    bool has_begun;
    bool has_ended;    /* its last defer has run, or its state was released */
    int downs;         /* that have come of it: in the end one */
    troupe_msg *kept;  /* a request that it may answer later */
    long sent, unsure; /* to it: letters for sure, and those whose sender may not know */
    long taken;        /* by it */
};

static struct soul souls[SOULS_MAX];
static uint32_t last_number[SOULS_MAX]
                           [SOULS_MAX]; /* taken: of the last letter, by receiver, sender */
static uint8_t fates[PARCELS_MAX];
static int soul_count, parcel_count;
static long defers_left, emptied;
static uint32_t number;
static uint64_t random_state;
static troupe_pid census;

static uint32_t roll(uint32_t sides)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)(random_state >> 33) % sides;
}

/* One that was born not long ago; it may have ended. */
static struct soul *anybody(void)
{
    int recent = soul_count < 300 ? soul_count : 300;
    return &souls[soul_count - 1 - (int)roll((uint32_t)recent)];
}

static int index_of(const struct soul *soul)
{
    return (int)(soul - souls);
}

static bool is_one_of(int rc, const int *codes)
{
    for (; *codes != 0; codes++)
        if (rc == *codes)
            return true;
    return rc >= 0;
}

/* What came of a call must be success or among the codes. */
#define EXPECT(rc, ...) assert_true(is_one_of(rc, (const int[]){__VA_ARGS__, 0}))

static void release_parcel(void *data)
{
    uint8_t *fate = data;
    assert_true(*fate == SENT || *fate == TAKEN);
    *fate = RELEASED;
}

static int make_parcel(troupe_msg **m)
{
    assert_true(parcel_count < PARCELS_MAX);
    uint8_t *fate = &fates[parcel_count++];
    *fate = SENT;
    return troupe_msg_wrap(PARCEL, fate, 1, release_parcel, m);
}

static struct letter write_letter(const struct soul *from, const struct soul *to)
{
    return (struct letter){index_of(from), index_of(to), ++number};
}

/* Takes note of a letter that has come. */
static void note_letter(struct soul *self, const struct letter *letter, bool in_order)
{
    uint32_t *last = &last_number[index_of(self)][letter->from];
    assert_int_equal(letter->to, index_of(self));
    assert_true(!in_order || letter->number > *last);
    if (in_order)
        *last = letter->number;
    self->taken++;
}

static void answer(troupe_msg *request)
{
    const struct letter *letter = troupe_msg_data(request, NULL);
    int rc = troupe_reply(request, REQUEST, &letter->number, sizeof letter->number);
    EXPECT(rc, -ESRCH);
    if (rc == 0 && roll(4) == 0) /* twice is once */
        assert_int_equal(troupe_reply(request, REQUEST, NULL, 0), -ESRCH);
    troupe_msg_free(&request);
}

/* A message that was received is accounted for, and sometimes answered. */
static void settle(struct soul *self, troupe_msg *m)
{
    int tag = troupe_msg_tag(m);
    if (tag == PARCEL) {
        uint8_t *fate = troupe_msg_data(m, NULL);
        assert_int_equal(*fate, SENT);
        *fate = TAKEN;
    } else if (tag == LETTER || tag == REQUEST) {
        note_letter(self, troupe_msg_data(m, NULL), tag == LETTER);
    }
    if (tag == REQUEST && roll(3) == 0) {
        answer(m);
    } else if (tag == REQUEST && self->kept == NULL) {
        self->kept = m;
    } else {
        troupe_msg_free(&m);
    }
}

/* The first defer, so the last to run: empties the mailbox, which then must have had everything. */
static void bury(void *arg)
{
    struct soul *self = arg;
    troupe_scope s;
    troupe_msg *m;
    assert_false(self->has_ended);
    self->has_ended = true;
    defers_left--;
    if (self->kept != NULL)
        troupe_msg_free(&self->kept);
    troupe_scope_open(&s, TROUPE_FOREVER);
    troupe_scope_shield(&s, TROUPE_FOREVER);
    while (troupe_recv(&m, 0) == 0)
        settle(self, m);
    if (!self->may_lose) {
        /* A kill takes the one that had been handed over and was not taken yet. */
        bool is_killed = actor_self(world_here())->is_killed;
        assert_in_range(self->taken + is_killed, self->sent, self->sent + self->unsure + 1);
        assert_true(self->taken <= self->sent + self->unsure);
        emptied++;
    }
    assert_int_equal(troupe_scope_join(&s), 0);
    if (self->kept != NULL)
        troupe_msg_free(&self->kept);
}

static void count_defer(void *arg)
{
    (void)arg;
    defers_left--;
    int rc = roll(2) ? troupe_yield() : 0;
    EXPECT(rc, -ECANCELED);
}

static int live(void *arg);
static int handle(troupe_msg *m, void *state);

static void release_soul(void *state)
{
    struct soul *self = state;
    assert_false(self->has_ended);
    self->has_ended = true;
    if (self->kept != NULL)
        troupe_msg_free(&self->kept);
}

/* A new one; the census is told at once, so nobody is born unseen. */
static void give_birth(troupe_scope *scope)
{
    if (soul_count == SOULS_MAX)
        return;
    struct soul *self = &souls[soul_count];
    int rc, i = soul_count;
    self->is_stackless = scope == NULL && roll(5) == 0;
    self->is_scoped = scope != NULL;
    if (self->is_stackless)
        rc = troupe_spawn_handler(handle, self, release_soul, "handler", &self->pid);
    else if (scope != NULL)
        rc = troupe_scope_spawn(scope, live, self, &self->pid);
    else
        rc = troupe_spawn(live, self, &self->pid);
    EXPECT(rc, -ECANCELED);
    if (rc < 0)
        return;
    self->has_begun = self->is_stackless;
    soul_count++;
    assert_int_equal(troupe_send(census, NEWBORN, &i, sizeof i), 0);
}

static void send_something(struct soul *self)
{
    struct soul *to = anybody();
    troupe_msg *m;
    if (roll(2) == 0) {
        assert_int_equal(make_parcel(&m), 0);
        int rc = roll(2) ? troupe_send_msg(to->pid, &m)
                         : troupe_send_after(TROUPE_NS(roll(2000)), to->pid, &m, NULL);
        EXPECT(rc, -ESRCH, -EAGAIN);
        assert_true((m == NULL) == (rc == 0));
        troupe_msg_free(&m);
        return;
    }
    struct letter letter = write_letter(self, to);
    int rc = troupe_send(to->pid, LETTER, &letter, sizeof letter);
    EXPECT(rc, -ESRCH, -EAGAIN);
    to->sent += rc == 0;
}

static int send_patiently(struct soul *self)
{
    struct soul *to = anybody();
    struct letter letter = write_letter(self, to);
    to->unsure++;
    int rc = troupe_send_wait(to->pid, LETTER, &letter, sizeof letter, TROUPE_NS(1));
    EXPECT(rc, -ESRCH, -ETIMEDOUT, -ECANCELED, -EDEADLK);
    to->unsure--;
    to->sent += rc == 0;
    return rc;
}

static int send_and_regret(void)
{
    troupe_msg *m;
    troupe_timer timer = {0};
    assert_int_equal(make_parcel(&m), 0);
    int rc = troupe_send_after(TROUPE_NS(roll(2000)), anybody()->pid, &m, &timer);
    EXPECT(rc, -ESRCH);
    troupe_msg_free(&m);
    int yielded = roll(2) ? troupe_yield() : 0;
    rc = troupe_timer_cancel(timer);
    EXPECT(rc, -ESRCH);
    return yielded;
}

static bool is_no_letter(const troupe_msg *msg, void *context)
{
    (void)context;
    return troupe_msg_tag(msg) != LETTER;
}

static int receive_something(struct soul *self)
{
    troupe_msg *m;
    troupe_ns limit = TROUPE_NS(roll(2));
    uint32_t how = roll(4);
    int rc = how == 0   ? troupe_recv_tag((int)(PARCEL + roll(3)), &m, limit)
             : how == 1 ? troupe_recv_match(is_no_letter, NULL, &m, limit)
                        : troupe_recv(&m, limit);
    EXPECT(rc, -ETIMEDOUT, -ECANCELED);
    assert_true((m != NULL) == (rc == 0));
    if (rc == 0)
        settle(self, m);
    return rc;
}

/* The answer, if there is one, is that to this call. */
static void check_answer(int rc, troupe_msg *m, uint32_t expected)
{
    assert_true((m != NULL) == (rc == 0));
    if (m != NULL)
        assert_int_equal(*(const uint32_t *)troupe_msg_data(m, NULL), expected);
    troupe_msg_free(&m);
}

static int call_somebody(struct soul *self)
{
    struct soul *to = anybody();
    struct letter letter = write_letter(self, to);
    troupe_msg *m;
    bool waits = !self->is_scoped && !to->is_stackless && roll(4) == 0;
    to->unsure++;
    int rc = troupe_call(to->pid, REQUEST, &letter, sizeof letter, &m,
                         waits ? TROUPE_FOREVER : TROUPE_NS(1));
    check_answer(rc, m, letter.number);
    return rc;
}

static int call_several(struct soul *self)
{
    troupe_ref refs[REFS_MAX] = {{0}};
    uint32_t numbers[REFS_MAX];
    int rc = 0;
    for (int i = 0; i < REFS_MAX; i++) {
        struct soul *to = anybody();
        struct letter letter = write_letter(self, to);
        numbers[i] = letter.number;
        to->unsure++;
        int started = troupe_call_start(to->pid, REQUEST, &letter, sizeof letter, &refs[i]);
        EXPECT(started, -ESRCH, -EAGAIN);
    }
    for (int i = (int)roll(2); i < REFS_MAX; i++) { /* the first may be left alone */
        troupe_msg *m;
        rc = troupe_call_wait(refs[i], &m, TROUPE_NS(1));
        check_answer(rc, m, numbers[i]);
    }
    return rc;
}

static int interfere(void)
{
    struct soul *other = anybody();
    uint32_t how = roll(12);
    int rc;
    troupe_ref ref;
    if (how < 2)
        rc = troupe_cancel(other->pid, "the storm");
    else if (how == 2)
        rc = troupe_kill(other->pid); /* itself, perhaps */
    else if (how < 5)
        rc = troupe_link(other->pid);
    else if (how < 7)
        rc = troupe_unlink(other->pid);
    else if (how < 9)
        rc = troupe_monitor(other->pid, &ref);
    else if (how == 9)
        rc = troupe_trap_exit(roll(2));
    else if (how == 10)
        rc = troupe_register(roll(2) ? "a" : "b", other->pid);
    else
        rc = troupe_kill(troupe_whereis("a"));
    EXPECT(rc, -ESRCH, -EINVAL, -EEXIST);
    return 0;
}

static int step(struct soul *self, int depth);

static int open_scope(struct soul *self, int depth)
{
    troupe_scope s;
    troupe_scope_open(&s, roll(3) == 0 ? TROUPE_NS(roll(2)) : TROUPE_FOREVER);
    if (roll(4) == 0)
        troupe_scope_shield(&s, TROUPE_NS(1));
    for (uint32_t i = roll(4); i > 0; i--)
        give_birth(&s);
    int rc = 0;
    for (uint32_t i = roll(4); i > 0 && rc >= 0; i--)
        rc = step(self, depth + 1);
    if (roll(3) == 0)
        troupe_scope_cancel(&s, "enough");
    if (depth == 0 && roll(10) == 0)
        return rc; /* left open */
    int joined = troupe_scope_join(&s);
    return rc < 0 ? rc : joined;
}

static int work_briefly(void *arg)
{
    (void)arg;
    int rc = roll(2) ? troupe_yield() : troupe_sleep(TROUPE_NS(1));
    return rc < 0 ? rc : (int)roll(3) - 1;
}

static int work_together(void)
{
    static const troupe_fn fns[] = {work_briefly, work_briefly, work_briefly};
    int status[3], rc;
    if (roll(2) == 0)
        rc = troupe_gather(fns, 3, status);
    else
        rc = troupe_race(fns, 3, status);
    EXPECT(rc, -ECANCELED, -1, TROUPE_KILLED);
    rc = troupe_limit(TROUPE_NS(roll(2)), work_briefly, NULL);
    EXPECT(rc, -ECANCELED, -ETIMEDOUT, -1);
    return rc;
}

static int set_limit(struct soul *self)
{
    troupe_policy policy = roll(3) == 0 ? TROUPE_DROP_OLD : TROUPE_REFUSE;
    self->may_lose |= policy != TROUPE_REFUSE;
    return troupe_mailbox_limit(troupe_self(), 1 + roll(5), policy);
}

static int add_defer(void)
{
    defers_left++;
    return troupe_defer(count_defer, NULL);
}

/* Anything.  What it returns may be ignored, but a lone success means nothing. */
static int step(struct soul *self, int depth)
{
    switch (roll(16)) {
    case 0:
    case 1:
    case 2:
        send_something(self);
        return 0;
    case 3:
        return send_patiently(self);
    case 4:
    case 5:
        return receive_something(self);
    case 6:
        return call_somebody(self);
    case 7:
        return call_several(self);
    case 8:
        return interfere();
    case 9:
        return depth < 2 ? open_scope(self, depth) : troupe_checkpoint();
    case 10:
        return roll(4) == 0 ? work_together() : send_and_regret();
    case 11:
        return roll(4) == 0 ? set_limit(self) : add_defer();
    case 12:
        give_birth(NULL);
        return 0;
    case 13:
        if (self->kept != NULL)
            answer(self->kept);
        self->kept = NULL;
        return 0;
    case 14:
        return troupe_join(anybody()->pid, NULL, TROUPE_NS(1));
    default:
        return roll(2) ? troupe_yield() : troupe_sleep(TROUPE_NS(1));
    }
}

static int live(void *arg)
{
    struct soul *self = arg;
    self->has_begun = true;
    defers_left++;
    assert_int_equal(troupe_defer(bury, self), 0);
    for (uint32_t i = roll(STEPS); i > 0; i--)
        if (step(self, 0) == -ECANCELED && roll(2) == 0)
            return -ECANCELED;
    if (roll(8) == 0)
        troupe_exit(-EIO);
    return 0;
}

static int handle(troupe_msg *m, void *state)
{
    struct soul *self = state;
    settle(self, m);
    send_something(self);
    int rc = interfere();
    return roll(20) == 0 ? -EIO : roll(20) == 0 ? TROUPE_STOP : rc;
}

static void note_end(const troupe_msg *m)
{
    const troupe_down *down = troupe_msg_data(m, NULL);
    for (int i = 0; i < soul_count; i++)
        if (troupe_pid_equal(souls[i].pid, down->pid)) {
            souls[i].downs++;
            assert_true(souls[i].has_ended || !souls[i].has_begun);
            return;
        }
    fail_msg("a stranger has ended");
}

/* Stackless ones that nobody sends to any more would live for ever. */
static void end_stackless(void)
{
    for (int i = 0; i < soul_count; i++)
        if (souls[i].is_stackless && !souls[i].has_ended)
            assert_int_equal(troupe_kill(souls[i].pid), 0);
}

static int take_census(void *arg)
{
    (void)arg;
    int buried = 0, stackless = 0;
    census = troupe_self();
    assert_int_equal(troupe_mailbox_limit(census, SIZE_MAX, TROUPE_REFUSE), 0);
    for (int i = 0; i < SOULS_FIRST; i++)
        give_birth(NULL);
    while (buried < soul_count) {
        troupe_msg *m;
        troupe_ref ref;
        assert_int_equal(troupe_recv(&m, TROUPE_FOREVER), 0);
        if (troupe_msg_tag(m) == NEWBORN) {
            int i = *(const int *)troupe_msg_data(m, NULL);
            assert_int_equal(troupe_monitor(souls[i].pid, &ref), 0);
        } else {
            assert_int_equal(troupe_msg_tag(m), TROUPE_TAG_DOWN);
            note_end(m);
            buried++;
        }
        troupe_msg_free(&m);
        stackless = 0;
        for (int i = 0; i < soul_count; i++)
            stackless += souls[i].is_stackless && souls[i].downs == 0;
        if (buried + stackless == soul_count)
            end_stackless();
    }
    return 0;
}

static void weather(uint64_t seed)
{
    printf("TROUPE_SEED=%llu\n", (unsigned long long)seed);
    random_state = seed * 2 + 1;
    memset(souls, 0, sizeof souls);
    memset(fates, 0, sizeof fates);
    memset(last_number, 0, sizeof last_number);
    soul_count = parcel_count = 0;
    defers_left = emptied = 0;
    number = 0;
    assert_int_equal(troupe_run(take_census, NULL), 0);
    for (int i = 0; i < soul_count; i++)
        assert_int_equal(souls[i].downs, 1);
    for (int i = 0; i < parcel_count; i++)
        assert_int_equal(fates[i], RELEASED);
    assert_int_equal(defers_left, 0);
    assert_int_equal(soul_count, SOULS_MAX); /* it was one */
    assert_true(parcel_count > 1000 && emptied > 500);
}

static void everything_is_accounted_for(void **state)
{
    (void)state;
    const char *given = getenv("TROUPE_SEED");
    if (given != NULL) {
        weather(strtoull(given, NULL, 10));
        return;
    }
    uint64_t seed = ((uint64_t)time(NULL) << 16) ^ (uint64_t)getpid();
    for (uint64_t i = 0; i < 5; i++)
        weather(seed + i);
}

HARNESS_MAIN(cmocka_unit_test(everything_is_accounted_for))
