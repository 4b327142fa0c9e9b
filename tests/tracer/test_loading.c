/* Loading in the background: progress, the preview of a large file, refusals, giving up. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"
#include "make_trace.h"
#include "sample.h"
#include "trace_loading.h"

/* Waits for the end; the result of polling. */
static int wait_for(struct trace_loading *loading, struct trace_model **model,
                    struct trace_error *error)
{
    int result;
    while ((result = trace_loading_poll(loading, model, error)) > 0)
        usleep(1000);
    return result;
}

/* A file of about twenty megabytes, more than twice a preview; the caller unlinks and frees it. */
static char *make_large(void)
{
    struct make_trace how = {.events = 190000, .actors = 50, .loops = 2, .seed = 1};
    char *path = strdup("/tmp/troupe_loading_XXXXXX");
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    assert_int_equal(make_trace(file, &how), 0);
    assert_true(ftell(file) > (long)(2 * TRACE_PREVIEW_BYTES));
    assert_int_equal(fclose(file), 0);
    return path;
}

static void a_small_file_loads(void **state)
{
    struct trace_loading *loading;
    struct trace_model *model;
    struct trace_error error;
    uint64_t done, total;
    (void)state;
    assert_int_equal(trace_loading_start(sample_path("three_counts.json"), true, &loading), 0);
    assert_int_equal(wait_for(loading, &model, &error), 0);
    assert_int_equal(model->lane_count, 4);
    trace_loading_progress(loading, &done, &total);
    assert_int_equal(done, total);
    assert_null(trace_loading_preview(loading));
    trace_loading_finish(loading);
    trace_model_destroy(model);
}

static void a_large_file_has_a_preview(void **state)
{
    char *path = make_large();
    struct trace_loading *loading;
    struct trace_model *model;
    struct trace_error error;
    uint64_t done, total;
    (void)state;
    assert_int_equal(trace_loading_start(path, true, &loading), 0);
    assert_int_equal(wait_for(loading, &model, &error), 0);
    struct trace_model *preview = trace_loading_preview(loading);
    assert_non_null(preview);
    assert_null(trace_loading_preview(loading));
    trace_loading_progress(loading, &done, &total);
    assert_int_equal(done, total);
    assert_true(preview->event_count > 50000);
    assert_true(preview->event_count < model->event_count * 2 / 3);
    assert_int_equal(preview->lane_count, model->lane_count);
    assert_true(preview->cut && !model->cut);
    /* What the preview shows is what will be shown: but for the last state of a lane. */
    const struct trace_lane *early = &preview->lanes[0], *full = &model->lanes[0];
    for (uint32_t i = 0; i + 1 < early->span_count; i++)
        assert_int_equal(preview->spans[early->span_first + i].end_ns,
                         model->spans[full->span_first + i].end_ns);
    trace_model_destroy(preview);
    trace_model_destroy(model);
    trace_loading_finish(loading);
    unlink(path);
    free(path);
}

static void what_is_no_trace_is_refused(void **state)
{
    struct trace_loading *loading;
    struct trace_model *model;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_loading_start("/nowhere/x.json", true, &loading), 0);
    assert_int_equal(wait_for(loading, &model, &error), -ENOENT);
    assert_null(model);
    assert_non_null(strstr(error.text, "cannot be opened"));
    trace_loading_finish(loading);
}

static void loading_can_be_given_up(void **state)
{
    char *path = make_large();
    struct trace_loading *loading;
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(trace_loading_start(path, true, &loading), 0);
        usleep((useconds_t)i * 5000);
        trace_loading_finish(loading);
    }
    trace_loading_finish(NULL);
    unlink(path);
    free(path);
}

static void canceling_is_an_error_of_its_own(void **state)
{
    char *path = make_large();
    atomic_bool cancel = true;
    struct trace_load_options options = {.cancel = &cancel};
    struct trace_model *model;
    struct trace_error error;
    (void)state;
    assert_int_equal(trace_load_with(&options, path, &model, &error), -ECANCELED);
    assert_null(model);
    assert_non_null(strstr(error.text, "was not read to its end"));
    unlink(path);
    free(path);
}

static void a_file_that_grows_has_another_stamp(void **state)
{
    char path[] = "/tmp/troupe_loading_XXXXXX";
    struct trace_stamp before, after;
    (void)state;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "[", 1), 1);
    assert_int_equal(trace_stamp_take(path, &before), 0);
    assert_int_equal(trace_stamp_take(path, &after), 0);
    assert_true(trace_stamp_same(&before, &after));
    assert_int_equal(write(fd, "\n", 1), 1);
    assert_int_equal(trace_stamp_take(path, &after), 0);
    assert_false(trace_stamp_same(&before, &after));
    close(fd);
    unlink(path);
    assert_int_equal(trace_stamp_take(path, &after), -ENOENT);
}

HARNESS_MAIN(cmocka_unit_test(a_small_file_loads), cmocka_unit_test(a_large_file_has_a_preview),
             cmocka_unit_test(what_is_no_trace_is_refused),
             cmocka_unit_test(loading_can_be_given_up),
             cmocka_unit_test(canceling_is_an_error_of_its_own),
             cmocka_unit_test(a_file_that_grows_has_another_stamp))
