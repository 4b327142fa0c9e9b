/*
 * Typing errors are letters left out, put in, replaced, or swapped with their neighbour; the
 * distance of two words is the fewest of them that lead from one to the other.
 */

#include "nearest.h"

#include <string.h>

/* Longer words are no command of ours. */
#define WORD_BYTES_MAX 31

/* More errors than this and a suggestion is a guess. */
#define DISTANCE_MAX 2

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    size_t rows[WORD_BYTES_MAX + 1][WORD_BYTES_MAX + 1];
    for (size_t i = 0; i <= a_bytes; i++)
        rows[i][0] = i;
    for (size_t j = 0; j <= b_bytes; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_bytes; i++) {
        for (size_t j = 1; j <= b_bytes; j++) {
            size_t replaced = rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            size_t moved = least(rows[i - 1][j], rows[i][j - 1]) + 1;
            rows[i][j] = least(replaced, moved);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                rows[i][j] = least(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[a_bytes][b_bytes];
}

void nearest_begin(struct nearest *nearest, const char *word)
{
    *nearest = (struct nearest){.word = word, .distance = DISTANCE_MAX + 1};
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
    size_t bytes = strlen(nearest->word);
    size_t candidate_bytes = strlen(candidate);
    if (bytes > WORD_BYTES_MAX || candidate_bytes > WORD_BYTES_MAX)
        return;
    size_t errors = distance(nearest->word, bytes, candidate, candidate_bytes);
    /* A word of two letters is two errors away from everything. */
    if (errors >= nearest->distance || errors >= bytes)
        return;
    nearest->best = candidate;
    nearest->distance = errors;
}
