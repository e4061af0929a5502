/* Help and manual pages, printed from the tables of commands and plugins. */
#include "command.h"
#include "config.h"
#include "registry.h"

#include <galley/text.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 78 };

/* Prints str in lines of at most WIDTH, each indented; "\n\n" stays. */
static void print_wrapped(const char *str, unsigned indent)
{
    size_t column = 0;

    while (*str) {
        size_t len = strcspn(str, " \n");

        if (column == 0)
            column = (size_t)printf("%*s", (int)indent, "");
        else if (column + 1 + len > WIDTH)
            column = (size_t)printf("\n%*s", (int)indent, "") - 1;
        else
            column += (size_t)printf(" ");
        column += (size_t)printf("%.*s", (int)len, str);
        str += len;
        if (strncmp(str, "\n\n", 2) == 0) {
            printf("\n\n");
            column = 0;
        }
        str += strspn(str, " \n");
    }
    printf("\n");
}

/* ---- what an option takes ---- */

static const char *type_word(const gly_option *o)
{
    if (o->choices)
        return o->choices;
    if (o->unit && strcmp(o->unit, "s") == 0)
        return "time";
    if (o->unit && strcmp(o->unit, "B") == 0)
        return "size";
    switch (o->type) {
    case GLY_BOOL: return "true|false";
    case GLY_INT: return "whole number";
    case GLY_NUMBER: return "number";
    case GLY_STRING: return "string";
    case GLY_LIST: return "list of strings";
    }
    return "";
}

/* "whole number, 0 to 9; default 3" */
static void add_taken(gly_buf *out, const gly_option *o)
{
    if (o->choices && o->type == GLY_LIST)
        gly_buf_puts(out, "list of ");
    gly_buf_puts(out, type_word(o));
    if (o->min != 0 || o->max != 0)
        gly_buf_printf(out, ", %.15g to %.15g", o->min, o->max);
    if (!o->def)
        gly_buf_puts(out, "; must be given");
    else if (*o->def)
        gly_buf_printf(out, "; default %s", o->def);
}

static void print_options(const gly_option *table)
{
    gly_buf line = {0};

    for (; table && table->name; table++) {
        line.len = 0;
        gly_buf_printf(&line, "%s (", table->name);
        add_taken(&line, table);
        gly_buf_puts(&line, ")");
        print_wrapped(line.data, 2);
        print_wrapped(table->help ? table->help : "", 6);
    }
    gly_buf_finish(&line);
}

static void print_plugin(const gly_plugin *p)
{
    printf("%s: %s\n\n", p->name, p->about);
    if (p->reads)
        printf("Reads:  %s\n", p->reads);
    if (p->writes)
        printf("Writes: %s\n", p->writes);
    printf("Copies: %s\n", p->single ? "one for all lanes" : "one a lane");
    printf("\nSettings:\n");
    if (!p->options)
        printf("  none of its own\n");
    print_options(p->options);
    printf("\nEvery stage also takes `id`, its name in messages, and all but "
           "the first\n`when`, a guard such as when = \"lang == 'en'\".\n");
}

static void print_command(const struct command *c)
{
    printf("usage: galley %s %s\n\n", c->name, c->arguments);
    print_wrapped(c->about, 0);
    if (c->more) {
        printf("\n");
        print_wrapped(c->more, 0);
    }
    for (const struct flag *f = c->flags; f && f->name; f++) {
        printf("%s  -%c, --%s%s%s\n", f == c->flags ? "\n" : "", f->letter,
               f->name, f->value ? " " : "", f->value ? f->value : "");
        print_wrapped(f->help, 6);
    }
}

static void print_all(void)
{
    puts("usage: galley COMMAND [ARGUMENT...]\n\n"
         "Runs pipelines of plugins over news text: pages and wire copy in, "
         "records out.\n");
    for (const struct command *const *c = command_all(); *c; c++)
        printf("  galley %-6s %s\n", (*c)->name, (*c)->about);
    puts("\n`galley help COMMAND` and `galley help PLUGIN` tell more; "
         "`galley list` shows\nthe plugins. What a pipeline itself can be "
         "told:\n");
    print_options(plan_option_table());
}

/* ---- manual pages ---- */

static void print_roff(const char *str)
{
    if (*str == '.' || *str == '\'')
        fputs("\\&", stdout);
    for (; *str; str++) {
        if (*str == '\\')
            fputs("\\e", stdout);
        else if (*str == '-')
            fputs("\\-", stdout);
        else if (strncmp(str, "\n\n", 2) == 0)
            fputs("\n.PP\n", stdout), str++;
        else
            putchar(*str);
    }
    putchar('\n');
}

