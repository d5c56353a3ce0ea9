/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's manners, in each product's words: read only, one core, no long waits, nothing held while idle;
 * times in UTC, so that what shows a moment can be told its offset. */
#include "agent/source/odbc_product.h"

#include <string.h>

#include "agent/source/sqlite_dialect.h"

/* Where no function trims more than blanks. The no-break blank stands as itself: each driver makes of it the
 * database's own. */
#define NO_BREAK "\u00a0"
#define WITHOUT_BLANKS "REPLACE(REPLACE(REPLACE(REPLACE(REPLACE("
#define BLANKS ", ' ', ''), '\t', ''), '\r', ''), '\n', ''), '" NO_BREAK "', '')"

static const struct odbc_product products[] = {
    {.dbms = "PostgreSQL",
     .dialect = {.name = "postgresql",
                 .quote_open = '"',
                 .quote_close = '"',
                 .text_open = "btrim(CAST(",
                 .text_close = " AS TEXT) COLLATE \"C\", E' \\t\\r\\n" NO_BREAK "')",
                 .bytes_open = "CAST(",
                 .bytes_close = " AS TEXT) COLLATE \"C\"",
                 .booleans = true,
                 .join_open = "string_agg(",
                 .join_close = ", chr(30))"},
     .text = ODBC_TEXT_UTF8,
     .stored_bytes = "SELECT 1 WHERE current_setting('server_encoding') = 'SQL_ASCII'",
     .instant_type = "timestamptz",
     .explain = EXPLAIN_LINES,
     .columns =
         "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
         " WHERE attrelid = to_regclass(quote_ident(?)) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
     .table_rows =
         "SELECT CASE WHEN reltuples > 0 THEN CAST(reltuples AS BIGINT)"
         " ELSE pg_relation_size(oid) / 200 END FROM pg_class WHERE oid = to_regclass(quote_ident(?))",
     .session = {{"SET default_transaction_read_only = on", true},
                 {"SET TIME ZONE 'UTC'", true},
                 {"SET DateStyle = 'ISO, YMD'", true},
                 /* Bytes of no known encoding come as they are: made UTF-8, each that is not would fail its
                    query. */
                 {"SELECT set_config('client_encoding', CASE current_setting('server_encoding')"
                  " WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END, false)",
                  true},
                 {"SET bytea_output = 'hex'", true},
                 {"SET statement_timeout = $ms", true},
                 {"SET lock_timeout = 3000", false},
                 {"SET idle_in_transaction_session_timeout = 120000", false},
                 {"SET extra_float_digits = 3", false},
                 {"SET cursor_tuple_fraction = 1",
                  false}, /* plans for the whole span, not for its first rows */
                 {"SET max_parallel_workers_per_gather = 0", false},
                 {"SET jit = off", false}}},
    {.dbms = "MariaDB",
     .dialect = {.name = "mariadb",
                 .quote_open = '`',
                 .quote_close = '`',
                 .text_open = WITHOUT_BLANKS "CONVERT(",
                 .text_close = " USING utf8mb4)" BLANKS,
                 .bytes_open = "CAST(",
                 .bytes_close = " AS BINARY)",
                 .nul_open = "LOCATE(CHAR(0), NULLIF(", /* a BIT that is 0 is that byte alone */
                 .nul_close = ", CHAR(0))) > 0",
                 .odd_numbers = true,
                 .parts = 32, /* as many as part_close says */
                 .part_open = "MOD(CRC32(COALESCE(",
                 .part_close = ", '')), 32)",
                 .join_open = "GROUP_CONCAT(",
                 .join_close = " SEPARATOR '\x1e')"},
     .text = ODBC_TEXT_UTF8,
     .instant_type = "timestamp",
     .explain = EXPLAIN_ROWS,
     .columns = "SELECT column_name, column_type FROM information_schema.columns"
                " WHERE table_schema = DATABASE() AND table_name = ? ORDER BY ordinal_position",
     .table_rows = "SELECT table_rows FROM information_schema.tables"
                   " WHERE table_schema = DATABASE() AND table_name = ?",
     .session = {{"SET SESSION TRANSACTION READ ONLY", true},
                 {"SET SESSION time_zone = '+00:00'", true},
                 {"SET SESSION sql_mode = ''", true}, /* CHAR without its padding, backticks as names */
                 {"SET SESSION group_concat_max_len = 16777216", true}, /* it cuts in silence */
                 {"SET SESSION max_statement_time = $s", false},
                 {"SET SESSION max_execution_time = $ms", false}, /* MySQL's */
                 {"SET SESSION lock_wait_timeout = 3", false},
                 {"SET SESSION innodb_lock_wait_timeout = 3", false}}},
    {.dbms = "Microsoft SQL Server",
     .dialect = {.name = "sqlserver",
                 .quote_open = '[',
                 .quote_close = ']',
                 .limit_by_top = true,
                 .text_open = WITHOUT_BLANKS "CAST(",
                 .text_close = " AS NVARCHAR(4000))" BLANKS,
                 .join_open = "STRING_AGG(CAST(", /* from 2017 on */
                 .join_close = " AS NVARCHAR(MAX)), NCHAR(30))"},
     .text = ODBC_TEXT_UTF16,
     .timeout_attribute = true,
     .explain = EXPLAIN_SHOWPLAN,
     .columns = "SELECT c.name, t.name FROM sys.columns c JOIN sys.types t ON t.user_type_id = c.user_type_id"
                " WHERE c.object_id = OBJECT_ID(QUOTENAME(?)) ORDER BY c.column_id",
     .table_rows = "SELECT SUM(rows) FROM sys.partitions"
                   " WHERE object_id = OBJECT_ID(QUOTENAME(?)) AND index_id < 2",
     .session = {{"SET DATEFORMAT ymd", true}, /* '2026-01-02' is else 1 February where French is spoken */
                 {"SET LOCK_TIMEOUT 3000", true},
                 {"SET TEXTSIZE 16777216", true},
                 {"SET DEADLOCK_PRIORITY LOW", false},
                 {"IF EXISTS (SELECT 1 FROM sys.databases WHERE database_id = DB_ID() AND"
                  " snapshot_isolation_state = 1) SET TRANSACTION ISOLATION LEVEL SNAPSHOT",
                  false}}},
    {.dbms = "Adaptive Server",
     .dialect = {.name = "sybase",
                 .quote_open = '[',
                 .quote_close = ']',
                 .limit_by_top = true,
                 .text_open = WITHOUT_BLANKS "CAST(",
                 .text_close = " AS VARCHAR(255))" BLANKS},
     .text = ODBC_TEXT_UTF16,
     .timeout_attribute = true,
     .columns = "SELECT c.name, t.name FROM syscolumns c JOIN systypes t ON t.usertype = c.usertype"
                " WHERE c.id = OBJECT_ID(?) ORDER BY c.colid",
     .table_rows = "SELECT ROW_COUNT(DB_ID(), OBJECT_ID(?))",
     .session = {{"SET DATEFORMAT 'ymd'", true}, {"SET LOCK WAIT 3", true}, {"SET TEXTSIZE 16777216", true}}},
    {.dbms = "SQLite",
     .dialect = SQLITE_DIALECT,
     .text = ODBC_TEXT_BYTES,
     .explain = EXPLAIN_STEPS,
     .columns = "SELECT name, type FROM pragma_table_info(?) ORDER BY cid",
     .session = {{"PRAGMA query_only = ON", true}, {"PRAGMA temp_store = MEMORY", true}}},
    {.dbms = "",
     .dialect = {.name = "odbc",
                 .quote_open = '"',
                 .quote_close = '"',
                 .text_open = WITHOUT_BLANKS "CAST(",
                 .text_close = " AS VARCHAR(255))" BLANKS},
     .text = ODBC_TEXT_UTF16,
     .timeout_attribute = true},
};

const struct odbc_product *odbc_product_find(const char *dbms)
{
    if (strncasecmp(dbms, "MySQL", 5) == 0)
        dbms = "MariaDB";
    if (strncasecmp(dbms, "ASE", 3) == 0 || strncasecmp(dbms, "Sybase", 6) == 0)
        dbms = "Adaptive Server";
    const struct odbc_product *product = products;
    while (strncasecmp(dbms, product->dbms, strlen(product->dbms)) != 0)
        product++;
    return product;
}
