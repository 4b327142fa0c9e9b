/*
 * Files are written whole, beside their place, and then moved there, so that a viewer that is ended
 * at any moment leaves the old one or the new one.
 */

#include "store.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cjson/cJSON.h>

/* No file of ours is larger. */
#define FILE_BYTES_MAX (256 * 1024)

/* A file of ours in one of the user's folders, which a variable names, or is below the home; with
 * `make`, its folder is made.  False if there is no place for it. */
static bool place_of(const char *variable, const char *below_home, const char *name, bool make,
                     char *path, size_t bytes)
{
    const char *config = getenv(variable);
    const char *home = getenv("HOME");
    char folder[PATH_MAX];
    int wrote = 0;
    if (config != NULL && config[0] == '/')
        wrote = snprintf(folder, sizeof folder, "%s", config);
    else if (home != NULL && home[0] == '/')
        wrote = snprintf(folder, sizeof folder, "%s/%s", home, below_home);
    if (wrote <= 0 || (size_t)wrote + 24 > sizeof folder)
        return false;
    for (char *end = strchr(folder + 1, '/'); make && end != NULL; end = strchr(end + 1, '/')) {
        *end = '\0'; /* each folder on the way */
        mkdir(folder, 0777);
        *end = '/';
    }
    if (make)
        mkdir(folder, 0777);
    snprintf(folder + wrote, sizeof folder - (size_t)wrote, "/troupe");
    if (make && mkdir(folder, 0777) < 0 && errno != EEXIST)
        return false;
    return (size_t)snprintf(path, bytes, "%s/%s", folder, name) < bytes;
}

static bool settings_path(char *path, size_t bytes, bool make)
{
    return place_of("XDG_CONFIG_HOME", ".config", "view.json", make, path, bytes);
}

void store_keep_answer(const struct quiz *quiz, const char *lesson, time_t asked_at)
{
    char path[PATH_MAX];
    char at[32];
    struct tm utc;
    time_t now = time(NULL);
    if (quiz->chosen == QUIZ_NO_ANSWER || gmtime_r(&now, &utc) == NULL ||
        !place_of("XDG_STATE_HOME", ".local/state", "answers.tsv", true, path, sizeof path))
        return;
    FILE *file = fopen(path, "a");
    if (file == NULL)
        return;
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &utc);
    char letter[] = {(char)('A' + quiz->chosen), '\0'};
    const char *said = quiz->chosen == QUIZ_OWN_ANSWER ? quiz->own_text : letter;
    fprintf(file, "%s\t%s\t%s\t%s\t%.0f\n", at, lesson, said,
            quiz_guess(quiz)->is_right ? "right" : "wrong", difftime(now, asked_at));
    fclose(file);
}

static cJSON *read_json(const char *path)
{
    char *text = malloc(FILE_BYTES_MAX);
    FILE *file = text != NULL ? fopen(path, "r") : NULL;
    cJSON *json = NULL;
    if (file != NULL) {
        size_t count = fread(text, 1, FILE_BYTES_MAX, file);
        json = cJSON_ParseWithLength(text, count);
        fclose(file);
    }
    free(text);
    return json;
}

static void write_json(const char *path, const cJSON *json)
{
    char fresh[PATH_MAX + 8];
    char *text = cJSON_Print(json);
    snprintf(fresh, sizeof fresh, "%s.new", path);
    FILE *file = text != NULL ? fopen(fresh, "w") : NULL;
    if (file != NULL) {
        bool wrote = fprintf(file, "%s\n", text) > 0;
        wrote = fclose(file) == 0 && wrote;
        if (!wrote || rename(fresh, path) < 0)
            remove(fresh);
    }
    cJSON_free(text);
}

static double number_of(const cJSON *json, const char *key, double otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
    return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

void store_add_recent(struct recent *recent, const char *path)
{
    char whole[PATH_MAX];
    if (strcmp(path, "-") == 0 || realpath(path, whole) == NULL ||
        strlen(whole) >= DOCUMENT_PATH_BYTES)
        return;
    uint32_t at = 0;
    while (at < recent->count && strcmp(recent->paths[at], whole) != 0)
        at++;
    if (at == recent->count && recent->count < RECENT_MAX)
        recent->count++;
    if (at == RECENT_MAX)
        at--;
    memmove(recent->paths[1], recent->paths[0], at * sizeof recent->paths[0]);
    memcpy(recent->paths[0], whole, strlen(whole) + 1);
}

/* Whether a file of the desktop's has a line that turns animations off. */
static bool says(const char *folder_below, const char *name, const char *line)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    char path[PATH_MAX];
    char is[256];
    if (config != NULL && config[0] == '/')
        snprintf(path, sizeof path, "%s%s/%s", config, folder_below, name);
    else
        snprintf(path, sizeof path, "%s/.config%s/%s", home != NULL ? home : "", folder_below,
                 name);
    FILE *file = fopen(path, "r");
    bool found = false;
    while (file != NULL && !found && fgets(is, sizeof is, file) != NULL) {
        is[strcspn(is, "\r\n")] = '\0';
        found = strcmp(is, line) == 0;
    }
    if (file != NULL)
        fclose(file);
    return found;
}

