/*
 * The list is made anew with every letter: commands in the order of the table, hits as the search
 * finds them.  Letters are taken whole, so that a name in any script can be searched for.
 */

#include "inner.h"

#include <stdio.h>
#include <string.h>

uint32_t prompt_lines(const struct prompt *prompt)
{
    if (prompt->kind == PROMPT_PALETTE || prompt->kind == PROMPT_MENU)
        return prompt->command_count;
    if (prompt->kind == PROMPT_OPEN)
        return prompt->file_count;
    return prompt->kind == PROMPT_SEARCH ? prompt->search.count : 0;
}

static void list_commands(struct prompt *prompt)
{
    size_t count;
    const struct command_row *rows = command_rows(&count);
    prompt->command_count = 0;
    for (size_t i = 0; i < count && prompt->command_count < PROMPT_COMMANDS_MAX; i++)
        if (rows[i].command != COMMAND_NONE &&
            (prompt->kind == PROMPT_MENU ? rows[i].group == prompt->group
                                         : lanes_matches(rows[i].sentence, prompt->text)))
            prompt->commands[prompt->command_count++] = rows[i].command;
}

static void list_files(struct prompt *prompt, const struct recent *recent)
{
    prompt->file_count = 0;
    for (uint32_t i = 0; i < recent->count && prompt->file_count < PROMPT_FILES_MAX; i++)
        if (lanes_matches(recent->paths[i], prompt->text))
            prompt->files[prompt->file_count++] = i;
}

/* What follows from the text after it has changed. */
static void refresh(struct app *app)
{
    struct prompt *prompt = &app->prompt;
    struct lanes *lanes = &app->document->lanes;
    prompt->chosen = 0;
    if (prompt->kind == PROMPT_PALETTE || prompt->kind == PROMPT_MENU)
        list_commands(prompt);
    else if (prompt->kind == PROMPT_OPEN)
        list_files(prompt, &app->recent);
    else if (prompt->kind == PROMPT_SEARCH &&
             search_run(&prompt->search, app->document->model, prompt->text) < 0)
        app_say(app, "There is not enough memory to search.");
    if (prompt->kind == PROMPT_FILTER) {
        snprintf(lanes->filter, sizeof lanes->filter, "%.*s", LANES_FILTER_BYTES - 1, prompt->text);
        app_arrange(app);
    }
}

/* A note that is there already is changed. */
static void begin_note(struct app *app)
{
    int64_t at_ns = 0;
    const struct bookmarks *bookmarks = &app->document->bookmarks;
    int at = app_cursor(app, &at_ns) ? bookmarks_at(bookmarks, at_ns) : -1;
    if (at >= 0)
        snprintf(app->prompt.text, sizeof app->prompt.text, "%s", bookmarks->items[at].text);
}

bool prompt_open(struct app *app, enum prompt_kind kind)
{
    struct prompt *prompt = &app->prompt;
    prompt->kind = kind;
    prompt->text[0] = '\0';
    if (kind == PROMPT_SEARCH)
        snprintf(prompt->text, sizeof prompt->text, "%s", prompt->search.text);
    else if (kind == PROMPT_NOTE)
        begin_note(app);
    else if (kind == PROMPT_FILTER)
        snprintf(prompt->text, sizeof prompt->text, "%s", app->document->lanes.filter);
    refresh(app);
    return true;
}

bool prompt_menu(struct app *app, uint32_t group)
{
    struct prompt *prompt = &app->prompt;
    if (group >= COMMAND_GROUPS && prompt->kind == PROMPT_MENU) {
        prompt->kind = PROMPT_NONE;
        return true;
    }
    if (group < COMMAND_GROUPS)
        prompt->group = (enum command_group)group;
    return prompt_open(app, PROMPT_MENU);
}

/* Goes to a hit of the search and remembers it. */
static bool go_to_hit(struct app *app, uint32_t index)
{
    struct prompt *prompt = &app->prompt;
    const struct search *search = &prompt->search;
    if (index >= search->count)
        return false;
    const struct search_hit *hit = &search->hits[index];
    prompt->hit = index;
    app_say(app, "Hit %u of %u%s for \xe2\x80\x9c%s\xe2\x80\x9d; F3 goes to the next.", index + 1,
            search->count, search->more ? " and more" : "", search->text);
    if (hit->span == TRACE_NONE)
        return follow_moment(app, hit->at_ns);
    follow(app, hit->span);
    if (hit->kind == SEARCH_FLOW)
        app->message = hit->index;
    return true;
}

