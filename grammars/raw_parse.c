// The raw parse of libpg_query without its serializers.
//
// libpg_query defines pg_query_raw_parse beside the functions that turn a parse tree into JSON and
// protobuf, in one file. This definition of it, with the settings that a PostgreSQL server has by
// default, keeps all of those out of the program. Callers enter a memory context first, as the
// internal header asks; the tree lives in it.

#include "pg_query.h"
#include "pg_query_internal.h"

#include "parser/parser.h"

#include <stdlib.h>
#include <string.h>

static RawParseMode mode_of(int parser_options) {
    switch (parser_options & PG_QUERY_PARSE_MODE_BITMASK) {
        case PG_QUERY_PARSE_TYPE_NAME: return RAW_PARSE_TYPE_NAME;
        case PG_QUERY_PARSE_PLPGSQL_EXPR: return RAW_PARSE_PLPGSQL_EXPR;
        case PG_QUERY_PARSE_PLPGSQL_ASSIGN1: return RAW_PARSE_PLPGSQL_ASSIGN1;
        case PG_QUERY_PARSE_PLPGSQL_ASSIGN2: return RAW_PARSE_PLPGSQL_ASSIGN2;
        case PG_QUERY_PARSE_PLPGSQL_ASSIGN3: return RAW_PARSE_PLPGSQL_ASSIGN3;
        default: return RAW_PARSE_DEFAULT;
    }
}

PgQueryInternalParsetreeAndError pg_query_raw_parse(const char *input, int parser_options) {
    // Written inside PG_TRY and read after a longjmp, hence volatile.
    List *volatile tree = NULL;
    PgQueryError *volatile error = NULL;
    MemoryContext context = CurrentMemoryContext;

    // A warning about backslashes would go to the standard error stream.
    escape_string_warning = false;

    PG_TRY();
    {
        tree = raw_parser(input, mode_of(parser_options));
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        ErrorData *thrown = CopyErrorData();
        // From malloc, because pg_query_free_error frees it after the memory context is gone.
        PgQueryError *copy = malloc(sizeof(PgQueryError));
        copy->message = strdup(thrown->message);
        copy->filename = strdup(thrown->filename);
        copy->funcname = strdup(thrown->funcname);
        copy->context = NULL;
        copy->lineno = thrown->lineno;
        copy->cursorpos = thrown->cursorpos;
        error = copy;
        FlushErrorState();
    }
    PG_END_TRY();

    PgQueryInternalParsetreeAndError result = {tree, NULL, error};
    return result;
}