/* What desktops keep of the wish for reduced motion. */
static bool desktop_is_calm(void)
{
    static const char *const gtk[] = {"gtk-enable-animations=0", "gtk-enable-animations=false"};
    for (size_t i = 0; i < sizeof gtk / sizeof gtk[0]; i++)
        if (says("/gtk-4.0", "settings.ini", gtk[i]) || says("/gtk-3.0", "settings.ini", gtk[i]))
            return true;
    return says("", "kdeglobals", "AnimationDurationFactor=0");
}

void store_read_settings(struct app_options *options, struct recent *recent)
{
    char path[PATH_MAX];
    cJSON *json = settings_path(path, sizeof path, false) ? read_json(path) : NULL;
    const cJSON *theme = cJSON_GetObjectItemCaseSensitive(json, "theme");
    const cJSON *paths = cJSON_GetObjectItemCaseSensitive(json, "recent");
    const cJSON *item;
    const cJSON *calm = cJSON_GetObjectItemCaseSensitive(json, "calm");
    float scale = (float)number_of(json, "text_scale", 0);
    if (!options->theme_given && cJSON_IsString(theme))
        app_theme_parse(theme->valuestring, &options->theme);
    if (options->text_scale == 0 && scale >= APP_TEXT_SCALE_MIN && scale <= APP_TEXT_SCALE_MAX)
        options->text_scale = scale;
    options->calm = cJSON_IsBool(calm) ? cJSON_IsTrue(calm) : desktop_is_calm();
    recent->count = 0;
    cJSON_ArrayForEach(item, paths)
    {
        if (recent->count < RECENT_MAX && cJSON_IsString(item) &&
            strlen(item->valuestring) < DOCUMENT_PATH_BYTES)
            snprintf(recent->paths[recent->count++], DOCUMENT_PATH_BYTES, "%s", item->valuestring);
    }
    cJSON_Delete(json);
}

void store_write_settings(const struct app *app)
{
    char path[PATH_MAX];
    cJSON *json = cJSON_CreateObject();
    if (!settings_path(path, sizeof path, true) || json == NULL) {
        cJSON_Delete(json);
        return;
    }
    cJSON_AddStringToObject(json, "theme", app_theme_name(app->theme));
    cJSON_AddNumberToObject(json, "text_scale", (double)app->text_scale);
    if (app->calm || !desktop_is_calm())
        cJSON_AddBoolToObject(json, "calm", app->calm);
    cJSON *paths = cJSON_AddArrayToObject(json, "recent");
    for (uint32_t i = 0; i < app->recent.count; i++)
        cJSON_AddItemToArray(paths, cJSON_CreateString(app->recent.paths[i]));
    write_json(path, json);
    cJSON_Delete(json);
}

static bool marks_path(const struct document *document, char *path, size_t bytes)
{
    return strcmp(document->path, "-") != 0 &&
           (size_t)snprintf(path, bytes, "%s.notes", document->path) < bytes;
}

void store_read_marks(struct document *document)
{
    char path[PATH_MAX];
    cJSON *json = marks_path(document, path, sizeof path) ? read_json(path) : NULL;
    const cJSON *item;
    cJSON_ArrayForEach(item, json)
    {
        const cJSON *text = cJSON_GetObjectItemCaseSensitive(item, "text");
        double at = number_of(item, "at_ns", -1);
        if (cJSON_IsString(text) && at >= 0 && at < 9e15)
            bookmarks_set(&document->bookmarks, (int64_t)at, text->valuestring);
    }
    document->bookmarks.changed = false;
    cJSON_Delete(json);
}

void store_write_marks(struct document *document)
{
    char path[PATH_MAX];
    cJSON *json = cJSON_CreateArray();
    if (json != NULL && marks_path(document, path, sizeof path)) {
        for (uint32_t i = 0; i < document->bookmarks.count; i++) {
            cJSON *item = cJSON_CreateObject();
            cJSON_AddNumberToObject(item, "at_ns", (double)document->bookmarks.items[i].at_ns);
            cJSON_AddStringToObject(item, "text", document->bookmarks.items[i].text);
            cJSON_AddItemToArray(json, item);
        }
        if (document->bookmarks.count > 0)
            write_json(path, json);
        else
            remove(path);
    }
    document->bookmarks.changed = false;
    cJSON_Delete(json);
}
