// SPDX-License-Identifier: Apache-2.0
//
// The parser of Prisma's schema language. Of a line that cannot be read the rest is skipped, so
// that one run finds everything.
#include "import/prisma_lex.h"
#include "import/prisma_tree.h"

#include <string.h>
#include <utlist.h>

enum { MAX_DEPTH = 32 }; // of values within values

struct parser {
    struct rc_import *session;
    struct rc_prisma_lexer lexer;
    struct rc_prisma_token token; // the one that is looked at
    const char *comment;          // lines of /// before it
    int depth;
};

static void advance(struct parser *parser)
{
    parser->token = rc_prisma_lex(&parser->lexer);
}

static bool is_sign(const struct parser *parser, char sign)
{
    return parser->token.word == RC_PRISMA_SIGN && parser->token.sign == sign;
}

static bool take_sign(struct parser *parser, char sign)
{
    bool found = is_sign(parser, sign);
    if (found) {
        advance(parser);
    }
    return found;
}

static bool is_word(const struct parser *parser, enum rc_prisma_word word)
{
    return parser->token.word == word;
}

static bool is_line_over(const struct parser *parser)
{
    return is_word(parser, RC_PRISMA_LINE_END) || is_word(parser, RC_PRISMA_END);
}

static struct rc_position position_of(const struct parser *parser, int line)
{
    return (struct rc_position){parser->lexer.file, line};
}

// Reports that something else was expected; false, for whoever asks.
static bool expected(struct parser *parser, const char *what)
{
    rc_import_find(parser->session, RC_FINDING_ERROR, position_of(parser, parser->token.line),
                   "expected %s, not %s", what,
                   rc_prisma_show(parser->session, &parser->token));
    return false;
}

static void skip_line(struct parser *parser)
{
    while (!is_line_over(parser)) {
        advance(parser);
    }
}

// Lines may be broken within brackets.
static void skip_line_ends(struct parser *parser)
{
    while (is_word(parser, RC_PRISMA_LINE_END) || is_word(parser, RC_PRISMA_COMMENT)) {
        advance(parser);
    }
}

static const char *join_lines(struct parser *parser, const char *lines, const char *line)
{
    return lines ? rc_import_printf(parser->session, "%s\n%s", lines, line) : line;
}

// ---- values

static struct rc_prisma_value *parse_value(struct parser *parser);

// Arguments up to the closing sign, which is taken; false after reporting.
static bool parse_items(struct parser *parser, char close,
                        struct rc_prisma_argument **ret_items)
{
    struct rc_prisma_argument **tail = ret_items;
    const char *wanted = close == ')'   ? "\",\" or \")\""
                         : close == ']' ? "\",\" or \"]\""
                                        : "\",\" or \"}\"";
    skip_line_ends(parser);
    while (!take_sign(parser, close)) {
        struct rc_prisma_argument *item =
            rc_import_new(parser->session, struct rc_prisma_argument);
        item->value = parse_value(parser);
        if (!item->value) {
            return false;
        }
        if (item->value->kind == RC_PRISMA_VALUE_NAME && take_sign(parser, ':')) {
            item->name = item->value->text;
            item->value = parse_value(parser);
            if (!item->value) {
                return false;
            }
        }
        *tail = item;
        tail = &item->next;
        skip_line_ends(parser);
        if (!is_sign(parser, close) && !take_sign(parser, ',')) {
            return expected(parser, wanted);
        }
        skip_line_ends(parser);
    }
    return true;
}

// A name with dots; NULL after reporting.
static const char *parse_path(struct parser *parser)
{
    if (!is_word(parser, RC_PRISMA_NAME)) {
        expected(parser, "a name");
        return NULL;
    }
    const char *path = parser->token.text;
    advance(parser);
    while (take_sign(parser, '.')) {
        if (!is_word(parser, RC_PRISMA_NAME)) {
            expected(parser, "a name behind \".\"");
            return NULL;
        }
        path = rc_import_printf(parser->session, "%s.%s", path, parser->token.text);
        advance(parser);
    }
    return path;
}

static bool parse_compound(struct parser *parser, struct rc_prisma_value *value)
{
    value->kind = take_sign(parser, '[') ? RC_PRISMA_VALUE_LIST : RC_PRISMA_VALUE_OBJECT;
    if (value->kind == RC_PRISMA_VALUE_OBJECT && !take_sign(parser, '{')) {
        return expected(parser, "a value");
    }
    return parse_items(parser, value->kind == RC_PRISMA_VALUE_LIST ? ']' : '}', &value->items);
}

