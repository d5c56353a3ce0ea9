/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's SQL, which is the same whether its library or an ODBC driver reads the file. */
#ifndef AGENT_SOURCE_SQLITE_DIALECT_H
#define AGENT_SOURCE_SQLITE_DIALECT_H

/* The no-break blank too, as UTF-8 and as the one byte of the older encodings, which SQLite keeps as they
 * are: after a byte of ASCII, since it is no character of its own otherwise. */
#define SQLITE_BLANKS "char(160, 32, 9, 10, 13) || CAST(x'A0' AS TEXT)"
/* The initialiser of a struct source_dialect. */
#define SQLITE_DIALECT                                                                                       \
    {                                                                                                        \
        .name = "sqlite", .quote_open = '"', .quote_close = '"', .text_open = "trim(CAST(",                  \
        .text_close = " AS TEXT), " SQLITE_BLANKS ")", .bytes_open = "CAST(",                                \
        .bytes_close = " AS TEXT) COLLATE BINARY", .nul_open = "instr(", .nul_close = ", char(0)) > 0",      \
        .join_open = "group_concat(", .join_close = ", char(30))", .any_type = true                          \
    }

#endif