static void man_options(const gly_option *table)
{
    gly_buf taken = {0};

    for (; table && table->name; table++) {
        taken.len = 0;
        add_taken(&taken, table);
        printf(".TP\n.BR %s \" (%s)\"\n", table->name, taken.data);
        print_roff(table->help ? table->help : "");
    }
    gly_buf_finish(&taken);
}

static void man_plugin(const gly_plugin *p)
{
    printf(".TH GALLEY\\-%s 7 \"\" \"galley %s\"\n.SH NAME\ngalley\\-", p->name,
           GALLEY_VERSION);
    printf("%s \\- ", p->name);
    print_roff(p->about);
    printf(".SH READS AND WRITES\nReads ");
    print_roff(p->reads ? p->reads : "nothing");
    printf(".br\nWrites ");
    print_roff(p->writes ? p->writes : "nothing of the document");
    printf(".SH SETTINGS\n");
    man_options(p->options);
    printf(".SH SEE ALSO\n.BR galley (1),\n.BR galley\\-pipeline (5)\n");
}

static void man_command(const struct command *c)
{
    printf(".SS galley %s ", c->name);
    print_roff(c->arguments);
    print_roff(c->about);
    if (c->more) {
        printf(".PP\n");
        print_roff(c->more);
    }
    for (const struct flag *f = c->flags; f && f->name; f++) {
        printf(".TP\n.BR \\-%c \", \" \\-\\-%s", f->letter, f->name);
        if (f->value)
            printf(" \" %s\"", f->value);
        printf("\n");
        print_roff(f->help);
    }
}

static void man_all(void)
{
    printf(".TH GALLEY 1 \"\" \"galley %s\"\n.SH NAME\n"
           "galley \\- run pipelines of plugins over news text\n"
           ".SH SYNOPSIS\n.B galley\n.I COMMAND\n[\\fIARGUMENT\\fR...]\n"
           ".SH DESCRIPTION\nPages and wire copy go in; records with entities, "
           "quotations, speakers and\ntranslation marks come out. Pipelines "
           "are files, see\n.BR galley\\-pipeline (5);\ntheir stages are "
           "plugins, each with a page of its own:\n"
           ".B galley help\n.IR PLUGIN .\n.SH COMMANDS\n", GALLEY_VERSION);
    for (const struct command *const *c = command_all(); *c; c++)
        man_command(*c);
    printf(".SH ENVIRONMENT\n.TP\n.B GALLEY_PLUGIN_PATH\nFolders with plugins, "
           "colons between.\n.TP\n.B GALLEY_PIPELINE_PATH\nFolders with "
           "pipelines.\n.TP\n.B GALLEY_LEXICON_PATH\nFolders with word lists "
           "and weights.\n.SH SEE ALSO\n.BR galley\\-pipeline (5),\n"
           ".BR galley\\-plugin (3)\n");
}

static int show_topic(const struct args *args, const char *topic, bool man)
{
    const struct command *command = command_find(topic);
    struct error error = {0};

    if (command) {
        if (man)
            man_command(command);
        else
            print_command(command);
        return ALL_WELL;
    }

    const gly_plugin *plugin = registry_find(topic, &error);

    if (!plugin)
        return args_refuse(args, "no command or plugin \"%s\" (%s)", topic,
                           error.text);
    if (man)
        man_plugin(plugin);
    else
        print_plugin(plugin);
    return ALL_WELL;
}

static int run(struct args *args)
{
    bool man = false;
    int letter;

    while ((letter = args_next(args)) > 0)
        man |= letter == 'm';
    if (letter < 0)
        return WRONG_USE;
    if (args->argc > 1)
        return args_refuse(args, "one command or plugin at a time");
    if (args->argc == 1)
        return show_topic(args, args->argv[0], man);
    if (man)
        man_all();
    else
        print_all();
    return ALL_WELL;
}

static const struct flag flags[] = {
    { 'm', "man", NULL, "As a manual page, for man(1) to format." },
    { 0 }
};

const struct command command_help = {
    .name = "help",
    .arguments = "[--man] [COMMAND|PLUGIN]",
    .about = "Tells what commands and plugins do, from their tables.",
    .flags = flags,
    .run = run,
};
