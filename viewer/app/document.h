#ifndef APP_DOCUMENT_H
#define APP_DOCUMENT_H

/*
 * A trace that was opened, and all that can be known of it before the first picture, so that
 * drawing is a walk over what is visible.  Only the wishes about its lanes change.
 */

#include "band.h"
#include "bookmarks.h"
#include "charts.h"
#include "depths.h"
#include "nests.h"
#include "order.h"
#include "range.h"
#include "source.h"
#include "strip.h"
#include "text.h"
#include "trace_stats.h"

/* Longer paths are cut where they are shown. */
#define DOCUMENT_PATH_BYTES 1024

struct document {
    const struct trace_model *model;
    struct trace_axis axes[TRACE_AXIS_KINDS];
    struct trace_score score;
    char sentence[256];
    char title[64];                 /* the program's name */
    char caption[256];              /* its command, and what the run was like */
    char path[DOCUMENT_PATH_BYTES]; /* of the file */
    struct rows rows;
    struct lanes lanes; /* which rows are shown, and in which order */
    struct band *bands; /* of the groups; those that are not folded have no steps */
    uint32_t band_count;
    struct order order;
    struct strip strip;
    struct sources sources;
    struct range_index range_index; /* blocks is NULL until it is needed */
    uint32_t root;                  /* lane of the first actor, or TRACE_NONE */
    struct nests nests;             /* what actors named */
    struct charts charts;           /* what they counted */
    uint32_t *mailbox_peaks;        /* the most messages each lane's mailbox ever held */
    bool has_queue;                 /* one of them is drawn */
    float names_px;                 /* the widest name at scale 1 */
    int64_t origin_ns;              /* its first resume, at which runs are laid over each other */
    struct bookmarks bookmarks;     /* moments that the user has marked */
    double scroll_px;               /* of its lanes, while another run is in focus */
    uint64_t serial;                /* no two documents have the same */
};

/* Opens a model that must outlive the document and came from `trace_path`.  0, or -ENOMEM.  May be
 * done on any thread; what it needs letters for is done by document_measure(). */
int document_open(struct document *document, const struct trace_model *model,
                  const char *trace_path);
void document_measure(struct document *document, const struct text_measurer *measurer);

/* Moves a document to another place, where there is none yet. */
void document_move(struct document *to, struct document *from);

void document_close(struct document *document);

/* Arranges the lanes anew, and makes the bands of folded groups.  0, or -ENOMEM. */
int document_arrange(struct document *document);

/* What happened between two instants, into *stats.  0, -ENOMEM, or -EINVAL if nothing lies between
 * them. */
int document_range(struct document *document, int64_t a_ns, int64_t b_ns,
                   struct range_stats *stats);

#endif
