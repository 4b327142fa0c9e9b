/*
 * The shapes stand in the page once.  Two windows look at them: a narrow one with the names, and a
 * wide one, in a box that scrolls, with the lanes.
 */

#include "page.h"

static const char style[] =
    "body{margin:0;font:15px 'DejaVu Sans',sans-serif}\n"
    "header,footer{padding:14px 24px}\n"
    "h1{font-size:20px;margin:0 0 10px}\n"
    "table{border-spacing:0}\n"
    "td{padding:0 32px 0 0;font-size:24px;font-weight:bold}\n"
    "th{padding:0 32px 8px 0;font-size:13px;font-weight:normal;text-align:left}\n"
    "p{margin:0}\n"
    "#both{display:flex;overflow:hidden}\n"
    "#names{flex:none}\n"
    "#lanes{overflow-x:auto;flex:auto;cursor:grab}\n"
    "#lanes svg,#names svg{display:block}\n";

/* Panning by dragging, zooming about the pointer; + - 0 from the keyboard. */
static const char script[] =
    "const box=document.getElementById('lanes'),svg=box.firstElementChild;\n"
    "const names=document.getElementById('names').firstElementChild;\n"
    "const w0=+svg.getAttribute('width'),h0=+svg.getAttribute('height');\n"
    "const n0=+names.getAttribute('width');let zoom=1,held=null;\n"
    "function set(z,x){z=Math.min(Math.max(z,.05),8);const at=(box.scrollLeft+x)/zoom;zoom=z;\n"
    "svg.setAttribute('width',w0*z);svg.setAttribute('height',h0*z);\n"
    "names.setAttribute('width',n0*z);names.setAttribute('height',h0*z);\n"
    "box.scrollLeft=at*z-x;}\n"
    "box.addEventListener('wheel',e=>{if(!e.ctrlKey)return;e.preventDefault();\n"
    "set(zoom*Math.pow(1.25,-Math.sign(e.deltaY)),e.clientX-box.getBoundingClientRect().left);},\n"
    "{passive:false});\n"
    "box.addEventListener('pointerdown',e=>{held={x:e.clientX,left:box.scrollLeft};});\n"
    "addEventListener('pointermove',e=>{if(held)box.scrollLeft=held.left+held.x-e.clientX;});\n"
    "addEventListener('pointerup',()=>{held=null;});\n"
    "addEventListener('keydown',e=>{const m=box.clientWidth/2;\n"
    "if(e.key=='+'||e.key=='=')set(zoom*1.25,m);if(e.key=='-')set(zoom/1.25,m);\n"
    "if(e.key=='0')set(1,0);\n"
    "if(e.key=='ArrowLeft')box.scrollLeft-=60;if(e.key=='ArrowRight')box.scrollLeft+=60;});\n";

static void write_numbers(FILE *out, const struct page *page)
{
    fputs("<table><tr>", out);
    for (int i = 0; i < page->number_count; i++) {
        fputs("<td>", out);
        svg_write_text(out, page->values[i]);
        fputs("</td>", out);
    }
    fputs("</tr><tr>", out);
    for (int i = 0; i < page->number_count; i++) {
        fputs("<th>", out);
        svg_write_text(out, page->names[i]);
        fputs("</th>", out);
    }
    fputs("</tr></table>\n", out);
}

static void write_window(FILE *out, const char *id, struct frame_rect box, const char *inside)
{
    fprintf(out,
            "<div id=\"%s\"><svg width=\"%.0f\" height=\"%.0f\" viewBox=\"%.0f %.0f %.0f %.0f\">%s",
            id, box.width, box.height, box.x, box.y, box.width, box.height, inside);
}

void page_write(FILE *out, const struct page *page, const struct frame *frame,
                const struct export_titles *titles)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>", out);
    svg_write_text(out, page->title);
    fprintf(out,
            "</title>\n<style>\n%sbody{background:#%06x;color:#%06x}\nth,footer{color:#%06x}\n",
            style, page->ground & 0xFFFFFF, page->ink & 0xFFFFFF, page->mute & 0xFFFFFF);
    fputs("</style></head><body>\n<header><h1>", out);
    svg_write_text(out, page->title);
    fputs("</h1>\n", out);
    write_numbers(out, page);
    fputs("<p>", out);
    svg_write_text(out, page->sentence);
    fputs("</p></header>\n<div id=\"both\">\n", out);
    struct frame_rect names = page->lanes;
    names.x = 0;
    names.width = page->names_width;
    write_window(out, "names", names, "<use href=\"#shapes\"/></svg></div>\n");
    write_window(out, "lanes", page->lanes,
                 "<g id=\"shapes\" font-family=\"DejaVu Sans, sans-serif\">\n");
    svg_write_shapes(out, frame, titles);
    fputs("</g></svg></div>\n</div>\n<footer><p>", out);
    svg_write_text(out, page->caption);
    fprintf(out, "</p></footer>\n<script>\n%s</script>\n</body></html>\n", script);
}