bool prompt_walk(struct app *app, bool forth)
{
    const struct prompt *prompt = &app->prompt;
    uint32_t count = prompt->search.count;
    if (count == 0) {
        app_say(app, "Nothing has been searched for; / begins a search.");
        return true;
    }
    return go_to_hit(app, forth ? (prompt->hit + 1) % count : (prompt->hit + count - 1) % count);
}

bool prompt_choose(struct app *app, uint32_t line)
{
    struct prompt *prompt = &app->prompt;
    enum prompt_kind kind = prompt->kind;
    enum command command = COMMAND_NONE;
    if ((kind == PROMPT_PALETTE || kind == PROMPT_MENU) && line < prompt->command_count)
        command = prompt->commands[line];
    prompt->kind = PROMPT_NONE;
    if (kind == PROMPT_OPEN)
        snprintf(app->to_open, sizeof app->to_open, "%s",
                 line < prompt->file_count ? app->recent.paths[prompt->files[line]] : prompt->text);
    if (kind == PROMPT_NOTE)
        bookmarks_note(app, prompt->text);
    if (command != COMMAND_NONE)
        run_command(app, command);
    if (kind == PROMPT_SEARCH && !go_to_hit(app, line) && prompt->text[0] != '\0')
        app_say(app, "Nothing has \xe2\x80\x9c%s\xe2\x80\x9d in it.", prompt->text);
    return true;
}

/* Esc takes a filter back; a search and a palette are just closed. */
static bool give_up(struct app *app)
{
    struct prompt *prompt = &app->prompt;
    if (prompt->kind == PROMPT_FILTER) {
        prompt->text[0] = '\0';
        refresh(app);
    }
    prompt->kind = PROMPT_NONE;
    return true;
}

static bool erase(struct app *app)
{
    struct prompt *prompt = &app->prompt;
    size_t bytes = strlen(prompt->text);
    while (bytes > 0 && ((unsigned char)prompt->text[bytes - 1] & 0xC0) == 0x80)
        bytes--; /* a letter's later bytes go with its first */
    if (bytes == 0)
        return give_up(app);
    prompt->text[bytes - 1] = '\0';
    refresh(app);
    return true;
}

/* In the menu nothing is written: other groups are to the left and right, and the key that opens
 * it closes it. */
static bool take_in_menu(struct app *app, const struct input *input)
{
    uint32_t group = app->prompt.group;
    if (strcmp(input->chord, "Right") == 0)
        return prompt_menu(app, (group + 1) % COMMAND_GROUPS);
    if (strcmp(input->chord, "Left") == 0)
        return prompt_menu(app, (group + COMMAND_GROUPS - 1) % COMMAND_GROUPS);
    if (command_of_chord(input->chord) == COMMAND_MENU)
        return prompt_menu(app, COMMAND_GROUPS);
    return false;
}

bool prompt_take(struct app *app, const struct input *input)
{
    struct prompt *prompt = &app->prompt;
    uint32_t lines = prompt_lines(prompt);
    if (prompt->kind == PROMPT_MENU && (input->text[0] != '\0' || take_in_menu(app, input)))
        return input->text[0] == '\0';
    if (input->text[0] != '\0') {
        size_t used = strlen(prompt->text);
        if (used + strlen(input->text) < sizeof prompt->text)
            snprintf(prompt->text + used, sizeof prompt->text - used, "%s", input->text);
        refresh(app);
        return true;
    }
    if (strcmp(input->chord, "Backspace") == 0)
        return erase(app);
    if (strcmp(input->chord, "Esc") == 0)
        return give_up(app);
    if (strcmp(input->chord, "Enter") == 0)
        return prompt_choose(app, prompt->chosen);
    if (strcmp(input->chord, "Ctrl+U") == 0) {
        prompt->text[0] = '\0';
        refresh(app);
    } else if (strcmp(input->chord, "Down") == 0 || strcmp(input->chord, "Tab") == 0) {
        prompt->chosen = lines > 0 ? (prompt->chosen + 1) % lines : 0;
    } else if (strcmp(input->chord, "Up") == 0) {
        prompt->chosen = lines > 0 ? (prompt->chosen + lines - 1) % lines : 0;
    } else {
        return false;
    }
    return true;
}
