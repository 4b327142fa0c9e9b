/* As the viewer has them with --lesson. */

#include "asked.h"

#include <string.h>

#include "harness.h"
#include "story.h"

void asked_open(struct asked *asked, struct trace_model *first, struct trace_model *second,
                const char *text)
{
    char why[400];
    *asked = (struct asked){.models = {first, second}};
    story_open(&asked->app, first, 1280, 720);
    if (second != NULL)
        assert_int_equal(app_add(&asked->app, second, "second.json"), 0);
    if (lesson_parse(&asked->lesson, text, strlen(text), "l.txt", why, sizeof why) < 0)
        fail_msg("%s", why);
    assert_int_equal(quiz_ask(&asked->app, &asked->lesson), 0);
}

void asked_close(struct asked *asked)
{
    app_close(&asked->app);
    trace_model_destroy(asked->models[0]);
    trace_model_destroy(asked->models[1]);
    lesson_finish(&asked->lesson);
}
