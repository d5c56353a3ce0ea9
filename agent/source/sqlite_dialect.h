/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's SQL, which is the same whether its library or an ODBC driver reads the file. */
#ifndef AGENT_SOURCE_SQLITE_DIALECT_H
#define AGENT_SOURCE_SQLITE_DIALECT_H

/* The initialiser of a struct source_dialect. */
#define SQLITE_DIALECT                                                                                       \
    {                                                                                                        \
        .name = "sqlite", .quote_open = '"', .quote_close = '"', .text_open = "trim(CAST(",                  \
        .text_close = " AS TEXT), char(32, 9, 10, 13))", .bytes_open = "CAST(",                              \
        .bytes_close = " AS TEXT) COLLATE BINARY", .nul_open = "instr(", .nul_close = ", char(0)) > 0",      \
        .join_open = "group_concat(", .join_close = ", char(30))", .any_type = true                          \
    }

#endif
