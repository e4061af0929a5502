/* The page's files: .incbin of the assembler puts each in as it stands; each
 * ends where the next begins. */
#include "admin.h"

#include <stddef.h>

__asm__(".section .rodata\n"
        ".hidden admin_page\n.global admin_page\nadmin_page:\n"
        ".incbin \"" GALLEY_ADMIN_DIR "/page.html\"\n"
        ".hidden admin_style\n.global admin_style\nadmin_style:\n"
        ".incbin \"" GALLEY_ADMIN_DIR "/page.css\"\n"
        ".hidden admin_script\n.global admin_script\nadmin_script:\n"
        ".incbin \"" GALLEY_ADMIN_DIR "/page.js\"\n"
        ".hidden admin_icon\n.global admin_icon\nadmin_icon:\n"
        ".incbin \"" GALLEY_ADMIN_DIR "/icon.svg\"\n"
        ".hidden admin_end\n.global admin_end\nadmin_end:\n"
        ".byte 0\n"
        ".previous\n");

extern const char admin_page[], admin_style[], admin_script[], admin_icon[],
    admin_end[];

const struct asset admin_assets[] = {
    { "/", "text/html; charset=utf-8", admin_page, admin_style },
    { "/page.css", "text/css; charset=utf-8", admin_style, admin_script },
    { "/page.js", "text/javascript; charset=utf-8", admin_script, admin_icon },
    { "/icon.svg", "image/svg+xml", admin_icon, admin_end },
    { 0 }
};
