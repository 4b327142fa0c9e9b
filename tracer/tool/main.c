/* troupe: what can be done with a trace without a window.  One file per command; see commands.c. */

#include <locale.h>

#include "tool.h"

int main(int argc, char **argv)
{
    /* Only the classes of characters are the environment's business: how wide they are.  Where
     * the locale is missing, every character counts as one column. */
    setlocale(LC_CTYPE, "C.UTF-8");
    return tool_main(argc, argv);
}
