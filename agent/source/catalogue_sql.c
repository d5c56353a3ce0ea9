/* SPDX-License-Identifier: Apache-2.0 */
/* Where each product keeps its catalogue. PostgreSQL's and SQL Server's own tables, for their
 * information_schema hides the keys from an account that may only read. */
#include <string.h>

#include "agent/source/catalogue.h"

static const struct catalogue_sql queries[] = {
    {.dialect = "sqlite",
     .tables = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"
               " AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name",
     .keys = "SELECT m.name, t.name FROM sqlite_schema m JOIN pragma_table_info(m.name) t"
             " WHERE m.type = 'table' AND t.pk > 0 ORDER BY m.name, t.pk",
     .links = "SELECT m.name, f.\"from\", f.\"table\","
              " coalesce(f.\"to\", (SELECT p.name FROM pragma_table_info(f.\"table\") p WHERE p.pk = 1))"
              " FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f"
              " WHERE m.type = 'table' GROUP BY m.name, f.id HAVING count(*) = 1"},
    {.dialect = "postgresql",
     .tables = "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
               " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid)"
               " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
               " AND has_table_privilege(c.oid, 'SELECT') ORDER BY c.relname",
     .keys = "SELECT c.relname, a.attname FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
             " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)"
             " WHERE k.contype = 'p' AND pg_table_is_visible(c.oid)"
             /* a key does not hold for tables that inherit; partitions are another matter */
             " AND NOT (c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = c.oid))"
             " ORDER BY c.relname, array_position(k.conkey, a.attnum)",
     .links = "SELECT c.relname, a.attname, f.relname, b.attname FROM pg_constraint k"
              " JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid"
              " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]"
              " JOIN pg_attribute b ON b.attrelid = f.oid AND b.attnum = k.confkey[1]"
              " WHERE k.contype = 'f' AND array_length(k.conkey, 1) = 1 AND pg_table_is_visible(c.oid)"
              " AND pg_table_is_visible(f.oid) ORDER BY c.relname, a.attnum"},
    {.dialect = "mariadb",
     .tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()"
               " ORDER BY table_name",
     .keys = "SELECT table_name, column_name FROM information_schema.key_column_usage"
             " WHERE table_schema = DATABASE() AND constraint_name = 'PRIMARY'"
             " ORDER BY table_name, ordinal_position",
     .links =
         "SELECT table_name, MIN(column_name), MIN(referenced_table_name), MIN(referenced_column_name)"
         " FROM information_schema.key_column_usage"
         " WHERE table_schema = DATABASE() AND referenced_table_schema = DATABASE()"
         " GROUP BY table_name, constraint_name HAVING COUNT(*) = 1 ORDER BY table_name, constraint_name"},
    {.dialect = "sqlserver",
     .tables = "SELECT name FROM sys.objects WHERE type IN ('U', 'V') AND is_ms_shipped = 0"
               " AND schema_id = SCHEMA_ID() ORDER BY name",
     .keys = "SELECT OBJECT_NAME(i.object_id), COL_NAME(x.object_id, x.column_id) FROM sys.indexes i"
             " JOIN sys.index_columns x ON x.object_id = i.object_id AND x.index_id = i.index_id"
             " JOIN sys.objects o ON o.object_id = i.object_id AND o.schema_id = SCHEMA_ID()"
             " WHERE i.is_primary_key = 1 AND i.is_disabled = 0 ORDER BY 1, x.key_ordinal",
     .links =
         "SELECT OBJECT_NAME(MIN(parent_object_id)), COL_NAME(MIN(parent_object_id), MIN(parent_column_id)),"
         " OBJECT_NAME(MIN(referenced_object_id)),"
         " COL_NAME(MIN(referenced_object_id), MIN(referenced_column_id)) FROM sys.foreign_key_columns"
         " GROUP BY constraint_object_id HAVING COUNT(*) = 1 ORDER BY 1, 2"},
    {.dialect = "sybase",
     .tables = "SELECT name FROM sysobjects WHERE type IN ('U', 'V') AND uid = USER_ID() ORDER BY name"},
    /* ISO/IEC 9075-11; a driver's product that has none is named in the error. */
    {.dialect = "odbc", .tables = "SELECT table_name FROM information_schema.tables ORDER BY table_name"},
};

const struct catalogue_sql *catalogue_sql_find(const char *dialect)
{
    size_t last = sizeof queries / sizeof *queries - 1;
    for (size_t i = 0; i < last; i++)
        if (strcmp(queries[i].dialect, dialect) == 0)
            return &queries[i];
    return &queries[last];
}