static bool parse_named(struct parser *parser, struct rc_prisma_value *value)
{
    value->kind = RC_PRISMA_VALUE_NAME;
    value->text = parse_path(parser);
    if (value->text && take_sign(parser, '(')) {
        value->kind = RC_PRISMA_VALUE_CALL;
        return parse_items(parser, ')', &value->items);
    }
    return value->text;
}

// NULL after reporting.
static struct rc_prisma_value *parse_value(struct parser *parser)
{
    struct rc_prisma_value *value = rc_import_new(parser->session, struct rc_prisma_value);
    bool parsed = true;
    value->line = parser->token.line;
    value->text = parser->token.text;
    if (++parser->depth > MAX_DEPTH) {
        parsed = expected(parser, "values nested less deeply");
    } else if (is_word(parser, RC_PRISMA_STRING)) {
        advance(parser);
    } else if (is_word(parser, RC_PRISMA_NUMBER)) {
        value->kind = RC_PRISMA_VALUE_NUMBER;
        advance(parser);
    } else if (is_word(parser, RC_PRISMA_NAME)) {
        parsed = parse_named(parser, value);
    } else {
        parsed = parse_compound(parser, value);
    }
    parser->depth--;
    return parsed ? value : NULL;
}

// ---- attributes

// The attribute behind its @ or @@, added to the list; false after reporting.
static bool parse_attribute(struct parser *parser, struct rc_prisma_attribute **list)
{
    struct rc_prisma_attribute *attribute =
        rc_import_new(parser->session, struct rc_prisma_attribute);
    attribute->line = parser->token.line;
    attribute->name = parse_path(parser);
    if (!attribute->name) {
        return false;
    }
    if (take_sign(parser, '(') && !parse_items(parser, ')', &attribute->arguments)) {
        return false;
    }
    LL_APPEND(*list, attribute);
    return true;
}

// A comment at the line's end, then the end; what else stands there is reported.
static void finish_line(struct parser *parser, const char **comment)
{
    if (is_word(parser, RC_PRISMA_COMMENT)) {
        if (comment) {
            *comment = join_lines(parser, *comment, parser->token.text);
        }
        advance(parser);
    }
    if (!is_line_over(parser) && !is_sign(parser, '}')) {
        expected(parser, "the end of the line");
        skip_line(parser);
    }
}

// ---- fields

static bool parse_unsupported(struct parser *parser, struct rc_prisma_field *field)
{
    if (!take_sign(parser, '(') || !is_word(parser, RC_PRISMA_STRING)) {
        return expected(parser, "Unsupported(\"the type's name\")");
    }
    field->unsupported = parser->token.text;
    advance(parser);
    return take_sign(parser, ')') || expected(parser, "\")\"");
}

static bool parse_type(struct parser *parser, struct rc_prisma_field *field)
{
    if (!is_word(parser, RC_PRISMA_NAME)) {
        return expected(parser, "the field's type");
    }
    field->type = parser->token.text;
    advance(parser);
    if (strcmp(field->type, "Unsupported") == 0 && !parse_unsupported(parser, field)) {
        return false;
    }
    if (take_sign(parser, '[')) {
        field->arity = RC_PRISMA_LIST;
        if (!take_sign(parser, ']')) {
            return expected(parser, "\"]\"");
        }
        if (is_sign(parser, '?')) {
            return expected(parser, "no \"?\": a list is never optional");
        }
    } else if (take_sign(parser, '?')) {
        field->arity = RC_PRISMA_OPTIONAL;
    }
    return true;
}

static void parse_field(struct parser *parser, struct rc_prisma_block *block)
{
    struct rc_prisma_field *field = rc_import_new(parser->session, struct rc_prisma_field);
    field->name = parser->token.text;
    field->line = parser->token.line;
    field->comment = parser->comment;
    parser->comment = NULL;
    advance(parser);
    if (block->kind != RC_PRISMA_ENUM && !parse_type(parser, field)) {
        skip_line(parser);
        return;
    }
    while (take_sign(parser, '@')) {
        if (!parse_attribute(parser, &field->attributes)) {
            skip_line(parser);
            break;
        }
    }
    finish_line(parser, &field->comment);
    if (rc_prisma_field(block, field->name)) {
        rc_import_find(parser->session, RC_FINDING_ERROR, position_of(parser, field->line),
                       "%s has two fields called %s", block->name, field->name);
        return;
    }
    LL_APPEND(block->fields, field);
}

static void parse_setting(struct parser *parser, struct rc_prisma_block *block)
{
    struct rc_prisma_argument *setting =
        rc_import_new(parser->session, struct rc_prisma_argument);
    setting->name = parser->token.text;
    advance(parser);
    if (take_sign(parser, '=')) {
        setting->value = parse_value(parser);
    } else {
        expected(parser, "\"=\"");
    }
    if (!setting->value) {
        skip_line(parser);
        return;
    }
    finish_line(parser, NULL);
    LL_APPEND(block->settings, setting);
}

// ---- blocks

// A comment of lines of its own belongs to what follows at once.
static bool take_comment(struct parser *parser)
{
    if (!is_word(parser, RC_PRISMA_COMMENT)) {
        return false;
    }
    parser->comment = join_lines(parser, parser->comment, parser->token.text);
    advance(parser);
    if (is_word(parser, RC_PRISMA_LINE_END)) {
        advance(parser);
    }
    return true;
}

static bool is_configuration(const struct rc_prisma_block *block)
{
    return block->kind == RC_PRISMA_DATASOURCE || block->kind == RC_PRISMA_GENERATOR;
}

static void parse_member(struct parser *parser, struct rc_prisma_block *block)
{
    if (is_word(parser, RC_PRISMA_BLOCK_ATTRIBUTE)) {
        advance(parser);
        if (!parse_attribute(parser, &block->attributes)) {
            skip_line(parser);
        }
        finish_line(parser, NULL);
    } else if (!is_word(parser, RC_PRISMA_NAME)) {
        expected(parser, "a name");
        skip_line(parser);
    } else if (is_configuration(block)) {
        parse_setting(parser, block);
    } else {
        parse_field(parser, block);
    }
}

static void parse_body(struct parser *parser, struct rc_prisma_block *block)
{
    if (!take_sign(parser, '{')) {
        expected(parser, "\"{\"");
        skip_line(parser);
        return;
    }
    parser->comment = NULL;
    while (!take_sign(parser, '}')) {
        if (is_word(parser, RC_PRISMA_END)) {
            rc_import_find(parser->session, RC_FINDING_ERROR, position_of(parser, block->line),
                           "%s has no closing \"}\"", block->name);
            return;
        }
        if (is_word(parser, RC_PRISMA_LINE_END)) {
            parser->comment = NULL;
            advance(parser);
        } else if (!take_comment(parser)) {
            parse_member(parser, block);
            parser->comment = NULL;
            if (is_word(parser, RC_PRISMA_LINE_END)) {
                advance(parser);
            }
        }
    }
}

static bool read_kind(const char *word, enum rc_prisma_block_kind *ret_kind)
{
    static const struct {
        const char *word;
        enum rc_prisma_block_kind kind;
    } kinds[] = {{"model", RC_PRISMA_MODEL},
                 {"view", RC_PRISMA_VIEW},
                 {"type", RC_PRISMA_TYPE},
                 {"enum", RC_PRISMA_ENUM},
                 {"datasource", RC_PRISMA_DATASOURCE},
                 {"generator", RC_PRISMA_GENERATOR}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            *ret_kind = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static void parse_block(struct parser *parser, struct rc_prisma_block **blocks)
{
    struct rc_prisma_block *block = rc_import_new(parser->session, struct rc_prisma_block);
    block->file = parser->lexer.file;
    block->line = parser->token.line;
    block->comment = parser->comment;
    parser->comment = NULL;
    if (!is_word(parser, RC_PRISMA_NAME) || !read_kind(parser->token.text, &block->kind)) {
        expected(parser, "model, view, enum, datasource or generator");
        skip_line(parser);
        return;
    }
    advance(parser);
    if (!is_word(parser, RC_PRISMA_NAME)) {
        expected(parser, "a name");
        skip_line(parser);
        return;
    }
    block->name = parser->token.text;
    advance(parser);
    parse_body(parser, block);
    LL_APPEND(*blocks, block);
}

void rc_prisma_parse(struct rc_import *session, const char *file, const char *text,
                     struct rc_prisma_block **blocks)
{
    struct parser parser = {.session = session};
    rc_prisma_lexer_init(&parser.lexer, session, file, text);
    advance(&parser);
    while (!is_word(&parser, RC_PRISMA_END)) {
        if (is_word(&parser, RC_PRISMA_LINE_END)) {
            parser.comment = NULL;
            advance(&parser);
        } else if (!take_comment(&parser)) {
            parse_block(&parser, blocks);
            parser.comment = NULL;
        }
    }
}
